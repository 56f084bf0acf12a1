"""The token of a personal link: derived from the link's id and the secret key, so that a reminder can carry it again.

The database holds only the token's SHA-256. A link that was created under another secret key still opens, but its
token cannot be derived any more.
"""

from __future__ import annotations

from uuid import UUID

from sambang.lib.tokens import derived_token, digest_of
from sambang.owners.models import PersonalLink


def token_for(link_id: UUID) -> str:
    return derived_token("sambang.owners.link", link_id)


def token_of(link: PersonalLink) -> str:
    """The token of a stored link, "" if it cannot be derived."""
    token = token_for(link.pk)
    return token if digest_of(token) == link.digest else ""
