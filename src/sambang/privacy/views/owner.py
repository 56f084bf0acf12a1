"""The owner's rights, behind the personal link: access, copy, correction, erasure, and who read the data."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.lib import clock
from sambang.lib.forms import run_operation
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.privacy.forms import CorrectionRequestForm, EraseForm, RestrictForm
from sambang.privacy.law import articles
from sambang.privacy.models import DataRequest
from sambang.privacy.notice import statements_for
from sambang.privacy.operations import lift_restriction, submit_request
from sambang.privacy.stored_data import copy_as_json, reads_of, stored_data_of


@owner_page
def request_list(request: OwnerRequest) -> HttpResponse:
    context = {
        "requests": DataRequest.objects.visible_to(request.owner)
        .filter(business=request.business)
        .order_by("-asked_at"),
        "articles": articles(),
        "now": clock.now(),
        "statements": statements_for(request.business.region_id),
    }
    return render(request, "privacy/own_request_list.html", context)


@owner_page
def data_list(request: OwnerRequest) -> HttpResponse:
    return render(request, "privacy/data_list.html", {"tables": stored_data_of(request.business)})


@owner_page
def data_export(request: OwnerRequest) -> HttpResponse:
    """The machine-readable copy."""
    answer = JsonResponse(copy_as_json(request.business), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{_("data-saya")}.json"'
    return answer


@owner_page
def read_list(request: OwnerRequest) -> HttpResponse:
    return render(request, "privacy/own_read_list.html", {"reads": reads_of(request.business)})


@owner_page
def correction_request(request: OwnerRequest) -> HttpResponse:
    context = {"title": _("Minta data dibetulkan"), "save": _("Kirim permintaan")}
    thanks = _("Permintaan Anda sudah masuk. Jawabannya akan tampak di halaman ini.")
    return _request_page(
        request, CorrectionRequestForm(request.POST or None), DataRequest.Kind.CORRECT, thanks, context
    )


@owner_page
def restriction_request(request: OwnerRequest) -> HttpResponse:
    context = {"title": _("Batasi pemrosesan data saya"), "save": _("Batasi sekarang"), "restrict": True}
    thanks = _("Mulai sekarang data Anda hanya disimpan, tidak dipakai. Anda dapat mencabutnya di halaman ini.")
    return _request_page(request, RestrictForm(request.POST or None), DataRequest.Kind.RESTRICT, thanks, context)


@owner_page
@require_POST
def restriction_lift(request: OwnerRequest) -> HttpResponse:
    lift_restriction(request.business, request.owner)
    messages.success(request, _("Pembatasan dicabut: dewan boleh memakai data Anda lagi."))
    return redirect("rights:request_list")


@owner_page
def erasure_request(request: OwnerRequest) -> HttpResponse:
    context = {"title": _("Minta data saya dihapus"), "save": _("Minta dihapus"), "erase": True}
    thanks = _("Permintaan hapus sudah masuk. Persetujuan Anda ditarik sekarang juga.")
    return _request_page(request, EraseForm(request.POST or None), DataRequest.Kind.ERASE, thanks, context)


def _request_page(
    request: OwnerRequest, form: Form, kind: DataRequest.Kind, thanks: str, context: dict[str, Any]
) -> HttpResponse:
    """The form of a request. `thanks`: the message after it was submitted."""
    if run_operation(
        form, lambda: submit_request(request.business, request.owner, kind=kind, text=form.cleaned_data["text"])
    ):
        messages.success(request, thanks)
        return redirect("rights:request_list")
    return render(
        request, "privacy/request_create.html", {"form": form, **context}, status=422 if form.is_bound else 200
    )
