"""A page with a new secret (a link, recovery codes), shown after a redirect: loading it again creates nothing. Its
context is in the session, encrypted, for ten minutes; a later secret of the session replaces it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sambang.access.requests import PersonRequest
from sambang.lib import clock
from sambang.lib.sealing import cipher

ONE_TIME_PAGE_SESSION_KEY = "one_time_page"
ONE_TIME_PAGE = b"sambang one-time page"
SHOWN_FOR = timedelta(minutes=10)


def redirect_to_secret(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The answer to the POST that made the secret. `context`: what JSON can carry."""
    content = json.dumps([template, context]).encode()
    sealed = cipher(ONE_TIME_PAGE).encrypt_at_time(content, int(clock.now().timestamp()))
    request.session[ONE_TIME_PAGE_SESSION_KEY] = sealed.decode()
    return redirect("accounts:one_time_page")


@require_safe
def one_time_page(request: PersonRequest) -> HttpResponse:
    try:
        content = cipher(ONE_TIME_PAGE).decrypt_at_time(
            request.session.get(ONE_TIME_PAGE_SESSION_KEY, ""),
            int(SHOWN_FOR.total_seconds()),
            int(clock.now().timestamp()),
        )
    except InvalidToken:
        request.session.pop(ONE_TIME_PAGE_SESSION_KEY, None)
        messages.info(request, _("Halaman itu sudah ditutup: ia hanya dapat dibuka sepuluh menit."))
        return redirect("home:front_page")
    template, context = json.loads(content)
    response = render(request, template, context)
    add_never_cache_headers(response)
    return response
