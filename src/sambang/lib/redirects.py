"""Redirects to an address that came with the request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def redirect_within(request: HttpRequest, url: str, otherwise: str) -> HttpResponseRedirect:
    """To `url` if it is a path of this site, else to the address `otherwise`."""
    is_ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, {request.get_host()})
    return redirect(url if is_ours else otherwise)
