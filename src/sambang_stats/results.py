"""Results of the engine: frozen values with their quality measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sambang_stats.months import Period

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


LEFT = 0.01
"""p value of the tests for season and Lebaran left in an adjusted series below which it is not stable."""


class Kind(StrEnum):
    """Which production an index follows."""

    SAME_LINES = "same-lines"
    """Indeks pembinaan: the lines that already reported; a verified closure counts as zero."""
    VOLUME = "volume"
    """Indeks volume: all production; births are added."""


class Status(StrEnum):
    """Reliability of a month's figure."""

    OK = "ok"
    THIN = "thin"
    """Few reports or a wide interval: to be drawn differently."""
    NOT_ENOUGH = "not_enough_data"
    """*Belum cukup data*: the number is not shown."""


class StatusReason(StrEnum):
    """Why a month's figure is thin or not enough."""

    NO_INDEX = "no_index"
    """No production in the base, or none yet."""
    NO_LINK = "no_link"
    FEW_LINES = "few_lines"
    LOW_COVERAGE = "low_coverage"
    WIDE_INTERVAL = "wide_interval"
    BASE_NOT_OBSERVED = "base_not_observed"
    BORROWED = "borrowed"
    NOT_LINKED_TO_BASE = "not_linked_to_base"
    """Units that started to report late, or did not report for over a year."""
    SEASONAL_SILENCE = "seasonal_silence"
    """Units without reports in the same months every year: zero or unknown production."""
    DOUBTFUL_UNIT = "doubtful_unit"
    """The unit of measure changed, and no price confirms it."""


class Reason(StrEnum):
    """Why a recovery is missing or weak, besides the ``StatusReason`` of its month."""

    OUTSIDE_SERIES = "outside_series"
    """The series does not have the month."""
    BASE_YEAR_INCOMPLETE = "base_year_incomplete"
    MONTH_IN_BASE_YEAR = "month_in_base_year"
    TOO_SHORT_TO_ADJUST = "too_short_to_adjust"
    UNSTABLE_SHORT = "unstable_short"
    """Seasonal factors of a series with fewer than ``seasonal.STABLE_MONTHS`` months of production."""
    SEASON_LEFT = "season_left"
    """Season or Lebaran is left in the adjusted series."""
    UNSTABLE_FEW_LINES = "unstable_few_lines"
    """Seasonal factors of a series under ``seasonal.STABLE_LINES`` lines."""


class Source(StrEnum):
    """Source of most of a month's movement, narrowest first."""

    OWN = "own"
    DISTRICT = "district5"
    REGENCY = "regency5"
    REGENCY_BROAD = "regency2"
    PROVINCE = "province2"
    NATION = "nation2"
    NO_SOURCE = "none"
    """No matched report in any cell: the level is carried forward."""


SOURCES = tuple(Source)


@dataclass(frozen=True)
class Point:
    """One month of a series."""

    month: int
    """Months since year 0: ``year * 12 + month - 1`` (see ``panel.month_text``)."""
    index: float
    """Base year = 100. NaN before the aggregate's first production."""
    lower: float
    upper: float
    """90 % interval for non-response; it does not cover wrong answers."""
    lines: int
    """Lines whose report links this month to an earlier one."""
    response: float
    """Lines that reported over lines alive, 0 … 1."""
    coverage: float
    """Base-year value of the units that reported over that of all registered units alive, 0 … 1."""
    imputed: float
    """Share of the month's level that is imputed, 0 … 1."""
    borrowed: float
    """Share of the month's level whose movement came from a wider cell, 0 … 1."""
    source: Source
    """The widest cell that supplied more than a tenth of the level; OWN if none did."""
    status: Status
    reason: StatusReason | None = None
    """The first reason of a status that is not OK."""


@dataclass(frozen=True)
class Series:
    """A monthly index: arrays of one length, one entry for each month without a hole."""

    name: str
    kind: Kind
    base: Period
    months: Integers
    index: Floats
    lower: Floats
    upper: Floats
    lines: Integers
    response: Floats
    coverage: Floats
    imputed: Floats
    borrowed: Floats
    sources: tuple[Source, ...]
    statuses: tuple[Status, ...]
    units: int
    """Registered units of the aggregate, those that never report included."""
    base_observed: bool
    """Whether every month of the base has reports, so that recovery is defined."""
    reasons: tuple[StatusReason | None, ...] = ()
    """The first reason of each status that is not OK."""

    def __len__(self) -> int:
        return len(self.months)

    @property
    def base_year(self) -> int:
        """The year of the base, or that of the middle of it."""
        return self.base.year

    @property
    def observed(self) -> Floats:
        """The index without the months before the first report, in which its level is only carried: NaN."""
        return np.where(np.cumsum(self.lines > 0) > 0, self.index, np.nan)

    def points(self) -> Iterator[Point]:
        """The months in order."""
        for i in range(len(self.months)):
            yield self.point(i)

    def point(self, i: int) -> Point:
        """The ``i``-th month, from 0."""
        return Point(
            month=int(self.months[i]),
            index=float(self.index[i]),
            lower=float(self.lower[i]),
            upper=float(self.upper[i]),
            lines=int(self.lines[i]),
            response=float(self.response[i]),
            coverage=float(self.coverage[i]),
            imputed=float(self.imputed[i]),
            borrowed=float(self.borrowed[i]),
            source=self.sources[i],
            status=self.statuses[i],
            reason=self.reasons[i] if self.reasons else None,
        )

    def at(self, month: int) -> Point | None:
        """The point of a month, or None where the series has none."""
        position = np.flatnonzero(self.months == month)
        return self.point(int(position[0])) if len(position) else None


@dataclass(frozen=True)
class FactorError:
    """Estimation error of the log factors of season and feast."""

    regressors: Floats
    """``(months, coefficients)``: the log factors are ``regressors @ coefficients``."""
    covariance: Floats
    """Of the coefficients."""
    spread: float = 0.0
    """Additional standard error of each log factor that comes from another series."""

    def of(self, now: NDArray[np.bool_], then: NDArray[np.bool_]) -> float:
        """Standard error of the log of the mean factor of some months over that of others."""
        contrast = self.regressors[now].mean(axis=0) - self.regressors[then].mean(axis=0)
        own = float(contrast @ self.covariance @ contrast)
        return float(np.sqrt(own + self.spread**2 * (1 / now.sum() + 1 / then.sum())))


@dataclass(frozen=True)
class Adjusted:
    """A seasonally and Lebaran adjusted series.

    ``observed = adjusted * seasonal * holiday`` month by month.
    """

    months: Integers
    observed: Floats
    adjusted: Floats
    seasonal: Floats
    holiday: Floats
    method: str
    """``x13``, ``regression``, ``shrunk`` (own factors shrunk to another series'), ``lent`` (another's) or ``none``."""
    stable: bool
    """False (*belum stabil*): further months will change the factors."""
    diagnostics: dict[str, float]
    """``window`` days of the Lebaran run-up (0: none kept), ``season_left`` and ``lebaran_left`` p values of
    what is left in the adjusted series, the rest by method."""
    factor_error: FactorError | None = None
    """None where nothing was adjusted."""
    alternative: Floats | None = None
    """While not stable: the regression's adjusted series beside X-13's."""

    def log_error(self, month: int, against: Period) -> float:
        """Standard error of ``log`` of an adjusted month over the mean of others, from season and feast alone."""
        return self.error_between(self.months == month, against.covers(self.months))

    def error_between(self, now: NDArray[np.bool_], then: NDArray[np.bool_]) -> float:
        """The same between two sets of months, flags of ``months``; 0 where nothing was adjusted."""
        return self.factor_error.of(now, then) if self.factor_error and now.any() and then.any() else 0.0

    @property
    def leaves_season(self) -> bool:
        """Whether residual seasonality or a residual Lebaran effect is significant at 1 %."""
        return min(self.diagnostics.get(name, 1.0) for name in ("season_left", "lebaran_left")) < LEFT

    @property
    def is_adjusted(self) -> bool:
        """False: the series is the observed one and must not be published as adjusted."""
        return self.method != "none"


@dataclass(frozen=True)
class Recovery:
    """One month's production against the base, per cent (100 = as then)."""

    month: int
    against_mean: float | None
    """Adjusted index over the mean of the adjusted base; as observed where ``is_adjusted`` is false."""
    mean_lower: float | None
    mean_upper: float | None
    same_month: float | None
    """Unadjusted, over the same calendar month of a base of twelve months; None in months that Lebaran touches."""
    status: Status
    reason: Reason | StatusReason | None
    """Why a number is missing or thin; None where neither."""
    is_adjusted: bool
    """Season and Lebaran are taken out of ``against_mean``."""
