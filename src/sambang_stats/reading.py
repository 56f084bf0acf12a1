"""Tables of reports and units to a checked, coded panel."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sambang_stats.errors import PanelError, Problem, TableName
from sambang_stats.input_table import InputTable
from sambang_stats.months import month_text
from sambang_stats.panel import NO_END, UNKNOWN_START, Columns, Panel, Texts, Units
from sambang_stats.results import Floats, Integers

REPORT_COLUMNS = ("unit", "product", "month", "quantity", "value")
UNIT_COLUMNS = ("unit", "region", "industry", "start", "end", "weight")
PROVINCES = frozenset(
    str(number)
    for first, last in ((11, 19), (21, 21), (31, 36), (51, 53), (61, 65), (71, 76), (81, 82), (91, 96))
    for number in range(first, last + 1)
)
"""First two digits of Kemendagri's codes, Kepmendagri 300.2.2-2138/2025."""


def read_panel(reports: Columns, units: Columns | None = None) -> Panel:
    """Check and code a columnar panel.

    ``reports``: columns ``unit, product, month, quantity, value`` (value may hold nulls; a null
    quantity is a missing report). ``units``: ``unit, region, industry, start, end, weight`` and
    optionally ``cluster``; ``start``, ``end``, ``weight`` may hold nulls. Months are dates or
    ``YYYY-MM``. Without ``units`` all reports make one cell. Raises PanelError.
    """
    table = InputTable.of(TableName.REPORTS, reports, REPORT_COLUMNS)
    if not len(table):
        raise PanelError(Problem.NO_REPORTS)
    unit, unit_names = table.codes("unit")
    product, product_names = table.codes("product")
    month = table.months("month")
    quantity, value = table.numbers("quantity"), table.numbers("value")
    register = read_units(units) if units is not None else units_in_one_cell(unit_names)
    key = _positions(unit_names, register.unit)[unit]
    key *= len(product_names)
    key += product
    del unit, product
    reported = ~np.isnan(quantity)
    if not reported.any():
        raise PanelError(Problem.NO_QUANTITIES)
    if not reported.all():
        key, month, quantity, value = key[reported], month[reported], quantity[reported], value[reported]
    return Keys(register, product_names, key).panel(month, quantity, value)


@dataclass(frozen=True)
class Keys:
    """Which line each report belongs to: ``unit's position * number of products + product``."""

    register: Units
    products: Texts
    key: Integers

    def panel(self, month: Integers, quantity: Floats, value: Floats) -> Panel:
        """The reports sorted by line and month; raises PanelError where a line has two reports of a month."""
        first, last = int(month.min()), int(month.max())
        row = self.key * (last - first + 1)  # the line and its month as one number
        row += month
        row -= first
        if not (row[1:] > row[:-1]).all():
            order = np.argsort(row)
            row, quantity, value = row[order], quantity[order], value[order]
            del order
        duplicates = np.flatnonzero(row[1:] == row[:-1])
        month = row % (last - first + 1)
        month += first
        row //= last - first + 1
        key = row
        begins = np.r_[True, key[1:] != key[:-1]]
        unit, product = np.divmod(key[begins], len(self.products))
        if len(duplicates):
            first_unit, first_product = divmod(int(key[duplicates[0]]), len(self.products))
            names = (self.register.unit[first_unit], self.products[first_product])
            raise duplicate_report(names, int(month[duplicates[0]]), len(duplicates))
        return Panel(
            units=self.register,
            line_unit=unit,
            line_product=self.products[product],
            line=np.cumsum(begins) - 1,
            month=month,
            quantity=quantity,
            value=value,
            first_month=first,
            last_month=last,
        )


def duplicate_report(names: tuple[str, str], month: int, count: int) -> PanelError:
    """``names``: of the unit and the product."""
    unit, product = names
    return PanelError(Problem.DUPLICATE_REPORT, unit=unit, product=product, month=month_text(month), count=count)


def _positions(names: Texts, register: Texts) -> Integers:
    positions = pc.index_in(pa.array(names, pa.string()), value_set=pa.array(register, pa.string()))
    if positions.null_count:
        unit = names[pc.index(positions.is_null(), True).as_py()]
        raise PanelError(Problem.UNKNOWN_UNIT, unit=unit, count=positions.null_count)
    return np.asarray(positions.to_numpy(zero_copy_only=False), dtype=np.int64)


def read_units(columns: Columns) -> Units:
    """Check and code a register of units; raises PanelError."""
    table = InputTable.of(TableName.UNITS, columns, UNIT_COLUMNS)
    unit = table.texts("unit")
    names, counts = np.unique(unit, return_counts=True)
    if len(names) < len(unit):
        raise PanelError(Problem.DUPLICATE_UNIT, unit=names[counts > 1][0])
    region, industry = table.texts("region"), table.texts("industry")
    _check_codes(unit, region, industry)
    start = table.months("start", empty=UNKNOWN_START)
    end = table.months("end", empty=NO_END)
    wrong = np.flatnonzero(end < start)
    if len(wrong):
        raise PanelError(Problem.END_BEFORE_START, unit=unit[wrong[0]])
    no_cluster = np.full(len(unit), "", dtype=object)
    return Units(
        unit=unit,
        region=region,
        industry=industry,
        cluster=table.texts("cluster", may_be_empty=True) if "cluster" in table else no_cluster,
        start=start,
        end=end,
        weight=table.numbers("weight"),
        asked=_read_asked(table),
    )


def _read_asked(table: InputTable) -> NDArray[np.bool_]:
    """The column ``asked``: 1 or empty yes, 0 no; without it everybody is asked."""
    if "asked" not in table:
        return np.ones(len(table), dtype=bool)
    asked = table.numbers("asked")
    wrong = np.flatnonzero(~np.isnan(asked) & (asked != 0) & (asked != 1))
    if len(wrong):
        raise PanelError(
            Problem.UNKNOWN_ASKED, table=TableName.UNITS, number=float(asked[wrong[0]]), row=int(wrong[0]) + 2
        )
    if (asked == 0).all():
        raise PanelError(Problem.NOBODY_ASKED)
    is_asked: NDArray[np.bool_] = asked != 0
    return is_asked


def _check_codes(unit: Texts, region: Texts, industry: Texts) -> None:
    for code in np.unique(region):
        if not re.fullmatch(r"\d{10}", code) or code[:2] not in PROVINCES:
            raise PanelError(Problem.UNKNOWN_REGION, region=code, unit=unit[int((region == code).argmax())])
    for code in np.unique(industry):
        if not re.fullmatch(r"\d{5}", code):
            raise PanelError(Problem.UNKNOWN_INDUSTRY, industry=code, unit=unit[int((industry == code).argmax())])


def units_in_one_cell(names: Texts) -> Units:
    """Units of which nothing is known but their names: all in one cell."""
    count = len(names)
    return Units(
        unit=names,
        region=np.full(count, "0000000000", dtype=object),
        industry=np.full(count, "00000", dtype=object),
        cluster=np.full(count, "", dtype=object),
        start=np.full(count, UNKNOWN_START, dtype=np.int64),
        end=np.full(count, NO_END, dtype=np.int64),
        weight=np.full(count, np.nan),
        asked=np.ones(count, dtype=bool),
    )
