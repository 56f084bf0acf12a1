"""Finds the headings of a table in a sheet and what each column means."""

from __future__ import annotations

import re
from dataclasses import replace

from sambang.imports.sheets.grid import CellValue, SheetGrid, column_letter, text_of
from sambang.imports.sheets.heading_rules import SUM
from sambang.imports.sheets.headings import (
    MIN_FIELDS,
    SUBHEADING,
    UNIT_NOTE,
    Meaning,
    field_of,
    meaning_of,
    named_place,
    normalised_heading,
)
from sambang.imports.sheets.permit_days import mark_permit_days
from sambang.imports.sheets.summaries import counts_below_list
from sambang.imports.sheets.table import Head, Table

HEADING_SEARCH_ROWS = 200  # rows from the top in which the headings must begin
MAX_HEADING_LENGTH = 40  # characters of a heading above others
YEAR_HEADING = re.compile(r"(19|20)\d{2}")
FORM_EXPORTS = {"_uuid": "/", "_submission_time": "/", "meta/instanceid": "/", "meta-instanceid": "-"}
MAX_HEADING_ROWS = 3  # rows of headings
HAS_LETTER = re.compile(r"[A-Za-z]").search
MIN_NOTES = 2  # cells of a row that explains the headings above it
INSPECTED_ROWS = 60  # rows below the headings that are inspected
LONE_MALE = frozenset({"l", "lk", "pria", "laki laki", "laki"})
LONE_FEMALE = frozenset({"p", "pr", "w", "wanita", "perempuan"})


def find_tables(grid: SheetGrid) -> list[Table]:
    """The tables of a sheet: beside each other, and below each other where headings of another order follow."""
    tables: list[Table] = []
    for part in _beside_each_other(grid):
        rest: SheetGrid | None = part
        while rest is not None and (table := _find_table(rest)) is not None:
            follower = _next_headings(rest, table)
            if follower is None:
                tables.append(table)
                break
            above = replace(rest, cells=rest.cells[:follower])
            tables.append(replace(table, grid=above))
            blank: list[list[CellValue]] = [[] for _row in range(follower)]
            rest = replace(rest, cells=blank + rest.cells[follower:])
    return tables


def _find_table(grid: SheetGrid) -> Table | None:
    """The first table of a sheet, or None when no row looks like headings of a list of people or businesses."""
    row = _heading_row(grid)
    if row is None:
        return None
    head = read_head(grid, row)
    if not {"name", "owner", "owner_and_name"} & head.fields or _counts_only(grid, head):
        return None
    above = [cell for cells in grid.cells[: head.first] for cell in cells]
    return Table(grid, head, [text_of(cell) for cell in above if isinstance(cell, str) and cell.strip()])


def _counts_only(grid: SheetGrid, head: Head) -> bool:
    """Whether numbers stand where names should: "Unit Usaha" of a summary counts IKM."""
    names = [at for at, meaning in head.meanings.items() if meaning.field in {"name", "owner", "owner_and_name"}]
    texts = [grid.text(row, column) for row in range(head.last + 1, len(grid.cells)) for column in names]
    return any(texts) and not any(map(str.isalpha, "".join(texts)))


def _beside_each_other(grid: SheetGrid) -> list[SheetGrid]:
    """The sheet, cut between two blocks of headings that each name people or businesses."""
    row = _heading_row(grid)
    if row is None:
        return [grid]
    texts = [normalised_heading(text_of(cell)) for cell in grid.cells[row]]
    gaps = {column for column, text in enumerate(texts) if not text and not _is_filled_below(grid, row, column)}
    starts = _block_starts(texts, gaps)
    ends = [*starts[1:], max(map(len, grid.cells), default=0)]
    if len(starts) == 1:
        return [grid]
    return [_columns_of(grid, range(start, end)) for start, end in zip(starts, ends, strict=True)]


def _is_filled_below(grid: SheetGrid, row: int, column: int) -> bool:
    return any(column < len(cells) and cells[column] != "" for cells in grid.cells[row + 1 :])


def _block_starts(texts: list[str], gaps: set[int]) -> list[int]:
    """The columns in which a further block of headings begins: after an empty column, or where they repeat."""
    starts, block = [0], list[str]()
    for column, text in enumerate(texts):
        repeats = texts[column : column + len(block)] == block
        begins = bool(block) and (column - 1 in gaps or repeats)
        if text and begins and _are_apart(block, list(filter(None, texts[column:])), _run(texts, column, gaps)):
            starts.append(column)
            block = []
        if text:
            block.append(text)
    return starts


def _run(texts: list[str], column: int, gaps: set[int]) -> list[str]:
    """The headings from a column on, up to the next empty column."""
    end = min((gap for gap in gaps if gap > column), default=len(texts))
    return list(filter(None, texts[column:end]))


def _are_apart(left: list[str], rest: list[str], run: list[str]) -> bool:
    """Two lists; or a list and a summary beside it, which would fill the list's blanks with totals."""
    both = _is_block(set(left)) and _is_block(set(rest))
    return both or _summarises(run, left) or (_summarises(left, rest) and _is_block(set(rest)))


def _summarises(texts: list[str], listing: list[str]) -> bool:
    """Whether headings that name nobody only repeat those of a list: Kecamatan | Jumlah IKM | Jumlah TK."""
    fields, own = ({field_of(text) for text in some} - {None, "", "number"} for some in (texts, listing))
    names = {"name", "owner", "owner_and_name"}
    return len(texts) > 1 and bool(fields) and not fields & names and fields <= own and _is_block(set(listing))


def _columns_of(grid: SheetGrid, columns: range) -> SheetGrid:
    cells = [[cell if column in columns else "" for column, cell in enumerate(row)] for row in grid.cells]
    return replace(grid, cells=cells, left=column_letter(columns.start) if columns.start else "")


def _is_block(texts: set[str]) -> bool:
    fields = {field_of(text) for text in texts if text}
    return bool({"name", "owner", "owner_and_name"} & fields) and len(fields - {None, "", "number"}) >= MIN_FIELDS - 1


def _next_headings(grid: SheetGrid, table: Table) -> int | None:
    """Where a further table begins: its titles directly above headings that differ from this table's."""
    own = {
        normalised_heading(grid.text(table.head.last, column)): None for column in table.head.headings if column >= 0
    }
    own.pop("", None)
    for row in range(table.head.last + 1, len(grid.cells)):
        texts = [cell for cell in grid.cells[row] if cell != ""]
        if len(texts) < MIN_FIELDS or not all(isinstance(text, str) for text in texts):
            continue
        headings = [normalised_heading(text_of(text)) for text in texts]
        if headings != list(own) and _begin_table(grid, row, headings):
            return _first_title(grid, row, table.head.last)
    return None


def _begin_table(grid: SheetGrid, row: int, headings: list[str]) -> bool:
    return _are_headings(headings) or counts_below_list(grid, row, headings)


def _are_headings(texts: list[str]) -> bool:
    """Mostly known headings, one of people or businesses, and one that does not occur in data rows."""
    if not any(map(_is_only_heading, texts)):
        return False
    fields = {field for text in texts if (field := field_of(text))} - {"number"}
    named = bool({"name", "owner", "owner_and_name"} & fields)
    return named and len(fields) >= MIN_FIELDS and len(fields) * 2 > len(texts) - 1


def _first_title(grid: SheetGrid, row: int, above: int) -> int:
    """The first of the rows of a single text (or none) directly above `row`."""
    while row - 1 > above and sum(cell != "" for cell in grid.cells[row - 1]) <= 1:
        row -= 1
    return row


def _is_only_heading(text: str) -> bool:
    """A heading that does not occur in data rows: *no*, *nama pemilik*, *nama usaha* …"""
    return text in {"no", "nomor", "no urut"} or text.startswith(("nama ", "no ", "nomor "))


def _heading_row(grid: SheetGrid) -> int | None:
    """The row near the top with the most known headings; the first one with very many."""
    best, heading_row = 0, None
    for row in range(min(HEADING_SEARCH_ROWS, len(grid.cells))):
        fields = _recognised_fields(grid, row)
        # A numbered list of names needs only one more known column.
        is_numbered = "number" in fields and bool({"name", "owner", "owner_and_name"} & fields)
        if len(fields - {"number"}) >= MIN_FIELDS - is_numbered and len(fields) > best:
            best, heading_row = len(fields), row
        if best >= 2 * MIN_FIELDS:
            break
    return heading_row


def _recognised_fields(grid: SheetGrid, row: int) -> set[str]:
    texts = [cell for cell in grid.cells[row] if isinstance(cell, str) and cell]
    return {field for text in texts if (field := field_of(normalised_heading(text)))}


def read_head(grid: SheetGrid, row: int) -> Head:
    """Join the rows of headings around `row`: parents above through merged cells, children below."""
    first = row - 1 if row and _is_parent_row(grid, row - 1) else row
    last = row
    while last - first + 1 < MAX_HEADING_ROWS and last + 1 < len(grid.cells) and _is_child_row(grid, last + 1):
        last += 1
    headings: dict[int, str] = {}
    meanings: dict[int, Meaning] = {}
    notes = _notes_below(grid, first, last)
    for column in range(len(grid.cells[row])):
        parts, meaning = _with_note(_heading_parts(grid, column, first, last), notes.get(column, ""))
        if parts:
            headings[column] = " > ".join(parts)
        if meaning:
            meanings[column] = meaning
    last += bool(notes)
    _mark_lone_counts(grid, last, headings, meanings)
    _mark_men(headings, meanings)
    _mark_worker_total(headings, meanings)
    _mark_further_numbers(meanings)
    _mark_business_name(headings, meanings)
    _mark_brand(headings, meanings)
    mark_permit_days(headings, meanings)
    return Head(first, last, headings, meanings)


def _notes_below(grid: SheetGrid, first: int, last: int) -> dict[int, str]:
    """A row below the headings that only explains them: "(sesuai KTP)", "(Rp 000)"; or units: orang, ton, Rp."""
    cells = grid.cells[last + 1] if last + 1 < len(grid.cells) else []
    notes = {column: text_of(cell) for column, cell in enumerate(cells) if cell != ""}
    if len(notes) < MIN_NOTES or not all(_heading_parts(grid, column, first, last) for column in notes):
        return {}
    in_brackets = all(re.fullmatch(r"\(.*\)", note) for note in notes.values()) and any(map(HAS_LETTER, notes.values()))
    are_units = all(UNIT_NOTE.fullmatch(normalised_heading(note)) for note in notes.values())
    return notes if in_brackets or are_units else {}


def _with_note(parts: list[str], note: str) -> tuple[list[str], Meaning | None]:
    """The heading and its meaning; with the note below it, unless that would turn it into another field."""
    meaning = _meaning_of_parts(parts) if parts else None
    if not note:
        return parts, meaning
    explained = [*parts[:-1], f"{parts[-1]} {note}"]
    refined = _meaning_of_parts(explained)
    is_same = meaning is None or (refined is not None and refined.field == meaning.field)
    return (explained, refined) if is_same else (parts, meaning)


def _meaning_of_parts(parts: list[str]) -> Meaning | None:
    texts = [normalised_heading(part) for part in parts]
    if len(texts) > 1 and YEAR_HEADING.fullmatch(texts[-1]):
        texts.pop()  # "Omset > 2023": `Table.newest_first` sees the year
    own = meaning_of(texts[-1]) if len(texts) > 1 else None
    return meaning_of(" > ".join(texts)) or (own if own and own.field != "number" else None)


def _mark_lone_counts(grid: SheetGrid, last: int, headings: dict[int, str], meanings: dict[int, Meaning]) -> None:
    """L beside P with no parent heading counts workers if numbers are below; ticks or ones tell the owner's sex."""
    has_workers = any(meaning.field.startswith("workers") for meaning in meanings.values())
    for column, heading in headings.items():
        beside = headings.get(column + 1, "")
        if normalised_heading(heading) not in LONE_MALE or normalised_heading(beside) not in LONE_FEMALE:
            continue
        are_counts = _are_counts(grid, last, column, headings)
        if are_counts and not has_workers:
            meanings[column], meanings[column + 1] = Meaning("workers_male"), Meaning("workers_female")
        elif not are_counts:
            meanings[column], meanings[column + 1] = Meaning("gender_male"), Meaning("gender_female")


def _are_counts(grid: SheetGrid, last: int, column: int, headings: dict[int, str]) -> bool:
    """Whether the two columns contain whole numbers, at least one above 1."""
    heading = headings[column]
    ignored = {"", "-", normalised_heading(heading), heading, headings[column + 1]}
    below = [cell for row in grid.cells[last + 1 : last + INSPECTED_ROWS] for cell in row[column : column + 2]]
    texts = [text for text in map(text_of, below) if text not in ignored]
    return bool(texts) and all(map(str.isdigit, texts)) and max(map(int, texts)) > 1


def _last_part(heading: str) -> str:
    return normalised_heading(heading).rsplit(" > ", 1)[-1]


def _mark_men(headings: dict[int, str], meanings: dict[int, Meaning]) -> None:
    """P beside W or *wanita* is *pria*, not *perempuan*."""
    female = {column: _last_part(headings[column]) for column, m in meanings.items() if m.field == "workers_female"}
    if "p" in female.values() and {"w", "wanita"} & set(female.values()):
        meanings |= {column: Meaning("workers_male") for column, part in female.items() if part == "p"}


def _mark_worker_total(headings: dict[int, str], meanings: dict[int, Meaning]) -> None:
    """A lone *total* directly beside the columns of workers is theirs."""
    for column, heading in headings.items():
        before = meanings.get(column - 1)
        is_total = re.fullmatch(SUM, normalised_heading(heading)) is not None
        if is_total and before is not None and before.field.startswith("workers") and column not in meanings:
            meanings[column] = Meaning("workers")


def _mark_further_numbers(meanings: dict[int, Meaning]) -> None:
    """Only the first *No* counts the rows; one beside *Jalan* is a house's."""
    numbers = [column for column, meaning in meanings.items() if meaning.field == "number"]
    meanings |= dict.fromkeys(numbers[1:], Meaning(""))


def _mark_business_name(headings: dict[int, str], meanings: dict[int, Meaning]) -> None:
    """A lone *nama* beside *nama pemilik* is the business's."""
    owners = [column for column, meaning in meanings.items() if meaning.field == "owner"]
    lone = [column for column in owners if _last_part(headings[column]) == "nama"]
    if len(lone) == 1 < len(owners) and all(meaning.field != "name" for meaning in meanings.values()):
        meanings[lone[0]] = Meaning("name")


def _mark_brand(headings: dict[int, str], meanings: dict[int, Meaning]) -> None:
    """A brand beside the name of the business is the brand of its product, which is not stored."""
    names = [column for column, meaning in meanings.items() if meaning.field == "name"]
    brands = [column for column in names if re.search(r"\b(merk|merek|brand)\b", normalised_heading(headings[column]))]
    if len(brands) < len(names):
        meanings |= {column: Meaning("") for column in brands}


def _heading_parts(grid: SheetGrid, column: int, first: int, last: int) -> list[str]:
    parts: list[str] = []
    separator = _group_separator(grid, last)
    for row in range(first, last + 1):
        written = _heading_text(grid, row, column, first, last)
        for text in written.split(separator) if separator else [written]:
            if text and (not parts or parts[-1] != text):
                parts.append(text)
    return parts


def _group_separator(grid: SheetGrid, row: int) -> str:
    """What stands between group and question in the headings of an export of KoboToolbox or ODK: Lokasi/desa."""
    return next((mark for text in grid.cells[row] if (mark := FORM_EXPORTS.get(text_of(text).lower()))), "")


def _heading_text(grid: SheetGrid, row: int, column: int, first: int, last: int) -> str:
    """The text over a column in one row of headings: its own, its merged range's, or (without merges, above a child)
    that of the nearest heading to the left."""
    if own := grid.text(row, column):
        return own
    if merged := grid.merged_range(row, column):
        top, left, _bottom, _right = merged
        return grid.text(top, left) if top >= first else ""
    if not _has_child(grid, row, column, last):
        return ""
    nearest = next((left for left in range(column - 1, -1, -1) if grid.text(row, left)), None)
    # A heading that itself has no child spans nothing.
    return grid.text(row, nearest) if nearest is not None and _has_child(grid, row, nearest, last) else ""


def _has_child(grid: SheetGrid, row: int, column: int, last: int) -> bool:
    return any(grid.text(below, column) for below in range(row + 1, last + 1))


def _is_parent_row(grid: SheetGrid, row: int) -> bool:
    """At least two short texts and no numbers directly above the headings: groups such as IDENTITAS, PRODUKSI, which
    are merged across, or say what the row below leaves open."""
    filled = {column: cell for column, cell in enumerate(grid.cells[row]) if cell != ""}
    short = all(isinstance(cell, str) and len(cell) < MAX_HEADING_LENGTH for cell in filled.values())
    if len(filled) < 2 or not short:
        return False
    if any(_spans(grid, row, column) for column in filled):
        return True
    alone = [normalised_heading(text_of(cell)) for column, cell in filled.items() if not grid.text(row + 1, column)]
    return len(alone) < len(filled) and any(map(field_of, alone))


def _is_child_row(grid: SheetGrid, row: int) -> bool:
    """Texts only, mostly headings, at least one of them below an empty cell or a heading that spans columns."""
    filled = {column: cell for column, cell in enumerate(grid.cells[row]) if cell != ""}
    if not filled or not all(map(_is_text_or_year, filled.values())) or not _is_below_parents(grid, row, list(filled)):
        return False
    texts = [normalised_heading(text_of(cell)) for cell in filled.values()]
    if len(filled) > 1 and all(_spans(grid, row - 1, column) for column in filled):
        return True  # only below headings that are merged across, whatever the texts are
    return sum(bool(SUBHEADING.match(text) or field_of(text)) for text in texts) * 2 > len(filled)


def _is_text_or_year(cell: CellValue) -> bool:
    return isinstance(cell, str) or bool(YEAR_HEADING.fullmatch(text_of(cell)))


def _is_below_parents(grid: SheetGrid, row: int, filled: list[int]) -> bool:
    """Whether the cells of a row stand below headings that they divide, and are no title of the rows below them."""
    if not any(not grid.text(row - 1, column) or _spans(grid, row - 1, column) for column in filled):
        return False
    return not any(_exceeds_parent(grid, row, column) for column in filled) and not _is_block_title(grid, row, filled)


def _exceeds_parent(grid: SheetGrid, row: int, column: int) -> bool:
    """Whether a cell is merged across more columns than the heading above it."""
    own, above = grid.merged_range(row, column), grid.merged_range(row - 1, column)
    return own is not None and own[3] > max(own[1], above[3] if above else own[1])


def _is_block_title(grid: SheetGrid, row: int, filled: list[int]) -> bool:
    """A single text in the first column of headings, or the name of a place: a title of the rows below it."""
    if len(filled) > 1:
        return False
    columns = [column for column in range(len(grid.cells[row - 1])) if grid.text(row - 1, column)]
    return filled[0] <= min(columns, default=0) or named_place(grid.text(row, filled[0])) is not None


def _spans(grid: SheetGrid, row: int, column: int) -> bool:
    merged = grid.merged_range(row, column)
    return merged is not None and merged[3] > merged[1]
