"""Live cells equal the rebuilt ones, shards merge to the whole, the ledger gives every vintage."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sambang_stats.cells import ZERO, Cells, add, cells_digest, link_reports, merge, sum_link_rows
from sambang_stats.ledger import LineState, with_report
from sambang_stats.prices import Prices

from .panels import refused
from .vintages import Ledger
from .vintages import move as move_line

FIRST = 2019 * 12
YEARS = range(2019, 2023)
CELLS = 7


def _prices(line):
    return {year: 1000 + 37 * line + 13.3 * (year - 2019) for year in YEARS}


def rebuilt(lines: dict[int, LineState]) -> Cells:
    """By the two SQL statements, from the reports alone."""
    rows = [(i, m, q) for i, line in lines.items() for m, q in zip(line.months, line.quantities, strict=True)]
    number = np.array([row[0] for row in rows], dtype=np.int64)
    month = np.array([row[1] for row in rows], dtype=np.int64)
    quantity = np.array([row[2] for row in rows], dtype=float)
    count = max(lines) + 1
    price = np.array([list(_prices(i).values()) for i in range(count)])
    cell = np.array([lines[i].cell if i in lines else 0 for i in range(count)])
    prices = Prices(2019, price, np.zeros(price.shape, dtype=bool), price)
    linked = link_reports((number, month, quantity), cell, prices)
    births = [line.link_at(0) for line in lines.values() if line.born and line.months]
    extra = add(*np.array([(c.cell, c.month, 0, 1, c.num, 0) for c in births], dtype=np.int64).reshape(-1, 6).T)
    return merge(sum_link_rows(linked), extra)


def _run(events, seed):
    """Random arrivals, revisions and withdrawals of 60 lines; the ledgers of two shards beside the whole."""
    rng = np.random.default_rng(seed)
    lines = {i: LineState(i % CELLS, _prices(i), born=i % 5 == 0) for i in range(60)}
    whole, shards = Ledger(), (Ledger(), Ledger())
    vintages = {}
    for event in range(events):
        i = int(rng.integers(60))
        month = FIRST + int(rng.integers(48))
        withdrawn = month in lines[i].months and rng.random() < 0.3
        quantity = None if withdrawn else float(rng.integers(0, 500)) / 4 * (rng.random() < 0.7)
        lines[i], changes = with_report(lines[i], month, quantity)
        whole.append(changes)
        shards[i % 2].append(changes)
        if event % (events // 4) == 7:
            vintages[event + 1] = rebuilt(lines)
    return lines, whole, shards, vintages


def test_fifty_thousand_events():
    lines, whole, shards, vintages = _run(50_000, seed=1)
    live = whole.as_of(len(whole))
    assert live.equals(rebuilt(lines))
    assert cells_digest(live) == cells_digest(rebuilt(lines))
    assert merge(*(shard.as_of(len(shard)) for shard in shards)).equals(live)
    assert len(vintages) == 4
    for event, then in vintages.items():
        assert whole.as_of(event).equals(then)


def test_a_report_touches_its_own_link_the_next_one_and_the_zeros_between():
    line = LineState(0, _prices(0))
    for month, quantity in ((0, 10), (1, 20), (2, 0), (3, 0), (4, 30), (5, 40)):
        line, _ = with_report(line, FIRST + month, quantity)
    _, changes = with_report(line, FIRST + 1, 25)
    assert {(change.month - FIRST, change.gap) for change in changes} == {(1, 1), (2, ZERO + 1), (3, ZERO + 2), (4, 3)}
    _, changes = with_report(line, FIRST + 4, 35)
    assert {(change.month - FIRST, change.gap) for change in changes} == {(4, 3), (5, 1)}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=25), st.booleans(), st.randoms())
def test_order_of_arrival_changes_nothing(reports, born, random):
    final = dict(reports)

    def arrive(order):
        line, ledger = LineState(0, _prices(0), born=born), Ledger()
        for month in order:
            line, changes = with_report(line, FIRST + month, final[month])
            ledger.append(changes)
        return ledger.as_of(len(ledger))

    shuffled = list(final)
    random.shuffle(shuffled)
    assert arrive(sorted(final)).equals(arrive(shuffled))


def test_a_moved_line_takes_its_links_along():
    line, ledger = LineState(1, _prices(1)), Ledger()
    for month in (0, 1, 5):
        line, changes = with_report(line, FIRST + month, 10)
        ledger.append(changes)
    line, changes = move_line(line, 2)
    ledger.append(changes)
    assert ledger.as_of(len(ledger)).cell.tolist() == [2, 2]
    assert ledger.as_of(3).cell.tolist() == [1, 1]


def test_refusals():
    line = LineState(0, _prices(0))
    with refused("ditarik"):
        with_report(line, FIRST, None)
    with refused("negatif"):
        with_report(line, FIRST, -1.0)
    line, _ = with_report(line, 2030 * 12 - 1, 1.0)
    with refused("Harga untuk tahun 2030"):
        with_report(line, 2030 * 12, 1.0)
    with pytest.raises(IndexError, match="event 1"):
        Ledger().as_of(1)


def test_an_empty_ledger_is_empty_cells():
    assert len(Ledger().as_of(0)) == 0
    empty = pa.table({name: pa.array([], pa.int64()) for name in ("cell", "month", "gap", "volume", "volume_before")})
    assert len(sum_link_rows(empty)) == 0
