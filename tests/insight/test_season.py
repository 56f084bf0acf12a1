"""Who lends factors of season and Lebaran to whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sambang_stats as engine
from sambang.insight.season import Lenders, line_count, needs_lender, stored_factors
from sambang.lib.months import months_between
from sambang_stats.x13 import Factors

EVERY = list(months_between(date(2019, 1, 1), date(2023, 12, 1)))
GARMENTS, FOOD = "14111", "10710"
PEAK = 1.5  # garments in July


def made(industry: str, month: date) -> float:
    return 100 * (PEAK if industry == GARMENTS and month.month == 7 else 1)


def coaching_panel(*sentra: tuple[str, str, int]) -> engine.Panel:
    """Sentra by name, industry and number of makers, all of whom report every month."""
    units = [(f"{name}-{number}", name, industry) for name, industry, makers in sentra for number in range(makers)]
    rows = [(unit, month, made(industry, month)) for unit, _name, industry in units for month in EVERY]
    reports = {
        "unit": [row[0] for row in rows],
        "product": ["x"] * len(rows),
        "month": [row[1] for row in rows],
        "quantity": [row[2] for row in rows],
        "value": [round(row[2] * 1000) for row in rows],
    }
    return engine.read_panel(
        reports,
        {
            "unit": [unit for unit, _name, _industry in units],
            "region": ["3404072003"] * len(units),
            "industry": [industry for _unit, _name, industry in units],
            "cluster": [name for _unit, name, _industry in units],
            "start": [None] * len(units),
            "end": [None] * len(units),
            "weight": [None] * len(units),
        },
    )


def lenders_of(panel: engine.Panel) -> Lenders:
    return Lenders(panel.units, engine.estimate_index(panel, engine.Options(by=engine.By(industry=2))))


def adjusted(panel: engine.Panel, by: engine.By, name: str) -> engine.Adjusted:
    found = engine.estimate_index(panel, engine.Options(by=by))[name]
    return lenders_of(panel).adjust([(found, by.names(panel.units) == found.name)])[0]


SENTRA = engine.By(cluster=True)


@pytest.mark.slow
def test_a_small_sentra_borrows_from_its_own_industry() -> None:
    panel = coaching_panel(("besar", GARMENTS, 30), ("kecil", GARMENTS, 6), ("makanan", FOOD, 40))
    small = adjusted(panel, SENTRA, "kecil")
    assert small.method == "shrunk"
    assert not small.stable
    july = np.flatnonzero(small.months % 12 == 6)
    assert small.seasonal[july] == pytest.approx(PEAK / PEAK ** (1 / 12), rel=0.03)
    assert adjusted(panel, SENTRA, "besar").method in {"x13", "regression"}


def test_without_a_large_neighbour_of_its_industry_it_stands_alone() -> None:
    panel = coaching_panel(("kecil", GARMENTS, 6), ("makanan", FOOD, 40))
    alone = adjusted(panel, SENTRA, "kecil")
    assert (alone.method, alone.stable) == ("regression", False)


def test_a_mixture_borrows_from_nobody() -> None:
    """Half garments, half food: no single industry's season is theirs."""
    panel = coaching_panel(("a", GARMENTS, 40), ("b", FOOD, 40))
    lenders = lenders_of(panel)
    everybody = np.ones(len(panel.units), dtype=bool)
    assert lenders.of(everybody) is None
    assert lenders.of(panel.units.industry == GARMENTS) is not None
    assert lenders.of(~everybody) is None


def test_lines_are_counted_whether_they_report_or_not() -> None:
    panel = coaching_panel(("a", GARMENTS, 12))
    found = engine.estimate_index(panel)["all"]
    assert line_count(found) == 12
    assert needs_lender(found)


def test_factors_are_stored_until_the_next_computation(settings: Any, tmp_path: Path) -> None:
    settings.SAMBANG_DATA = tmp_path
    found, unused = (Factors(np.array([1.0, 1.1]), np.ones(2), 21, {"aicc": 3.5}) for _ in range(2))
    with stored_factors("3404") as store:
        assert not store.earlier
        store.used.update(a=found, b=unused)
    with stored_factors("3404") as store:
        assert store.reuse("a")
        assert (store.used["a"].seasonal == found.seasonal).all()
        assert (store.used["a"].window, store.used["a"].diagnostics) == (21, {"aicc": 3.5})
    with stored_factors("3404") as store:
        assert set(store.earlier) == {"a"}
    with stored_factors("3402") as store:
        assert not store.earlier
    (tmp_path / "cache" / "x13" / "3404.json").write_text('{"a": 1}')
    with stored_factors("3404") as store:
        assert not store.earlier
