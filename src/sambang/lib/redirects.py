"""Addresses of this site that come with a request."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def redirect_within(request: HttpRequest, url: str, otherwise: str) -> HttpResponseRedirect:
    """To `url` if it is a path of this site, else to the address `otherwise`."""
    is_ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, {request.get_host()})
    return redirect(url if is_ours else otherwise)


def page_before(request: HttpRequest) -> str:
    """The page of this site on which the button stood; the front page if the browser does not say."""
    before = urlsplit(request.headers.get("Referer", ""))
    return before.path + (f"?{before.query}" if before.query else "") if before.netloc == request.get_host() else "/"
