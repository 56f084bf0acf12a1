"""The key that encrypts what somebody types in the browser until the server has stored it (drafts.js)."""

from __future__ import annotations

from base64 import b64encode

from django.utils.crypto import salted_hmac


def draft_key(*who: object) -> str:
    """32 bytes in base64 for whoever a page is shown to: the words of `who`, of which the first names the kind."""
    digest = salted_hmac("sambang.lib.draft_key", " ".join(map(str, who)), algorithm="sha256").digest()
    return b64encode(digest).decode()
