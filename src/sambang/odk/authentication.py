"""Authentication of ODK Collect: the token in the path identifies the key, and so the person and the council.

Every response is an OpenRosa message, errors included: Collect cannot show a web page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sambang.access.permissions import public
from sambang.access.row_security import as_reader, bypass_row_security
from sambang.lib.last_used import record_use
from sambang.odk import queries
from sambang.odk.models import CollectKey
from sambang.odk.openrosa import message_response

log = logging.getLogger(__name__)
PHONE_KEY_REASON = "ODK Collect: the token in the address identifies the phone's key"


def collect_view[**P](
    *methods: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, CollectKey, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, str, P], HttpResponse],
]:
    """Decorate a view (request, key, …) for one of `methods`. Responds 401 to a token without an active key."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, CollectKey, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
        @wraps(view)
        def authenticated(request: HttpRequest, /, token: str, *args: P.args, **keywords: P.kwargs) -> HttpResponse:
            with translation.override("id"):
                if request.method not in methods:
                    response = message_response(_("Alamat ini tidak menerima permintaan itu."), status=405)
                    response.headers["Allow"] = ", ".join(methods)
                    return response
                if request.headers.get("X-OpenRosa-Version", "1.0") != "1.0":
                    return message_response(_("Hanya OpenRosa 1.0 yang dikenal."), status=400)
                with bypass_row_security(__name__):
                    key = queries.active_key(token)
                if key is None:
                    response = message_response(
                        _("Kunci HP ini tidak berlaku lagi: minta kode QR baru. Isian di HP tetap tersimpan."),
                        status=401,
                    )
                    response.headers["WWW-Authenticate"] = 'Basic realm="Sambang"'
                    return response
                try:
                    with as_reader(key.person):
                        return view(request, key, *args, **keywords)
                except (OperationalError, InterfaceError):
                    raise  # responded to as 503 (sambang.ops.unavailable)
                except Exception:
                    log.exception("a phone's request failed at %s", view.__name__)
                    return message_response(_("Kantor sedang bermasalah: kirim lagi nanti."), status=500)

        # No CSRF protection: Collect sends no cookie, and no browser has the token.
        exempt: Callable[Concatenate[HttpRequest, str, P], HttpResponse] = public(reason=PHONE_KEY_REASON)(
            csrf_exempt(authenticated)
        )  # type: ignore[assignment]
        return exempt

    return decorate


@bypass_row_security(__name__)
def record_key_use(key: CollectKey) -> None:
    record_use(key)
