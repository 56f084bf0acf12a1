"""The OpenRosa endpoints of ODK Collect: form list, form, manifest, lists, entity integrity, submission."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.odk import entities, openrosa, queries
from sambang.odk.authentication import collect_view, record_key_use
from sambang.odk.models import CollectKey
from sambang.odk.openrosa import MAX_REQUEST_BYTES, MediaFile, message_response, openrosa_response
from sambang.odk.processing import process_pending
from sambang.odk.receiving import RequestTooLargeError, parsed_submission, receive
from sambang.odk.visit_form import XForm


def _address(request: HttpRequest, view: str, **arguments: str) -> str:
    """An absolute address with the token of this request."""
    token = request.resolver_match.kwargs["token"] if request.resolver_match else ""
    return request.build_absolute_uri(reverse(f"odk_phone:{view}", kwargs={"token": token, **arguments}))


@collect_view("GET", "HEAD")
def form_list(request: HttpRequest, key: CollectKey) -> HttpResponse:
    record_key_use(key)
    process_pending(key)
    asked_form_id = request.GET.get("formID", "")
    forms = [form for form in queries.offered_forms(key) if asked_form_id in {"", form.form_id}]
    return openrosa.form_list_xml(_list_entries(request, forms))


def _list_entries(request: HttpRequest, forms: list[XForm]) -> Iterator[tuple[XForm, str, str]]:
    """Form, its address, the address of its manifest; without a query string, because Collect appends one."""
    for form in forms:
        manifest = _address(request, "form_manifest", md5=form.md5) if queries.has_media(form) else ""
        yield form, _address(request, "form_xform", md5=form.md5), manifest


@collect_view("GET", "HEAD")
def form_xform(request: HttpRequest, key: CollectKey, md5: str) -> HttpResponse:
    form = queries.offered_form(key, md5)
    return openrosa_response(form.body) if form else message_response(_("Formulir itu tidak ada."), status=404)


@collect_view("GET", "HEAD")
def form_manifest(request: HttpRequest, key: CollectKey, md5: str) -> HttpResponse:
    form = queries.offered_form(key, md5)
    if form is None:
        return message_response(_("Formulir itu tidak ada."), status=404)
    lists = (
        MediaFile(
            name,
            entities.csv_list(name, key.person),
            _address(request, "list_file", name=name),
            _address(request, "entity_integrity") if name == "ikm.csv" else "",
        )
        for name in queries.lists_of(form)
    )
    own = (
        MediaFile(row.name, bytes(row.content), _address(request, "form_media", md5=md5, name=row.name))
        for row in queries.own_media(form)
    )
    return openrosa.manifest([*lists, *own])


@collect_view("GET", "HEAD")
def form_media(request: HttpRequest, key: CollectKey, md5: str, name: str) -> HttpResponse:
    """A file that was uploaded with a council's own form."""
    form = queries.offered_form(key, md5)
    row = queries.own_media(form).filter(name=name).first() if form else None
    if row is None:
        return message_response(_("Berkas itu tidak ada."), status=404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return openrosa_response(bytes(row.content), content_type=kind)


@collect_view("GET", "HEAD")
def list_file(request: HttpRequest, key: CollectKey, name: str) -> HttpResponse:
    if name not in entities.ENTITY_CONTENTS:
        return message_response(_("Daftar itu tidak ada."), status=404)
    entities.log_list_read(name, key.person)
    return openrosa_response(entities.csv_list(name, key.person), content_type="text/csv; charset=utf-8")


@collect_view("GET", "HEAD")
def entity_integrity(request: HttpRequest, key: CollectKey) -> HttpResponse:
    """Reports every IKM that is not offered to this officer as deleted, whether it exists or not."""
    ids = [name for name in request.GET.get("id", "").split(",") if queries.UUID_PATTERN.fullmatch(name)][:1000]
    offered = {str(pk) for pk in entities.offered_businesses(key.person).order_by().values_list("pk", flat=True)}
    return openrosa.integrity((name, name not in offered) for name in ids)


@collect_view("HEAD", "POST")
def submission_create(request: HttpRequest, key: CollectKey) -> HttpResponse:
    """HEAD: whether this is an OpenRosa endpoint. POST: a submission, or a part of its files."""
    if request.method == "HEAD":
        return openrosa_response("", status=204)
    length = request.META.get("CONTENT_LENGTH") or "0"
    try:
        if length.isdigit() and int(length) > MAX_REQUEST_BYTES:
            raise RequestTooLargeError
        with parsed_submission(request) as content:
            if content is None:
                return message_response(_("Kiriman tidak memuat xml_submission_file."), status=400)
            response = receive(key, content)
    except RequestTooLargeError:
        return message_response(_("Kiriman lebih besar daripada 100 MB."), status=413)
    except RequestDataTooBig:
        return message_response(_("Isian (tanpa foto) lebih besar daripada 5 MB."), status=413)
    except (TooManyFieldsSent, TooManyFilesSent):
        return message_response(_("Kiriman memuat lebih dari 1.000 berkas: kirim beberapa kali."), status=413)
    except (MultiPartParserError, UnreadablePostError, SuspiciousOperation):
        return message_response(_("Kiriman terputus atau rusak: kirim ulang."), status=400)
    except PermissionDenied:
        return message_response(
            _("%(name)s tidak bertugas lagi di sini. Isian di HP tetap tersimpan.") % {"name": key.person}, status=403
        )
    return message_response(response.text, status=response.status, nature=response.nature)
