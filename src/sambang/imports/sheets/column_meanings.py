"""Determines a column's field from its heading, its cells and the office's choices.

1. A choice of the clerk for this file, or of the office for this heading, decides.
2. Cells that are all telephones, NIK, NIB, NPWP, P-IRT, halal numbers or sexes decide where the heading is unknown or
   says something that they cannot be.
3. Otherwise the heading decides. If hardly a cell can be what it says, or the amounts are far too small or too large,
   the column is left aside with one error, which asks what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sambang.imports.sheets import values
from sambang.imports.sheets.column_contents import (
    CONTENT_LABELS,
    CONTENT_TEXTS,
    NAME_FIELDS,
    RECOGNISED,
    doubt,
    is_nik,
    recognised,
)
from sambang.imports.sheets.grid import CellValue, column_letter, text_of
from sambang.imports.sheets.headings import (
    SECRET_HEADING,
    YEARLY,
    Meaning,
    meaning_as,
    normalised_heading,
    other_fields,
)
from sambang.imports.sheets.results import column_key
from sambang.imports.sheets.table import ColumnNote, Table

SAMPLED_CELLS, EXAMPLE_CELLS = 200, 3
HIDDEN_EXAMPLE = "•••"
MASKED_FIELDS = frozenset({"nik", "npwp"})
IN_WORDS = {"kbli": "commodity"}  # what the cells of a column of codes are if they are words
REPLACED = {*RECOGNISED, *CONTENT_TEXTS, "number", "permits"}  # fields that recognised cells may take the place of


@dataclass(frozen=True)
class ColumnChoices:
    """Fields that people chose: `by_column` for this file ("IKM!E3"), `by_heading` for headings of the office's lists.
    A choice is a field ("" for none), with a factor where it counts ("annual_value:1000")."""

    by_column: Mapping[str, str] = field(default_factory=dict)
    by_heading: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Evidence:
    """One column: its heading, the meaning by the heading, its filled cells."""

    heading: str
    meaning: Meaning | None
    cells: list[CellValue]


def weigh_columns(table: Table, choices: ColumnChoices) -> Table:
    """The table with the meaning of each column decided, and a note on how."""
    headings, meanings, notes = dict(table.head.headings), dict(table.head.meanings), dict[int, ColumnNote]()
    by_heading = frozenset(meaning.field for meaning in meanings.values())
    for column in range(max(map(len, table.grid.cells), default=0)):
        cells = _cells(table, column)
        if column not in headings and not cells:
            continue
        evidence = _Evidence(headings.setdefault(column, ""), meanings.pop(column, None), cells)
        chosen = choices.by_column.get(column_key(table.grid.name, column_letter(column), table.head.last + 1))
        decided: tuple[Meaning | None, ColumnNote]
        if chosen is not None:
            decided = chosen_meaning(chosen, evidence.meaning), ColumnNote("clerk")
        else:
            decided = _decide(evidence, choices.by_heading.get(heading_key(evidence.heading)), by_heading)
        meaning, note = decided
        if meaning is not None:
            meanings[column] = meaning
        notes[column] = replace(note, examples=_examples(evidence, meaning, note))
    head = replace(table.head, headings=headings, meanings=dict(sorted(meanings.items())), notes=notes)
    return replace(table, head=head) if head.fields & NAME_FIELDS else table


def _decide(
    evidence: _Evidence, remembered: str | None, by_heading: frozenset[str]
) -> tuple[Meaning | None, ColumnNote]:
    if remembered is not None:
        chosen = chosen_meaning(remembered, evidence.meaning)
        return _unless_doubtful(evidence, chosen, ColumnNote("office"), by_heading)
    meaning = evidence.meaning
    seen = recognised(evidence.cells) if meaning is None or meaning.field in REPLACED else ""
    if seen and seen not in by_heading:
        return Meaning(seen), ColumnNote("cells")
    if meaning is None:
        return None, ColumnNote()
    return _unless_doubtful(evidence, meaning, ColumnNote("heading"), by_heading)


def _unless_doubtful(
    evidence: _Evidence, meaning: Meaning, note: ColumnNote, by_heading: frozenset[str]
) -> tuple[Meaning, ColumnNote]:
    """The meaning; another that the heading allows, if the cells can hardly be the first; or none, with the doubt."""
    wrong = doubt(meaning, evidence.cells)
    if not wrong:
        return meaning, note
    heading = normalised_heading(evidence.heading)
    names = [*other_fields(heading), *({IN_WORDS.get(meaning.field, "")} - by_heading)]
    others = [meaning_as(heading, name) for name in names if name in CONTENT_LABELS]
    if note.basis == "heading" and (fitting := [other for other in others if not doubt(other, evidence.cells)]):
        return fitting[0], ColumnNote("cells")
    return Meaning(""), replace(note, doubt=wrong, doubted=meaning.field)


def chosen_meaning(choice: str, meaning: Meaning | None) -> Meaning:
    """A choice such as "annual_value:12000" as a meaning; unit and version from the heading."""
    wanted, _colon, factor = choice.partition(":")
    number = int(factor) if factor.isdigit() and len(factor) < 10 else 0
    if meaning is not None and meaning.field == wanted and not number:
        return meaning
    number = number or 1
    times = next((times for times in (52, 12) if wanted in YEARLY and number % times == 0), 1)
    own = meaning if meaning is not None and meaning.field == wanted else Meaning(wanted)
    return replace(own, factor=number, times=times)


def heading_key(heading: str) -> str:
    """Key under which the office's choice for a heading is stored."""
    return normalised_heading(heading)


def _cells(table: Table, column: int) -> list[CellValue]:
    """The first filled cells below the headings, without words for blank such as “tidak ada”."""
    cells: list[CellValue] = []
    for row in table.grid.cells[table.head.last + 1 :]:
        cell = row[column] if column < len(row) else ""
        if cell != "" and not values.is_absent(cell):
            cells.append(cell)
            if len(cells) == SAMPLED_CELLS:
                break
    return cells


def _examples(evidence: _Evidence, meaning: Meaning | None, note: ColumnNote) -> tuple[str, ...]:
    """A few different cells; of NIK and NPWP the last digits only, of passwords and the like nothing."""
    if SECRET_HEADING.search(normalised_heading(evidence.heading)):
        return (HIDDEN_EXAMPLE,) if evidence.cells else ()
    texts = list(dict.fromkeys(text_of(cell)[:40] for cell in evidence.cells))[:EXAMPLE_CELLS]
    is_secret = note.doubted in MASKED_FIELDS or (meaning is not None and meaning.field in MASKED_FIELDS)
    return tuple(_masked(text) if is_secret or is_nik(text) else text for text in texts)


def _masked(text: str) -> str:
    return f"{'•' * max(len(text) - 4, 0)}{text[-4:]}"
