"""The state of the owner's sentra in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sambang.insight.models import Series
from sambang.insight.summary import Direction, Summary, cluster_summary
from sambang.registry.models import Business


@dataclass(frozen=True)
class ClusterState:
    """`shown` is None where nothing was computed."""

    sentence: str
    detail: str = ""
    summary: Summary | None = None

    @property
    def has_chart(self) -> bool:
        return self.summary is not None and self.summary.latest is not None


def cluster_state_of(business: Business) -> ClusterState:
    """The summary of the newest run; its sentence follows the confidence interval, as on the leader's page."""
    summary = cluster_summary(business.cluster) if business.cluster else None
    if summary is None or summary.latest is None or summary.recovery.percent is None:
        return ClusterState(_("Belum cukup data untuk mengatakan keadaan sentra."), summary=summary)
    return ClusterState(
        direction_text(summary.recovery.direction, summary.series.base_phrase), detail_of(summary), summary
    )


def direction_text(word: Direction, base: str) -> str:
    return {
        Direction.UP: _("Produksi sentra sudah di atas %(base)s."),
        Direction.DOWN: _("Produksi sentra masih di bawah %(base)s."),
        Direction.UNSURE: _("Produksi sentra kurang lebih seperti %(base)s; belum dapat dipastikan naik atau turun."),
        Direction.NOT_ENOUGH: _("Belum cukup data untuk mengatakan keadaan sentra."),
    }[word] % {"base": base}


def detail_of(summary: Summary) -> str:
    recovery = summary.recovery
    text = _("Bila rata-rata %(base)s dihitung 100, sekarang kira-kira %(level)d (antara %(lower)d dan %(upper)d).") % {
        "base": summary.series.base_text,
        "level": round(recovery.percent or 0),
        "lower": round(recovery.lower or 0),
        "upper": round(recovery.upper or 0),
    }
    return text if summary.series.is_adjusted else f"{text} {_('Musim dan Lebaran belum disisihkan.')}"


def series_of(business: Business) -> Series | None:
    """The series of the owner's chart."""
    state = cluster_state_of(business)
    return state.summary.series if state.summary and state.has_chart else None
