"""What ODK Collect asks for, and what it sends."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.odk import entities, openrosa, queries
from sambang.odk.authentication import notice_use, phone_page
from sambang.odk.models import CollectKey
from sambang.odk.openrosa import LARGEST, Medium, answered, message
from sambang.odk.processing import settle_what_waits
from sambang.odk.receiving import receive, sent_parts
from sambang.odk.visit_form import XForm


def _address(request: HttpRequest, view: str, **facts: str) -> str:
    """Absolute, under the same token as this request came by."""
    token = request.resolver_match.kwargs["token"] if request.resolver_match else ""
    return request.build_absolute_uri(reverse(f"odk_phone:{view}", kwargs={"token": token, **facts}))


@phone_page("GET", "HEAD")
def form_list(request: HttpRequest, key: CollectKey) -> HttpResponse:
    notice_use(key)
    settle_what_waits(key)
    wanted = request.GET.get("formID", "")
    forms = [form for form in queries.offered_forms(key) if wanted in {"", form.form_id}]
    return openrosa.form_list(_offers(request, forms))


def _offers(request: HttpRequest, forms: list[XForm]) -> Iterator[tuple[XForm, str, str]]:
    """No question mark in them: Collect appends one of its own."""
    for form in forms:
        lists = _address(request, "manifest", md5=form.md5) if queries.beside(form) else ""
        yield form, _address(request, "form", md5=form.md5), lists


@phone_page("GET", "HEAD")
def form(request: HttpRequest, key: CollectKey, md5: str) -> HttpResponse:
    found = queries.offered_form(key, md5)
    return answered(found.body) if found else message(_("Formulir itu tidak ada."), status=404)


@phone_page("GET", "HEAD")
def manifest(request: HttpRequest, key: CollectKey, md5: str) -> HttpResponse:
    found = queries.offered_form(key, md5)
    if found is None:
        return message(_("Formulir itu tidak ada."), status=404)
    return openrosa.manifest(
        Medium(
            name,
            entities.media(name, key.person),
            _address(request, "media", name=name),
            _address(request, "integrity") if name == "ikm.csv" else "",
        )
        for name in queries.beside(found)
    )


@phone_page("GET", "HEAD")
def media(request: HttpRequest, key: CollectKey, name: str) -> HttpResponse:
    if name not in entities.LISTS:
        return message(_("Daftar itu tidak ada."), status=404)
    return answered(entities.media(name, key.person), content_type="text/csv; charset=utf-8")


@phone_page("GET", "HEAD")
def integrity(request: HttpRequest, key: CollectKey) -> HttpResponse:
    """Whoever asks after an IKM that is none of this officer's hears that it is gone, whether it is or not."""
    asked = [name for name in request.GET.get("id", "").split(",") if queries.UUID_TEXT.fullmatch(name)][:1000]
    here = {str(pk) for pk in entities.carried(key.person).order_by().values_list("pk", flat=True)}
    return openrosa.integrity((name, name not in here) for name in asked)


@phone_page("HEAD", "POST")
def submission(request: HttpRequest, key: CollectKey) -> HttpResponse:
    """HEAD asks whether this is an OpenRosa endpoint; POST brings a submission, or a part of one."""
    if request.method == "HEAD":
        return answered("", status=204)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > LARGEST:
        return message(_("Kiriman lebih besar daripada 100 MB."), status=413)
    try:
        with sent_parts(request) as sent:
            if sent is None:
                return message(_("Kiriman tidak memuat xml_submission_file."), status=400)
            outcome = receive(key, sent)
    except RequestDataTooBig:
        return message(_("Kiriman lebih besar daripada 100 MB."), status=413)
    except (MultiPartParserError, UnreadablePostError, SuspiciousOperation):
        return message(_("Kiriman terputus atau rusak: kirim ulang."), status=400)
    except PermissionDenied:
        return message(
            _("%(name)s tidak bertugas lagi di sini. Isian di HP tetap tersimpan.") % {"name": key.person}, status=403
        )
    return message(outcome.words, status=outcome.status, nature=outcome.nature)
