"""Idempotency of forms: a form submitted twice is executed once (double click, "back" and submit, a retrying proxy).

Every rendered page masks the CSRF token differently, so masked token, path and form data identify one submission: a
newly rendered page or changed data is a new one.
"""

from __future__ import annotations

import hashlib
import time
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
from sambang.lib.requests import Respond

RETENTION = timedelta(days=2)
WAIT_TIMEOUT, POLL_INTERVAL = 15.0, 0.1  # seconds a duplicate waits for the first request


def idempotency_middleware(respond: Respond) -> Respond:
    """Middleware, inside authentication. Only a redirect means that the form was executed; after any other response it
    may be submitted again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not isinstance(request.user, Person):
            return respond(request)
        token = request.POST.get("csrfmiddlewaretoken", "")
        if not token:
            return respond(request)
        key_row = IdempotencyKey(key=_key(request, token))
        if not _claim(key_row):
            return _answer_of_first(request, key_row.key) or respond(request)
        try:
            response = respond(request)
        except BaseException:
            _release(key_row)
            raise
        if response.status_code in {302, 303}:
            _store_redirect(key_row, response.headers["Location"])
        else:
            _release(key_row)
        return response

    return middleware


def _key(request: HttpRequest, token: str) -> str:
    """A digest, so that the form data are not stored."""
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
def _claim(key_row: IdempotencyKey) -> bool:
    """Insert the key. False if it exists: of two simultaneous requests the database accepts one."""
    IdempotencyKey.objects.filter(at__lt=clock.now() - RETENTION).delete()
    try:
        with transaction.atomic():
            key_row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


@bypass_row_security(__name__)
def _release(key_row: IdempotencyKey) -> None:
    key_row.delete()


@bypass_row_security(__name__)
def _store_redirect(key_row: IdempotencyKey, address: str) -> None:
    IdempotencyKey.objects.filter(pk=key_row.pk).update(answer=address)


@bypass_row_security(__name__)
def _first(key: str) -> IdempotencyKey | None:
    return IdempotencyKey.objects.filter(pk=key).first()


def _answer_of_first(request: HttpRequest, key: str) -> HttpResponse | None:
    """The redirect that answered the first request. None if the first was refused: this one may run."""
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
