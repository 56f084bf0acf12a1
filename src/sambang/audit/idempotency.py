"""A form sent twice is taken once: a second press, a page sent again after "back", a proxy that repeats.

Every form page is drawn with a mask of its own around the CSRF secret, so the masked token, the address and what was
filled in name one sending exactly: a page drawn anew is a new sending, words changed after "back" are too.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.row_security import bypass_row_security
from sambang.audit.models import IdempotencyKey
from sambang.lib import clock

RETENTION = timedelta(days=2)
WAIT_TIMEOUT, POLL_INTERVAL = 15.0, 0.1  # seconds a duplicate waits for the first request

type Respond = Callable[[HttpRequest], HttpResponse]


def idempotency_middleware(respond: Respond) -> Respond:
    """Middleware, inside authentication. Only an answer that sends on (a redirect) means that something was stored:
    after any other answer the same form may be sent again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not isinstance(request.user, Person):
            return respond(request)
        token = request.POST.get("csrfmiddlewaretoken", "")
        if not token:
            return respond(request)
        receipt = IdempotencyKey(key=_key(request, token))
        if not _claim(receipt):
            return _answer_of_first(request, receipt.key) or respond(request)
        try:
            response = respond(request)
        except BaseException:
            _release(receipt)
            raise
        if response.status_code in {302, 303}:
            _store_redirect(receipt, response.headers["Location"])
        else:
            _release(receipt)
        return response

    return middleware


def _key(request: HttpRequest, token: str) -> str:
    """A digest: what was written is not kept here."""
    digest = hashlib.sha256(f"{request.user.pk}\n{request.path}\n{token}\n".encode())
    for name in sorted(request.POST):
        digest.update(repr((name, request.POST.getlist(name))).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


@bypass_row_security(__name__)
def _claim(receipt: IdempotencyKey) -> bool:
    """Is this the first? The database decides, so that twins at the same moment are told apart too."""
    IdempotencyKey.objects.filter(at__lt=clock.now() - RETENTION).delete()
    try:
        with transaction.atomic():
            receipt.save(force_insert=True)
    except IntegrityError:
        return False
    return True


@bypass_row_security(__name__)
def _release(receipt: IdempotencyKey) -> None:
    receipt.delete()


@bypass_row_security(__name__)
def _store_redirect(receipt: IdempotencyKey, address: str) -> None:
    IdempotencyKey.objects.filter(pk=receipt.pk).update(answer=address)


@bypass_row_security(__name__)
def _first(key: str) -> IdempotencyKey | None:
    return IdempotencyKey.objects.filter(pk=key).first()


def _answer_of_first(request: HttpRequest, key: str) -> HttpResponse | None:
    """Where the first was sent on to; None when the first was refused, so that this one may try."""
    end = time.monotonic() + WAIT_TIMEOUT
    while time.monotonic() < end:
        first = _first(key)
        if first is None:
            return None
        if first.answer:
            messages.info(request, _("Kiriman yang sama sudah diterima; tidak disimpan dua kali."))
            response = HttpResponse(status=302)
            response.headers["Location"] = first.answer
            return response
        time.sleep(POLL_INTERVAL)
    return render(request, "still_working.html", status=409)
