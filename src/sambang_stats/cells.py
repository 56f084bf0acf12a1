"""Cells: the additive, mergeable, exact state of the index.

``cells[cell, t, g]``: count, volume at ``t`` (``num``) and volume at ``t - g`` (``den``) of the lines that report
production in month ``t`` and reported it last at ``t - g``, both at the prices of the year before ``t``. Volumes are
whole rupiah in 64 bits, so sums do not depend on order, shard or engine.

Gaps: ``ZERO + g`` for a report of zero, which changes the active share and not the volume of the active lines; 0 for
births, production that started at ``t``, with ``den`` 0; ``-g`` for verified closures, which are certain and must not
be extrapolated to the missing lines. A line without earlier production links with ``den`` 0 at the gap to its last
report.
"""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from sambang_stats.months import AnyIntegers
from sambang_stats.panel import CHUNK_ROWS, UNKNOWN_START, Panel
from sambang_stats.prices import Prices, previous_year_prices
from sambang_stats.results import Floats, Integers
from sambang_stats.volume import VOLUME_SQL, volumes

GAPS = 12
"""Largest gap of a link, months. Reports of zero are reports."""

ZERO = 10_000
"""Added to the gap of a report of zero."""

MEMORY = "512MB"
"""DuckDB's memory limit."""

LINK = """
    SELECT r.line AS line, r.cell AS cell, r.month AS month,
        r.month - COALESCE(r.month_active, r.month_before)
            + CASE WHEN r.quantity > 0 OR r.month_active IS NULL THEN 0 ELSE {zero} END AS gap,
        {volume} AS volume,
        {volume_before} AS volume_before
    FROM (
        SELECT line, cell, month, valued_in, quantity,
            LAG(month) OVER (PARTITION BY line ORDER BY month) AS month_before,
            MAX(CASE WHEN quantity > 0 THEN month END) OVER (
                PARTITION BY line ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS month_active
        FROM reports
    ) AS r
    LEFT JOIN reports AS a ON a.line = r.line AND a.month = r.month_active
    JOIN prices AS p ON p.line = r.line AND p.valued_in = r.valued_in
    WHERE r.month - r.month_before <= {gaps}
""".format(  # noqa: S608 - two column names of our own are filled in
    zero=ZERO,
    gaps=GAPS,
    volume=VOLUME_SQL.format(quantity="r.quantity", price="p.price"),
    volume_before=VOLUME_SQL.format(quantity="COALESCE(a.quantity, 0)", price="p.price"),
)
"""SQL: ordered reports of lines to linked rows. Aliases are case-insensitive: never `n` beside `N`."""

SUM_LINKS = """
    SELECT cell, month, gap, CAST(COUNT(*) AS BIGINT) AS matched,
        CAST(SUM(volume) AS BIGINT) AS num, CAST(SUM(volume_before) AS BIGINT) AS den
    FROM linked
    GROUP BY cell, month, gap
"""
"""SQL: linked rows to cells."""

FEW_RUNS = 16
"""Up to so many ascending runs (shards) a merge is faster than a sort."""

SqlRunner = Callable[[str, dict[str, pa.Table]], pa.Table]
"""Runs one SQL statement over named tables."""

LinkedRows = Sequence[AnyIntegers]
"""Linked rows by column: cell, month, gap, volume, volume before."""


@dataclass(frozen=True)
class Cells:
    """Arrays of one length, sorted by (cell, month, gap); keys are unique, and no row is all zeros."""

    cell: Integers
    month: Integers
    gap: Integers
    count: Integers
    num: Integers
    den: Integers

    def __len__(self) -> int:
        return len(self.cell)

    def select(self, rows: slice | Integers) -> Cells:
        """Some rows, in their order."""
        return Cells(*(column[rows] for column in _columns(self)))

    @classmethod
    def concatenate(cls, parts: Sequence[Cells]) -> Cells:
        """The rows of parts in key order that have no key in common."""
        return cls(*(np.concatenate(column) for column in zip(*map(_columns, parts), strict=True)))

    def equals(self, other: Cells) -> bool:
        """Exact equality."""
        mine, theirs = _columns(self), _columns(other)
        return all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))


def run_on_duckdb(statement: str, tables: dict[str, pa.Table]) -> pa.Table:
    """Run a statement on a private embedded DuckDB, which spills to disk beyond MEMORY."""
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": tempfile.gettempdir()}) as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return connection.sql(statement).to_arrow_table()


def months_back(gap: Integers) -> Integers:
    """Months from a row to the previous report to which it is linked, also for zeros and closures."""
    return np.abs(gap) % ZERO


@dataclass(frozen=True)
class LinkedReports:
    """The reports of a panel linked to the line's previous production, at constant prices."""

    prices: Prices
    line: Integers
    cell: Integers
    month: Integers
    gap: Integers
    volume: Integers
    volume_before: Integers


def link(
    panel: Panel, cell_of_line: Integers, engine: SqlRunner = run_on_duckdb, prices: Prices | None = None
) -> LinkedReports:
    """Linked rows of a panel; closures have the negative of their gap and births have gap 0.

    ``prices``: of the panel's lines, if they are known already (a subset of the lines of a larger panel)."""
    prices = prices or previous_year_prices(panel, cell_of_line)
    rows = link_reports((panel.line, panel.month, panel.quantity), cell_of_line, prices, engine)
    names = ("line", "month", "gap", "volume", "volume_before")
    return join_ends(panel, cell_of_line, prices, [_integers(rows, name) for name in names])


def join_ends(panel: Panel, cell_of_line: Integers, prices: Prices, linked: Sequence[Integers]) -> LinkedReports:
    """Linked rows and those of ``ends``. ``linked``: line, month, gap, volume and volume before."""
    columns = zip(linked, ends(panel, prices), strict=True)
    line, month, gap, volume, before = (np.concatenate(parts) for parts in columns)
    return LinkedReports(prices, line, cell_of_line[line], month, gap, volume, before)


def link_reports(
    reports: tuple[Integers, Integers, Floats],
    cell_of_line: Integers,
    prices: Prices,
    engine: SqlRunner = run_on_duckdb,
) -> pa.Table:
    """LINK over reports (line, month, quantity): line, cell, month, gap, volume, volume_before."""
    line, month, quantity = reports
    lines, years = prices.price.shape
    first = prices.first_year
    tables = {
        "reports": pa.table(
            {"line": line, "cell": cell_of_line[line], "month": month, "valued_in": month // 12, "quantity": quantity}
        ),
        "prices": pa.table(
            {
                "line": np.repeat(np.arange(lines), years),
                "valued_in": np.tile(np.arange(first, first + years), lines),
                "price": prices.price.ravel(),
            }
        ),
    }
    return engine(LINK, tables)


def sum_links(linked: LinkedReports, cell: Integers, engine: SqlRunner = run_on_duckdb) -> Cells:
    """Cells of linked rows, for any assignment of rows to cells."""
    volumes = {"volume": linked.volume, "volume_before": linked.volume_before}
    return sum_link_rows(pa.table({"cell": cell, "month": linked.month, "gap": linked.gap} | volumes), engine)


def sum_link_rows(linked: pa.Table, engine: SqlRunner = run_on_duckdb) -> Cells:
    """SUM_LINKS over linked rows."""
    rows = engine(SUM_LINKS, {"linked": linked})
    names = ("cell", "month", "gap", "matched", "num", "den")
    return add(*(_integers(rows, name) for name in names))


def cells_digest(cells: Cells) -> str:
    """One hash of all cells, which is the same on every SQL engine if the cells are equal."""
    table = np.stack(_columns(cells)).astype("<i8")
    return hashlib.sha256(table.tobytes()).hexdigest()


def sum_ordered_links(batches: Iterable[LinkedRows]) -> Cells:
    """SUM_LINKS without SQL, over linked rows that stream by: cell, month, gap, volume, volume before.

    Rows in (cell, month, gap) order are summed run by run as they pass: little more work than reading them,
    and no more memory than the cells. Rows in any order give the same cells: a batch is sorted then, and what
    batches have in common is summed at the end.
    """
    summed: list[list[AnyIntegers]] = []
    ordered = True
    for batch in batches:
        runs = _sorted_runs(batch)
        if summed:
            runs = _carry(summed[-1], runs)
        if len(runs[0]):
            ordered = ordered and (not summed or _first_key(runs) > _last_key(summed[-1]))
            summed.append(runs)
    if not summed:
        return _no_cells()
    columns = _concatenated(summed)
    return Cells(*columns) if ordered else add(*columns)


def _concatenated(tables: list[list[AnyIntegers]]) -> list[Integers]:
    """The columns of all tables, emptied column by column so that never two copies of all cells are in memory."""
    columns = []
    while tables[0]:
        columns.append(np.concatenate([table.pop(0) for table in tables], dtype=np.int64))
    return columns


def _sorted_runs(batch: LinkedRows) -> list[AnyIntegers]:
    """The summed runs of a batch, sorted by key; the batch is sorted first if its keys are not ascending."""
    runs = _runs(*batch)
    if _ascend(runs[:3]):
        return runs
    return list(_columns(add(*(column.astype(np.int64) for column in runs))))


def _ascend(keys: list[AnyIntegers]) -> bool:
    """Whether each key is greater than the one before."""
    up = np.zeros(max(len(keys[0]) - 1, 0), dtype=bool)
    for key in reversed(keys):
        up = (key[1:] > key[:-1]) | ((key[1:] == key[:-1]) & up)
    return bool(up.all())


def _first_key(runs: list[AnyIntegers]) -> list[int]:
    return [int(key[0]) for key in runs[:3]]


def _last_key(runs: list[AnyIntegers]) -> list[int]:
    return [int(key[-1]) for key in runs[:3]]


def _carry(before: list[AnyIntegers], runs: list[AnyIntegers]) -> list[AnyIntegers]:
    """Merge a run that spans two batches into the earlier one; returns the rest of the later batch."""
    if not len(runs[0]) or _first_key(runs) != _last_key(before):
        return runs
    for number, earlier in zip(runs[3:], before[3:], strict=True):
        earlier[-1] += number[0]
    return [column[1:] for column in runs]


def _runs(
    cell: AnyIntegers, month: AnyIntegers, gap: AnyIntegers, volume: AnyIntegers, volume_before: AnyIntegers
) -> list[AnyIntegers]:
    """Sum neighbouring rows with equal keys: the six columns of cells."""
    if not len(cell):
        return [np.zeros(0, dtype=np.int64)] * 6
    start = _starts(cell, month, gap)
    lines = np.diff(start, append=len(cell))
    sums = [np.add.reduceat(number, start, dtype=np.int64) for number in (volume, volume_before)]
    return [*(key[start] for key in (cell, month, gap)), lines, *sums]


def _starts(*keys: AnyIntegers) -> Integers:
    """Whether each key differs from that of the previous row; True for the first row. At least one row is required."""
    differs = np.ones(len(keys[0]), dtype=bool)
    differs[1:] = keys[0][1:] != keys[0][:-1]
    for key in keys[1:]:
        differs[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(differs)


def add(cell: Integers, month: Integers, gap: Integers, count: Integers, num: Integers, den: Integers) -> Cells:
    """Rows with repeated keys as sorted cells: the one place where cells are summed."""
    if len(cell) == 0:
        return _no_cells()
    keys, sums = [cell, month, gap], [count, num, den]
    order = _order(*keys)
    if order is not None:
        keys, sums = [key[order] for key in keys], [number[order] for number in sums]
    start = _starts(*keys)
    if len(start) < len(cell):
        keys, sums = [key[start] for key in keys], [np.add.reduceat(number, start) for number in sums]
    nonzero = (sums[0] != 0) | (sums[1] != 0) | (sums[2] != 0)
    if not nonzero.all():
        keys, sums = [key[nonzero] for key in keys], [number[nonzero] for number in sums]
    return Cells(*keys, *sums)


def _order(cell: Integers, month: Integers, gap: Integers) -> Integers | None:
    """Positions that sort the rows by key; None if they are sorted already."""
    least = [int(key.min()) for key in (cell, month, gap)]
    widths = [int(key.max()) - low + 1 for key, low in zip((cell, month, gap), least, strict=True)]
    if math.prod(widths) >= 2**63:
        return np.lexsort((gap, month, cell))
    packed = cell - least[0]  # one number for each key sorts five times faster
    for key, low, width in zip((month, gap), least[1:], widths[1:], strict=True):
        packed *= width
        packed += key
        packed -= low
    falls = np.count_nonzero(packed[1:] < packed[:-1])
    if not falls:
        return None
    return np.argsort(packed, kind="stable" if falls < FEW_RUNS else None)


def _no_cells() -> Cells:
    return Cells(*(np.zeros(0, dtype=np.int64) for _ in range(6)))


def merge(*shards: Cells) -> Cells:
    """Merge the cells of several shards (councils, files), in any order."""
    if not shards:
        return _no_cells()
    return add(*_columns(Cells.concatenate(shards)))


def recode(cells: Cells, target: Integers) -> Cells:
    """Cells under a wider coding: ``target[cell]`` is the wider cell. Rows are processed in chunks to bound memory."""
    chunks = []
    for first in range(0, len(cells), CHUNK_ROWS):
        cell, *others = (column[first : first + CHUNK_ROWS] for column in _columns(cells))
        chunks.append(add(target[cell], *others))
    return merge(*chunks)


def ends(panel: Panel, prices: Prices) -> tuple[Integers, ...]:
    """The closures and births of lines as linked rows: line, month, gap, volume, volume before.

    A line closes in its unit's first month without production, if it reported at most ``GAPS`` months before and not in
    it or later; it loses its last production. A line of a unit that began within the panel is born with its first
    report; the first report of an old unit is no birth, nor is a new product of an old unit."""
    start, end = (number[panel.line_unit] for number in (panel.units.start, panel.units.end))
    first, last = panel.start[:-1], panel.start[1:] - 1
    month, silent = panel.month[first], end - panel.month[last]
    closed = np.flatnonzero((end <= panel.last_month) & (silent > 0) & (silent <= GAPS))
    born = np.flatnonzero(
        (start > UNKNOWN_START) & (start > panel.first_month) & (month >= start) & (month - start <= GAPS)
    )
    latest = np.maximum.accumulate(np.where(panel.quantity > 0, np.arange(len(panel.line)), -1))[last[closed]]
    is_active = latest >= first[closed]  # the latest report of production is the line's own
    gap = end[closed] - panel.month[np.where(is_active, latest, last[closed])]
    line, at = np.concatenate([closed, born]), np.concatenate([end[closed], month[born]])
    quantity = np.concatenate([np.where(is_active, panel.quantity[latest], 0.0), panel.quantity[first[born]]])
    volume = volumes(quantity, prices.price[line, at // 12 - prices.first_year])
    lost = np.arange(len(line)) < len(closed)
    return line, at, np.concatenate([-gap, np.zeros_like(born)]), np.where(lost, 0, volume), np.where(lost, volume, 0)


def _columns(cells: Cells) -> tuple[Integers, ...]:
    return cells.cell, cells.month, cells.gap, cells.count, cells.num, cells.den


def _integers(table: pa.Table, name: str) -> Integers:
    return np.asarray(table[name].to_numpy(), dtype=np.int64)
