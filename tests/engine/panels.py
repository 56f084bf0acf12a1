"""Made-up panels for the engine's tests."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from sambang_stats import Kind, Options, Panel, PanelError, estimate_index, month_text, read_panel
from sambang_stats.messages import sentence

CASES = Path(__file__).parent / "cases"
FIRST = 2019 * 12


@contextmanager
def refused(pattern: str) -> Iterator[None]:
    """The block raises a PanelError whose sentence matches."""
    with pytest.raises(PanelError) as caught:
        yield
    assert re.search(pattern, sentence(caught.value))


def read_case(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(newline="") as file:
        return list(csv.DictReader(file))


def make_panel(quantity, reported=None, *, price=1000.0, first=FIRST, **units) -> Panel:
    """Lines by months -> panel of one line a unit, all in one cell unless ``units`` says otherwise."""
    quantity = np.asarray(quantity, dtype=float)
    reported = np.ones(quantity.shape, dtype=bool) if reported is None else reported
    price = np.broadcast_to(np.asarray(price, dtype=float), quantity.shape)
    line, month = np.nonzero(reported)
    names = np.array([f"u{i:05d}" for i in range(len(quantity))])
    texts = np.array([month_text(first + t) for t in range(quantity.shape[1])])
    count = len(names)
    register = {
        "unit": names,
        "region": ["3404072003"] * count,
        "industry": ["14111"] * count,
        "start": [None] * count,
        "end": [None] * count,
        "weight": [None] * count,
    }
    reports = {
        "unit": names[line],
        "product": ["baju"] * len(line),
        "month": texts[month],
        "quantity": quantity[line, month],
        "value": (quantity * price)[line, month],
    }
    return read_panel(reports, register | units)


def volume_index(panel: Panel, kind: Kind = Kind.VOLUME) -> np.ndarray:
    """The index of everything."""
    return estimate_index(panel, Options(kind=kind))["all"].index


def random_panel(seed: int, lines: int = 8, months: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Quantities, and which of them are reported: 70 %, and all of the first month."""
    rng = np.random.default_rng(seed)
    quantity = np.round(rng.lognormal(4, 1, (lines, 1)) * rng.lognormal(0, 0.3, (lines, months))) + 1
    reported = rng.random((lines, months)) < 0.7
    reported[:, 0] = True
    return quantity, reported
