"""Finds rows of one workbook that may be one IKM. Certain pairs are joined, the others become questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from sambang.imports.sheets.headings import normalised_heading
from sambang.imports.sheets.results import Duplicate, RegisterRow
from sambang.imports.sheets.similarity import Candidates, EntryComparison, Traits, traits_of

LOCATING = ("phone", "address")  # one of these must agree for a certain pair
AGAINST = ("nik", "nib", "npwp", "phone", "address", "village", "district", "regency", "product", "commodity", "gender")
MIN_AGREEING = 2
JOINED_FIELDS = (
    *("phone", "address", "commodity", "product", "kbli", "workers", "investment", "capacity", "annual_value"),
    *("marketing", "established", "cluster"),
)


def find_duplicates(rows: Sequence[RegisterRow]) -> tuple[list[RegisterRow], list[Duplicate]]:
    """The rows to keep, in order, and the pairs: the certain ones and those to ask about."""
    traits = [traits_of(row) for row in rows]
    comparison = EntryComparison(traits)
    candidates = Candidates[int]()
    remaining: list[RegisterRow] = []
    pairs: list[Duplicate] = []
    positions: dict[tuple[str, str, int], int] = {}
    for index, row in enumerate(rows):
        duplicates = [
            Duplicate(rows[other], row, because, _is_certain(rows[other], row))
            for other in candidates.like(traits[index])
            if (because := reasons(traits[other], traits[index], comparison))
        ]
        if certain := next((pair for pair in duplicates if pair.certain), None):
            at = positions[_place(certain.first)]
            remaining[at] = _with_remark(remaining[at], row)
        pairs += sorted(duplicates, key=lambda pair: (not pair.certain, -len(pair.because)))[:1]
        if any(duplicate.certain for duplicate in duplicates):
            continue
        positions[_place(row)] = len(remaining)
        remaining.append(row)
        candidates.add(index, traits[index])
    return remaining, pairs


def reasons(first: Traits, second: Traits, comparison: EntryComparison) -> tuple[str, ...]:
    """Why two entries may be one IKM; empty if they are not. The same name alone is no reason, nor is the telephone
    of many owners."""
    agreeing = []
    if first.nik and first.nik == second.nik:
        agreeing.append(_("NIK sama"))
    if first.nib and first.nib == second.nib:
        agreeing.append(_("NIB sama"))
    if first.phone and first.phone == second.phone and first.phone not in comparison.shared_phones:
        agreeing.append(_("nomor HP sama"))
    if comparison.is_likely(first, second):
        is_same_name = (first.owner, first.name) == (second.owner, second.name)
        agreeing.append(_("nama pemilik dan usaha sama") if is_same_name else _("nama dan isian lain mirip"))
    return tuple(agreeing)


def _place(row: RegisterRow) -> tuple[str, str, int]:
    return row.sheet, row.left, row.row


def _with_remark(first: RegisterRow, second: RegisterRow) -> RegisterRow:
    """The kept row, with a remark on what the joined row says otherwise."""
    others = [str(getattr(second, field)) for field in JOINED_FIELDS if _differ_in(field, first, second)]
    text = _("Baris %(row)d dibaca sebagai IKM yang sama; isiannya yang lain tidak dicatat: %(values)s.")
    added = (text % {"row": second.row, "values": "; ".join(others)},) if others else ()
    return replace(first, remarks=(*first.remarks, *added))


def _differ_in(field: str, first: RegisterRow, second: RegisterRow) -> bool:
    one, other = getattr(first, field), getattr(second, field)
    return None not in (one, other) and normalised_heading(str(one)) != normalised_heading(str(other))


def _same_names(first: RegisterRow, second: RegisterRow) -> bool:
    one, other = (normalised_heading(f"{row.owner}|{row.name}") for row in (first, second))
    return one == other


def _agree(first: RegisterRow, second: RegisterRow, field: str) -> bool:
    value = getattr(first, field)
    return bool(value) and normalised_heading(value) == normalised_heading(getattr(second, field) or "")


def _differ(first: RegisterRow, second: RegisterRow, field: str) -> bool:
    one, other = getattr(first, field), getattr(second, field)
    return bool(one and other) and normalised_heading(one) != normalised_heading(other)


def _is_certain(first: RegisterRow, second: RegisterRow) -> bool:
    """The same names, and the same NIK or NIB in the same place; or several agreeing facts with none against."""
    if not _same_names(first, second) or any(_differ(first, second, field) for field in ("nik", "nib", "village")):
        return False
    if _agree(first, second, "nik") or _agree(first, second, "nib"):
        return True
    if any(_differ(first, second, field) for field in AGAINST):
        return False
    agreeing = [field for field in AGAINST if _agree(first, second, field)]
    return len(agreeing) >= MIN_AGREEING and any(field in agreeing for field in LOCATING)
