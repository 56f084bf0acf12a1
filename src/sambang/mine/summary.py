"""How the sentra is doing, in one sentence an owner can use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sambang.insight.models import Point, Series
from sambang.registry.models import Business


@dataclass(frozen=True)
class Summary:
    """`sentence` is always there; `month` and `level` (2019 = 100) only where there is enough data."""

    sentence: str
    month: date | None = None
    level: float | None = None
    is_simulated: bool = False


def summary_of(business: Business) -> Summary:
    """Of the newest month of the newest run that has an index for the business's sentra."""
    nothing = Summary(_("Belum cukup data untuk mengatakan keadaan sentra."))
    if business.cluster_id is None:
        return nothing
    rows = Series.objects.visible_to(business.owner).filter(cluster=business.cluster_id, kind=Series.Kind.VOLUME)
    series = rows.select_related("run").order_by("-run__computed_at").first()
    if series is None:
        return nothing
    point = series.points.exclude(index=None).exclude(status=Point.Status.NOT_ENOUGH).order_by("-month").first()
    if point is None or point.index is None:
        return nothing
    level = point.adjusted if point.adjusted is not None else point.index
    return Summary(in_words(level), point.month, level, series.run.is_simulated)


def in_words(level: float) -> str:
    """Against the ordinary month of 2019, within five percent counted as the same."""
    if level < 95:
        return _("Produksi sentra masih di bawah tahun 2019: kira-kira %(level)s dari 100.") % {"level": round(level)}
    if level > 105:
        return _("Produksi sentra sudah di atas tahun 2019: kira-kira %(level)s dari 100.") % {"level": round(level)}
    return _("Produksi sentra kira-kira sama dengan tahun 2019.")
