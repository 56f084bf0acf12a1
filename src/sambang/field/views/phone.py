"""What the phone asks and is answered (docs/decisions/0018-field-protocol.md), all in JSON and never from a cache."""

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
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import sambang
from sambang.access.models import Person
from sambang.access.permissions import may_somewhere, public
from sambang.access.requests import PersonRequest
from sambang.field.app_shell import shell_version
from sambang.field.offline_bundle import parcel, visit_lines
from sambang.intake import uploads
from sambang.intake.device_keys import key_for
from sambang.intake.devices import device_of, record_contact
from sambang.intake.epochs import current_epoch, notice_a_restoration
from sambang.intake.models import Device
from sambang.intake.receiving import Sender, take_all
from sambang.lib import clock

MOST_ITEMS = 100
LARGEST_BODY = 512 * 1024  # as it was before it was compressed


class RefusedError(Exception):
    """Answered with this status and a sentence; the phone keeps everything."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def answer(facts: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = JsonResponse(facts, status=status)
    add_never_cache_headers(response)
    return response


def for_phones[**P](
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Answers strangers with 401 and a sentence, where a page would lead to the sign-in."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **facts: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Person):
            return answer({"reason": _("Masuk dahulu. Catatan di HP tetap tersimpan.")}, status=401)
        try:
            return view(request, *args, **facts)  # type: ignore[arg-type]
        except RefusedError as refused:
            return answer({"reason": refused.reason}, status=refused.status)

    return public(reason="a phone is answered 401 in JSON instead of being led to the sign-in")(answered)


@public(reason="tells a phone whether anybody is signed in; nothing else to strangers")
@require_GET
def who(request: HttpRequest) -> HttpResponse:
    person = request.user if isinstance(request.user, Person) else None
    return answer(
        {
            "person": {"id": person.pk, "name": person.name} if person else None,
            "csrf": get_token(request),
            "epoch": current_epoch().pk,
            "version": sambang.__version__,
            "time": clock.now(),
            "shell": shell_version(),
        }
    )


@for_phones
@require_POST
def device_key(request: PersonRequest) -> HttpResponse:
    require_field_work(request.user)
    said = body_of(request)
    device = device_of(
        request.user, key_in(said.get("device")), name=words_in(said.get("name")), version=words_in(said.get("version"))
    )
    refuse_revoked(device)
    return answer({"key": base64.b64encode(key_for(device, request.user)).decode()})


@for_phones
@gzip_page
@require_GET
def visits(request: PersonRequest) -> HttpResponse:
    require_field_work(request.user)
    return answer({"visits": visit_lines(request.user)})


@for_phones
@gzip_page
@require_GET
def take_along(request: PersonRequest) -> HttpResponse:
    require_field_work(request.user)
    device = device_of(request.user, key_in(request.GET.get("hp")))
    refuse_revoked(device)
    found = parcel(request.user, {key_in(written) for written in request.GET.getlist("kunjungan")[:50]})
    if found is None:
        raise RefusedError(404, _("Kunjungan itu tidak ada dalam jangkauan Anda."))
    return answer({**found, "epoch": current_epoch().pk})


@for_phones
@gzip_page
@require_POST
def send(request: PersonRequest) -> HttpResponse:
    """Items in, receipts out, one for each and in order. Whoever is signed in may send: what may not be is refused item
    by item, and kept."""
    said = body_of(request)
    texts = said.get("items")
    if not isinstance(texts, list) or len(texts) > MOST_ITEMS or not all(isinstance(text, str) for text in texts):
        raise RefusedError(422, _("Kiriman tidak terbaca: items harus daftar teks, paling banyak 100."))
    device = device_of(request.user, key_in(said.get("device")))
    refuse_revoked(device)
    seen = said.get("seen")
    epoch = notice_a_restoration(**seen_in(seen if isinstance(seen, dict) else {}))
    receipts = take_all([text.encode(errors="surrogatepass") for text in texts], Sender(request.user, device))
    record_contact(device, request.user, said)
    return answer({"epoch": epoch.pk, "time": clock.now(), "answers": [receipt.as_json() for receipt in receipts]})


@for_phones
@require_http_methods(["GET", "PUT"])
def piece(request: PersonRequest, sha256: str) -> HttpResponse:
    """How much of a file is here; or one more piece of it."""
    if request.method == "GET":
        return state(uploads.state_of(request.user, sha256))
    require_field_work(request.user)
    try:
        length = int(request.headers.get("Content-Length") or 0)
        if length > uploads.LARGEST_PIECE:
            raise uploads.PieceError(_("Potongan paling besar 1 MB."))
        given = uploads.read_piece(request.headers.get("Content-Range", ""), request.body)
        found, taken = uploads.take_piece(request.user, sha256, given)
    except uploads.PieceError as wrong:
        return answer({**as_facts(uploads.state_of(request.user, sha256)), "reason": str(wrong)}, status=422)
    return state(found, status=200 if taken else 409)


def state(found: uploads.State, *, status: int = 200) -> HttpResponse:
    return answer(as_facts(found), status=status)


def as_facts(found: uploads.State) -> dict[str, Any]:
    return {"received": found.received, "complete": found.complete}


def require_field_work(person: Person) -> None:
    if not may_somewhere(person, "visits.attend"):
        raise RefusedError(403, _("Peran Anda tidak mencatat kunjungan."))


def refuse_revoked(device: Device) -> None:
    if device.revoked_at is not None:
        raise RefusedError(
            401,
            _(
                "Perangkat ini dicabut oleh kantor. Catatan di HP tetap tersimpan: simpan ke berkas, lalu bawa "
                "ke kantor."
            ),
        )


def body_of(request: PersonRequest) -> dict[str, Any]:
    try:
        body = unpacked(request.body) if request.headers.get("Content-Encoding") == "gzip" else request.body
        if len(body) > LARGEST_BODY:
            raise RefusedError(413, _("Kiriman terlalu besar: bagi menjadi beberapa kiriman."))
        said = json.loads(body)
    except (ValueError, RecursionError, zlib.error):
        said = None
    if not isinstance(said, dict):
        raise RefusedError(422, _("Kiriman tidak terbaca."))
    return said


def unpacked(body: bytes) -> bytes:
    """What gzip made smaller; never more than one byte too much of it, whatever it would grow to. Raises zlib.error."""
    opened = zlib.decompressobj(wbits=31)
    found = opened.decompress(body, LARGEST_BODY + 1)
    if len(found) <= LARGEST_BODY and not opened.eof:
        raise zlib.error("it ends in the middle")
    return found


def key_in(written: Any) -> UUID:
    try:
        return UUID(written)
    except (ValueError, TypeError, AttributeError):
        raise RefusedError(422, _("Nomor pengenal tidak terbaca.")) from None


def words_in(written: Any) -> str:
    return written.replace("\0", "").encode(errors="replace").decode() if isinstance(written, str) else ""


def seen_in(seen: dict[str, Any]) -> dict[str, Any]:
    """What a phone says to have seen; what cannot be read counts as nothing seen."""
    found: dict[str, Any] = {"epoch": None, "number": None, "item": None}
    for name in ("epoch", "item"):
        try:
            found[name] = UUID(seen.get(name) or "")
        except (ValueError, TypeError, AttributeError):
            continue
    number = seen.get("number")
    found["number"] = number if type(number) is int else None
    return found
