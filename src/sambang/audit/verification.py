"""Verification of the audit log: the hash chain, and the heads that backups have recorded."""

from __future__ import annotations

import json
from pathlib import Path

from django.db import connection, transaction

from sambang.audit.append_only import missing_triggers
from sambang.audit.hash_chain import GENESIS_HASH, entry_hash
from sambang.audit.models import ChainHead, Entry

ENTRIES_PER_FETCH = 2000


def recorded_heads(notes: Path) -> dict[int, str]:
    """{number: hash} from the file to which `sambang backup` and `sambang restore` append JSON lines; {} without it.

    A line with `restored` drops the heads with higher numbers: they belong to the database that was replaced.
    Raises ValueError with a sentence about an unreadable line.
    """
    heads: dict[int, str] = {}
    lines = notes.read_bytes().splitlines() if notes.exists() else []
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            number, digest, is_restored = int(record["number"]), str(record["hash"]), bool(record.get("restored"))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ValueError(
                f"Baris {place} di {notes.name} tidak terbaca. Bila terpotong karena listrik padam, hapus baris itu; "
                "bila tidak, bandingkan dengan salinan berkas ini di luar server."
            ) from None
        if is_restored:
            heads = {head_number: head_digest for head_number, head_digest in heads.items() if head_number <= number}
        heads[number] = digest
    return heads


def first_chain_break(recorded: dict[int, str] | None = None) -> str:
    """A sentence about the first error, "" if there is none. `recorded`: heads known from outside the database.

    Entries may be appended meanwhile: only the last step locks the head, for the entries appended during the walk.
    """
    if missing := missing_triggers(connection):
        names = ", ".join(sorted(missing))
        return f"Penjaga basis data tidak ada: {names}. Jalankan sambang prepare, lalu periksa lagi."
    walk = _ChainWalk({number: digest for number, digest in (recorded or {}).items() if number})
    if error := walk.advance():
        return error
    with transaction.atomic():
        head = ChainHead.objects.select_for_update().filter(pk=1).first() or ChainHead()
        if error := walk.advance():
            return error
    if (head.number, head.hash) != (walk.number, walk.hash):
        return f"Rantai berakhir pada catatan {walk.number}, tetapi ujung jurnal mencatat nomor {head.number}."
    if walk.recorded:
        return (
            f"Catatan {min(walk.recorded)}, yang pernah ada saat dicadangkan, hilang. Bila cadangan yang lebih lama "
            "baru saja dipulihkan, jalankan sambang backup, lalu periksa lagi."
        )
    return ""


class _ChainWalk:
    """A walk along the chain: number and hash of the last verified entry, and the recorded heads not yet reached."""

    def __init__(self, recorded: dict[int, str]) -> None:
        self.number, self.hash, self.recorded = 0, GENESIS_HASH, recorded

    def advance(self) -> str:
        """Walk to the current end. A sentence about the first broken link, or ""."""
        for entry in Entry.objects.filter(id__gt=self.number).order_by("id").iterator(chunk_size=ENTRIES_PER_FETCH):
            if entry.hash != entry_hash(self.hash, entry.content()):
                return (
                    f"Rantai putus pada catatan {entry.id} ({entry}): isinya diubah, atau ada catatan sebelum itu "
                    "yang hilang."
                )
            self.number, self.hash = entry.id, entry.hash
            if self.recorded.pop(entry.id, entry.hash) != entry.hash:
                return f"Catatan {entry.id} bukan lagi yang tercatat saat dicadangkan: rantai ditulis ulang."
        return ""
