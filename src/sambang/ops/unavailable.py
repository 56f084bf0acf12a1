"""Error responses: 503 while the database does not respond, else 500; and monitoring without the database."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from sambang.lib.requests import Respond
from sambang.odk.openrosa import message_response

RETRY_AFTER_SECONDS = 10
MONITORING = frozenset({"/alive", "/ready", "/metrics"})
PHONE_FILES = ("berkas/",)  # below /lapangan/, beside the addresses that end in .json


def monitoring_middleware(respond: Respond) -> Respond:
    """Middleware before the session: monitoring requires no authentication, so no session is read for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in MONITORING:
            request.COOKIES.clear()
        return respond(request)

    return middleware


def error_response(request: HttpRequest) -> HttpResponse:
    """Django's handler500. It uses neither database nor session, since either may be the cause of the error."""
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return server_error(request)
    if hasattr(request, "session"):
        request.session.modified = False  # saving it would wait for the database again
    response = _unavailable(request.path_info)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def _unavailable(path: str) -> HttpResponse:
    sentence = _("Basis data kantor sedang tidak menjawab. Tidak ada yang hilang; coba lagi sebentar lagi.")
    if path.startswith("/odk/"):
        return message_response(sentence, status=503)
    app = reverse("field:shell")
    if path.startswith(app) and (path.endswith(".json") or path.startswith(tuple(app + name for name in PHONE_FILES))):
        return JsonResponse({"reason": sentence}, status=503)
    return HttpResponse(loader.get_template("503.html").render(), status=503)
