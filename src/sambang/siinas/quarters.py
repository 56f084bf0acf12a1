"""Quarters (triwulan) of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sambang.lib.months import FIRST_YEAR, LAST_YEAR, add_months

ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, order=True)
class Quarter:
    """Raises ValueError for a number other than 1 to 4 and for a year that is a typing error."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in {1, 2, 3, 4} or not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"{self.year}-{self.number}")

    @property
    def first_month(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def months(self) -> tuple[date, date, date]:
        first = self.first_month
        return first, add_months(first, 1), add_months(first, 2)

    @property
    def previous(self) -> Quarter:
        return quarter_of(add_months(self.first_month, -1))

    def __str__(self) -> str:
        return _("triwulan %(number)s %(year)s") % {"number": ROMAN[self.number - 1], "year": self.year}


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def quarter_to_report(today: date) -> Quarter:
    """The last quarter that has ended."""
    return quarter_of(today).previous
