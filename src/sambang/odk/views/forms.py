"""Pages of Collect keys and of a council's own forms."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sambang.access.permissions import may_somewhere
from sambang.access.requests import PersonRequest
from sambang.accounts.one_time_page import redirect_to_secret
from sambang.imports.sheets.grid import OLE
from sambang.lib.ask_first import ask_first
from sambang.lib.documents import document_response
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.odk import queries
from sambang.odk.forms import KeyForm, OwnFormForm
from sambang.odk.models import OdkForm
from sambang.odk.operations import NewKey, give_key, make_key, offer_form, revoke_key, withdraw_form
from sambang.odk.settings_qr import settings_code, settings_picture
from sambang.odk.visit_form import workbook

OVERVIEW_SUBMISSIONS = 5


def require_send(request: PersonRequest) -> None:
    if not may_somewhere(request.user, "odk.send"):
        raise PermissionDenied("odk.send")


def overview(request: PersonRequest) -> HttpResponse:
    require_send(request)
    context = {
        "keys": queries.keys_for(request.user),
        "forms": queries.forms_for(request.user),
        "submissions": queries.readable_submissions(request.user)[:OVERVIEW_SUBMISSIONS],
        "may_give_keys": may_somewhere(request.user, "odk.give_key"),
    }
    return render(request, "odk/overview.html", context)


def _overview() -> tuple[str, str]:
    return reverse("odk:overview"), _("ODK Collect")


def key_create(request: PersonRequest) -> HttpResponse:
    """The page after the POST shows the token: it is not stored."""
    require_send(request)
    form = KeyForm(request.user, request.POST or None)

    def make() -> NewKey:
        council, person, phone = (form.cleaned_data[name] for name in ("council", "person", "phone"))
        if person == request.user:
            return make_key(council, request.user, phone=phone)
        return give_key(council, request.user, person=person, phone=phone)

    if new := run_operation(form, make):
        return _key_response(request, new)
    return form_page(request, form, title=_("Hubungkan HP"), back=_overview(), save=_("Buat kode QR"))


def _key_response(request: PersonRequest, new: NewKey) -> HttpResponse:
    lists = reverse("odk_phone:form_list", kwargs={"token": new.token})
    address = request.build_absolute_uri(lists).removesuffix("/formList")
    picture = settings_picture(settings_code(address, f"Sambang {new.key.council}"))
    context = {"phone": new.key.phone, "person": str(new.key.person), "address": address, "picture": picture}
    return redirect_to_secret(request, "odk/key_created.html", context)


@require_POST
@ask_first(
    gettext_lazy("Putuskan HP ini?"),
    gettext_lazy("HP itu tidak dapat mengambil dan mengirim formulir lagi. Yang belum terkirim tertinggal di HP."),
    gettext_lazy("Ya, putuskan"),
)
def key_revoke(request: PersonRequest, key_id: UUID) -> HttpResponse:
    key = get_object_or_404(queries.keys_for(request.user), pk=key_id)
    revoke_key(key, request.user)
    messages.success(request, _("%(phone)s tidak dapat masuk lagi.") % {"phone": key.phone})
    return redirect("odk:overview")


def visit_workbook(request: PersonRequest) -> HttpResponse:
    """The XLSForm of the visit form, for a council with its own ODK server."""
    require_send(request)
    return document_response(workbook(), "sambang-kunjungan.xlsx")


def form_create(request: PersonRequest) -> HttpResponse:
    if not may_somewhere(request.user, "odk.offer_form"):
        raise PermissionDenied("odk.offer_form")
    form = OwnFormForm(request.user, request.POST or None, request.FILES or None)

    def offer() -> OdkForm:
        council, xlsform, media = (form.cleaned_data[name] for name in ("council", "xlsform", "attachments"))
        return offer_form(council, request.user, xlsform=xlsform, media=media)

    if run_operation(form, offer):
        messages.success(request, _("Formulir ditawarkan: HP mengambilnya saat memperbarui daftar formulir."))
        return redirect("odk:overview")
    return form_page(request, form, title=_("Unggah formulir sendiri"), back=_overview(), save=_("Unggah"))


def form_of(request: PersonRequest, form_id: UUID) -> OdkForm:
    rows = OdkForm.objects.visible_to(request.user).filter(council__in=queries.regency_councils(request.user))
    return get_object_or_404(rows, pk=form_id)


@require_POST
@ask_first(
    gettext_lazy("Tarik formulir ini?"),
    gettext_lazy("HP tidak ditawari formulir ini lagi. Kiriman yang sudah masuk tetap ada."),
    gettext_lazy("Ya, tarik"),
)
def form_withdraw(request: PersonRequest, form_id: UUID) -> HttpResponse:
    form = form_of(request, form_id)
    withdraw_form(form, request.user)
    messages.success(request, _("%(title)s tidak ditawarkan lagi.") % {"title": form.title})
    return redirect("odk:overview")


def form_workbook(request: PersonRequest, form_id: UUID) -> HttpResponse:
    """The workbook as it was uploaded, .xlsx or .xls."""
    form = form_of(request, form_id)
    content = bytes(form.xlsform)
    is_xls = content.startswith(OLE)
    return document_response(content, f"{slugify(form.form_id)}.{'xls' if is_xls else 'xlsx'}")
