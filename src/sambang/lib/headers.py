"""What a browser is told with every answer, beside the policy of contents, and under which names it keeps cookies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.csp import build_policy

# What no page of ours asks for; passkeys are asked for by our own pages only. Only names that every Chromium knows: of
# one that it does not, each page would complain in the console.
DENIED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
OWN_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")


def permissions(*asked: str) -> str:
    """What a page may ask its reader for: passkeys, and what is named here."""
    allowed = dict.fromkeys(DENIED_FEATURES, "()") | dict.fromkeys((*OWN_FEATURES, *asked), "(self)")
    return ", ".join(f"{name}={who}" for name, who in allowed.items())


SECURITY_HEADERS = {
    "Permissions-Policy": permissions(),
    "Cross-Origin-Resource-Policy": "same-origin",
}
TYPES = ("require-trusted-types-for", "trusted-types")


def set_security_headers(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, inside the policy's. What somebody signed in has read is kept by no cache, unless the view says how:
    the next person at an office's computer finds nothing behind the browser's back button."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        person = getattr(request, "user", None)
        if person is not None and person.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        if request.resolver_match and request.resolver_match.app_name == "admin":
            # The script that Django's own tables bring makes markup from text; it is Django's, and from here.
            without: dict[str, Any] = {
                name: values for name, values in settings.SECURE_CSP.items() if name not in TYPES
            }
            response.headers.setdefault("Content-Security-Policy", build_policy(without))
        return response

    return middleware


def host_cookie_name(name: str) -> str:
    """The cookie's name. Behind TLS a browser takes `__Host-…` from this very host and over TLS alone, for the whole of
    it (path /): no neighbour under the same domain can plant one."""
    return f"{settings.COOKIE_PREFIX}{name}"


class _Cookie(CookieStorage):
    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        return host_cookie_name("messages")


class Messages(FallbackStorage):
    """Django's messages, their cookie under its own name."""

    storage_classes = (_Cookie, SessionStorage)
