"""An index from links that were kept with the reports is the index of linking them all."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from sambang_stats import By, Kind, Options, estimate_index, month_text, read_panel, read_stored_links
from sambang_stats.cells import link
from sambang_stats.index import build_hierarchy

from .panels import refused

FIRST = 2019 * 12


def churning(seed: int, lines: int = 40, months: int = 40) -> tuple[dict, dict]:
    """Reports and register of units that are silent, born and closed; every line tells its values."""
    rng = np.random.default_rng(seed)
    start = rng.integers(-20, 12, lines)
    end = rng.integers(14, 80, lines)
    register = {
        "unit": [f"u{i:03d}" for i in range(lines)],
        "region": [("3404072003", "3404072001", "3402082001")[i % 3] for i in range(lines)],
        "industry": [("14111", "13134")[i % 2] for i in range(lines)],
        "cluster": [f"sentra-{i % 4}" for i in range(lines)],
        "start": [month_text(FIRST + s) if s > 0 else None for s in start],
        "end": [month_text(FIRST + e) if e < months else None for e in end],
        "weight": [None] * lines,
    }
    rows = [
        (register["unit"][i], ("baju", "kaos")[product], month_text(FIRST + t), float(rng.integers(0, 400)))
        for i in range(lines)
        for product in range(1 + i % 2)
        for t in range(months)
        if max(start[i], 0) <= t < end[i] and (rng.random() < 0.5 or t == months - 1)
    ]
    order = rng.permutation(len(rows))
    names = ("unit", "product", "month", "quantity")
    reports = {name: [rows[at][k] for at in order] for k, name in enumerate(names)}
    reports["value"] = [
        quantity * (900 + int(month[:4]) % 7 * 40)
        for quantity, month in zip(reports["quantity"], reports["month"], strict=True)
    ]
    return reports, register


def links_beside(reports: dict, register: dict) -> tuple[pa.Table, pa.Table]:
    """The two tables as somebody would have kept them: from the engine's own links and prices."""
    panel = read_panel(reports, register)
    linked = link(panel, build_hierarchy(panel.units).cell_of_unit[panel.line_unit])
    name = [f"{panel.units.unit[u]}/{p}" for u, p in zip(panel.line_unit, panel.line_product, strict=True)]
    found = {
        (name[line], month): (gap, volume, before)
        for line, month, gap, volume, before in zip(
            linked.line, linked.month, linked.gap, linked.volume, linked.volume_before, strict=True
        )
        if gap > 0
    }
    rows = [
        found.get((f"{unit}/{product}", int(month[:4]) * 12 + int(month[5:]) - 1), (None, 0, None))
        for unit, product, month in zip(reports["unit"], reports["product"], reports["month"], strict=True)
    ]
    columns = {
        c: pa.array([row[k] for row in rows], pa.int64()) for k, c in enumerate(("gap", "volume", "volume_before"))
    }
    lines, years = linked.prices.price.shape
    prices = pa.table(
        {
            "unit": [text.split("/")[0] for text in name for _ in range(years)],
            "product": [text.split("/")[1] for text in name for _ in range(years)],
            "year": [2019 + y for _ in range(lines) for y in range(years)],
            "price": linked.prices.price.ravel(),
        }
    )
    return pa.table({**reports, **columns}), prices


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_ways_give_the_same_series(seed, kind):
    reports, register = churning(seed)
    panel = read_panel(reports, register)
    assert (panel.units.end < FIRST + 40).any() and (panel.units.start > FIRST).any()
    kept = read_stored_links(panel, *links_beside(reports, register))
    for by in (By(), By(cluster=True), By(region=4)):
        linked = estimate_index(panel, Options(by=by, kind=kind))
        read = estimate_index(panel, Options(by=by, kind=kind), kept)
        assert read.keys() == linked.keys()
        for name, series in linked.items():
            for column in ("index", "lower", "upper", "coverage", "imputed", "borrowed"):
                np.testing.assert_array_equal(getattr(read[name], column), getattr(series, column), err_msg=column)
            assert read[name].statuses == series.statuses


def test_another_volume_gives_another_series():
    reports, register = churning(1)
    panel = read_panel(reports, register)
    table, prices = links_beside(reports, register)
    at = table.column_names.index("volume")
    doubled = table.set_column(at, "volume", pa.array([2 * volume for volume in table["volume"].to_pylist()]))
    one = estimate_index(panel, Options(), read_stored_links(panel, table, prices))["all"].index
    two = estimate_index(panel, Options(), read_stored_links(panel, doubled, prices))["all"].index
    assert not np.array_equal(one, two)


def test_what_is_not_linked_is_refused():
    reports, register = churning(1)
    panel = read_panel(reports, register)
    table, prices = links_beside(reports, register)
    empty = table.set_column(table.column_names.index("volume"), "volume", pa.nulls(len(table), pa.int64()))
    with refused("belum tertaut"):
        read_stored_links(panel, empty, prices)
    with refused("bukan milik"):
        read_stored_links(panel, table.slice(1), prices)
