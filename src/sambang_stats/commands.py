"""Commands that need no database: ``index``, ``adjust``, ``effect`` and ``panel``.
``python -m sambang_stats index REPORTS --out FILE``; the installed command ``sambang`` offers the same. Invalid input:
one sentence on standard error, exit code 2, no output file."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from sambang_stats.coaching_effect import CoachingEffect, estimate_coaching_effect
from sambang_stats.disk_panel import write_disk_panel
from sambang_stats.effects import NEVER_TREATED, Control, Effect, Treatment, read_treatment
from sambang_stats.errors import PanelError, Problem, TableName
from sambang_stats.files import read_table, require_folder, row_in_file, write_table
from sambang_stats.index import By
from sambang_stats.input_table import MISSING_VALUES, InputTable
from sambang_stats.messages import STAGE_LABELS, sentence
from sambang_stats.months import Period, month_number, month_text
from sambang_stats.panel import Reports
from sambang_stats.panel_command import describe_panel, run_panel
from sambang_stats.progress import Stage
from sambang_stats.quality import Flag, check_quality
from sambang_stats.reading import REPORT_COLUMNS
from sambang_stats.results import Integers, Kind, Series, Source
from sambang_stats.seasonal import adjust
from sambang_stats.series import Options, estimate_index
from sambang_stats.sql_runners import sql_runner_named

Row = dict[str, object]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (describe, _) in COMMANDS.items():
        describe(commands.add_parser(name))
    chosen = parser.parse_args(arguments)
    try:
        COMMANDS[chosen.command][1](chosen)
    except PanelError as error:
        count_row_as_in_file(error, chosen)
        print(sentence(error), file=sys.stderr)
        return 2
    return 0


ARGUMENT_OF_TABLE = {
    TableName.REPORTS: ("reports", REPORT_COLUMNS),
    TableName.UNITS: ("units", None),
    TableName.SERIES: ("series", None),
    TableName.TREATMENT: ("panel", None),
}
"""The argument that names the file of each table, and the columns that are read of it (None: all)."""


def count_row_as_in_file(error: PanelError, chosen: argparse.Namespace) -> None:
    """Tables leave out empty rows, so that a row's number in the file is another one."""
    table, row = error.params.get("table"), error.params.get("row")
    if isinstance(table, TableName) and isinstance(row, int):
        argument, columns = ARGUMENT_OF_TABLE[table]
        error.params["row"] = row_in_file(getattr(chosen, argument), row, columns)


def describe_index(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``run_index``."""
    parser.add_argument("reports", type=Path, help="CSV/Parquet: unit, product, month, quantity, value")
    parser.add_argument("--units", type=Path, help="CSV/Parquet: unit, region, industry, start, end, weight[, asked]")
    parser.add_argument("--by", default="", help="region:DIGITS,industry:DIGITS,cluster")
    parser.add_argument("--base", default="2019", help="masa dasar = 100: 2019 atau 2025-03:2026-02")
    parser.add_argument("--series", choices=[kind.value for kind in Kind], default=Kind.VOLUME.value)
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")
    parser.add_argument("--master", help="alamat induk Spark; tanpa itu dari SPARK_MASTER, atau mesin ini")
    parser.add_argument("--marks", type=Path, help="CSV/Parquet: laporan yang perlu diperiksa, dengan tandanya")
    parser.add_argument("--out", type=Path, required=True)


def run_index(chosen: argparse.Namespace) -> None:
    """Columns out: cell, month, index, lower, upper, response, borrowed, status."""
    by = parse_by(chosen.by)
    if chosen.units is None and by != By():
        raise PanelError(Problem.UNITS_REQUIRED)
    base = Period.parse(chosen.base)
    for path in filter(None, (chosen.out, chosen.marks)):
        require_folder(path)
    # Next to the result: the system's temporary folder may be in memory, and Spark's workers may not reach it.
    with tempfile.TemporaryDirectory(prefix=".sambang-", dir=chosen.out.parent) as folder:
        engine = sql_runner_named(chosen.engine, master=chosen.master, folder=Path(folder))
        options = Options(by=by, base=base, kind=Kind(chosen.series), engine=engine, progress=_progress)
        panel = write_disk_panel(chosen.reports, chosen.units, Path(folder), _progress)
        series_by_name = estimate_index(panel, options)
        if chosen.marks:
            write_table(marks_table(panel), chosen.marks)
    write_table(pa.concat_tables([_index_table(series) for series in series_by_name.values()]), chosen.out)


def marks_table(panel: Reports) -> pa.Table:
    """Reports that carry a quality mark: unit, product, month, quantity, usual, marks (names joined by ``+``)."""
    columns: dict[str, list[object]] = {name: [] for name in ("unit", "product", "month", "quantity", "usual", "marks")}
    for _, some in panel.chunks():
        quality = check_quality(some)
        rows = np.flatnonzero(quality.flag)
        line = some.line[rows]
        columns["unit"] += some.units.unit[some.line_unit[line]].tolist()
        columns["product"] += some.line_product[line].tolist()
        columns["month"] += [month_text(int(month)) for month in some.month[rows]]
        columns["quantity"] += some.quantity[rows].tolist()
        columns["usual"] += quality.usual[rows].tolist()
        columns["marks"] += [
            "+".join(flag.name or "" for flag in Flag(int(bits))).lower() for bits in quality.flag[rows]
        ]
    return pa.table(columns)


def parse_by(text: str) -> By:
    """``region:4,industry:2,cluster`` -> By."""
    wanted: dict[str, int] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, _, digits = part.partition(":")
        most = {"region": 10, "industry": 5, "cluster": 0}.get(name)
        if most is None or (name != "cluster" and not (digits.isdigit() and 1 <= int(digits) <= most)):
            raise PanelError(Problem.UNKNOWN_AGGREGATE, text=part)
        wanted[name] = int(digits or 1)
    return By(wanted.get("region", 0), wanted.get("industry", 0), "cluster" in wanted)


def _index_table(series: Series) -> pa.Table:
    return pa.table(
        {
            "cell": [series.name] * len(series),
            "month": [month_text(int(month)) for month in series.months],
            "index": series.index,
            "lower": series.lower,
            "upper": series.upper,
            "response": series.response,
            "borrowed": ["" if source is Source.OWN else source.value for source in series.sources],
            "status": [status.value for status in series.statuses],
            "coverage": series.coverage,
            "imputed": series.imputed,
            "borrowed_share": series.borrowed,
            "lines": series.lines,
            "reason": [reason.value if reason else "" for reason in series.reasons],
            "base_observed": [series.base_observed] * len(series),
        }
    )


def describe_adjust(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``run_adjust``."""
    parser.add_argument("series", type=Path, help="CSV/Parquet: month, value")
    parser.add_argument("--holidays", choices=["id", "none"], default="id")
    parser.add_argument("--out", type=Path, required=True)


def run_adjust(chosen: argparse.Namespace) -> None:
    """Columns out: month, observed, adjusted, seasonal, holiday, method, stable, then the diagnostics."""
    table = InputTable(TableName.SERIES, read_table(chosen.series))
    month, value = table.months("month"), table.numbers("value")
    if len(month) == 0:
        raise PanelError(Problem.EMPTY_SERIES)
    distinct, rows = np.unique(month, return_counts=True)
    if len(distinct) < len(month):
        raise PanelError(Problem.DUPLICATE_MONTH, month=month_text(int(distinct[rows.argmax()])))
    months = np.arange(month.min(), month.max() + 1)
    observed = np.full(len(months), np.nan)
    observed[month - months[0]] = value
    smooth = adjust(months, observed, holidays=chosen.holidays == "id")
    columns: dict[str, object] = {
        "month": [month_text(int(m)) for m in months],
        "observed": smooth.observed,
        "adjusted": smooth.adjusted,
        "seasonal": smooth.seasonal,
        "holiday": smooth.holiday,
        "method": [smooth.method] * len(months),
        "stable": [smooth.stable] * len(months),
    }
    if smooth.alternative is not None:
        columns["adjusted_by_regression"] = smooth.alternative
    columns |= {name: [number] * len(months) for name, number in smooth.diagnostics.items()}
    write_table(pa.table(columns), chosen.out)


def describe_effect(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``run_effect``."""
    parser.add_argument("panel", type=Path, help="CSV/Parquet: unit, period, outcome, first_treated[, cluster]")
    parser.add_argument("--control", choices=[control.value for control in Control], default=Control.NOT_YET.value)
    parser.add_argument("--anticipation", type=int, default=3)
    parser.add_argument("--seed", type=int, default=2022, help="untuk uji pengacakan bila cluster sedikit")
    parser.add_argument("--out", type=Path, required=True)


def run_effect(chosen: argparse.Namespace) -> None:
    """Rows out: every group-time effect, the four averages, pre-trend test and conclusion (type ``verdict``)."""
    if chosen.anticipation < 0:
        raise PanelError(Problem.NEGATIVE_ANTICIPATION)
    panel, name = read_effect_panel(read_table(chosen.panel))
    rng = np.random.default_rng(chosen.seed)
    effect = estimate_coaching_effect(panel, rng, control=Control(chosen.control), anticipation=chosen.anticipation)
    rows = _effect_rows(effect, name)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    write_table(pa.table({key: [row.get(key) for row in rows] for key in columns}), chosen.out)


class PeriodName:
    """How numbered periods are written: as they were read, as months or as whole numbers."""

    def __init__(self, monthly: bool) -> None:
        self.monthly = monthly

    def __call__(self, period: int) -> str:
        return month_text(period) if self.monthly else str(period)


def read_effect_panel(rows: pa.Table) -> tuple[Treatment, PeriodName]:
    """Columns unit, period, outcome, first_treated (empty: never), optionally cluster."""
    table = InputTable(TableName.TREATMENT, rows)
    unit = table.texts("unit")
    if len(unit) == 0:
        raise PanelError(Problem.EMPTY_PANEL)
    monthly = "-" in table.texts("period")[0]
    number = _periods(table, "period", monthly, empty=frozenset())
    start = _periods(table, "first_treated", monthly, empty=MISSING_VALUES | {"0"})
    cluster = table.texts("cluster") if "cluster" in table else unit
    outcome = table.numbers("outcome", signed=True)
    return read_treatment(unit, number, outcome, start, cluster), PeriodName(monthly)


def _periods(table: InputTable, name: str, monthly: bool, *, empty: frozenset[str]) -> Integers:
    """A column of months or whole numbers; NEVER_TREATED for the texts of ``empty``."""
    numbers = []
    for at, text in enumerate(table.texts(name, may_be_empty=bool(empty))):
        try:
            numbers.append(NEVER_TREATED if text in empty else month_number(text) if monthly else int(float(text)))
        except (ValueError, OverflowError):
            problem = Problem.UNKNOWN_MONTH_IN_COLUMN if monthly else Problem.UNKNOWN_PERIOD
            row = table.row_number(at)
            raise PanelError(problem, text=text, column=name, table=table.kind, row=row) from None
    return np.array(numbers, dtype=np.int64)


def _effect_rows(estimate: CoachingEffect, name: PeriodName) -> list[Row]:
    effects, averages = estimate.effects, estimate.averages
    rows: list[Row] = []
    for i in range(len(effects.group)):
        group, period = int(effects.group[i]), int(effects.period[i])
        sizes: Row = {"n_treated": int(effects.treated[i]), "n_control": int(effects.compared[i])}
        keys: Row = {"group": name(group), "period": name(period), "event": period - group}
        rows.append(_row("group-time", effects.effect(i), keys) | sizes)
    rows.append(_row("simple", averages.simple, {}))
    rows.append(_row("dynamic", averages.dynamic_overall, {}))
    rows += [_row("dynamic", effect, {"event": e}) for e, effect in averages.dynamic.items()]
    rows.append(_row("group", averages.group_overall, {}))
    rows += [_row("group", effect, {"group": name(g)}) for g, effect in averages.group.items()]
    rows.append(_row("calendar", averages.calendar_overall, {}))
    rows += [_row("calendar", effect, {"period": name(t)}) for t, effect in averages.calendar.items()]
    if estimate.pre_trend:
        test = estimate.pre_trend
        rows.append({"type": "pre-trend", "statistic": test.statistic, "df": test.freedom, "p_value": test.p_value})
        rows.append({"type": "pre-trend, few clusters", "p_value": estimate.pre_trend_p})
    if estimate.p_value is not None:
        rows.append({"type": "randomisation", "p_value": estimate.p_value})
    rows.append({"type": "detectable", "estimate": estimate.detectable})
    rows.append({"type": "verdict", "verdict": estimate.conclusion.value})
    return rows


def _row(kind: str, effect: Effect, keys: Row) -> Row:
    """One estimate; every row has all keys, so that the column order is fixed."""
    empty: Row = {"group": None, "period": None, "event": None}
    interval: Row = {
        "estimate": effect.estimate,
        "std_error": effect.error,
        "lower": effect.lower,
        "upper": effect.upper,
    }
    return {"type": kind} | empty | keys | interval


def _progress(stage: Stage, done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{STAGE_LABELS[stage]}: {done}/{total}", end=end, file=sys.stderr, flush=True)


COMMANDS = {
    "index": (describe_index, run_index),
    "adjust": (describe_adjust, run_adjust),
    "effect": (describe_effect, run_effect),
    "panel": (describe_panel, run_panel),
}
