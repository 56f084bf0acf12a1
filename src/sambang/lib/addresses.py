"""The client's address and its rate-limit key, the site's own URL, and NUL bytes removed from query strings."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from sambang.environment import LOOPBACK


def client_address(request: HttpRequest) -> str:
    """The client's IP address.

    With SAMBANG_HTTPS the site is behind its own proxy, which appends the last address of X-Forwarded-For; the earlier
    ones are set by the client and ignored. Without SAMBANG_HTTPS the header is ignored.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def rate_limit_address(request: HttpRequest) -> str:
    """The address that failed attempts are counted by: for IPv6 the first address of its /64 network, since one client
    has the whole network."""
    text = client_address(request)
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False).network_address)
    return str(getattr(address, "ipv4_mapped", None) or address)


def rate_limit_key(request: HttpRequest) -> str:
    """HMAC of `rate_limit_address`, so that no address is stored."""
    return salted_hmac("sambang.lib.addresses", rate_limit_address(request), algorithm="sha256").hexdigest()


def site_address() -> str:
    """The site's URL: the first of SAMBANG_HOSTS (always HTTPS), else localhost. For links made outside a request."""
    hosts = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]
    return f"https://{hosts[0]}" if hosts else "http://localhost:8000"


def strip_nul(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that removes NUL from the query string: PostgreSQL raises an error for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        while "%00" in request.META.get("QUERY_STRING", ""):  # removing one may form another
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return respond(request)

    return middleware
