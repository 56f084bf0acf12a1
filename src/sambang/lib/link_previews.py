"""Messengers that fetch a link to show a preview: they get a page without data, and the link is not used by them."""

from __future__ import annotations

from django.http import HttpRequest

PREVIEW_AGENTS = ("WhatsApp/", "TelegramBot", "facebookexternalhit", "Facebot", "Twitterbot", "Slackbot", "LinkedInBot")


def is_link_preview(request: HttpRequest) -> bool:
    """Is the client a messenger that fetches a preview of the link?"""
    return any(name in request.headers.get("User-Agent", "") for name in PREVIEW_AGENTS)
