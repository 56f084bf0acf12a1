"""Where a request comes from, for counting wrong tries; where this site stands, for links made in a terminal; and what
no address may hold."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from sambang.environment import LOOPBACK


def client_address(request: HttpRequest) -> str:
    """The caller's network address.

    With SAMBANG_HTTPS the site stands behind its own proxy, and the last name in X-Forwarded-For is the one that this
    proxy wrote; the earlier ones are whatever the caller liked to claim. Without it that header is nobody's word.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def rate_limit_address(request: HttpRequest) -> str:
    """Under which address wrong tries are counted. Of IPv6 the network, written as its first address: whoever has one
    has 2⁶⁴ addresses in it, and would never be counted twice."""
    given = client_address(request)
    try:
        address = ip_address(given)
    except ValueError:
        return given
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False).network_address)
    return str(getattr(address, "ipv4_mapped", None) or address)


def rate_limit_key(request: HttpRequest) -> str:
    """A keyed digest of the counted address: enough to count by, nothing to read."""
    return salted_hmac("sambang.lib.addresses", rate_limit_address(request), algorithm="sha256").hexdigest()


def site_address() -> str:
    """The first of SAMBANG_HOSTS, which is only allowed behind TLS; else this machine."""
    hosts = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]
    return f"https://{hosts[0]}" if hosts else "http://localhost:8000"


def strip_nul(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. Nobody searches for a NUL, and PostgreSQL answers one with an error: it is left out of the query."""

    def middleware(request: HttpRequest) -> HttpResponse:
        while "%00" in request.META.get("QUERY_STRING", ""):  # taking one out may make another
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return respond(request)

    return middleware
