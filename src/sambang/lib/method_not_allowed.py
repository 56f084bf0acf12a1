"""Refusals that Django would answer with an empty page: said in a sentence, with a way on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

type Respond = Callable[[HttpRequest], HttpResponse]


def render_method_not_allowed(respond: Respond) -> Respond:
    """Middleware. Signing in again can lead to an address that only takes forms: that page says so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware
