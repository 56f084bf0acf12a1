"""The monthly panel: reports of lines, and the units to which the lines belong.

A *line* is one product of one unit (business); a report is one month of a line. A month without a report is missing,
not zero.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sambang_stats.partitions import Partitions
from sambang_stats.results import Floats, Integers

UNKNOWN_START = 0
NO_END = 12 * 10_000
NO_MONTH = -12
"""A month before every panel."""
FIRST_WAVE = 6
"""A unit with its first report within so many months of the panel's start was asked from the start."""
CHUNK_ROWS = 1 << 19
"""Reports processed at once, to bound the memory."""
BEYOND_PANEL = 1e15
"""Largest number that is accepted: floats represent whole rupiah exactly up to it."""

type Columns = pa.Table | Mapping[str, object]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Units:
    """Registered units, those that never report included. Arrays of one length."""

    unit: Texts
    region: Texts
    """Ten digits of the village, without dots."""
    industry: Texts
    """Five-digit KBLI."""
    cluster: Texts
    """The sentra, or empty."""
    start: Integers
    """First month of production; UNKNOWN_START where unknown."""
    end: Integers
    """First month without production after a verified closure; NO_END for an open unit."""
    weight: Floats
    """Value of production in the base year, rupiah; NaN where unknown."""
    asked: NDArray[np.bool_]
    """Whether the unit is in the survey panel; a unit that is not asked is not a nonrespondent."""

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True)
class Reports(ABC):
    """A panel's units and lines, with reports in memory (``Panel``) or on disk (``disk_panel.DiskPanel``)."""

    units: Units
    line_unit: Integers
    """Index of each line's unit in ``units``."""
    first_month: int
    last_month: int

    @abstractmethod
    def chunks(self) -> Iterator[tuple[Integers, Panel]]:
        """All lines with all of their reports, chunk by chunk: the lines' numbers, ascending, and their panel."""

    @abstractmethod
    def partitions(self, name: str, dtype: np.dtype[np.void], parts: int) -> Partitions:
        """Empty partitions in the storage of the reports: memory or disk."""

    @property
    def months(self) -> int:
        """Number of months from the first with a report to the last."""
        return self.last_month - self.first_month + 1

    @cached_property
    def reporting_lines(self) -> NDArray[np.uint16]:
        """Lines with a report, by month and unit, ``(months, units)``."""
        lines = np.zeros((self.months, len(self.units)), dtype=np.uint16)
        for _, some in self.chunks():
            np.add.at(lines, (some.month - self.first_month, some.line_unit[some.line]), 1)
        return lines

    @cached_property
    def last_production_month(self) -> Integers:
        """Each unit's last month with production, ``(units,)``; NO_MONTH where there is none."""
        last = np.full(len(self.units), NO_MONTH)
        for _, some in self.chunks():
            made = some.quantity > 0
            np.maximum.at(last, some.line_unit[some.line[made]], some.month[made])
        return last

    @cached_property
    def last_reports(self) -> Integers:
        """Row of each unit's last report among the panel's months, ``(units,)``; -1 without a report."""
        there = self.reporting_lines[::-1] > 0
        return np.where(there.any(axis=0), self.months - 1 - there.argmax(axis=0), -1)

    @cached_property
    def closed_from(self) -> Integers:
        """First month of each unit's closure, ``(units,)``, in months since year 0.

        NO_END for open units, and for units that produced after their registered closure."""
        return np.where(self.last_production_month < self.units.end, self.units.end, NO_END)

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        """Units that are asked, or have reported."""
        return self.units.asked | (self.last_reports >= 0)

    @cached_property
    def asked_period(self) -> tuple[Integers, Integers]:
        """First month in which each unit is asked, and first in which it is not any more, ``(units,)`` each.

        Where everybody is asked: always. Else a unit of a panel that was renewed is asked from its first report on, or
        from the beginning where that is within ``FIRST_WAVE`` months; one that is not asked now was asked until its
        last report."""
        asked, last = self.units.asked, self.last_reports
        first, until = np.full(len(asked), UNKNOWN_START), np.full(len(asked), NO_END)
        if asked.all():
            return first, until
        begin = (self.reporting_lines > 0).argmax(axis=0)
        late = begin >= FIRST_WAVE
        first[late] = self.first_month + begin[late]
        until[~asked] = np.where(last >= 0, self.first_month + last + 1, UNKNOWN_START)[~asked]
        return first, until


@dataclass(frozen=True)
class Panel(Reports):
    """Reports in memory, sorted by line and month, coded to integers."""

    line_product: Texts
    line: Integers
    month: Integers
    quantity: Floats
    value: Floats
    """Rupiah; NaN where only the quantity was reported."""

    @cached_property
    def start(self) -> Integers:
        """Position of each line's first report, then the number of reports, ``(lines + 1,)``."""
        return np.searchsorted(self.line, np.arange(len(self.line_unit) + 1))

    def chunks(self) -> Iterator[tuple[Integers, Panel]]:
        """Consecutive lines with about CHUNK_ROWS reports; one chunk for a small panel."""
        lines = np.arange(len(self.line_unit))
        if len(self.line) <= CHUNK_ROWS:
            yield lines, self
            return
        first_of_unit = np.r_[True, self.line_unit[1:] != self.line_unit[:-1]]
        start = np.maximum.accumulate(np.where(first_of_unit, self.start[:-1], 0))  # a unit stays in one chunk
        for some in np.split(lines, np.flatnonzero(np.diff(start // CHUNK_ROWS)) + 1):
            yield some, self.select_lines(some)

    def partitions(self, name: str, dtype: np.dtype[np.void], parts: int) -> Partitions:
        return Partitions(dtype, parts)

    def select_lines(self, lines: Integers) -> Panel:
        """Some lines, numbered from 0, over the same months and units. ``lines``: ascending."""
        begin, end = self.start[lines], self.start[lines + 1]
        line = np.repeat(np.arange(len(lines)), end - begin)
        rows = np.arange(len(line)) + np.repeat(begin - np.r_[0, np.cumsum(end - begin)[:-1]], end - begin)
        return replace(
            self,
            line_unit=self.line_unit[lines],
            line_product=self.line_product[lines],
            line=line,
            month=self.month[rows],
            quantity=self.quantity[rows],
            value=self.value[rows],
        )
