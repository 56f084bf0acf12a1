"""Response headers for browsers, beside Django's Content-Security-Policy, and the names of cookies."""

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

# Features of Permissions-Policy that no page uses. Only names that every Chromium knows: an unknown name is an error in
# the console of each page.
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
PASSKEY_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")


def permissions_policy(*features: str) -> str:
    """The Permissions-Policy header that allows passkeys and `features` on our own pages and denies everything else."""
    allowlists = dict.fromkeys(DENIED_FEATURES, "()") | dict.fromkeys((*PASSKEY_FEATURES, *features), "(self)")
    return ", ".join(f"{name}={allowlist}" for name, allowlist in allowlists.items())


SECURITY_HEADERS = {
    "Permissions-Policy": permissions_policy(),
    "Cross-Origin-Resource-Policy": "same-origin",
}
TRUSTED_TYPES = ("require-trusted-types-for", "trusted-types")


def set_security_headers(
    respond: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, inside Django's CSP middleware. Responses to a signed-in person are not cached unless the view sets
    Cache-Control, so that the back button shows nothing to the next user of the computer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        # Check the header first: pages such as `/alive` set it and must not touch the database.
        if not response.has_header("Cache-Control") and hasattr(request, "user") and request.user.is_authenticated:
            add_never_cache_headers(response)
        if request.resolver_match and request.resolver_match.app_name == "admin":
            # Django's admin scripts assign HTML text to the DOM, which trusted types forbid.
            without: dict[str, Any] = {
                name: values for name, values in settings.SECURE_CSP.items() if name not in TRUSTED_TYPES
            }
            response.headers.setdefault("Content-Security-Policy", build_policy(without))
        return response

    return middleware


def host_cookie_name(name: str) -> str:
    """The name with the prefix `__Host-` behind TLS: browsers accept such a cookie only from this host, over TLS and
    for the path /, so no other host of the domain can set it."""
    return f"{settings.COOKIE_PREFIX}{name}"


class _Cookie(CookieStorage):
    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        return host_cookie_name("messages")


class MessageStorage(FallbackStorage):
    """Django's messages, with the prefixed cookie name."""

    storage_classes = (_Cookie, SessionStorage)
