"""The number of IKM, estimated from two imported lists."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from sambang.access.permissions import may_somewhere
from sambang.access.requests import PersonRequest
from sambang.imports.models import SourceList
from sambang.imports.population import PopulationEstimate, estimate_from_lists
from sambang.registry.queries import businesses_for

MAX_POPULATION_LISTS = 50


def population_estimate(request: PersonRequest) -> HttpResponse:
    """`daftar`: the keys of the two lists; without them the two newest of different names."""
    lists = list(SourceList.objects.visible_to(request.user).with_sizes()[:MAX_POPULATION_LISTS])
    by_key = {str(source.pk): source for source in lists}
    chosen = [by_key[key] for key in request.GET.getlist("daftar") if key in by_key]
    if len(chosen) != 2:
        chosen = list({source.name: source for source in reversed(lists)}.values())[-2:]
    estimate = estimate_from_lists(*chosen) if len(chosen) == 2 and chosen[0] != chosen[1] else None
    registered = businesses_for(request.user).active().count()
    context = {
        "lists": lists,
        "chosen": [source.pk for source in chosen],
        "estimate": estimate,
        "registered": registered,
        "share": _share(registered, estimate),
        "may_import": may_somewhere(request.user, "imports.import_register"),
    }
    return render(request, "imports/population_estimate.html", context)


def _share(registered: int, estimate: PopulationEstimate | None) -> float | None:
    """The share of the estimated IKM that the register has; None where it has more."""
    return registered / estimate.total if estimate and estimate.total >= registered else None
