"""The public page on the method, with small examples, and a simulation with its true values if there is one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import councils_of, public
from sambang.access.requests import PersonRequest
from sambang.insight import charts, effect_charts, method_examples
from sambang.insight.coaching import coaching_effect
from sambang.insight.simulation_check import comparisons
from sambang.insight.views.results import chosen_council
from sambang_stats.messages import CONCLUSIONS


@public(reason="how a figure is made is no secret; the sentra on it only for those who reach them")
def method_detail(request: HttpRequest) -> HttpResponse:
    compared = comparisons(request.user) if isinstance(request.user, Person) else []
    return render(request, "insight/method.html", {"compared": compared, "simulated": bool(compared)})


@public(reason="a made-up example of the method page")
def method_example(request: HttpRequest, name: str, layout: str) -> HttpResponse:
    if name not in method_examples.METHOD_EXAMPLES or layout not in charts.CHART_LAYOUTS:
        raise Http404
    return svg_response(method_examples.example_svg(name, layout, get_language() or "id"))


def simulation_chart(request: PersonRequest, series_id: object, layout: str) -> HttpResponse:
    """The chart of an estimate and the true values of a readable sentra."""
    matching = [one for one in comparisons(request.user) if one.series.pk == series_id]
    if not matching or layout not in charts.CHART_LAYOUTS:
        raise Http404
    return svg_response(method_examples.simulation_svg(matching[0], layout, get_language() or "id"))


def coaching_detail(request: PersonRequest) -> HttpResponse:
    """The published effect of coaching in a council; shares are percentage points of a line's own mean before the
    visit."""
    council = chosen_council(request)
    effect = coaching_effect(council, request.user)
    conclusion = _(CONCLUSIONS[effect.figures.conclusion]) if effect.figures else ""
    context = {"council": council, "effect": effect, "conclusion": conclusion}
    return render(request, "insight/coaching.html", context)


def coaching_chart(request: PersonRequest, council_id: object, layout: str) -> HttpResponse:
    """The paths of the visited and the other sentra, and the effect by time since the visit if there is one."""
    council = get_object_or_404(councils_of(request.user), pk=council_id)
    svg = effect_charts.coaching_svg(council, request.user, layout) if layout in charts.CHART_LAYOUTS else None
    if svg is None:
        raise Http404
    answer = HttpResponse(svg, content_type="image/svg+xml")
    answer["Cache-Control"] = "private, no-cache"  # the next release changes it
    return answer


def svg_response(svg: str) -> HttpResponse:
    answer = HttpResponse(svg, content_type="image/svg+xml")
    answer["Cache-Control"] = "private, max-age=604800"
    return answer
