"""A page for HTTP 405, for which Django answers with an empty body."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from sambang.lib.requests import Respond


def render_method_not_allowed(respond: Respond) -> Respond:
    """Middleware. Signing in can redirect to a URL that takes POST only; the page explains it and links on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware
