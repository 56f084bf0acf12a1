"""The model from which the demo's monthly reports are simulated, so that an estimate can be compared with the true
values. Output of an IKM in a month, in its own unit:

    capacity / 12 · level(month) · season(month) · coaching(month) · noise

`level` is 1 before March 2020, falls to half, and comes back slowly; `season` has a Lebaran peak that moves with the
Hijri calendar and a school peak in June and July; `coaching` adds 8 % from July 2022 for those who took the course, and
in other sentra from the month after a visit. One report in six is missing, more often in bad months; one in six of the
others is a month late. All values are made up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
from hijridate import Hijri

from sambang.lib.months import add_months, months_between

FIRST_MONTH = date(2019, 1, 1)
PRODUCTION_LEVELS = {  # share of 2019 at some months; between them in a straight line
    date(2020, 2, 1): 1.00,
    date(2020, 3, 1): 0.80,
    date(2020, 5, 1): 0.50,
    date(2020, 12, 1): 0.62,
    date(2021, 6, 1): 0.68,
    date(2021, 8, 1): 0.57,
    date(2022, 3, 1): 0.74,
    date(2022, 12, 1): 0.90,
    date(2023, 12, 1): 1.00,
    date(2026, 12, 1): 1.06,
}
LEBARAN_PEAK = 0.60  # in a month that holds all of the six weeks before Lebaran
LEBARAN_REST = -0.45  # in a month that holds all of the two weeks after it
SCHOOL_PEAK = {5: 0.08, 6: 0.22, 7: 0.25}
COACHING = 0.08
COACHING_SINCE = date(2022, 7, 1)
NOISE = 0.15  # standard deviation of the logarithm
PRICE_RISE = 0.03  # a year
MISSING_SHARE, MISSING_WHEN_BAD = 0.13, 0.25
LATE_SHARE = 1 / 6


@dataclass(frozen=True)
class Maker:
    """The parameters of one product line in the simulation."""

    capacity: float  # units a year in a normal year
    price: float  # rupiah a unit in 2019
    established: int  # year
    coached_since: date | None = None  # the first month with an effect of coaching
    closed_on: date | None = None


@dataclass(frozen=True)
class SimulatedMonth:
    """The simulated production of one product line in a month, reported or not."""

    month: date
    quantity: int
    value: int  # whole rupiah, to the thousand
    level: float  # units, without season, Lebaran and chance
    is_reported: bool
    comes_on: date


def _position(month: date) -> int:
    return month.year * 12 + month.month


@cache
def level(month: date) -> float:
    """Production of a month without season, 2019 = 1."""
    return float(
        np.interp(
            _position(month),
            [_position(month_of_level) for month_of_level in PRODUCTION_LEVELS],
            list(PRODUCTION_LEVELS.values()),
        )
    )


def syawal_days(year: int) -> list[date]:
    """1 Syawal of every Hijri year that touches a Gregorian year and its neighbours (Umm al-Qura; within a day of
    official)."""
    return [Hijri(hijri, 10, 1).to_gregorian() for hijri in range(year - 580, year - 576)]


def share_of_days(month: date, feast: date, first: int, last: int) -> float:
    """The part of the days feast+first … feast+last (both included) that falls in a month."""
    days = [feast + timedelta(days=offset) for offset in range(first, last + 1)]
    return sum((day.year, day.month) == (month.year, month.month) for day in days) / len(days)


@cache
def season(month: date) -> float:
    peak = sum(share_of_days(month, feast, -42, -1) for feast in syawal_days(month.year))
    rest = sum(share_of_days(month, feast, 0, 13) for feast in syawal_days(month.year))
    return 1 + LEBARAN_PEAK * peak + LEBARAN_REST * rest + SCHOOL_PEAK.get(month.month, 0.0)


def coaching(month: date, since: date | None) -> float:
    return 1 + COACHING if since and month >= since else 1.0


def month_after(day: date) -> date:
    return add_months(day.replace(day=1), 1)


def true_volume(maker: Maker, month: date) -> float:
    """Units made in a month, without noise; 0 before it was founded and after it closed."""
    if month.year < maker.established or (maker.closed_on and month >= maker.closed_on.replace(day=1)):
        return 0.0
    return maker.capacity / 12 * level(month) * season(month) * coaching(month, maker.coached_since)


def true_level(maker: Maker, month: date) -> float:
    """The same without season and Lebaran."""
    return true_volume(maker, month) / season(month)


def simulate(maker: Maker, last: date, rng: np.random.Generator) -> list[SimulatedMonth]:
    """Simulated monthly output of one IKM from January 2019 to `last`, with the day of each report."""
    simulated = []
    post = np.random.default_rng(round(maker.capacity + maker.price))  # its own, so that lateness changes no quantity
    for month in months_between(FIRST_MONTH, last):
        noise = float(np.exp(rng.normal(-(NOISE**2) / 2, NOISE)))
        missing = bool(rng.random() < (MISSING_WHEN_BAD if level(month) < 0.65 else MISSING_SHARE))
        made = true_volume(maker, month)
        quantity = round(made * noise)
        price = maker.price * (1 + PRICE_RISE) ** (month.year - 2019)
        simulated.append(
            SimulatedMonth(
                month=month,
                quantity=quantity,
                value=round(quantity * price / 1000) * 1000,
                level=true_level(maker, month),
                is_reported=made > 0 and not missing,
                comes_on=add_months(month, 2 if post.random() < LATE_SHARE else 1),
            )
        )
    return simulated


def true_index(makers: Iterable[tuple[Maker, list[SimulatedMonth]]]) -> dict[date, tuple[float, float]]:
    """Total output at the prices of 2019 and its level by month; the mean of 2019 is 100."""
    together: dict[date, np.ndarray] = {}
    for maker, every in makers:
        for made in every:
            sums = together.setdefault(made.month, np.zeros(2))
            sums += maker.price * np.array([made.quantity, made.level])
    base = np.mean([sums for month, sums in together.items() if month.year == FIRST_MONTH.year], axis=0)
    return {
        month: (float(index), float(level))
        for month, (index, level) in zip(together, 100 * np.array(list(together.values())) / base, strict=True)
    }


def last_full_month(today: date) -> date:
    return add_months(today.replace(day=1), -1)
