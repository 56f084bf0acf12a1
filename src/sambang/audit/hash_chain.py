"""The journal's chain: each line carries the SHA-256 over its own content and the hash of the line before it.

Whoever changes, removes, swaps or slips in a line must compute every later hash anew, and the last of them is also kept
outside the database (`sambang backup`), so that even that is found.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

GENESIS_HASH = "0" * 64  # stands before the first line
HASH_FORMAT = "sambang journal 1"  # part of what is hashed: another form of content would be another word here


class HashedContent(NamedTuple):
    """What of a line is hashed: every column but the hash itself, in this order."""

    id: int
    at: datetime
    by_id: UUID
    verb: str
    subject: str
    result: str
    region_code: str


def entry_hash(before: str, content: HashedContent) -> str:
    """64 hex digits: the hash of a line whose predecessor's hash is `before`. The same on every database."""
    moment = content.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [HASH_FORMAT, before, content.id, moment, content.by_id.hex, *content[3:]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()
