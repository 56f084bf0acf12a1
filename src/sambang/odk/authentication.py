"""How a phone with ODK Collect comes in: the token in the path is the whole of its sign-in.

Answers are OpenRosa's, refusals too, and carry its headers: a phone shows nothing of a web page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sambang.access.permissions import public
from sambang.access.row_security import as_reader, bypass_row_security
from sambang.odk import queries
from sambang.odk.models import CollectKey
from sambang.odk.openrosa import message

log = logging.getLogger(__name__)
REASON = "ODK Collect: the token in the address says whose phone this is"
NOTICED = timedelta(minutes=5)  # how exactly `last_used_at` is kept


def phone_page[**P](
    *methods: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, CollectKey, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, str, P], HttpResponse],
]:
    """A page for whoever holds a living key. 401 for any other token: Collect then says that it may not come in."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, CollectKey, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, /, token: str, *args: P.args, **facts: P.kwargs) -> HttpResponse:
            with translation.override("id"):
                if request.method not in methods:
                    response = message(_("Alamat ini tidak menerima permintaan itu."), status=405)
                    response.headers["Allow"] = ", ".join(methods)
                    return response
                if request.headers.get("X-OpenRosa-Version", "1.0") != "1.0":
                    return message(_("Hanya OpenRosa 1.0 yang dikenal."), status=400)
                with bypass_row_security(__name__):
                    key = queries.key_of(token)
                if key is None:
                    return message(
                        _("Kunci HP ini tidak berlaku lagi: minta kode QR baru. Isian di HP tetap tersimpan."),
                        status=401,
                    )
                try:
                    with as_reader(key.person):
                        return view(request, key, *args, **facts)
                except Exception:
                    log.exception("a phone's request failed at %s", view.__name__)
                    return message(_("Kantor sedang bermasalah: kirim lagi nanti."), status=500)

        # Collect has no cookie that another site could borrow: the token is in no browser.
        door: Callable[Concatenate[HttpRequest, str, P], HttpResponse] = public(reason=REASON)(csrf_exempt(opened))  # type: ignore[assignment]
        return door

    return decorate


@bypass_row_security(__name__)
def notice_use(key: CollectKey) -> None:
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > NOTICED:
        key.last_used_at = now
        key.save(update_fields=["last_used_at"])
