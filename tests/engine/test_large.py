"""What is done by pieces where a panel is large gives the same numbers as all at once."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from sambang_stats import By, Kind, Options, estimate_index, estimate_indices, month_text, read_panel
from sambang_stats.disk_panel import write_disk_panel
from sambang_stats.files import ReportFile, read_table
from sambang_stats.progress import Stage

from .panels import FIRST, make_panel, refused


def _panel(lines=40, months=26):
    rng = np.random.default_rng(7)
    quantity = np.round(rng.lognormal(4, 1, (lines, 1)) * rng.lognormal(0, 0.3, (lines, months))) + 1
    end = [month_text(FIRST + 20)] * 5 + [None] * (lines - 5)
    start = [None] * (lines - 4) + [month_text(FIRST + 3)] * 4
    reported = rng.random(quantity.shape) < 0.7
    reported[:5, 20:] = False
    reported[-4:, :3] = False
    region = np.resize(["3404072003", "3404072004", "3402082001"], lines)
    return make_panel(quantity, reported, start=start, end=end, region=region)


def _same(one, other):
    for field in dataclasses.fields(one):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        assert mine == pytest.approx(theirs, rel=1e-12) if isinstance(mine, np.ndarray) else mine == theirs, field.name


def test_several_indices_at_once_are_those_of_one_at_a_time():
    aggregations = [By(), By(region=4), By(industry=2), By(region=10, industry=5)]
    together = estimate_indices(_panel(), aggregations, list(Kind))
    assert len(together) == 2 * len(aggregations)
    for (by, kind), found in together.items():
        alone = estimate_index(_panel(), Options(by=by, kind=kind))
        assert list(found) == list(alone)
        for name, series in found.items():
            assert series.kind is kind
            _same(series, alone[name])


@pytest.mark.parametrize("kind", list(Kind))
def test_by_pieces(monkeypatch, kind):
    options = Options(by=By(region=4), kind=kind)
    at_once = estimate_index(_panel(), options)
    for module in ("panel", "cells", "prices"):
        monkeypatch.setattr(f"sambang_stats.{module}.CHUNK_ROWS", 150)
    for module in ("chain", "series"):
        monkeypatch.setattr(f"sambang_stats.{module}.MAX_JACKKNIFE_COLUMNS", 2)
    by_pieces = estimate_index(_panel(), options)
    assert list(at_once) == list(by_pieces) == ["3402", "3404"]
    for name, series in at_once.items():
        _same(series, by_pieces[name])


def test_some_lines_of_a_panel_keep_its_months():
    panel = _panel()
    lines = np.array([3, 7, 39])
    some = panel.select_lines(lines)
    assert (some.first_month, some.last_month) == (panel.first_month, panel.last_month)
    here = np.isin(panel.line, lines)
    assert np.array_equal(lines[some.line], panel.line[here])
    assert np.array_equal(some.quantity, panel.quantity[here])
    assert np.array_equal(some.line_unit[some.line], panel.line_unit[panel.line[here]])


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_each_distinct_text_is_held_once(tmp_path, name):
    table = pa.table({"unit": ["a", "b", "a", None], "quantity": [1.0, 2.0, 3.0, 4.0]})
    write = pa_csv.write_csv if name.endswith("csv") else pq.write_table
    write(table, tmp_path / name)
    found = read_table(tmp_path / name)
    assert pa.types.is_dictionary(found["unit"].type)
    assert found["unit"].to_pylist() == ["a", "b", "a", None]


def _tables():
    """Three products a unit, the rows in any order; the units neither in order of their names nor of their villages."""
    rng = np.random.default_rng(5)
    unit, product, month = (axis.ravel() for axis in np.meshgrid(np.arange(30), np.arange(3), np.arange(26)))
    reported = rng.permutation(np.flatnonzero(rng.random(len(unit)) < 0.7))
    unit, product, month = unit[reported], product[reported], month[reported]
    quantity = np.round(rng.lognormal(4, 1, len(reported)))
    names = np.array([f"u{number * 7919 % 30:02d}" for number in range(30)])
    reports = {
        "unit": names[unit],
        "product": np.array(["rok", "baju", "celana"])[product],
        "month": np.array([month_text(FIRST + t) for t in range(26)])[month],
        "quantity": pa.array(quantity, mask=rng.random(len(reported)) < 0.02),
        "value": pa.array(quantity * (1000 + unit), mask=rng.random(len(reported)) < 0.3),
    }
    units = {
        "unit": names,
        "region": np.resize(["3404072003", "3402082001", "3404072004"], 30),
        "industry": ["14111"] * 30,
        "start": pa.nulls(30, pa.string()),
        "end": pa.nulls(30, pa.string()),
        "weight": pa.array(rng.lognormal(17, 1, 30)),
    }
    return pa.table(reports), pa.table(units)


def _write(table, path):
    (pa_csv.write_csv if path.suffix == ".csv" else pq.write_table)(table, path)
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("known", [True, False])
def test_reports_on_disk_give_the_same(tmp_path, monkeypatch, kind, known):
    reports, units = _tables()
    panel = read_panel(reports, units if known else None)
    options = Options(by=By(region=4) if known else By())
    in_memory = estimate_index(panel, options)
    for name, size in (("disk_panel.CHUNK_ROWS", 150), ("files.ROWS_PER_BATCH", 100), ("files.BLOCK", 4000)):
        monkeypatch.setattr(f"sambang_stats.{name}", size)
    table, register = _write(reports, tmp_path / f"reports.{kind}"), _write(units, tmp_path / "units.csv")
    (tmp_path / "parts").mkdir()
    steps = []
    disk_panel = write_disk_panel(
        table, register if known else None, tmp_path / "parts", lambda *step: steps.append(step)
    )
    assert disk_panel.rows.parts > 5
    assert {what for what, _, _ in steps} == {Stage.READ, Stage.SORT}
    assert steps[-1][1:] == (disk_panel.rows.parts, disk_panel.rows.parts)
    products = [str(disk_panel.products[at]) for at in disk_panel.line_product]
    assert (products, disk_panel.line_unit.tolist()) == (panel.line_product.tolist(), panel.line_unit.tolist())
    on_disk = estimate_index(disk_panel, options)
    assert list(on_disk) == list(in_memory) == (["3402", "3404"] if known else ["all"])
    for name, series in in_memory.items():
        for field in dataclasses.fields(series):
            one, other = getattr(series, field.name), getattr(on_disk[name], field.name)
            assert one == pytest.approx(other, rel=1e-12) if isinstance(one, np.ndarray) else one == other, field.name


def test_a_month_reported_twice_is_found_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("sambang_stats.disk_panel.CHUNK_ROWS", 150)
    reports, units = _tables()
    twice = _write(pa.concat_tables([reports, reports.slice(0, 2)]), tmp_path / "reports.parquet")
    (tmp_path / "parts").mkdir()
    with refused(r"Laporan ganda: unit u\d\d, produk .* \(2 kejadian\)"):
        write_disk_panel(twice, _write(units, tmp_path / "units.csv"), tmp_path / "parts", lambda *step: None)


def test_wrong_rows_are_named_by_the_stretch_they_lie_in(tmp_path, monkeypatch):
    monkeypatch.setattr("sambang_stats.files.ROWS_PER_BATCH", 100)
    reports, units = _tables()
    quantity = reports["quantity"].to_pylist()
    quantity[250] = -3.0
    wrong = _write(reports.set_column(3, "quantity", pa.array(quantity)), tmp_path / "reports.parquet")
    (tmp_path / "parts").mkdir()
    with refused("pada laporan tidak boleh negatif: -3 di baris 252"):
        write_disk_panel(wrong, _write(units, tmp_path / "units.csv"), tmp_path / "parts", lambda *step: None)


def test_numbers_of_a_csv_are_not_guessed_from_its_first_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("sambang_stats.files.BLOCK", 64)
    monkeypatch.setattr("sambang_stats.files.ROWS_PER_BATCH", 2)
    rows = [f"u1,baju,2019-{month:02d},{month}," for month in range(1, 12)] + ["u1,baju,2019-12,1.5,2000"]
    (tmp_path / "reports.csv").write_text("unit,product,month,quantity,value\n" + "\n".join(rows) + "\n")
    file = ReportFile(tmp_path / "reports.csv")
    tables = list(file.batches())
    assert [before for before, _ in tables][:2] == [0, tables[0][1].num_rows]
    assert sum(table.num_rows for _, table in tables) == 12 == file.about - 1
    assert tables[-1][1]["quantity"].to_pylist()[-1] == "1.5"


def test_a_decimal_comma_must_be_one_in_the_whole_file(tmp_path, monkeypatch):
    monkeypatch.setattr("sambang_stats.files.BLOCK", 64)
    monkeypatch.setattr("sambang_stats.files.ROWS_PER_BATCH", 2)
    rows = [f"u1;baju;2019-{month:02d};{month},5;" for month in range(1, 12)]
    path = tmp_path / "reports.csv"
    path.write_text("\n".join(["unit;product;month;quantity;value", *rows, "u1;baju;2019-12;7,25;"]) + "\n")
    (tmp_path / "one").mkdir()
    disk_panel = write_disk_panel(path, None, tmp_path / "one", lambda *step: None)
    assert next(disk_panel.chunks())[1].quantity[-1] == 7.25
    path.write_text("\n".join(["unit;product;month;quantity;value", *rows, "u1;baju;2019-12;7.5;"]) + "\n")
    (tmp_path / "two").mkdir()
    with refused("koma dan titik"):
        write_disk_panel(path, None, tmp_path / "two", lambda *step: None)
