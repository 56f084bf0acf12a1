"""The JSON interface of the officer's app (docs/decisions/0018-field-protocol.md); never cached."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import sambang
from sambang.access.models import Person
from sambang.access.permissions import may_somewhere, public
from sambang.access.requests import PersonRequest
from sambang.field.app_shell import shell_version
from sambang.field.offline_bundle import bundle_for, visit_rows
from sambang.intake import uploads
from sambang.intake.device_keys import key_for
from sambang.intake.devices import device_of, record_contact
from sambang.intake.epochs import current_epoch, detect_restoration
from sambang.intake.models import Device, DeviceKey
from sambang.intake.receiving import Sender, receive_items
from sambang.lib import clock
from sambang.lib.bidi import without_escaped_controls

MAX_ITEMS_PER_REQUEST = 100
MAX_BODY_SIZE = 512 * 1024  # bytes of a decompressed request body
GZIP = b"\x1f\x8b"
FORM_OVERHEAD = 4096  # bytes of a form's encoding around its file


class RequestRefusedError(Exception):
    """The request is refused with this status and reason; the phone keeps its items."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def json_response(content: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = JsonResponse(content, status=status)
    response.content = without_escaped_controls(response.content)
    add_never_cache_headers(response)
    return response


def phone_view[**P](
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorator of JSON views: an anonymous request gets 401 with a reason instead of a redirect to the sign-in
    page."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Person):
            return json_response({"reason": _("Masuk dahulu. Catatan di HP tetap tersimpan.")}, status=401)
        try:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        except RequestRefusedError as refused:
            return json_response({"reason": refused.reason}, status=refused.status)

    return public(reason="a phone is answered 401 in JSON instead of being redirected to the sign-in")(wrapped)


@public(reason="tells a phone whether anybody is signed in; nothing else to strangers")
@require_GET
def identity_detail(request: HttpRequest) -> HttpResponse:
    person = request.user if isinstance(request.user, Person) else None
    return json_response(
        {
            "person": {"id": person.pk, "name": person.name} if person else None,
            "csrf": get_token(request),
            "epoch": current_epoch().pk,
            "version": sambang.__version__,
            "time": clock.now(),
            "shell": shell_version(),
            "language": get_language(),
        }
    )


@phone_view
@require_POST
def device_register(request: PersonRequest) -> HttpResponse:
    require_field_work(request.user)
    data = read_json(request)
    name, version = (read_text(data.get(field)) for field in ("name", "version"))
    device = device_of(request.user, read_uuid(data.get("device")), name=name, version=version)
    require_not_revoked(device)
    return json_response({"key": base64.b64encode(key_for(device, request.user)).decode()})


@phone_view
@gzip_page
@require_GET
def visit_list(request: PersonRequest) -> HttpResponse:
    require_field_work(request.user)
    return json_response({"visits": visit_rows(request.user)})


@phone_view
@gzip_page
@require_GET
def bundle_detail(request: PersonRequest) -> HttpResponse:
    require_field_work(request.user)
    device = device_of(request.user, read_uuid(request.GET.get("hp")))
    require_not_revoked(device)
    bundle = bundle_for(request.user, {read_uuid(written) for written in request.GET.getlist("kunjungan")[:50]})
    if bundle is None:
        raise RequestRefusedError(404, _("Kunjungan itu tidak ada dalam jangkauan Anda."))
    return json_response({**bundle, "epoch": current_epoch().pk})


@phone_view
@gzip_page
@require_POST
def item_receive(request: PersonRequest) -> HttpResponse:
    """Receive items and return one receipt for each, in order. A person who is no longer an officer may still send the
    items on their phone: each is refused and stored."""
    data = read_json(request)
    if not DeviceKey.objects.filter(person=request.user).exists():
        require_field_work(request.user)
    texts = data.get("items")
    if (
        not isinstance(texts, list)
        or len(texts) > MAX_ITEMS_PER_REQUEST
        or not all(isinstance(text, str) for text in texts)
    ):
        raise RequestRefusedError(422, _("Kiriman tidak terbaca: items harus daftar teks, paling banyak 100."))
    device = device_of(request.user, read_uuid(data.get("device")))
    require_not_revoked(device)
    displayed = data.get("seen")
    epoch = detect_restoration(**read_highest_receipt(displayed if isinstance(displayed, dict) else {}))
    receipts = receive_items([text.encode(errors="surrogatepass") for text in texts], Sender(request.user, device))
    record_contact(device, request.user, data)
    answers = [receipt.as_json() for receipt in receipts]
    return json_response({"epoch": epoch.pk, "time": clock.now(), "answers": answers})


@phone_view
@require_http_methods(["GET", "PUT", "POST"])
def file_chunk(request: PersonRequest, sha256: str) -> HttpResponse:
    """GET: how many bytes of a file are received. Otherwise: receive one more chunk of it."""
    if request.method == "GET":
        return json_response(state_json(uploads.state_of(request.user, sha256)))
    require_field_work(request.user)
    try:
        length = int(request.headers.get("Content-Length") or 0)
        if length > uploads.MAX_CHUNK_SIZE + FORM_OVERHEAD:
            raise uploads.ChunkError(_("Potongan paling besar 1 MB."))
        state, is_stored = uploads.append_chunk(request.user, sha256, uploads.parse_chunk(*read_chunk(request)))
    except uploads.ChunkError as wrong:
        return json_response({**state_json(uploads.state_of(request.user, sha256)), "reason": str(wrong)}, status=422)
    return json_response(state_json(state), status=200 if is_stored else 409)


def read_chunk(request: PersonRequest) -> tuple[str, bytes]:
    """The range and the bytes of a chunk, sent by PUT, or by a form if a firewall refuses PUT."""
    if request.method == "PUT":
        return request.headers.get("Content-Range", ""), request.body
    return request.POST.get("range", ""), form_content(request)


def form_content(request: PersonRequest) -> bytes:
    """The file `content` of a form; empty if there is none."""
    file = request.FILES.get("content")
    return file.read() if file else b""


def state_json(state: uploads.State) -> dict[str, Any]:
    return {"received": state.received, "complete": state.complete}


def require_field_work(person: Person) -> None:
    if not may_somewhere(person, "visits.attend"):
        raise RequestRefusedError(403, _("Peran Anda tidak mencatat kunjungan."))


def require_not_revoked(device: Device) -> None:
    if device.revoked_at is not None:
        raise RequestRefusedError(
            401,
            _(
                "Perangkat ini dicabut oleh kantor. Catatan di HP tetap tersimpan: simpan ke berkas, lalu bawa "
                "ke kantor."
            ),
        )


def read_json(request: PersonRequest) -> dict[str, Any]:
    try:
        body = content_of(request)
        if len(body) > MAX_BODY_SIZE:
            raise RequestRefusedError(413, _("Kiriman terlalu besar: bagi menjadi beberapa kiriman."))
        data = json.loads(body)
    except (ValueError, RecursionError, zlib.error):
        data = None
    if not isinstance(data, dict):
        raise RequestRefusedError(422, _("Kiriman tidak terbaca."))
    return data


def content_of(request: PersonRequest) -> bytes:
    """The JSON body of a request, possibly compressed, or the file of a form if a firewall refuses JSON."""
    if request.content_type == "multipart/form-data":
        return form_content(request)
    # Detected by its first bytes, because some middleboxes remove the header Content-Encoding.
    return decompressed(request.body) if request.body.startswith(GZIP) else request.body


def decompressed(body: bytes) -> bytes:
    """At most MAX_BODY_SIZE + 1 decompressed bytes, which limits decompression bombs. Raises zlib.error."""
    opened = zlib.decompressobj(wbits=31)
    content = opened.decompress(body, MAX_BODY_SIZE + 1)
    if len(content) <= MAX_BODY_SIZE and not opened.eof:
        raise zlib.error("incomplete compressed data")
    return content


def read_uuid(written: Any) -> UUID:
    try:
        return UUID(written)
    except (ValueError, TypeError, AttributeError):
        raise RequestRefusedError(422, _("Nomor pengenal tidak terbaca.")) from None


def read_text(written: Any) -> str:
    return written.replace("\0", "").encode(errors="replace").decode() if isinstance(written, str) else ""


def read_highest_receipt(displayed: dict[str, Any]) -> dict[str, Any]:
    """The highest receipt number on the phone; an unreadable value counts as none."""
    receipt: dict[str, Any] = {"epoch": None, "number": None, "item": None}
    for name in ("epoch", "item"):
        try:
            receipt[name] = UUID(displayed.get(name) or "")
        except (ValueError, TypeError, AttributeError):
            continue
    number = displayed.get("number")
    receipt["number"] = number if type(number) is int else None
    return receipt
