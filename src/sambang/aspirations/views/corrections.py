"""After a slip: what was written down or brought together wrongly is mended. One address, one verb."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest
from sambang.aspirations import operations
from sambang.aspirations.forms.corrections import CorrectForm, OtherMatterForm
from sambang.aspirations.models import Aspiration, Matter
from sambang.aspirations.views.matters import matter_of
from sambang.lib.forms import perform


def aspiration_of(request: PersonRequest, aspiration_id: str) -> Aspiration:
    reach = Aspiration.objects.visible_to(request.user)
    reach = reach.select_related("business__owner", "business__cluster", "visit", "matter__cluster")
    return get_object_or_404(reach, pk=aspiration_id)


def correct(request: PersonRequest, aspiration_id: str) -> HttpResponse:
    aspiration = aspiration_of(request, aspiration_id)
    require(request.user, "aspirations.correct", aspiration)
    known = {name: getattr(aspiration, name) for name in ("text", "kind", "difficulty", "also_touches")}
    form = CorrectForm(request.POST or None, initial=known)
    if perform(form, lambda: operations.correct_aspiration(aspiration, request.user, **form.cleaned_data)):
        messages.success(request, _("Diperbaiki. Riwayat mencatat siapa yang memperbaikinya."))
        return _back(aspiration)
    return _page(request, aspiration, form, title=_("Perbaiki catatan"), button=_("Simpan"))


def take_away(request: PersonRequest, aspiration_id: str) -> HttpResponse:
    aspiration = aspiration_of(request, aspiration_id)
    require(request.user, "aspirations.delete", aspiration)
    form = forms.Form(request.POST or None)
    if perform(form, lambda: operations.delete_aspiration(aspiration, request.user)):
        messages.success(request, _("Catatan itu dihapus."))
        return _back(aspiration)
    return _page(request, aspiration, form, title=_("Hapus catatan ini?"), button=_("Ya, hapus"), danger=True)


def ungroup_aspiration(request: PersonRequest, aspiration_id: str) -> HttpResponse:
    aspiration, matter = _brought(request, aspiration_id)
    require(request.user, "aspirations.ungroup", aspiration)
    form = forms.Form(request.POST or None)
    if perform(form, lambda: operations.ungroup_aspiration(aspiration, request.user)):
        messages.success(request, _("Dikeluarkan: aspirasi itu kembali ke daftar yang belum disatukan."))
        return redirect("aspirations:matter", matter.pk)
    text = {"title": _("Keluarkan dari pokok bahasan ini?"), "button": _("Keluarkan")}
    return _page(request, aspiration, form, matter=matter, **text)


def transfer(request: PersonRequest, aspiration_id: str) -> HttpResponse:
    """One aspiration from the matter where it is into another one of the same sentra."""
    aspiration, matter = _brought(request, aspiration_id)
    require(request.user, "aspirations.group", matter)
    form = OtherMatterForm(matter, request.POST or None)
    if target := perform(form, lambda: _into(request, [aspiration], form.cleaned_data["matter"])):
        messages.success(request, _("Dipindahkan ke “%(title)s”.") % {"title": target.title})
        return redirect("aspirations:matter", target.pk)
    text = {"title": _("Pindahkan ke pokok bahasan lain"), "button": _("Pindahkan")}
    return _page(request, aspiration, form, matter=matter, **text)


def merge(request: PersonRequest, matter_id: str) -> HttpResponse:
    """All of a matter into another one of the same sentra; the emptied one is set aside and says where it went."""
    matter = matter_of(request, matter_id)
    require(request.user, "aspirations.group", matter)
    voices = list(Aspiration.objects.visible_to(request.user).filter(matter=matter).select_related("business"))
    form = OtherMatterForm(matter, request.POST or None)
    if target := perform(form, lambda: _into(request, voices, form.cleaned_data["matter"])):
        messages.success(request, _("Digabungkan ke “%(title)s”.") % {"title": target.title})
        return redirect("aspirations:matter", target.pk)
    facts = {"matter": matter, "voices": voices, "form": form}
    return render(request, "aspirations/merge.html", facts, status=422 if form.is_bound else 200)


def _brought(request: PersonRequest, aspiration_id: str) -> tuple[Aspiration, Matter]:
    aspiration = aspiration_of(request, aspiration_id)
    if aspiration.matter is None:
        raise Http404
    return aspiration, aspiration.matter


def _into(request: PersonRequest, aspirations: list[Aspiration], target: Matter) -> Matter:
    """The target keeps its own name and difficulty."""
    known = {"title": target.title, "difficulty": target.difficulty}
    return operations.group_aspirations(target.cluster, request.user, aspirations=aspirations, matter=target, **known)


def _page(request: PersonRequest, aspiration: Aspiration, form: forms.Form, **text: object) -> HttpResponse:
    facts = {"one": aspiration, "form": form, "simulated": aspiration.business.is_simulated, **text}
    return render(request, "aspirations/slip.html", facts, status=422 if form.is_bound else 200)


def _back(aspiration: Aspiration) -> HttpResponse:
    if aspiration.visit_id is None:
        return redirect("aspirations:board")
    return redirect("aspirations:record", aspiration.visit_id, aspiration.business_id)
