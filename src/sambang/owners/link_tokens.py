"""The token of a personal link: derived from the link's id and the secret key, so that a reminder can carry it again.

The database holds only the token's SHA-256. A link that was created under another secret key still opens, but its
token cannot be derived any more.
"""

from __future__ import annotations

import base64
from uuid import UUID

from django.utils.crypto import salted_hmac

from sambang.lib.tokens import TOKEN_BYTES, digest_of
from sambang.owners.models import PersonalLink


def token_for(link_id: UUID) -> str:
    digest = salted_hmac("sambang.owners.link", str(link_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def token_of(link: PersonalLink) -> str:
    """The token of a stored link, "" if it cannot be derived."""
    token = token_for(link.pk)
    return token if digest_of(token) == link.digest else ""
