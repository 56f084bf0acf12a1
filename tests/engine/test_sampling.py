"""A sample is a sample: units that are not asked are not silent."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from bench.sampled_panels import measure, register, sampled_panel

from sambang_stats import Status, estimate_index
from sambang_stats.commands import main
from sambang_stats.reading import read_units
from sambang_stats.sampling import CLASSES, MIN_SAMPLED, Design, draw_panel, size_classes

from .panels import make_panel, refused


def test_units_that_are_not_asked_are_not_silent():
    rng = np.random.default_rng(1)
    path = np.linspace(1, 0.6, 24)
    quantity = np.round(10_000 * rng.lognormal(0, 0.5, (200, 1)) * path)
    reported = np.zeros(quantity.shape, dtype=bool)
    reported[:40] = True
    asked = [1] * 40 + [0] * 160
    series = estimate_index(make_panel(quantity, reported, asked=asked))["all"]
    assert series.index == pytest.approx(100 * path / path[:12].mean(), rel=1e-3)
    assert set(series.statuses) == {Status.OK}
    assert series.response == pytest.approx(1)
    assert series.units == 200
    silent = estimate_index(make_panel(quantity, reported))["all"]
    assert Status.OK not in silent.statuses


def test_asked_units_stand_for_their_size_class():
    """Large units halve, small ones do not; all large ones and a few of the small ones are asked."""
    quantity = np.full((120, 24), 100.0)
    quantity[:4] = 3000
    quantity[:4, 12:] = 1500
    reported = np.zeros(quantity.shape, dtype=bool)
    reported[:4] = reported[4:24] = True
    asked = reported[:, 0].astype(int)
    weight = quantity[:, 0] * 12_000
    series = estimate_index(make_panel(quantity, reported, asked=asked.tolist(), weight=weight))["all"]
    total = quantity.sum(axis=0)
    assert series.index == pytest.approx(100 * total / total[0], rel=0.02)


def test_an_empty_cell_is_asked_and_a_report_counts():
    quantity = np.full((20, 14), 100.0)
    asked = [None] * 10 + [0] * 10
    series = estimate_index(make_panel(quantity, asked=asked))["all"]
    assert series.response == pytest.approx(1)
    assert series.lower == pytest.approx(series.index)


@pytest.mark.parametrize(("asked", "words"), [([0] * 8, "0 semua"), ([2, *[1] * 7], "2 di baris 2")])
def test_other_words_in_asked_are_refused(asked, words):
    with refused(words):
        make_panel(np.full((8, 14), 100.0), asked=asked)


def test_a_panel_keeps_the_width_that_it_promised():
    found = [measure(4_000, 250, seed) for seed in range(6)]
    assert np.mean([one.within_promise for one in found]) >= 0.9
    assert np.mean([one.within_interval for one in found]) >= 0.8
    assert min(one.ok for one in found) >= 0.95


@pytest.mark.parametrize("every", [6, 12, 18])
def test_a_panel_that_is_renewed_in_parts_stays_sound(every):
    """Those who were replaced are not silent, those who are new are not enrolled late."""
    found = [measure(3_000, 300, seed, renew_every=every) for seed in range(4)]
    assert np.mean([one.within_promise for one in found]) >= 0.85
    assert np.mean([one.within_interval for one in found]) >= 0.8
    assert min(one.ok for one in found) >= 0.95


def test_a_drawn_panel_has_its_size_in_every_stratum_and_the_seed_decides():
    rng = np.random.default_rng(2)
    value = rng.lognormal(15, 1, 900)
    units = read_units(register(900, value, rng))
    drawn = draw_panel(units, value, Design(200), np.random.default_rng(5))
    assert drawn.asked.sum() == 200
    assert (np.bincount(drawn.stratum, drawn.asked) >= np.minimum(np.bincount(drawn.stratum), MIN_SAMPLED)).all()
    again = draw_panel(units, value, Design(200), np.random.default_rng(5))
    assert np.array_equal(drawn.asked, again.asked)
    quarter = draw_panel(units, value, Design(200, renew=0.25), np.random.default_rng(6), current=drawn.asked)
    assert 135 <= (quarter.asked & drawn.asked).sum() <= 165
    assert draw_panel(units, value, Design(400), np.random.default_rng(5)).half_width < drawn.half_width
    classes = size_classes(np.zeros(900, dtype=np.int64), value)
    assert np.bincount(classes, value, CLASSES) / value.sum() == pytest.approx(0.25, abs=0.03)
    with refused("terlalu kecil"):
        draw_panel(units, value, Design(5), np.random.default_rng(5))


def test_the_command_draws_and_says_what_to_expect(tmp_path, capsys):
    panel, _, _ = sampled_panel(600, Design(100), 1, response=1.0)
    units = panel.units
    rows = zip(units.unit, units.region, units.industry, units.weight, strict=True)
    with (tmp_path / "units.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["unit", "region", "industry", "start", "end", "weight"])
        table.writerows([unit, region, industry, "", "", int(weight)] for unit, region, industry, weight in rows)
    out = tmp_path / "asked.csv"
    assert main(["panel", str(tmp_path / "units.csv"), "--size", "120", "--out", str(out)]) == 0
    assert "120 dari 600 unit ditanya" in capsys.readouterr().err
    with out.open() as file:
        assert sum(row["asked"] == "1" for row in csv.DictReader(file)) == 120
    assert main(["panel", str(out), "--width", "8", "--renew", "0.5", "--out", str(out)]) == 0
    assert main(["panel", str(out), "--out", str(out)]) == 2
    assert main(["panel", str(out), "--size", "9", "--response", "2", "--out", str(out)]) == 2
