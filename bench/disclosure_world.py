"""The simulated province of `bench.disclosure`, and the information of its readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

import sambang_stats as engine
from sambang.insight.linked_tables import Part
from sambang.insight.models import Point

MONTHS = 36
RELEASES = 12
FIRST = 2019 * 12
PROVINCE = "34"
SIZES = {"3404": (2, 3, 4, 5, 6, 8, 12, 20, 60), "3402": (3, 5, 9, 14)}  # IKM of each sentra
TRADES = ("14111", "14120", "16299", "31001", "10710")
ALONE = "32111"  # the KBLI of a single maker in the second regency, of several in the first
NEVER = 99
type Shown = tuple[engine.Period, dict[int, Point]]  # base, and points by month from 0
type Releases = list[dict[tuple[str, str], Shown]]  # by kind and series


@dataclass
class World:
    """`made` and `seen` are ``(months, units)``: production, and the release at which the report is in (NEVER)."""

    regency: np.ndarray
    sentra: np.ndarray
    owner: np.ndarray
    made: np.ndarray
    seen: np.ndarray
    born: np.ndarray
    trade: np.ndarray
    releases: Releases = field(default_factory=list)

    def name(self, unit: int) -> str:
        return f"u{unit:04d}"

    def of(self, name: str) -> np.ndarray:
        """The units of a sentra, a region, or a KBLI division or group of a region (34/14)."""
        if "s" in name:
            return np.flatnonzero(self.sentra == name)
        code, _slash, industry = name.partition("/")
        inside = np.array([one.startswith(code) for one in self.regency])
        return np.flatnonzero(inside & [one.startswith(industry) for one in self.trade])

    @cached_property
    def names(self) -> list[str]:
        """Province, regencies, sentra, and the divisions and groups of each region."""
        codes = [PROVINCE, *sorted(set(self.regency))]
        trades = sorted({code[:digits] for digits in (2, 3) for code in self.trade})
        industries = [f"{code}/{trade}" for code in codes for trade in trades]
        return [*codes, *sorted(set(self.sentra)), *(name for name in industries if len(self.of(name)))]

    @cached_property
    def sentra_names(self) -> list[str]:
        return sorted(set(self.sentra))

    @cached_property
    def shares(self) -> dict[str, float]:
        """Of the province's production in 2019, exactly: more than is published."""
        total = self.made[:12].sum()
        return {name: float(self.made[:12, self.of(name)].sum() / total) for name in self.names}

    def part(self, name: str) -> Part:
        return Part(name, aggregate_of(name), frozenset(self.of(name).tolist()))

    def points(self, release: int, name: str, kind: str = "volume") -> dict[int, Point]:
        return self.releases[release].get((kind, name), (None, {}))[1]

    def index(self, release: int, name: str, kind: str = "volume") -> dict[int, float]:
        """The released index with 2019 at 100, whatever its base; empty where not all of 2019 is released."""
        base, points = self.releases[release].get((kind, name), (None, {}))
        found = {month: float(point.index or 0) for month, point in points.items()}
        if base is None or base.year == 2019:
            return found
        in_2019 = [found[month] for month in range(12) if month in found]
        scale = 100 / np.mean(in_2019) if len(in_2019) == 12 else 0.0
        return {month: value * scale for month, value in found.items()} if scale else {}

    @cached_property
    def ever(self) -> dict[str, dict[int, float]]:
        """By series, each month's newest figure that any release showed."""
        found: dict[str, dict[int, float]] = {}
        for name in self.names:
            found[name] = {}
            for release in range(len(self.releases)):
                found[name] |= self.index(release, name)
        return found

    def rest(self, whole: Part, inside: Iterable[Part], values: Mapping[str, float]) -> float:
        """Of a series less those inside it, weighted by the shares."""
        return self.shares[whole.name] * values[whole.name] - sum(
            self.shares[part.name] * values[part.name] for part in inside
        )

    def insider(self, name: str) -> np.ndarray:
        """The units of the largest owner in a series."""
        units = self.of(name)
        sizes = np.bincount(self.owner[units], self.made[:12, units].sum(axis=0))
        return np.flatnonzero(self.owner == int(np.argmax(sizes)))


def aggregate_of(name: str) -> engine.By:
    if "s" in name:
        return engine.By(cluster=True)
    code, _slash, industry = name.partition("/")
    return engine.By(region=4 if code != PROVINCE else 0, industry=len(industry))


def simulate(rng: np.random.Generator) -> World:
    sentra = np.array(
        [f"{code}s{size:02d}" for code, sizes in SIZES.items() for size in sizes for _ in range(size)], dtype=object
    )
    regency = np.array([name[:4] for name in sentra], dtype=object)
    units = len(sentra)
    owner = np.arange(units)
    for name in sorted(set(sentra)):
        if int(name[5:]) >= 6:
            first = int(np.flatnonzero(sentra == name)[0])
            owner[first + 1] = owner[first]  # one owner of two
    born = np.where(rng.random(units) < 0.08, rng.integers(14, MONTHS, units), 0)
    own_level, common = rng.normal(0, 0.05, (MONTHS, units)), rng.normal(0, 0.05, (MONTHS, 1))
    level = np.cumsum(own_level + common, axis=0) + rng.normal(0, 0.35, (MONTHS, units))
    made = np.round(100 * np.exp(rng.normal(0, 0.6, units) + level))
    made[np.arange(MONTHS)[:, None] < born] = 0
    regular = np.maximum(0, np.arange(MONTHS) - 24)[:, None]
    late = rng.choice([0, 1, 2, NEVER], p=[0.72, 0.13, 0.05, 0.10], size=(MONTHS, units))
    seen = np.where(late == NEVER, NEVER, regular + late)
    seen[np.arange(MONTHS)[:, None] < born] = NEVER
    # Most makers of a sentra are of one trade, a few of another: groups and sentra overlap.
    trade = np.array([TRADES[int(name[5:]) % len(TRADES)] for name in sentra], dtype=object)
    other = rng.random(units) < 0.15
    trade[other] = rng.choice(TRADES, int(other.sum()))
    trade[np.flatnonzero(sentra == "3404s20")[:8]] = ALONE
    trade[np.flatnonzero(sentra == "3402s14")[:1]] = ALONE
    return World(regency, sentra, owner, made, seen, born, trade)
