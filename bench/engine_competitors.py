"""The engine and its competitors in bench/engine.py: the same work by the engine, and by hand with three libraries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
from bench.ordered_sums import by_ordered_runs
from bench.synthetic_reports import CELLS_A_DISTRICT, CELLS_A_PROVINCE, CELLS_A_REGENCY, FIRST

from sambang_stats.cells import LINK, SUM_LINKS, Cells, add, merge, recode, sum_ordered_links
from sambang_stats.chain import ChainRules, LevelRules, Window, chain_cells
from sambang_stats.ledger import Change, LineState, with_report
from sambang_stats.results import Kind

MONTHS = 36
EVENTS = 1000
KEYS = ["cell", "month", "gap"]
ROWS = [*KEYS, "volume", "volume_before"]
WIDTHS = (1, CELLS_A_DISTRICT, CELLS_A_REGENCY, CELLS_A_PROVINCE, 10**9)
"""Elementary cells in one cell of each level, up to the nation."""

Ready = Any


@dataclass(frozen=True)
class Answer:
    """What is compared afterwards: all cells, or the times (p50, p99) of many small works."""

    cells: Cells | None = None
    milliseconds: tuple[float, float] | None = None


@dataclass(frozen=True)
class Competitor:
    name: str
    part: str
    title: str
    run: Callable[[Path, Ready], Answer]
    prepare: Callable[[Path], Ready] = lambda _folder: None
    most_units: int = 10**9
    """Beyond so many it is left out, and the table says so."""


# Rebuild


def scan(folder: Path, _ready: Ready) -> Answer:
    """The least that anything can do: read the five columns and add each up."""
    sums = ", ".join(f"SUM({name})" for name in ROWS)
    duckdb.sql(f"SELECT {sums} FROM '{folder}/linked.parquet'").fetchall()
    return Answer()


def by_fold(folder: Path, _ready: Ready) -> Answer:
    return Answer(_fold(folder / "linked.parquet"))


def by_part(folder: Path, _ready: Ready) -> Answer:
    return Answer(by_ordered_runs(folder, SUM_LINKS))


def by_link(folder: Path, _ready: Ready) -> Answer:
    return Answer(by_ordered_runs(folder, _linked_first()))


def by_lag(folder: Path, _ready: Ready) -> Answer:
    return Answer(_selected(folder, _linked_first()))


def _linked_first() -> str:
    return SUM_LINKS.replace("FROM linked", f"FROM ({LINK}) AS linked")


def by_months(folder: Path, _ready: Ready) -> Answer:
    """Adjacent links only, so worse."""
    duckdb.sql(f"""
        SELECT a.cell, a.month, COUNT(*), SUM(a.quantity * a.price) AS num, SUM(b.quantity * a.price) AS den
        FROM '{folder}/reports.parquet' a JOIN '{folder}/reports.parquet' b
            ON a.line = b.line AND a.month = b.month + 1
        GROUP BY a.cell, a.month
    """).fetchnumpy()
    return Answer()


def by_duckdb(folder: Path, _ready: Ready) -> Answer:
    return Answer(_selected(folder, f"{_sums('linked')} ORDER BY ALL"))


def by_pandas(folder: Path, _ready: Ready) -> Answer:
    return Answer(_of_frame(_pandas_sums(folder / "linked.parquet")))


def by_polars(folder: Path, _ready: Ready) -> Answer:
    return Answer(_of_polars(_polars_sums(folder / "linked.parquet").collect(engine="streaming")))


def _sums(rows: str) -> str:
    return f"""SELECT cell, month, gap, COUNT(*) AS count, SUM(volume)::BIGINT AS num, SUM(volume_before)::BIGINT AS den
        FROM {rows} WHERE gap <= 12 GROUP BY ALL"""


def _fold(file: Path) -> Cells:
    batches = pq.ParquetFile(file, pre_buffer=False).iter_batches(1 << 17, columns=ROWS, use_threads=False)
    return sum_ordered_links([batch[name].to_numpy() for name in ROWS] for batch in batches)


def _selected(folder: Path, statement: str) -> Cells:
    with duckdb.connect() as connection:
        for name in ("linked", "newest", "reports", "prices"):
            connection.execute(f"CREATE VIEW {name} AS FROM '{folder}/{name}.parquet'")
        columns = connection.sql(statement).to_arrow_table().columns
    return add(*(np.asarray(column.to_numpy(), dtype=np.int64) for column in columns))


def _pandas_sums(file: Path) -> pd.DataFrame:
    frame = pd.read_parquet(file, columns=ROWS)
    groups = frame[frame.gap <= 12].groupby(KEYS)
    return groups.agg(count=("volume", "size"), num=("volume", "sum"), den=("volume_before", "sum")).reset_index()


def _polars_sums(file: Path) -> pl.LazyFrame:
    sums = [pl.len().cast(pl.Int64).alias("count"), pl.col("volume").sum().alias("num")]
    rows = pl.scan_parquet(file).filter(pl.col("gap") <= 12).group_by(KEYS)
    return rows.agg(*sums, pl.col("volume_before").sum().alias("den")).sort(KEYS)


def _of_frame(frame: pd.DataFrame) -> Cells:
    return Cells(*(frame[name].to_numpy(np.int64) for name in frame.columns))


def _of_polars(frame: pl.DataFrame) -> Cells:
    return Cells(*(column.to_numpy().astype(np.int64) for column in frame.get_columns()))


# A month added: nine tenths of its lines, to the cells in which the others stand already


def month_by_month(folder: Path) -> dict[int, Cells]:
    """All cells before, a table for each month: what comes in touches the months that it speaks of."""
    live = dict(_months(_fold(folder / "linked.parquet")))
    return live | {max(live): _fold(folder / "early.parquet")}


def _months(cells: Cells) -> Iterator[tuple[int, Cells]]:
    columns = (cells.cell, cells.month, cells.gap, cells.count, cells.num, cells.den)
    for month in range(int(cells.month.min()), int(cells.month.max()) + 1):
        here = cells.month == month
        if here.all():
            yield month, cells
        elif here.any():
            yield month, Cells(*(column[here] for column in columns))


def add_month(folder: Path, live: dict[int, Cells]) -> Answer:
    for month, came in _months(_fold(folder / "newest.parquet")):
        live[month] = merge(live[month], came)
    return Answer(live[max(live)])


def add_month_duckdb(folder: Path, early: Cells) -> Answer:
    came = _selected(folder, f"{_sums('newest')} ORDER BY ALL")
    return Answer(merge(early, came))


def add_month_pandas(folder: Path, early: pd.DataFrame) -> Answer:
    both = pd.concat([early, _pandas_sums(folder / "newest.parquet")])
    return Answer(_of_frame(both.groupby(KEYS).sum().reset_index()))


def add_month_polars(folder: Path, early: pl.DataFrame) -> Answer:
    both = pl.concat([early, _polars_sums(folder / "newest.parquet").collect(engine="streaming")])
    return Answer(_of_polars(both.group_by(KEYS).sum().sort(KEYS)))


# The chain of every level


def _chained(cells: Cells) -> np.ndarray:
    count = int(cells.cell.max()) + 1
    levels = LevelRules(
        unit=np.ones(count),
        coverage=np.broadcast_to(1.0, (MONTHS, count)),
        gone=np.broadcast_to(0.0, (MONTHS, count)),
        ended=np.full(count, MONTHS),
    )
    rules = ChainRules(rank=0, new=np.zeros(count, dtype=bool), levels=levels)
    return chain_cells(cells, Window(count, FIRST, MONTHS), rules).level(Kind.VOLUME)


def chain_levels(_folder: Path, cells: Cells) -> Answer:
    wide = cells
    for before, width in zip((1, *WIDTHS), WIDTHS, strict=False):
        if width > before:
            wide = recode(wide, np.arange(int(wide.cell.max()) + 1) // (width // before))
        _chained(wide)
    return Answer()


def chain_sixty_thousand(_folder: Path, cells: Cells) -> Answer:
    _chained(cells)
    return Answer()


def sixty_thousand(_folder: Path, count: int = 60_000) -> Cells:
    """Cells of 36 months with six gaps in each."""
    rng = np.random.default_rng(1)
    keys = np.array([(t, g) for t in range(1, MONTHS) for g in range(1, 7) if g <= t])
    cell = np.repeat(np.arange(count), len(keys))
    month, gap = np.tile(keys[:, 0], count) + FIRST, np.tile(keys[:, 1], count)
    return Cells(cell, month, gap, np.full(len(cell), 9), *rng.integers(1, 10**9, (2, len(cell))))


def by_hand(group: np.ndarray, month: np.ndarray, gap: np.ndarray, num: np.ndarray, den: np.ndarray) -> np.ndarray:
    """The recurrence alone, on dense tables: no closures, no births, nothing borrowed."""
    groups = int(group.max()) + 1
    made = np.bincount((month - FIRST) * groups + group, num, MONTHS * groups).reshape(MONTHS, groups)
    before = np.zeros((13, MONTHS, groups))
    before[gap, month - FIRST, group] = den
    points = np.ones((MONTHS, groups))
    for t in range(1, MONTHS):
        worth = sum(before[g, t] * points[t - g] for g in range(1, min(t, 12) + 1))
        points[t] = np.divide(worth, made[t], out=points[t - 1].copy(), where=(made[t] > 0) & (worth > 0))
    return 1 / points


def chain_pandas(_folder: Path, frame: pd.DataFrame) -> Answer:
    for width in WIDTHS:
        sums = frame.groupby([frame.cell // width, "month", "gap"])[["num", "den"]].sum().reset_index()
        by_hand(*(sums[name].to_numpy(np.int64) for name in (*KEYS, "num", "den")))
    return Answer()


def chain_polars(_folder: Path, frame: pl.DataFrame) -> Answer:
    for width in WIDTHS:
        sums = frame.group_by(pl.col("cell") // width, "month", "gap").agg(pl.col("num").sum(), pl.col("den").sum())
        by_hand(*(column.to_numpy().astype(np.int64) for column in sums.get_columns()))
    return Answer()


def chain_duckdb(_folder: Path, connection: duckdb.DuckDBPyConnection) -> Answer:
    for width in WIDTHS:
        sums = connection.sql(f"""SELECT cell // {width} AS c, month, gap, SUM(num)::BIGINT num, SUM(den)::BIGINT den
            FROM live GROUP BY ALL""").fetchnumpy()
        by_hand(*(np.asarray(column, dtype=np.int64) for column in sums.values()))
    return Answer()


# One report, to its cell's new index


def one_report(_folder: Path, cells: Cells) -> Answer:
    bounds = np.searchsorted(cells.cell, np.arange(int(cells.cell[-1]) + 2))
    table = (cells.month, cells.gap, cells.count, cells.num, cells.den)
    prices = dict.fromkeys(range(2021, 2026), 1000.0)
    later: dict[int, list[Change]] = {}

    def take(cell: int, made: float) -> None:
        line = LineState(cell, prices, (FIRST + 30, FIRST + 33), (5.0, 7.0))
        came = later.setdefault(cell, [])
        came += with_report(line, FIRST + 35, made)[1]
        rows = np.array([(c.month, c.gap, c.count, c.num, c.den) for c in came]).T
        here = [column[bounds[cell] : bounds[cell + 1]] for column in table]
        both = np.concatenate([here, rows], axis=1)
        _chained(add(np.zeros(both.shape[1], dtype=np.int64), *both))

    return _timed(take, len(bounds) - 1)


def one_report_pandas(_folder: Path, frame: pd.DataFrame) -> Answer:
    frame = frame.set_index(KEYS).sort_index()

    def take(cell: int, made: float) -> None:
        nonlocal frame
        key = (cell, FIRST + 35, 2)
        if key in frame.index:
            frame.loc[key, ["count", "num", "den"]] += [1, int(1000 * made), 7000]
        else:
            frame.loc[key, :] = [1, int(1000 * made), 7000]
            frame = frame.sort_index()
        rows = frame.loc[cell].reset_index()
        _chain_one(rows.month, rows.gap, rows.num, rows.den)

    return _timed(take, frame.index[-1][0] + 1, 200)


def one_report_polars(_folder: Path, frame: pl.DataFrame) -> Answer:
    def take(cell: int, made: float) -> None:
        row = pl.DataFrame([[cell], [FIRST + 35], [2], [1], [int(1000 * made)], [7000]], schema=frame.schema)
        frame.extend(row)
        rows = (
            frame.filter(pl.col("cell") == cell).group_by("month", "gap").agg(pl.col("num").sum(), pl.col("den").sum())
        )
        _chain_one(*rows.get_columns())

    return _timed(take, int(frame["cell"].max()) + 1)


def one_report_duckdb(_folder: Path, connection: duckdb.DuckDBPyConnection) -> Answer:
    def take(cell: int, made: float) -> None:
        connection.execute("INSERT INTO live VALUES (?, ?, 2, 1, ?, 7000)", [cell, FIRST + 35, int(1000 * made)])
        rows = connection.execute(
            "SELECT month, gap, SUM(num)::BIGINT, SUM(den)::BIGINT FROM live WHERE cell = ? GROUP BY ALL", [cell]
        ).fetchnumpy()
        _chain_one(*rows.values())

    return _timed(take, connection.sql("SELECT MAX(cell) + 1 FROM live").fetchall()[0][0])


def _chain_one(month: Any, gap: Any, num: Any, den: Any) -> None:
    whole = [np.asarray(column, dtype=np.int64) for column in (month, gap, num, den)]
    by_hand(np.zeros(len(whole[0]), dtype=np.int64), *whole)


def _timed(take: Callable[[int, float], None], cells: int, events: int = EVENTS) -> Answer:
    rng = np.random.default_rng(2)
    took = []
    for _ in range(events):
        cell, made = int(rng.integers(cells)), float(rng.integers(1, 50))
        began = time.process_time()
        take(cell, made)
        took.append(1000 * (time.process_time() - began))
    return Answer(milliseconds=(float(np.percentile(took, 50)), float(np.percentile(took, 99))))


# Prepared inputs, not timed


def all_cells(folder: Path) -> Cells:
    return _fold(folder / "linked.parquet")


def in_pandas(folder: Path) -> pd.DataFrame:
    return _frame(all_cells(folder))


def in_polars(folder: Path) -> pl.DataFrame:
    return pl.from_pandas(_frame(all_cells(folder)))


def in_duckdb(folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE live AS {_sums(f"'{folder}/linked.parquet'")} ORDER BY ALL")
    return connection


def early_cells(folder: Path) -> Cells:
    return _fold(folder / "early.parquet")


def early_in_pandas(folder: Path) -> pd.DataFrame:
    return _pandas_sums(folder / "early.parquet")


def early_in_polars(folder: Path) -> pl.DataFrame:
    return _polars_sums(folder / "early.parquet").collect(engine="streaming")


def _frame(cells: Cells) -> pd.DataFrame:
    names = (*KEYS, "count", "num", "den")
    return pd.DataFrame({name: getattr(cells, name) for name in names})


REBUILD, MONTH = "All cells from linked rows", "A month added"
LEVELS, REPORT = "The chain of every level, from the cells", "One report, to its cell's new index"

CONTESTANTS = (
    Competitor("scan", REBUILD, "only scanning the columns", scan),
    Competitor("fold", REBUILD, "**the engine: rows in order, folded**", by_fold),
    Competitor("part", REBUILD, "**the engine: SUM_LINKS, some cells at a time**", by_part),
    Competitor("duckdb", REBUILD, "DuckDB SQL by hand", by_duckdb),
    Competitor("polars", REBUILD, "Polars by hand, streaming", by_polars),
    Competitor("pandas", REBUILD, "pandas by hand", by_pandas, most_units=2_000_000),
    Competitor("months", REBUILD, "from reports: months joined pair by pair", by_months),
    Competitor("link", REBUILD, "**the engine, from reports: LINK and SUM_LINKS, some cells at a time**", by_link),
    Competitor("lag", REBUILD, "from reports: LINK over everything, then SUM_LINKS", by_lag),
    Competitor("month", MONTH, "**the engine**", add_month, month_by_month),
    Competitor("month-duckdb", MONTH, "DuckDB SQL by hand", add_month_duckdb, early_cells),
    Competitor("month-polars", MONTH, "Polars by hand", add_month_polars, early_in_polars),
    Competitor("month-pandas", MONTH, "pandas by hand", add_month_pandas, early_in_pandas),
    Competitor("levels", LEVELS, "**the engine**", chain_levels, all_cells),
    Competitor("levels-duckdb", LEVELS, "DuckDB SQL by hand, and numpy", chain_duckdb, in_duckdb),
    Competitor("levels-polars", LEVELS, "Polars by hand, and numpy", chain_polars, in_polars),
    Competitor("levels-pandas", LEVELS, "pandas by hand, and numpy", chain_pandas, in_pandas),
    Competitor("sixty", LEVELS, "**the engine: 60,000 cells, six gaps a month**", chain_sixty_thousand, sixty_thousand),
    Competitor("report", REPORT, "**the engine**, commit not counted", one_report, all_cells),
    Competitor("report-duckdb", REPORT, "DuckDB SQL by hand", one_report_duckdb, in_duckdb),
    Competitor("report-polars", REPORT, "Polars by hand", one_report_polars, in_polars),
    Competitor("report-pandas", REPORT, "pandas by hand", one_report_pandas, in_pandas),
)
