"""Access by a link without an account, of whichever kind: its token is exchanged for a signed cookie, which opens the
pages of that link only.

The exchange always redirects: a page under the token's own address would put the token into histories, referrers and
error logs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from sambang.lib import clock
from sambang.lib.addresses import rate_limit_key
from sambang.lib.link_cookie import LinkCookie
from sambang.lib.link_previews import is_link_preview
from sambang.lib.tokens import digest_of
from sambang.owners.rate_limit import count_wrong_link, too_many_links

REFUSALS: dict[str, tuple[int, Any]] = {
    "tidak-dikenal": (
        404,
        _("Tautan ini tidak dikenal, mungkin terpotong. Tekan lagi tautan di pesan WhatsApp yang asli."),
    ),
    "terlalu-sering": (429, _("Terlalu banyak tautan salah dari jaringan ini. Coba lagi satu jam lagi.")),
}


class LinkQuerySet[L](Protocol):
    def active(self, *, now: datetime) -> Self: ...
    def filter(self, *conditions: Q, **columns: Any) -> Self: ...
    def first(self) -> L | None: ...


@dataclass(frozen=True)
class LinkAccess[L: Any]:
    """`rows`: all links of the kind, with what their pages read; `condition`: which of them open. `home`: the page that
    a link opens; `refused`: the page that says why one does not, by a key of `refusals`, which must contain "masuk",
    "habis" and "dicabut".
    """

    rows: Callable[[], LinkQuerySet[L]]
    cookie: LinkCookie
    home: str
    refused: str
    templates: str
    refusals: dict[str, tuple[int, Any]] = field(default_factory=dict)
    condition: Q = field(default_factory=Q)

    def check_token(self, token: str, source: str) -> tuple[str, L | None]:
        """("", the active link) or (key of the refusal, None). `source` identifies the client's address.

        Only unknown tokens count as attempts and are throttled. A known token of 192 bits is no guess, so it opens
        also where other clients behind the same address have failed."""
        now = clock.now()
        link = self.rows().filter(digest=digest_of(token)).first()
        if link is None:
            if too_many_links(source, now=now):
                return "terlalu-sering", None
            count_wrong_link(source, now=now)
            return "tidak-dikenal", None
        if link.revoked_at is not None:
            return "dicabut", None
        active = self._active_link(link.pk)
        return ("", active) if active else ("habis", None)

    def _active_link(self, key: object) -> L | None:
        return self.rows().active(now=clock.now()).filter(self.condition, pk=key).first()

    def exchange(self, request: HttpRequest, token: str) -> HttpResponse:
        """The response to the address of a link. A messenger that fetches a preview gets the name of the page."""
        if is_link_preview(request):
            return render(request, f"{self.templates}/link_preview.html")
        why, link = self.check_token(token, rate_limit_key(request))
        response = redirect(self.home) if link else redirect(self.refused, why)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        return self.cookie.attach(response, link.pk) if link else self.cookie.expire(response)

    def link_of(self, request: HttpRequest) -> L | None:
        """The active link named by the cookie, None if there is none or it was revoked or has expired."""
        key = self.cookie.key(request)
        return None if key is None else self._active_link(key)

    def ask_for_link(self) -> HttpResponse:
        return self.cookie.expire(redirect(self.refused, "masuk"))

    def refusal_page(self, request: HttpRequest, why: str) -> HttpResponse:
        refusals = REFUSALS | self.refusals
        if why not in refusals:
            raise Http404
        status, sentence = refusals[why]
        return render(request, f"{self.templates}/link_refused.html", {"sentence": sentence}, status=status)


def as_private_page(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    # With "no-referrer" browsers post forms with `Origin: null`, which the CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    return response
