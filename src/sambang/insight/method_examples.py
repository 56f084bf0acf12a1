"""The figures of the method page: small made-up examples computed by the engine, and a simulation with its true
values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

import sambang_stats as engine
from sambang.insight import charts
from sambang.insight.charts import CHART_LAYOUTS, GREEN, GREY, INK, ChartLayout, as_svg, moment, titled
from sambang.insight.simulation_check import SimulationComparison
from sambang.lib.file_cache import cached_file, code_digest
from sambang.lib.months import months_between

type Makers = dict[str, list[int | None]]

EXAMPLES_DIGEST = code_digest(__file__, charts.__file__)
NOT_REPORTED = None
YEAR = 2019
EXAMPLE_WITH_GAP: Makers = {"Bu Ani": [100, NOT_REPORTED, 120], "Pak Budi": [50, 60, 55]}
CLOSING: Makers = {"A": [*[100] * 6], "B": [*[100] * 6], "C": [*[100] * 3, 0, 0, 0], "D": [*[100] * 3, 0, 0, 0]}


def example_index(quantities: Makers, *, ends: dict[str, date] | None = None) -> list[float]:
    """The engine's monthly index of producers in one village from January 2019; the first month is 100."""
    panel = engine.read_panel(example_reports(quantities), example_units(quantities, ends or {}))
    series = engine.estimate_index(panel, engine.Options(base=engine.Period.of_year(YEAR)))["all"]
    return [100 * float(value) / float(series.index[0]) for value in series.index]


def example_reports(quantities: Makers) -> dict[str, Any]:
    count = len(next(iter(quantities.values())))
    every = list(months_between(date(YEAR, 1, 1), date(YEAR, count, 1)))
    rows = [(who, *row) for who, values in quantities.items() for row in zip(every, values, strict=True)]
    reported = [(who, month, value) for who, month, value in rows if value is not None]
    unit, month, quantity = zip(*reported, strict=True)
    value = [1000 * number for number in quantity]
    return {"unit": unit, "product": ["baju"] * len(unit), "month": month, "quantity": quantity, "value": value}


def example_units(quantities: Makers, ends: dict[str, date]) -> dict[str, Any]:
    return {
        "unit": list(quantities),
        "region": ["3404072003"] * len(quantities),
        "industry": ["14111"] * len(quantities),
        "start": [None] * len(quantities),
        "end": [ends.get(who) for who in quantities],
        "weight": [float(values[0] or 0) for values in quantities.values()],
    }


def survivors(quantities: Makers) -> list[float]:
    """The biased index of the surviving producers, which ignores closures."""
    alive = [values for values in quantities.values() if values[-1]]
    return [
        100 * sum(value or 0 for value in at) / sum(values[0] or 0 for values in alive)
        for at in zip(*alive, strict=True)
    ]


def sums(quantities: Makers) -> list[float]:
    """The sum of the received reports; the first month is 100."""
    totals = [sum(value or 0 for value in at) for at in zip(*quantities.values(), strict=True)]
    return [100 * total / totals[0] for total in totals]


def two_example_lines(rows: Sequence[tuple[str, list[float]]], layout: ChartLayout, title: str) -> Any:
    """A biased line (dashed, open circles) and the index (thick, filled), distinguishable without colour."""
    wrong, ours = rows
    every = list(months_between(date(YEAR, 1, 1), date(YEAR, len(ours[1]), 1)))
    examples = [
        {"month": moment(month), "value": value, "line": name}
        for name, values in rows
        for month, value in zip(every, values, strict=True)
    ]
    names = [wrong[0], ours[0]]

    def by_line(kind: Any, scale_values: Sequence[Any]) -> Any:
        return kind("line:N", title=None, scale=alt.Scale(domain=names, range=list(scale_values)))

    x = alt.X("month:T", title=None, axis=alt.Axis(format="%m", tickCount=len(every), grid=False))
    base = alt.Chart(alt.InlineData(values=examples)).encode(x=x, y=alt.Y("value:Q", title=None))
    lines = base.mark_line().encode(
        strokeDash=by_line(alt.StrokeDash, [[5, 4], [1, 0]]),
        strokeWidth=by_line(alt.StrokeWidth, [1.5, layout.line]),
        color=by_line(alt.Color, [GREY, GREEN]),
    )
    marks = base.mark_point(size=60, opacity=1).encode(
        fill=by_line(alt.Fill, ["white", GREEN]), stroke=by_line(alt.Stroke, [GREY, GREEN])
    )
    numbers = base.mark_text(dy=-11, fontSize=layout.size, color=INK).encode(text=alt.Text("value:Q", format=".0f"))
    subtitle = [_("Bulan pertama = 100. Contoh buatan.")]
    return alt.layer(lines, marks, numbers).properties(
        width=layout.width - 60, height=layout.height * 0.55, title=titled(title, subtitle, layout)
    )


def missing(layout: ChartLayout) -> Any:
    rows = [(_("jumlah yang masuk"), sums(EXAMPLE_WITH_GAP)), (_("indeks"), example_index(EXAMPLE_WITH_GAP))]
    return two_example_lines(rows, layout, _("Bu Ani lupa melapor bulan 02"))


def closed(layout: ChartLayout) -> Any:
    ends = {who: date(YEAR, 4, 1) for who in ("C", "D")}
    rows = [(_("hanya yang bertahan"), survivors(CLOSING)), (_("indeks"), example_index(CLOSING, ends=ends))]
    return two_example_lines(rows, layout, _("Dua dari empat IKM tutup pada bulan 04"))


def interval_example(layout: ChartLayout) -> Any:
    """Three intervals, each with the conclusion that it permits."""
    conclusions = [_("turun"), _("belum dapat dipastikan"), _("naik")]
    bounds = [(72, 80, 88), (94, 103, 112), (106, 116, 126)]
    rows = [
        {"word": word, "lower": low, "index": mid, "upper": high}
        for word, (low, mid, high) in zip(conclusions, bounds, strict=True)
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("word:N", title=None, sort=conclusions, axis=alt.Axis(labels=False, ticks=False, domain=False))
    )
    axis = alt.Axis(values=list(range(70, 140, 10)))
    x = alt.X("lower:Q", title=None, axis=axis, scale=alt.Scale(domain=[65, 135]))
    bars = base.mark_bar(color=GREEN, opacity=0.2, height=16, stroke=GREEN).encode(x=x, x2="upper:Q")
    dots = base.mark_point(size=70, filled=True, color=GREEN, opacity=1).encode(x="index:Q")
    captions = base.mark_text(align="left", dx=0, dy=-17, fontSize=layout.size, color=INK).encode(
        x="lower:Q", text="word:N"
    )
    level = (
        alt.Chart(alt.InlineData(values=[{"level": 100}])).mark_rule(color=INK, strokeDash=[6, 4]).encode(x="level:Q")
    )
    return alt.layer(bars, level, dots, captions).properties(
        width=layout.width - 60,
        height=170,
        title=titled(
            _("Kata mengikuti interval"), [_("Garis putus-putus: rata-rata 2019 = 100. Contoh buatan.")], layout
        ),
    )


METHOD_EXAMPLES: dict[str, Callable[[ChartLayout], Any]] = {
    "kosong": missing,
    "tutup": closed,
    "interval": interval_example,
}


def example_svg(name: str, layout: str, language: str) -> str:
    """The cached chart of an example. Raises KeyError for an unknown name."""
    example, size = METHOD_EXAMPLES[name], CHART_LAYOUTS[layout]
    path = f"charts/{EXAMPLES_DIGEST}/contoh-{name}-{layout}-{language}.svg"
    return cached_file(path, lambda: as_svg(example(size), size).encode()).decode()


def simulation_svg(compared: SimulationComparison, layout: str, language: str) -> str:
    """The chart of a simulated sentra, cached without expiry: neither a published series nor its truth changes."""
    size = CHART_LAYOUTS[layout]
    path = f"charts/{EXAMPLES_DIGEST}/simulasi-{compared.series.pk}-{layout}-{language}.svg"
    return cached_file(path, lambda: as_svg(simulation(compared, size), size).encode()).decode()


def simulation(compared: SimulationComparison, size: ChartLayout) -> Any:
    """The true production (dashed), the estimate (thick) and its interval."""
    names = [_("yang sebenarnya dibuat (simulasi)"), _("perkiraan")]
    points = compared.points
    rows = [{"month": moment(point.month), "lower": point.lower, "upper": point.upper} for point in points]
    lines = [{"month": moment(point.month), "value": compared.truth[point.month], "line": names[0]} for point in points]
    lines += [{"month": moment(point.month), "value": point.index, "line": names[1]} for point in points]

    def by_line(kind: Any, scale_values: Sequence[Any]) -> Any:
        return kind("line:N", title=None, scale=alt.Scale(domain=names, range=list(scale_values)))

    x = alt.X("month:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", grid=False))
    band = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_area(color=GREEN, opacity=0.18)
        .encode(x=x, y=alt.Y("lower:Q", title=None, scale=alt.Scale(zero=False)), y2="upper:Q")
    )
    both = (
        alt.Chart(alt.InlineData(values=lines))
        .mark_line()
        .encode(
            x=x,
            y=alt.Y("value:Q", title=None),
            strokeDash=by_line(alt.StrokeDash, [[3, 2], [1, 0]]),
            strokeWidth=by_line(alt.StrokeWidth, [1.3, size.line * 0.7]),
            color=by_line(alt.Color, [INK, GREEN]),
        )
    )
    title = titled(
        _("Perkiraan dan yang sebenarnya, rata-rata %(base)s = 100") % {"base": compared.series.base_text},
        [_("SIMULASI: kedua-duanya dibuat-buat"), _("Bidang: interval 90%.")],
        size,
    )
    return alt.layer(band, both).properties(width=size.width - 60, height=size.height, title=title)
