"""Scenarios in which an index is easily wrong: the engine beside other methods, and its statuses.

Each scenario is one of the inputs in which an index is easily wrong: closures and returns, product turnover, births,
late enrolment, silence for years or by season, changed units of measure, untold prices, dominance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from bench.peer_methods import PEERS, Flags, Floats
from tests.engine.truth import simulate

from sambang_stats import Panel, Series, Status, estimate_index, month_text, read_panel

FIRST = 2019 * 12
LINES = 36
RATIOS = (10, 12, 20, 144)


@dataclass
class Case:
    """One simulated panel. Tables are ``(lines, months)``."""

    made: Floats
    """What was made, in one unit of measure."""
    reported: Flags
    price: Floats
    """``(lines, 1)``: rupiah for one unit."""
    factor: Floats | None = None
    """What quantities are multiplied by when they are written down, and prices divided."""
    told: Flags | None = None
    """Values that are told."""
    seen_price: Floats | None = None
    """What peers know of the prices; None: all."""
    units: dict[str, list[object]] = field(default_factory=dict)
    product: list[list[str]] | None = None

    @property
    def truth(self) -> Floats:
        """The index of everything made."""
        total = (self.made * self.price).sum(axis=0)
        return 100 * total / total[:12].mean()

    @property
    def written(self) -> Floats:
        """Quantities as they are written down."""
        return self.made if self.factor is None else self.made * self.factor

    def panel(self) -> Panel:
        """For the engine."""
        count = len(self.made)
        line, month = np.nonzero(self.reported)
        names = [f"u{i:03d}" for i in range(count)]
        texts = [month_text(FIRST + t) for t in range(self.made.shape[1])]
        told = np.ones(self.made.shape, dtype=bool) if self.told is None else self.told
        value = np.where(told, self.made * self.price, np.nan)[line, month]
        register = {"unit": names, "region": ["3404072003"] * count, "industry": ["14111"] * count}
        register |= {name: [None] * count for name in ("start", "end", "weight")}
        reports = {
            "unit": [names[i] for i in line],
            "product": ["p"] * len(line),
            "month": [texts[t] for t in month],
            "quantity": self.written[line, month],
            "value": value,
        }
        return read_panel(reports, register | self.units)


def plain(rng: np.random.Generator, months: int = 36) -> Case:
    """36 lines of which 90 % report, a slump and half a recovery."""
    truth = simulate("random85", LINES, rng)
    made = truth.quantity
    if months > made.shape[1]:
        more = made[:, -12:] * rng.lognormal(0, 0.1, (LINES, 12))
        made = np.concatenate([made, np.round(more)], axis=1)
    price = np.round(1000 * rng.lognormal(0, 0.5, (LINES, 1)))
    return Case(made, rng.random(made.shape) < 0.9, price)


def closures_and_returns(rng: np.random.Generator) -> Case:
    """Four in five stop for three to six months; a fifth of the zeros is forgotten."""
    case = plain(rng)
    stopped = rng.random(LINES) < 0.8
    for line in np.flatnonzero(stopped):
        begin = 15 + int(rng.integers(0, 3))
        case.made[line, begin : begin + int(rng.integers(3, 7))] = 0
    case.reported &= ~((case.made == 0) & (rng.random(case.made.shape) < 0.1))
    return case


def births_while_silent(rng: np.random.Generator) -> Case:
    """A third begins in the second and third year."""
    case = plain(rng)
    born = rng.integers(13, 30, LINES // 3)
    start: list[object] = [None] * LINES
    for line, month in enumerate(born):
        case.made[line, :month] = 0
        case.reported[line, :month] = False
        start[line] = month_text(FIRST + int(month))
    case.units["start"] = start
    return case


def cell_born_after_the_base(rng: np.random.Generator) -> Case:
    """A sentra of twelve lines begins in the second year, all together."""
    case = plain(rng)
    month = int(rng.integers(14, 24))
    case.made[:12, :month] = 0
    case.reported[:12, :month] = False
    case.units["start"] = [month_text(FIRST + month)] * 12 + [None] * (LINES - 12)
    case.units["cluster"] = ["new"] * 12 + ["old"] * (LINES - 12)
    return case


def start_not_told(rng: np.random.Generator) -> Case:
    """The same births as in ``births_while_silent``, but the register does not know of them."""
    case = births_while_silent(rng)
    del case.units["start"]
    return case


def born_or_old(rng: np.random.Generator) -> Case:
    """The lines of ``start_not_told`` by a coin: births, or old ones that enrol then. Reports do not tell which."""
    if rng.random() < 0.5:
        return start_not_told(rng)
    case = plain(rng)
    for line, month in enumerate(rng.integers(13, 30, LINES // 3)):
        case.reported[line, :month] = False
    return case


def enrolled_late(rng: np.random.Generator) -> Case:
    """A second sentra of twelve old lines, with a fortune of its own, reports from the second year on."""
    case = plain(rng)
    case.made[:12] = np.round(case.made[:12] * np.interp(np.arange(36), [0, 12, 36], [1, 1, 1.8]))
    case.reported[:12, : int(rng.integers(14, 22))] = False
    case.units["cluster"] = ["late"] * 12 + ["old"] * (LINES - 12)
    return case


def base_from_june(rng: np.random.Generator) -> Case:
    """Reports begin in June of the base year."""
    case = plain(rng)
    case.reported[:, :5] = False
    return case


def silent_for_over_a_year(rng: np.random.Generator) -> Case:
    """One of two sentra is silent for 14 months while it shrinks."""
    case = plain(rng, 48)
    case.made[:12, 14:] = np.round(case.made[:12, 14:] * np.interp(np.arange(14, 48), [14, 28], [1, 0.5]))
    case.reported[:12, 14:28] = False
    case.units["cluster"] = ["silent"] * 12 + ["other"] * (LINES - 12)
    return case


def silent_in_season(rng: np.random.Generator) -> Case:
    """Half of the lines make nothing for four months of each year and do not report it."""
    case = plain(rng, 48)
    begin = int(rng.integers(12))
    off = np.isin(np.arange(48) % 12, [(begin + i) % 12 for i in range(4)])
    case.made[: LINES // 2, off] = 0
    case.reported[: LINES // 2, off] = False
    return case


def unit_changed(rng: np.random.Generator, *, told: bool) -> Case:
    """A quarter of the lines goes over to dozens, scores or gross, some for a while."""
    case = plain(rng)
    case.made *= 100
    case.factor = np.ones(case.made.shape)
    for line in range(LINES // 4):
        begin = int(rng.integers(6, 30))
        until = 36 if rng.random() < 0.7 else begin + 3
        case.factor[line, begin:until] = 1 / RATIOS[int(rng.integers(len(RATIOS)))]
    case.told = np.full(case.made.shape, told)
    if not told:
        case.price = np.ones((LINES, 1))
    return case


def value_told_by_few(rng: np.random.Generator) -> Case:
    """A third of the lines tells values; prices differ by far."""
    case = plain(rng)
    case.price = np.round(1000 * rng.lognormal(0, 0.8, (LINES, 1)))
    tells = rng.random((LINES, 1)) < 1 / 3
    case.told = np.repeat(tells, 36, axis=1)
    case.seen_price = np.where(tells, case.price, np.median(case.price[tells]) if tells.any() else 1.0)
    return case


def one_dominates(rng: np.random.Generator) -> Case:
    """One line grows to two thirds of everything and reports as rarely as the others."""
    case = plain(rng)
    path = np.interp(np.arange(36), [0, 12, 24, 36], [1, 1, 40, 60])
    case.made[0] = np.round(case.made.mean() * path * rng.lognormal(0, 0.2, 36))
    return case


SCENARIOS: dict[str, Callable[[np.random.Generator], Case]] = {
    "closures and returns, zeros forgotten": closures_and_returns,
    "births while others are silent": births_while_silent,
    "a cell born after the base": cell_born_after_the_base,
    "births that the register does not know": start_not_told,
    "late beginners, by a coin births or old": born_or_old,
    "a second cell enrolled late": enrolled_late,
    "base seen from June on": base_from_june,
    "a cell silent for 14 months": silent_for_over_a_year,
    "silent in the same season each year": silent_in_season,
    "pieces to scores, prices told": lambda rng: unit_changed(rng, told=True),
    "pieces to scores, no prices": lambda rng: unit_changed(rng, told=False),
    "value told by a third": value_told_by_few,
    "one line comes to dominate": one_dominates,
}


@dataclass
class Tally:
    """What one scenario's runs add up to."""

    squares: dict[str, list[float]] = field(default_factory=dict)
    months: int = 0
    ok: int = 0
    held: int = 0
    said: int = 0
    wrong: int = 0

    def add(self, name: str, estimate: Floats, truth: Floats) -> None:
        """The squared log error of one estimate, over the months in which something was made."""
        there = truth > 0.5
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.log(estimate[there] / truth[there])
        self.squares.setdefault(name, []).append(float(np.mean(np.clip(np.nan_to_num(off, nan=5), -5, 5) ** 2)))

    def count(self, series: Series, truth: Floats) -> None:
        """Months called ok, those whose interval holds, and the words said of them."""
        ok = np.array([status is Status.OK for status in series.statuses])
        slack = 1e-4 * truth + 1e-9
        held = (series.lower - slack <= truth) & (truth <= series.upper + slack)
        self.months += len(ok)
        self.ok += int(ok.sum())
        self.held += int(held[ok].sum())
        for t in np.flatnonzero(ok):
            if not truth[t] > 0.5:
                continue
            self._say(np.log(series.lower[t] / 100), np.log(series.upper[t] / 100), np.log(truth[t] / 100))
            if t and ok[t - 1] and truth[t - 1] > 0.5:
                change = np.log(series.index[t] / series.index[t - 1])
                off = np.hypot(*(np.log(series.upper[s] / series.lower[s]) / 2 for s in (t, t - 1)))
                self._say(change - off, change + off, np.log(truth[t] / truth[t - 1]))

    def _say(self, lower: float, upper: float, truth: float) -> None:
        """Naik, turun or pulih where the whole interval lies on one side."""
        if lower > 1e-4 or upper < -1e-4:
            self.said += 1
            self.wrong += bool((lower > 0) != (truth > 0)) and abs(truth) > 1e-4


def hard_scenarios(runs: int, seed: int) -> list[str]:
    """Table of ``bench/accuracy.py``."""
    head = ["scenario", *PEERS, "**engine**", "called ok, %", "interval of ok holds, %", "words", "wrong, %"]
    rows = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name, make in SCENARIOS.items():
        rng, tally = np.random.default_rng(seed), Tally()
        for _ in range(runs):
            case = make(rng)
            series = estimate_index(case.panel())["all"]
            months = slice(len(case.truth) - len(series), None)
            price = case.price if case.seen_price is None else case.seen_price
            for peer, estimate in PEERS.items():
                tally.add(peer, estimate(case.written * price, case.reported)[months], case.truth[months])
            tally.add("engine", series.index, case.truth[months])
            tally.count(series, case.truth[months])
        roots = [f"{100 * np.sqrt(np.mean(values)):.1f}" for values in tally.squares.values()]
        held = f"{100 * tally.held / tally.ok:.1f}" if tally.ok else "–"
        wrong = f"{100 * tally.wrong / tally.said:.1f}" if tally.said else "–"
        share = f"{100 * tally.ok / tally.months:.0f}"
        rows.append("| " + " | ".join([name, *roots, share, held, str(tally.said), wrong]) + " |")
        print(rows[-1], flush=True)
    return rows
