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
    reasons = {
        _("NIK sama"): bool(first.nik) and first.nik == second.nik,
        _("nomor HP sama"): bool(first.phone) and first.phone == second.phone,
        _("nama pemilik dan usaha sama"): _same_names(first, second),
    }
    because = tuple(reason for reason, holds in reasons.items() if holds)
    return Duplicate(first, second, because, _is_certain(first, second)) if because else None


def _same_names(first: RegisterRow, second: RegisterRow) -> bool:
    return plain(first.owner) == plain(second.owner) and plain(first.name) == plain(second.name)


def _is_certain(first: RegisterRow, second: RegisterRow) -> bool:
    """Same owner and business name, and the same NIK; without two NIK, the same telephone or no different address."""
    if not _same_names(first, second):
        return False
    if first.nik and second.nik:
        return first.nik == second.nik
    if first.phone and first.phone == second.phone:
        return True
    return not (first.address and second.address) or plain(first.address) == plain(second.address)
