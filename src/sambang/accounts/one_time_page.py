"""A page with a new secret (a link, recovery codes), shown after a redirect: loading it again creates nothing. Its
context is in the session, encrypted, for ten minutes; a later secret of the session replaces it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sambang.access.requests import PersonRequest
from sambang.lib.sealed_session import read_sealed, store_sealed

ONE_TIME_PAGE_SESSION_KEY = "one_time_page"
SHOWN_FOR = timedelta(minutes=10)


def redirect_to_secret(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The answer to the POST that made the secret. `context`: what JSON can carry."""
    store_sealed(request.session, ONE_TIME_PAGE_SESSION_KEY, [template, context])
    return redirect("accounts:one_time_page")


@require_safe
def one_time_page(request: PersonRequest) -> HttpResponse:
    content = read_sealed(request.session, ONE_TIME_PAGE_SESSION_KEY, SHOWN_FOR)
    if content is None:
        messages.info(request, _("Halaman itu sudah ditutup: ia hanya dapat dibuka sepuluh menit."))
        return redirect("home:front_page")
    template, context = content
    response = render(request, template, context)
    add_never_cache_headers(response)
    return response
