"""Vintages: the figures that earlier Runs published for the same months, which may have been revised since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from sambang.insight.models import Point, Series
from sambang.lib.months import add_months
from sambang.lib.templatetags.formatting import count

REVISABLE_MONTHS = 24  # months: the span that a new month can revise in published figures
MIN_SHOWN_REVISION = 0.5  # points of the index


@dataclass(frozen=True)
class Revision:
    """The first published figure of a month, and its figure in the given series."""

    month: date
    first: float
    first_on: date
    now: float | None

    @property
    def difference(self) -> float | None:
        return None if self.now is None else self.now - self.first

    @property
    def difference_text(self) -> str:
        if self.difference is None:
            return "–"
        return f"{'+' if self.difference >= 0 else '−'}{count(abs(self.difference), 1)}"

    @property
    def is_changed(self) -> bool:
        return self.now is None or abs(self.now - self.first) >= MIN_SHOWN_REVISION


def revisions(series: Series, points: list[Point]) -> dict[date, Revision]:
    """Revisions by month, over the newest two years; only months that an earlier Run published, and for a released
    series only months that were released earlier.

    `series` has `run` fetched; `points` are its points."""
    if not points:
        return {}
    scope = {"series__released_on__isnull": False} if series.released_on else {}
    now = {point.month: point.index for point in points}
    earlier = (
        Point.objects.filter(
            series__run__is_published=True,
            series__run__computed_at__lt=series.run.computed_at,
            series__kind=series.kind,
            series__region_code=series.region_code,
            series__cluster=series.cluster_id,
            series__industry=series.industry,
            month__gte=add_months(points[-1].month, -REVISABLE_MONTHS),
            index__isnull=False,
            **scope,
        )
        .order_by("-series__run__computed_at")
        .values_list("month", "index", "series__run__computed_at")
    )
    first = {
        month: (index, timezone.localdate(computed_at)) for month, index, computed_at in earlier if index is not None
    }
    return {month: Revision(month, index, day, now.get(month)) for month, (index, day) in sorted(first.items())}
