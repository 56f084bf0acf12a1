"""The hash chain of the audit log: each entry carries the SHA-256 of its content and of the previous entry's hash.

Changing, deleting, reordering or inserting an entry changes every later hash; `sambang backup` records the last hash
outside the database, so that a chain that was computed anew is detected too.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

GENESIS_HASH = "0" * 64  # the hash before the first entry
HASH_FORMAT = "sambang audit 1"  # hashed too: another format needs another name


class HashedContent(NamedTuple):
    """The hashed columns of an entry, in this order: all but the hash."""

    id: int
    at: datetime
    by_id: UUID
    verb: str
    subject: str
    result: str
    region_code: str


def entry_hash(before: str, content: HashedContent) -> str:
    """The hash of an entry as 64 hex digits. `before`: the hash of the previous entry. The same on every database."""
    timestamp = content.at.astimezone(UTC).isoformat(timespec="microseconds")
    values = [HASH_FORMAT, before, content.id, timestamp, content.by_id.hex, *content[3:]]
    return hashlib.sha256(json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()
