"""The chart of the coaching effect: the paths of both groups of sentra, and the effect by time since the visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.insight import charts, coaching
from sambang.insight.charts import (
    CHART_LAYOUTS,
    GREEN,
    GREY,
    INK,
    LINE_COLOUR,
    ChartLayout,
    as_svg,
    moment,
    months_axis,
    titled,
)
from sambang.insight.coaching import (
    ANTICIPATION,
    CoachingPanel,
    GroupPath,
    cluster_counts,
    coaching_panel,
    group_paths,
    is_member,
    newest_release,
    released_effects,
)
from sambang.lib.file_cache import cached_file, code_digest
from sambang.lib.months import add_months, month_from_number
from sambang_stats import PanelError
from sambang_stats.coaching_effect import MIN_CLUSTERS
from sambang_stats.effects import NEVER_TREATED, Control, average, group_time_effects

EFFECT_CHART_DIGEST = code_digest(__file__, charts.__file__, coaching.__file__)


def coaching_svg(council: Council, person: Person, layout: str) -> str | None:
    """The cached chart of the council's newest release; None if there is no data."""
    release = newest_release(council) if is_member(council, person) else None
    if release is None:
        return None

    def draw() -> bytes:
        panel = coaching_panel(council, person, release.computed_at)
        if panel is None or not group_paths(panel):
            return b""
        return effect_svg(panel, layout, simulated=council.is_simulated).encode()

    name = f"charts/{EFFECT_CHART_DIGEST}/coaching-{release.pk}-{layout}-{get_language()}.svg"
    return cached_file(name, draw).decode() or None


def effect_svg(panel: CoachingPanel, layout: str, *, simulated: bool) -> str:
    """The chart as SVG for one of CHART_LAYOUTS, with rounded figures. The effect by time is included if enough owners
    contribute, its interval only if there are enough sentra."""
    size, treated = CHART_LAYOUTS[layout], panel.treatment
    parts = [
        paths_chart(
            group_paths(panel), np.unique(treated.first[treated.first != NEVER_TREATED]), size, simulated=simulated
        )
    ]
    try:
        effects = group_time_effects(treated, control=Control.NOT_YET, anticipation=ANTICIPATION)
        parts.append(
            effect_chart(
                released_effects(panel, average(effects, treated).dynamic),
                size,
                with_interval=min(cluster_counts(panel)) >= MIN_CLUSTERS,
            )
        )
    except PanelError:
        pass  # the page gives the reason
    return as_svg(alt.vconcat(*parts, spacing=24), size)


def paths_chart(paths: list[GroupPath], visits: Any, layout: ChartLayout, *, simulated: bool) -> Any:
    names = [path.name for path in paths]
    rows = [
        {"month": moment(month_from_number(month)), "value": value, "group": path.name}
        for path in paths
        for month, value in zip(path.months, path.values, strict=True)
    ]

    def by_group(kind: Any, scale_values: list[Any]) -> Any:
        return kind("group:N", title=None, scale=alt.Scale(domain=names, range=scale_values))

    strips = [
        {"from": moment(month_from_number(int(month))), "to": moment(add_months(month_from_number(int(month)), 1))}
        for month in visits
    ]
    visited = (
        alt.Chart(alt.InlineData(values=strips)).mark_rect(color=LINE_COLOUR, opacity=0.6).encode(x="from:T", x2="to:T")
    )
    level = (
        alt.Chart(alt.InlineData(values=[{"level": 100}])).mark_rule(color=INK, strokeDash=[6, 4]).encode(y="level:Q")
    )
    lines = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line()
        .encode(
            x=months_axis(),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False, nice=True)),
            strokeDash=by_group(alt.StrokeDash, [[1, 0], [5, 4]]),
            strokeWidth=by_group(alt.StrokeWidth, [layout.line, 1.6]),
            color=by_group(alt.Color, [GREEN, GREY]),
        )
    )
    subtitle = [_("100: rata-rata tiap produk sebelum kunjungan pertama."), _("Jalur tegak: bulan kunjungan pertama.")]
    if simulated:
        subtitle.insert(0, _("SIMULASI: angka peragaan, bukan hasil pengukuran"))
    return alt.layer(visited, level, lines).properties(
        width=layout.width - 60,
        height=layout.height * 0.8,
        title=titled(_("Produksi kedua kelompok sentra"), subtitle, layout),
    )


def effect_chart(effects: Mapping[int, tuple[float, float, float]], layout: ChartLayout, *, with_interval: bool) -> Any:
    """A point for each month since the visit; open before the visit, filled afterwards."""
    rows = [
        {"since": since, "value": value, "lower": lower, "upper": upper, "after": since >= 0}
        for since, (lower, value, upper) in effects.items()
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=alt.X("since:Q", title=_("bulan sejak kunjungan pertama")))
    filling = alt.condition("datum.after", alt.value(GREEN), alt.value("white"))
    dots = base.mark_point(size=layout.mark * 1.5, opacity=1, stroke=GREEN).encode(
        y=alt.Y("value:Q", title=None), fill=filling
    )
    zero = alt.Chart(alt.InlineData(values=[{"level": 0}])).mark_rule(color=INK, strokeDash=[6, 4]).encode(y="level:Q")
    bars = base.mark_rule(color=GREEN, strokeWidth=1.2).encode(y="lower:Q", y2="upper:Q")
    subtitle = [_("Titik kosong: sebelum kunjungan; di situ seharusnya nol.")]
    if with_interval:
        subtitle.append(_("Garis tegak: interval 95%."))
    return alt.layer(zero, *([bars] if with_interval else []), dots).properties(
        width=layout.width - 60,
        height=layout.height * 0.6,
        title=titled(_("Selisih terhadap pembanding, poin persen"), subtitle, layout),
    )
