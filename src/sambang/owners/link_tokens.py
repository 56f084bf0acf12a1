"""The token of a personal link: derived from the link's id and the secret key, so that a reminder can carry it again.

The database holds only the token's SHA-256. A link that was created under another secret key still opens, but its
token cannot be derived any more.
"""

from __future__ import annotations

from uuid import UUID

from sambang.lib.tokens import derived_token, stored_token
from sambang.owners.models import PersonalLink

OWNER_LINK_SALT = "sambang.owners.link"


def token_for(link_id: UUID) -> str:
    return derived_token(OWNER_LINK_SALT, link_id)


def token_of(link: PersonalLink) -> str:
    """The token of a stored link, "" if it cannot be derived."""
    return stored_token(OWNER_LINK_SALT, link.pk, link.digest)
