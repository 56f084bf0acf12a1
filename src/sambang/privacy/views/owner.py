"""The owner's rights, behind the personal link: see, copy, correct, erase, and who looked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sambang.lib import clock
from sambang.lib.forms import perform
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.privacy.forms import CorrectForm, EraseForm
from sambang.privacy.holdings import as_json, held_about, looks_at
from sambang.privacy.law import articles
from sambang.privacy.models import DataRequest
from sambang.privacy.operations import ask


@owner_page
def request_list(request: OwnerRequest) -> HttpResponse:
    facts = {
        "requests": DataRequest.objects.visible_to(request.owner)
        .filter(business=request.business)
        .order_by("-asked_at"),
        "articles": articles(),
        "now": clock.now(),
    }
    return render(request, "privacy/own_request_list.html", facts)


@owner_page
def data_list(request: OwnerRequest) -> HttpResponse:
    return render(request, "privacy/data_list.html", {"tables": held_about(request.business)})


@owner_page
def data_export(request: OwnerRequest) -> HttpResponse:
    """Machine-readable, and at once."""
    answer = JsonResponse(as_json(request.business), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{_("data-saya")}.json"'
    return answer


@owner_page
def read_list(request: OwnerRequest) -> HttpResponse:
    return render(request, "privacy/own_read_list.html", {"looks": looks_at(request.business)})


@owner_page
def correction_request(request: OwnerRequest) -> HttpResponse:
    words = {"title": _("Minta data dibetulkan"), "save": _("Kirim permintaan")}
    said = _("Permintaan Anda sudah masuk. Jawabannya akan tampak di halaman ini.")
    return asking(request, CorrectForm(request.POST or None), DataRequest.Kind.CORRECT, said, words)


@owner_page
def erasure_request(request: OwnerRequest) -> HttpResponse:
    words = {"title": _("Minta data saya dihapus"), "save": _("Minta dihapus"), "erase": True}
    said = _("Permintaan hapus sudah masuk. Persetujuan Anda ditarik sekarang juga.")
    return asking(request, EraseForm(request.POST or None), DataRequest.Kind.ERASE, said, words)


def asking(request: OwnerRequest, form: Form, kind: DataRequest.Kind, said: str, words: dict[str, Any]) -> HttpResponse:
    """The page of a request; `said`: once it has been taken."""
    if perform(form, lambda: ask(request.business, request.owner, kind=kind, text=form.cleaned_data["text"])):
        messages.success(request, said)
        return redirect("rights:request_list")
    return render(request, "privacy/request_create.html", {"form": form, **words}, status=422 if form.is_bound else 200)
