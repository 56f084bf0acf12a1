"""After a slip: what was written down wrongly is corrected or taken away. One address, one verb."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sambang.aspirations import operations
from sambang.aspirations.forms_slips import CorrectForm
from sambang.aspirations.models import Aspiration
from sambang.base.forms import carried_out
from sambang.people.access import require
from sambang.people.requests import PersonRequest


def aspiration_of(request: PersonRequest, aspiration_id: str) -> Aspiration:
    reach = Aspiration.objects.visible_to(request.user)
    reach = reach.select_related("business__owner", "business__cluster", "visit", "matter")
    return get_object_or_404(reach, pk=aspiration_id)


def correct(request: PersonRequest, aspiration_id: str) -> HttpResponse:
    aspiration = aspiration_of(request, aspiration_id)
    require(request.user, "aspirations.correct", aspiration)
    known = {name: getattr(aspiration, name) for name in ("words", "kind", "difficulty", "also_touches")}
    form = CorrectForm(request.POST or None, initial=known)
    if carried_out(form, lambda: operations.correct_aspiration(aspiration, request.user, **form.cleaned_data)):
        messages.success(request, _("Diperbaiki. Riwayat mencatat siapa yang memperbaikinya."))
        return _back(aspiration)
    return _page(request, aspiration, form, title=_("Perbaiki catatan"), button=_("Simpan"))


def take_away(request: PersonRequest, aspiration_id: str) -> HttpResponse:
    aspiration = aspiration_of(request, aspiration_id)
    require(request.user, "aspirations.take_away", aspiration)
    form = forms.Form(request.POST or None)
    if carried_out(form, lambda: operations.take_away_aspiration(aspiration, request.user)):
        messages.success(request, _("Catatan itu dihapus."))
        return _back(aspiration)
    return _page(request, aspiration, form, title=_("Hapus catatan ini?"), button=_("Ya, hapus"), danger=True)


def _page(request: PersonRequest, aspiration: Aspiration, form: forms.Form, **words: object) -> HttpResponse:
    facts = {"one": aspiration, "form": form, "simulated": aspiration.business.is_simulated, **words}
    return render(request, "aspirations/slip.html", facts, status=422 if form.is_bound else 200)


def _back(aspiration: Aspiration) -> HttpResponse:
    if aspiration.visit_id is None:
        return redirect("aspirations:board")
    return redirect("aspirations:record", aspiration.visit_id, aspiration.business_id)
