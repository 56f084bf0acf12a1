"""Messengers that fetch a link to show a preview: they get a page without data, and the link is not used by them."""

from __future__ import annotations

import re

from django.http import HttpRequest

# A program calls itself a bot or a preview, or is one of the two that do not. CUBOT is a make of phones.
PREVIEW_AGENT = re.compile(r"(?<!cu)bot\b|preview|facebookexternalhit|whatsapp/", re.IGNORECASE)


def is_link_preview(request: HttpRequest) -> bool:
    """Is the client a messenger that fetches a preview of the link?"""
    return PREVIEW_AGENT.search(request.headers.get("User-Agent", "")) is not None
