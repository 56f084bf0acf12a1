"""Previous-year prices, which convert quantities to volumes.

``p[i, b]`` is a line's value over its quantity in year ``b``; month ``t`` is valued with ``b`` the
year before ``t``'s. A year's prices do not change once it has closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sambang_stats.panel import CHUNK_ROWS, Reports
from sambang_stats.results import Floats, Integers


@dataclass(frozen=True)
class Prices:
    """Prices of every line for every base year.

    ``price[i, y]``: rupiah for one unit of line ``i``, for valuing the months of year
    ``first_year + y``. ``carried`` marks those not observed in the base year itself.
    """

    first_year: int
    price: Floats
    carried: NDArray[np.bool_]
    relative: Floats
    """``relative[c, y]``: median price of year ``y`` over that of the year before, by cell."""

    def select_lines(self, lines: Integers) -> Prices:
        """The prices of some lines, renumbered from 0."""
        return replace(self, price=self.price[lines], carried=self.carried[lines])


def previous_year_prices(panel: Reports, cell_of_line: Integers) -> Prices:
    """Prices by line and year, ``(lines, years of the panel)``.

    Not observed in the base year: the last known price moved on by the cell's median relatives; none
    before it: the first known one moved back; never: the median price of the cell's lines.
    """
    first_year = panel.first_month // 12
    years = panel.last_month // 12 - first_year + 1
    own = _own_prices(panel, first_year, years)
    cells = int(cell_of_line.max()) + 1
    relative = np.ones((cells, years))
    for y in range(1, years):
        ratio = own[:, y] / own[:, y - 1]
        relative[:, y] = _medians(ratio, cell_of_line, cells, otherwise=1.0)
    level = np.cumprod(relative, axis=1)
    first = np.empty(len(own))
    for some in _line_blocks(own):
        first[some] = _first_observed(own[some] / level[cell_of_line[some]])
    if np.isnan(first).all():
        first[:] = _price_without_values(panel)
    nobody = _means(first, cell_of_line, cells)
    price, carried = own, np.empty(own.shape, dtype=bool)
    for some in _line_blocks(own):
        at_start = np.where(np.isnan(first[some]), nobody[cell_of_line[some]], first[some])
        price[some], carried[some] = _carried(own[some], level[cell_of_line[some]], at_start)
    return Prices(first_year, price, carried, relative)


def _price_without_values(panel: Reports) -> float:
    """The price of every line where no report has a value: 1, or a power of ten with which the smallest quantity with
    decimals (tonnes, say) has five digits before volumes are rounded to whole numbers."""
    least, most, is_integer = np.inf, 1.0, True
    for _lines, some in panel.chunks():
        made = some.quantity[some.quantity > 0]
        least, most = min(least, made.min(initial=np.inf)), max(most, made.max(initial=1.0))
        is_integer = is_integer and bool((made == np.floor(made)).all())
    if is_integer:
        return 1.0
    digits = min(np.ceil(4 - np.log10(least)), np.floor(12 - np.log10(most)))
    return float(10.0 ** max(digits, 0))


def _line_blocks(own: Floats) -> Iterator[slice]:
    """Blocks of lines, to bound the memory."""
    for first in range(0, len(own), CHUNK_ROWS):
        yield slice(first, first + CHUNK_ROWS)


def _carried(own: Floats, level: Floats, at_start: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Prices by line and year, and which of them were not observed in the base year.

    ``level``: of the lines' cells; ``at_start``: a line's price at level 1 before its first known price.
    """
    unknown = np.full((len(own), 1), np.nan)
    base = np.concatenate([unknown, _last_observed(own / level)[:, :-1]], axis=1)
    base_level = np.concatenate([level[:, :1], level[:, :-1]], axis=1)
    price = np.where(np.isnan(base), at_start[:, None], base) * base_level
    observed = np.concatenate([unknown, own[:, :-1]], axis=1)
    return np.where(np.isnan(observed), price, observed), np.isnan(observed)


def line_prices(reports: Iterable[tuple[int, float, int | None]]) -> dict[int, float]:
    """A line's value over quantity by year, of the months in which it reported both.

    ``reports``: month, quantity, value in whole rupiah. Sums are of whole rupiah and thousandths of a unit, so that the
    order of reports does not matter; the division rounds once.
    """
    sums: dict[int, list[int]] = {}
    for month, quantity, value in reports:
        if value and quantity > 0:
            of_year = sums.setdefault(month // 12, [0, 0])
            of_year[0] += value
            of_year[1] += round(quantity * 1000)
    return {year: value * 1000 / thousandths for year, (value, thousandths) in sums.items()}


def price_for(year: int, own: Mapping[int, float]) -> tuple[float, bool] | None:
    """A line's price for valuing the months of ``year``, from its own reports alone, and whether it was carried there.

    ``own``: of ``line_prices``. The price of the year before; else the newest before that; else the first one after;
    None without any. Unlike in ``previous_year_prices`` a carried price is not moved by the cell's price relatives, so
    that no report changes the price of another line.
    """
    if year - 1 in own:
        return own[year - 1], False
    if not own:
        return None
    before = [earlier for earlier in own if earlier < year]
    return own[max(before) if before else min(own)], True


def _own_prices(panel: Reports, first_year: int, years: int) -> Floats:
    """Value over quantity of each line in each year, ``(lines, years)``; NaN where unknown."""
    own = np.empty((len(panel.line_unit), years))
    for lines, some in panel.chunks():
        priced = (some.quantity > 0) & ~np.isnan(some.value) & (some.value > 0)
        at = some.line[priced] * years + (some.month[priced] // 12 - first_year)
        value, quantity = (
            np.bincount(at, number[priced], len(lines) * years) for number in (some.value, some.quantity)
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            own[lines] = (value / quantity).reshape(-1, years)
    return own


def _last_observed(price: Floats) -> Floats:
    """Each row's last price that is no NaN, up to and including each column."""
    imputed = price.copy()
    for y in range(1, price.shape[1]):
        imputed[:, y] = np.where(np.isnan(imputed[:, y]), imputed[:, y - 1], imputed[:, y])
    return imputed


def _first_observed(price: Floats) -> Floats:
    """Each row's first price that is no NaN."""
    first = np.full(len(price), np.nan)
    for y in reversed(range(price.shape[1])):
        first = np.where(np.isnan(price[:, y]), first, price[:, y])
    return first


def _means(price: Floats, cell: Integers, cells: int) -> Floats:
    """The expected price of a line without a price, by cell: the mean of a lognormal distribution with the reported
    prices' median and normalised median deviation, so that single wrong values do not matter."""
    with np.errstate(divide="ignore"):
        log = np.where(price > 0, np.log(price), np.nan)
    middle = _medians(log, cell, cells, otherwise=0.0)
    spread = _medians(np.abs(log - middle[cell]), cell, cells, otherwise=0.0) / 0.6745
    return np.exp(middle + np.minimum(spread, 1.0) ** 2 / 2)


def _medians(number: Floats, group: Integers, groups: int, *, otherwise: float) -> Floats:
    """Median by group, ``(groups,)``; groups without a number take the median of all."""
    given = ~np.isnan(number)
    number, group = number[given], group[given]
    if len(number) == 0:
        return np.full(groups, otherwise)
    order = np.lexsort((number, group))
    number, group = number[order], group[order]
    count = np.bincount(group, minlength=groups)
    start = np.cumsum(count) - count
    low = np.minimum(start + (count - 1) // 2, len(number) - 1).clip(min=0)
    high = np.minimum(start + count // 2, len(number) - 1)
    middle = (number[low] + number[high]) / 2
    return np.where(count > 0, middle, np.median(number))
