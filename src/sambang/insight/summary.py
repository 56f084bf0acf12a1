"""A sentence about a published series that its interval supports: naik, turun, belum dapat dipastikan, belum cukup
data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.insight.models import Point, Series
from sambang.lib.months import add_months, month_name
from sambang.lib.templatetags.formatting import count
from sambang.registry.models import Cluster
from sambang_stats.distributions import NORMAL_90

STALE_AFTER = 3  # months
NO_FIGURE = "–"


class Direction(models.TextChoices):
    UP = "up", gettext_lazy("naik")
    DOWN = "down", gettext_lazy("turun")
    UNSURE = "unsure", gettext_lazy("belum dapat dipastikan")
    NOT_ADJUSTED = "not_adjusted", gettext_lazy("musim belum disisihkan")
    NOT_ENOUGH = "not_enough", gettext_lazy("belum cukup data")


QUALITY_BADGES = {
    Direction.UP: "badge-good",
    Direction.DOWN: "badge-bad",
    Direction.UNSURE: "badge-warn",
    Direction.NOT_ADJUSTED: "",
    Direction.NOT_ENOUGH: "",
}


def direction_of(lower: float | None, upper: float | None, than: float = 100.0) -> Direction:
    """A rise only if the whole interval is above the reference value, a fall only if it is below."""
    if lower is None or upper is None:
        return Direction.NOT_ENOUGH
    if lower > than:
        return Direction.UP
    return Direction.DOWN if upper < than else Direction.UNSURE


@dataclass(frozen=True)
class PercentChange:
    """The change from an earlier month or from the base period, in per cent, with its 90 % interval."""

    against: str
    percent: float | None
    lower: float | None
    upper: float | None
    is_comparable: bool = True
    """False: the two months may differ by their season alone, so that nothing is concluded."""

    @property
    def direction(self) -> Direction:
        direction = direction_of(self.lower, self.upper)
        return direction if self.is_comparable or direction is Direction.NOT_ENOUGH else Direction.NOT_ADJUSTED

    @property
    def badge(self) -> str:
        return QUALITY_BADGES[self.direction]

    @property
    def difference(self) -> float | None:
        return None if self.percent is None else self.percent - 100

    @property
    def percent_text(self) -> str:
        return NO_FIGURE if self.percent is None else f"{count(self.percent)}%"

    @property
    def difference_text(self) -> str:
        if self.difference is None:
            return NO_FIGURE
        return f"{'+' if self.difference >= 0 else '−'}{count(abs(self.difference), 1)}%"

    @property
    def interval_text(self) -> str:
        if self.lower is None or self.upper is None:
            return NO_FIGURE
        return f"{count(self.lower)}–{count(self.upper)}%"


def change(now: Point | None, then: Point | None, against: str, *, season_error: float = 0.0) -> PercentChange:
    """The change between two months. Their errors are treated as independent, which makes the interval slightly too
    wide.

    ``season_error``: standard error of the log factors of season and Lebaran between the two months."""
    if now is None or then is None or not now.level or not then.level:
        return PercentChange(against, None, None, None)
    error = math.hypot(log_error(now), log_error(then), season_error)
    ratio = 100 * now.level / then.level
    return PercentChange(
        against,
        ratio,
        ratio * math.exp(-NORMAL_90 * error),
        ratio * math.exp(NORMAL_90 * error),
        is_comparable=now.adjusted is not None and then.adjusted is not None,
    )


def log_error(point: Point) -> float:
    """Standard error of the logarithm, from the published interval; infinite where its lower end is zero."""
    if not point.lower or not point.upper:
        return math.inf
    return math.log(point.upper / point.lower) / (2 * NORMAL_90)


@dataclass(frozen=True)
class Figure:
    """One figure of a series, as all pages and papers show it."""

    label: str
    text: str
    change: PercentChange

    @property
    def interval(self) -> str:
        """antara 71% dan 80%; empty if there is no figure."""
        lower, upper = self.change.lower, self.change.upper
        if lower is None or upper is None:
            return ""
        limits = {"lower": count(lower), "upper": count(upper)}
        if self.text == self.change.difference_text:
            return _("yaitu %(lower)s–%(upper)s%% dari bulan itu") % limits
        return _("antara %(lower)s%% dan %(upper)s%%") % limits


@dataclass(frozen=True)
class Summary:
    """A series prepared for display."""

    series: Series
    points: Sequence[Point]
    latest: Point | None  # the month of the figures
    recovery: PercentChange
    changes: tuple[PercentChange, ...]
    lebaran: PercentChange  # the months around the latest Lebaran relative to those of the base period

    @property
    def is_stale(self) -> bool:
        """Whether the newest month with enough data is too old."""
        computed = self.series.run.computed_at.date()
        return self.latest is not None and self.latest.month < add_months(computed.replace(day=1), -STALE_AFTER)

    @property
    def is_simulated(self) -> bool:
        return self.series.run.is_simulated

    @property
    def figures(self) -> list[Figure]:
        """The figures to show; called adjusted only if seasonal and Lebaran effects are removed."""
        how = _("disesuaikan") if self.series.is_adjusted else _("musim belum disisihkan")
        base = _("Terhadap rata-rata %(base)s, %(how)s") % {"base": self.series.base_text, "how": how}
        figures = [Figure(base, self.recovery.percent_text, self.recovery)]
        if self.series.lebaran_month and self.lebaran.percent is not None:
            years = {"now": self.series.lebaran_month.year, "then": self.series.base.year}
            label = _("Sekitar Lebaran %(now)s, terhadap Lebaran %(then)s") % years
            figures.append(Figure(label, self.lebaran.percent_text, self.lebaran))
        for change in self.changes:
            label = _("Dibanding %(against)s, %(how)s") % {"against": change.against, "how": how}
            figures.append(Figure(label, change.difference_text, change))
        return figures

    @property
    def reason(self) -> str:
        """Why there is no figure, or why it is uncertain."""
        reason = self.series.reason
        return str(Series.Reason(reason).label) % {"base": self.series.base_phrase} if reason else ""

    @property
    def first_estimate_note(self) -> str:
        """A note that the newest month's figure is a first estimate and how it was corrected; empty if it is final."""
        latest = self.latest
        if latest is None or not latest.is_first_estimate:
            return ""
        note = _("Angka %(name)s adalah angka pertama: laporannya masih masuk dan angkanya masih dapat berubah.") % {
            "name": month_name(latest.month)
        }
        if latest.uncorrected is None:
            return note
        figures = {"before": count(latest.uncorrected, 1), "after": count(latest.index, 1)}
        revised = _("Menurut revisi bulan-bulan lalu, indeks bulan itu dikoreksi dari %(before)s ke %(after)s.")
        return f"{note} {revised % figures}"

    @property
    def sentence(self) -> str:
        """One sentence, for phones, letters and the alternative text of an image."""
        recovery = self.recovery
        if self.latest is None or recovery.percent is None:
            return _("Belum cukup data. %(why)s") % {"why": self.reason}
        parts = {
            "month": month_name(self.latest.month),
            "base": self.series.base_text,
            "percent": round(recovery.percent),
            "lower": round(recovery.lower or 0),
            "upper": round(recovery.upper or 0),
        }
        start = (
            _("Produksi %(month)s %(percent)d%% dari rata-rata %(base)s (antara %(lower)d%% dan %(upper)d%%)") % parts
        )
        end = {
            Direction.UP: _("di atas %(base)s"),
            Direction.DOWN: _("di bawah %(base)s"),
            Direction.UNSURE: _("belum dapat dipastikan di atas atau di bawah %(base)s"),
            Direction.NOT_ENOUGH: _("belum cukup data"),
        }[recovery.direction] % {"base": self.series.base_text}
        how = "" if self.series.is_adjusted else " " + _("Musim dan Lebaran belum disisihkan.")
        return f"{start}: {end}.{how}"


def summarise(series: Series, points: Sequence[Point] | None = None) -> Summary:
    """Summarise a series. `series` has `run` fetched; `points`: all its points in order, or those of `months_compared`
    if no others are shown; read from the database if omitted."""
    points = list(series.points.all()) if points is None else points
    by_month = {point.month: point for point in points}
    latest = by_month.get(series.recovery_month) if series.recovery_month else None
    recovery = PercentChange(series.base_text, series.recovery, series.recovery_lower, series.recovery_upper)
    changes: tuple[PercentChange, ...] = ()
    if latest:
        _month, before, year_before = (by_month.get(month) for month in months_compared(latest.month))
        changes = (
            change(latest, before, _("bulan sebelumnya"), season_error=series.season_error_month),
            change(latest, year_before, _("setahun sebelumnya"), season_error=series.season_error_year),
        )
    lebaran = PercentChange(_("Lebaran"), series.lebaran_recovery, series.lebaran_lower, series.lebaran_upper)
    return Summary(series, points, latest, recovery, changes, lebaran)


def months_compared(month: date) -> tuple[date, date, date]:
    """The month, the previous month and the same month of the previous year."""
    return month, add_months(month, -1), add_months(month, -12)


def latest_series(**scope: object) -> Series | None:
    """The newest released volume index of a scope: `cluster=…`, or `region_code=…, cluster=None`."""
    return (
        Series.objects.volume()
        .filter(is_newest_release=True, **scope)
        .select_related("run", "cluster")
        .newest_first()
        .first()
    )


def cluster_summary(cluster: Cluster) -> Summary | None:
    """The summary of the sentra for its owners; None if nothing was computed yet. It names no business."""
    series = latest_series(cluster=cluster)
    return summarise(series) if series else None
