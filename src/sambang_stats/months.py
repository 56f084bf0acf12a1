"""Months as whole numbers, ``year * 12 + month - 1``, and runs of them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sambang_stats.errors import PanelError, Problem

type AnyIntegers = NDArray[np.integer]
"""Integers of the width in which a file stores them."""


@dataclass(frozen=True)
class Period:
    """A run of months, the first and the last counted."""

    first: int
    last: int

    @classmethod
    def of_year(cls, year: int) -> Period:
        """January to December."""
        return cls(12 * year, 12 * year + 11)

    @classmethod
    def parse(cls, text: str) -> Period:
        """``2019``, ``2025-03:2026-02`` or ``2025-03``; raises PanelError."""
        if re.fullmatch(r"[1-9]\d{3}", text.strip()):
            return cls.of_year(int(text))
        first, _, last = text.partition(":")
        period = cls(month_number(first), month_number(last or first))
        if period.last < period.first:
            raise PanelError(Problem.PERIOD_ENDS_BEFORE_START, text=text)
        return period

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        if self == Period.of_year(self.year):
            return str(self.year)
        return f"{month_text(self.first)}:{month_text(self.last)}"

    @property
    def year(self) -> int:
        """The calendar year that holds the middle of it; its prices value the period."""
        return (self.first + self.last) // 2 // 12

    def covers(self, months: AnyIntegers) -> NDArray[np.bool_]:
        """Which months lie within it."""
        inside: NDArray[np.bool_] = (months >= self.first) & (months <= self.last)
        return inside


YEARS = range(1900, 2101)
"""A month of another year is a typing error, and would make a series of centuries."""


def month_number(text: str) -> int:
    """``2022-03``, or a day of it as ``2022-03-01``, as months since year 0."""
    match = re.fullmatch(r"(\d{4}-\d{2})(-\d{2})?(?:[T ].*)?", text.strip())
    try:
        day = dt.date.fromisoformat(match[1] + (match[2] or "-01")) if match else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise PanelError(Problem.UNKNOWN_MONTH, text=text)
    return month_of(day)


def month_text(month: int) -> str:
    """Months since year 0 as ``2022-03``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_of(day: dt.date) -> int:
    """The month of a day, months since year 0."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> dt.date:
    """The first day of a month since year 0."""
    return dt.date(month // 12, month % 12 + 1, 1)
