"""Charts rendered on the server: an Altair specification, converted to SVG by vl-convert, the same for page, PDF and
image.
No meaning depends on colour alone. A month is a filled circle if there are enough data, an open circle if data are
thin, a triangle if its movement is borrowed from a wider region, and a diamond while its reports still arrive. The
index is a thin line, the adjusted series a thick one; a short dash is the first published figure. Below, on the same
time axis, is the response rate."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import altair as alt
import vl_convert
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import Image

from sambang.insight.models import Point, Series, ShareClass
from sambang.insight.vintages import Revision, revisions
from sambang.lib.file_cache import cached_file, code_digest
from sambang.lib.months import add_months, months_between
from sambang.lib.typesetting import picture
from sambang_stats import month_of
from sambang_stats.calendar import days_from_lebaran

CHART_TEMPLATE = Path(__file__).parent / "chart.typ"

INK, SOFT, LINE_COLOUR, GREEN, GREY = "#14201a", "#46564d", "#c9d3cc", "#14532d", "#5b6b62"
MARKS = {  # (shape, whether it is filled)
    Point.Status.FIRM: ("circle", GREY),
    Point.Status.THIN: ("circle", "white"),
    Point.Status.BORROWED: ("triangle-up", "white"),
}
FIRST_ESTIMATE = ("diamond", "white")
CHART_DIGEST = code_digest(__file__)


@dataclass(frozen=True)
class ChartLayout:
    """The size of a chart in pixels, its font, and what it shows."""

    width: int
    height: int
    font: str = "Noto Sans, Roboto, Liberation Sans, sans-serif"
    size: int = 13
    mark: int = 30  # area of a month's mark in square pixels
    line: float = 3.0
    months: int | None = None
    """How many of the newest months; None: all."""
    is_brief: bool = False
    """Without the captions and the response rate."""


WIDE = ChartLayout(1040, 380)
NARROW = ChartLayout(360, 300, size=12, mark=11, line=2.2)
PAPER = ChartLayout(680, 225, font="Libertinus Serif", size=13, mark=16, line=2.4)
SCREEN = ChartLayout(1000, 330, size=24, mark=40, line=4.5, months=60, is_brief=True)
CHART_LAYOUTS = {"lebar": WIDE, "sempit": NARROW, "kertas": PAPER, "layar": SCREEN}


def series_svg(series_id: UUID, layout: str, language: str) -> str:
    """The SVG of a published series, cached without expiry because a published series never changes. Raises
    Series.DoesNotExist."""

    def draw() -> bytes:
        series = Series.objects.select_related("run").get(pk=series_id)
        points = list(series.points.all())
        size = CHART_LAYOUTS[layout]
        return as_svg(describe(series, points, size, revisions(series, points)), size).encode()

    return cached_file(f"charts/{CHART_DIGEST}/{series_id}-{layout}-{language}.svg", draw).decode()


def chart_jpeg(series_id: UUID) -> bytes:
    """The chart of a published series for a paper: JPEG on white."""
    svg = series_svg(series_id, "kertas", get_language() or "id")
    output = io.BytesIO()
    with Image.open(io.BytesIO(picture(CHART_TEMPLATE, sys_inputs={"chart": svg}))) as drawn:
        drawn.convert("RGB").save(output, "JPEG", quality=90)
    return output.getvalue()


def as_svg(chart: Any, layout: ChartLayout) -> str:
    spec = styled(chart, layout).to_dict()
    # Narrow charts have their legends stacked; wide charts have them well apart, because the reader's font may be wider
    # than the one measured here. Altair's schema does not include this option of Vega.
    direction, margin = ("vertical", 4) if layout.width < 700 else ("horizontal", 60)
    spec["config"]["legend"]["layout"] = {"bottom": {"anchor": "start", "direction": direction, "margin": margin}}
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    # the renderer makes no network requests
    return str(vl_convert.vegalite_to_svg(spec, vl_version=version, allowed_base_urls=[]))


def describe(series: Series, points: Sequence[Point], layout: ChartLayout, revised: Mapping[date, Revision]) -> Any:
    """The chart of an index with its 90 % interval, the level of the base, the months of Lebaran, the first published
    figures, and the response rate below."""
    if layout.months:
        points = points[-layout.months :]
    rows = [point_values(point) for point in points]
    months = {point.month for point in points}
    changed = [revision for revision in revised.values() if revision.is_changed and revision.month in months]
    title = _("Indeks produksi, rata-rata %(base)s = 100") % {"base": series.base_text}
    subtitle = captions(series, points, layout, has_revisions=bool(changed))
    index = alt.layer(*layers(points, rows, layout), *([first_published_marks(changed)] if changed else [])).properties(
        width=layout.width - 60, height=layout.height, title=titled(title, subtitle, layout)
    )
    if layout.is_brief:
        return index
    return alt.vconcat(index, response(rows, layout), spacing=14).resolve_scale(x="shared")


def captions(series: Series, points: Sequence[Point], layout: ChartLayout, *, has_revisions: bool) -> list[str]:
    """The lines below the title: what the figures are, and unless the layout is brief, how to read the chart."""
    lines = []
    if series.run.is_simulated:
        lines.append(_("SIMULASI: angka peragaan, bukan hasil pengukuran"))
    if not any(point.index is not None for point in points):
        lines.append(_("BELUM CUKUP DATA: tidak ada angka yang dapat ditampilkan"))
    if not layout.is_brief:
        lines.append(_("Bidang: interval 90%. Jalur tegak: bulan Lebaran."))
        lines += [_("Garis pendek: angka saat pertama terbit.")] if has_revisions else []
    return lines


def titled(title: str, subtitle: list[str], layout: ChartLayout) -> alt.TitleParams:
    return alt.TitleParams(
        title,
        subtitle=subtitle,
        anchor="start",
        color=INK,
        subtitleColor=SOFT,
        fontSize=layout.size + 2,
        subtitleFontSize=layout.size,
    )


def months_axis() -> alt.X:
    return alt.X("month:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", grid=False))


def response(rows: list[dict[str, Any]], layout: ChartLayout) -> Any:
    """The response rate by class: share of the IKM that reported (bars), and their share of the yearly value (line)."""
    base = alt.Chart(alt.InlineData(values=rows))
    share = alt.Axis(format=".0%", values=[0, 0.5, 1])
    scale = alt.Scale(domain=[0, 1])
    bars = base.mark_bar(color=LINE_COLOUR, width=max(1, 0.75 * (layout.width - 60) / max(len(rows), 1))).encode(
        x=months_axis(), y=alt.Y("response:Q", title=None, axis=share, scale=scale)
    )
    line = base.mark_line(color=INK, strokeWidth=1.4, interpolate="step").encode(
        x=months_axis(), y=alt.Y("coverage:Q", title=None, axis=share, scale=scale)
    )
    captions = [_("Batang: bagian IKM. Garis: bagian nilai produksi. Keduanya dibulatkan ke golongan.")]
    return alt.layer(bars, line).properties(
        width=layout.width - 60, height=layout.height * 0.24, title=titled(_("Yang melapor"), captions, layout)
    )


def first_published_marks(changed: Sequence[Revision]) -> Any:
    """A short dash at the first published figure of each month."""
    rows = [{"month": moment(revision.month), "first": revision.first} for revision in changed]
    mark = alt.Chart(alt.InlineData(values=rows)).mark_tick(orient="horizontal", color=INK, thickness=2, size=11)
    return mark.encode(x=months_axis(), y="first:Q")


def layers(points: Sequence[Point], rows: list[dict[str, Any]], layout: ChartLayout) -> list[Any]:
    x = months_axis()
    base = alt.Chart(alt.InlineData(values=rows))
    lines = [_("indeks bulanan")]
    if any(row["adjusted"] is not None for row in rows):
        lines.append(_("disesuaikan musim dan Lebaran") if layout.width > 600 else _("disesuaikan"))

    def by_line(kind: Any, scale_values: Sequence[Any]) -> Any:
        return kind("line:N", title=None, scale=alt.Scale(domain=lines, range=list(scale_values[: len(lines)])))

    return [
        lebaran_strips([point.month for point in points]),
        band(base, x),
        alt.Chart(alt.InlineData(values=[{"level": 100}])).mark_rule(color=INK, strokeDash=[6, 4]).encode(y="level:Q"),
        alt.Chart(alt.InlineData(values=two_lines(rows, lines)))
        .mark_line(invalid="break-paths-filter-domains")
        .encode(
            x=x,
            y=alt.Y("value:Q", title=None),
            strokeWidth=by_line(alt.StrokeWidth, [1, layout.line]),
            color=by_line(alt.Color, [GREY, GREEN]),
        ),
        marks(base, x, rows, layout),
    ]


def band(base: Any, x: alt.X) -> Any:
    return base.mark_area(color=GREEN, opacity=0.18, invalid="break-paths-filter-domains").encode(
        x=x, y=alt.Y("lower:Q", title=None, scale=alt.Scale(zero=False, nice=True)), y2="upper:Q"
    )


def marks(base: Any, x: alt.X, rows: list[dict[str, Any]], layout: ChartLayout) -> Any:
    """One mark for each month; its shape and filling show the quality of the figure."""
    mark_by_label = {str(status.label): mark for status, mark in MARKS.items()} | {_("angka pertama"): FIRST_ESTIMATE}
    qualities = {row["quality"] for row in rows if row["index"] is not None}
    names = [name for name in mark_by_label if name in qualities]
    shapes, fills = zip(*(mark_by_label[name] for name in names), strict=True) if names else ((), ())

    def by_quality(kind: Any, scale_values: Sequence[str]) -> Any:
        return kind("quality:N", title=None, scale=alt.Scale(domain=names, range=list(scale_values)))

    return (
        base.transform_filter("isValid(datum.index)")
        .mark_point(size=layout.mark, opacity=1, strokeWidth=1.2)
        .encode(
            x=x,
            y="index:Q",
            shape=by_quality(alt.Shape, shapes),
            fill=by_quality(alt.Fill, fills),
            stroke=by_quality(alt.Stroke, [GREY] * len(names)),
        )
    )


def lebaran_months(first: date, last: date) -> list[date]:
    """The months that contain 1 Syawal."""
    return [month for month in months_between(first, last) if (days_from_lebaran(month_of(month)) == 0).any()]


def lebaran_strips(months: Sequence[date]) -> Any:
    months_of_lebaran = lebaran_months(months[0], months[-1]) if months else []
    strips = [{"from": moment(month), "to": moment(add_months(month, 1))} for month in months_of_lebaran]
    chart = alt.Chart(alt.InlineData(values=strips or [{"from": None, "to": None}]))
    return chart.mark_rect(color=LINE_COLOUR, opacity=0.45).encode(x="from:T", x2="to:T")


def point_values(point: Point) -> dict[str, Any]:
    return {
        "month": moment(point.month),
        "index": point.index,
        "lower": point.lower,
        "upper": point.upper,
        "adjusted": point.adjusted,
        "response": ShareClass(point.response).middle if point.response else None,
        "coverage": ShareClass(point.coverage).middle if point.coverage else None,
        "quality": _("angka pertama") if point.is_first_estimate else str(Point.Status(point.status).label),
    }


def two_lines(rows: list[dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    columns = zip(("index", "adjusted"), names, strict=False)
    return [{"month": row["month"], "value": row[column], "line": name} for column, name in columns for row in rows]


def moment(day: date) -> str:
    """Midnight without a time zone: Vega would read a bare date as UTC and draw it in the previous month."""
    return f"{day:%Y-%m-%d}T00:00:00"


def styled(chart: Any, layout: ChartLayout) -> Any:
    return (
        chart.configure(font=layout.font, background="white", padding=6)
        .configure_view(stroke=None)
        .configure_axisY(minExtent=34, maxExtent=34)
        .configure_axis(
            labelFontSize=layout.size, labelColor=INK, domainColor=SOFT, gridColor="#e6ebe7", tickColor=SOFT
        )
        .configure_legend(
            orient="bottom",
            columns=2 if layout.width < 600 else 5,
            direction="horizontal",
            labelFontSize=layout.size,
            labelColor=INK,
            labelLimit=0,
            columnPadding=30,
        )
    )
