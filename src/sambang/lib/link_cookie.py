"""The signed cookie that a link without an account is exchanged for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from sambang.lib.headers import host_cookie_name


@dataclass(frozen=True)
class LinkCookie:
    """`salt` keeps the cookie of one kind of link from being accepted as that of another."""

    name: str
    salt: str
    lifetime: timedelta

    def attach(self, response: HttpResponse, key: UUID) -> HttpResponse:
        response.set_signed_cookie(
            host_cookie_name(self.name),
            str(key),
            salt=self.salt,
            max_age=self.lifetime,
            httponly=True,
            secure=settings.HTTPS,
            samesite="Lax",
        )
        return response

    def expire(self, response: HttpResponse) -> HttpResponse:
        response.delete_cookie(host_cookie_name(self.name), samesite="Lax")
        return response

    def key(self, request: HttpRequest) -> UUID | None:
        """The key of the link; None without a cookie, or for one that is forged or too old."""
        try:
            return UUID(request.get_signed_cookie(host_cookie_name(self.name), salt=self.salt, max_age=self.lifetime))
        except (KeyError, BadSignature, ValueError):
            return None
