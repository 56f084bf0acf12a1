"""Rows that look like one IKM. The sure ones wait outside the list; the unsure ones stay in it and are asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from sambang.imports.sheets.headings import plain
from sambang.imports.sheets.results import Duplicate, RegisterRow


def sort_out_duplicates(rows: Sequence[RegisterRow]) -> tuple[list[RegisterRow], list[Duplicate]]:
    """The rows to keep, in order, and the pairs to decide.

    Sure: the same NIK with the same owner, or the same owner and business name with nothing that speaks against it
    (another NIK). Unsure: the same NIK under another name, or the same phone under another name.
    """
    seen: dict[tuple[str, str], list[RegisterRow]] = defaultdict(list)
    kept: list[RegisterRow] = []
    pairs: list[Duplicate] = []
    for row in rows:
        marks = _marks(row)
        others = {id(other): other for mark in marks for other in seen[mark]}
        found = [duplicate for other in others.values() if (duplicate := compare(other, row))]
        pairs += sorted(found, key=lambda pair: not pair.certain)[:1]
        if any(duplicate.certain for duplicate in found):
            continue
        kept.append(row)
        for mark in marks:
            seen[mark].append(row)
    return kept, pairs


def _marks(row: RegisterRow) -> list[tuple[str, str]]:
    marks = [("who", f"{plain(row.owner)}|{plain(row.name)}")]
    if row.nik:
        marks.append(("nik", row.nik))
    if row.phone:
        marks.append(("phone", row.phone))
    return marks


def compare(first: RegisterRow, second: RegisterRow) -> Duplicate | None:
    same_nik = bool(first.nik) and first.nik == second.nik
    other_nik = bool(first.nik and second.nik) and first.nik != second.nik
    same_phone = bool(first.phone) and first.phone == second.phone
    same_owner = plain(first.owner) == plain(second.owner)
    same_name = plain(first.name) == plain(second.name)
    because = []
    if same_nik:
        because.append(_("NIK sama"))
    if same_phone:
        because.append(_("nomor HP sama"))
    if same_owner and same_name:
        because.append(_("nama pemilik dan usaha sama"))
    if not because:
        return None
    elsewhere = bool(first.address and second.address) and plain(first.address) != plain(second.address)
    certain = (same_nik and same_owner and same_name) or (
        same_owner and same_name and not other_nik and (same_phone or not elsewhere)
    )
    return Duplicate(first, second, tuple(because), certain)
