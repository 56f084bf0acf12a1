"""Finds rows of one workbook that may be one IKM. Certain pairs are joined, the others become questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from sambang.imports.sheets.headings import normalised_heading
from sambang.imports.sheets.results import Duplicate, RegisterRow
from sambang.imports.sheets.similarity import least_weight, weight

MOST_COMPARED = 20  # earlier rows with the same name, number or telephone that a row is compared with
LOCATING = ("phone", "address")  # one of these must agree for a certain pair
AGAINST = ("nik", "nib", "npwp", "phone", "address", "village", "district", "regency", "product", "commodity", "gender")
LEAST_AGREEING = 2


def find_duplicates(rows: Sequence[RegisterRow]) -> tuple[list[RegisterRow], list[Duplicate]]:
    """The rows to keep, in order, and the pairs: the certain ones and those to ask about."""
    seen: dict[tuple[str, str], list[RegisterRow]] = defaultdict(list)
    least = least_weight(len(rows))
    remaining: list[RegisterRow] = []
    pairs: list[Duplicate] = []
    for row in rows:
        marks = _marks(row)
        others = {id(other): other for mark in marks for other in seen[mark][:MOST_COMPARED]}
        found = [duplicate for other in others.values() if (duplicate := compare(other, row, least))]
        pairs += sorted(found, key=lambda pair: (not pair.certain, -len(pair.because)))[:1]
        if any(duplicate.certain for duplicate in found):
            continue
        remaining.append(row)
        for mark in marks:
            seen[mark].append(row)
    return remaining, pairs


def _marks(row: RegisterRow) -> list[tuple[str, str]]:
    marks = [("who", f"{normalised_heading(row.owner)}|{normalised_heading(row.name)}")]
    marks.append(("owner", normalised_heading(row.owner)))
    if row.village:
        marks.append(("place", f"{normalised_heading(row.village)}|{normalised_heading(row.product or '')}"))
    return marks + [(field, value) for field in ("nik", "nib", "phone") if (value := getattr(row, field))]


def compare(first: RegisterRow, second: RegisterRow, least: float) -> Duplicate | None:
    """A certain pair, a question, or None. The same name alone is no question; names that are alike are one only if
    the columns together weigh at least `least` (similarity.py)."""
    is_likely = weight(first, second) >= least
    reasons = {
        _("NIK sama"): _agree(first, second, "nik"),
        _("NIB sama"): _agree(first, second, "nib"),
        _("nomor HP sama"): _agree(first, second, "phone"),
        _("nama pemilik dan usaha sama"): is_likely and _same_names(first, second),
        _("nama dan isian lain mirip"): is_likely and not _same_names(first, second),
    }
    because = tuple(reason for reason, holds in reasons.items() if holds)
    return Duplicate(first, second, because, _is_certain(first, second)) if because else None


def _same_names(first: RegisterRow, second: RegisterRow) -> bool:
    return normalised_heading(first.owner) == normalised_heading(second.owner) and normalised_heading(
        first.name
    ) == normalised_heading(second.name)


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
    return len(agreeing) >= LEAST_AGREEING and any(field in agreeing for field in LOCATING)
