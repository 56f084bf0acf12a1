"""Verification of the audit log: the hash chain, and the heads that backups have recorded."""

from __future__ import annotations

import json
from pathlib import Path

from django.db import connection, transaction

from sambang.audit.append_only import missing_triggers
from sambang.audit.hash_chain import GENESIS_HASH, entry_hash
from sambang.audit.models import ChainHead, Entry

CHUNK = 2000


def recorded_heads(notes: Path) -> dict[int, str]:
    """{number: hash} of a file of JSON lines that `sambang backup` and `sambang restore` write; {} where there is none.

    A line that says `restored` begins a new history: tips with higher numbers belong to the one that was given up.
    """
    kept: dict[int, str] = {}
    for line in notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []:
        said = json.loads(line)
        if said.get("restored"):
            kept = {number: tip for number, tip in kept.items() if number <= said["number"]}
        kept[said["number"]] = said["hash"]
    return kept


def first_chain_break(kept: dict[int, str] | None = None) -> str:
    """A sentence about the first thing that is wrong, '' when nothing is.

    Lines may be appended meanwhile: only the last step holds the tip, for the few lines that came during the walk.
    """
    if missing := missing_triggers(connection):
        names = ", ".join(sorted(missing))
        return f"Penjaga basis data tidak ada: {names}. Jalankan sambang prepare, lalu periksa lagi."
    walk = _Walk({number: tip for number, tip in (kept or {}).items() if number})
    if trouble := walk.on():
        return trouble
    with transaction.atomic():
        tip = ChainHead.objects.select_for_update().filter(pk=1).first() or ChainHead()
        if trouble := walk.on():
            return trouble
    if (tip.number, tip.hash) != (walk.number, walk.hash):
        return f"Rantai berakhir pada catatan {walk.number}, tetapi ujung jurnal mencatat nomor {tip.number}."
    if walk.kept:
        return f"Catatan {min(walk.kept)}, yang pernah ada saat dicadangkan, hilang."
    return ""


class _Walk:
    """Where the walk along the chain stands: the last line's number and hash, and the kept tips not yet passed."""

    def __init__(self, kept: dict[int, str]) -> None:
        self.number, self.hash, self.kept = 0, GENESIS_HASH, kept

    def on(self) -> str:
        """Walk to the present end; a sentence about the first broken link, or ''."""
        for line in Entry.objects.filter(id__gt=self.number).order_by("id").iterator(chunk_size=CHUNK):
            if line.hash != entry_hash(self.hash, line.content()):
                return (
                    f"Rantai putus pada catatan {line.id} ({line}): isinya diubah, atau ada catatan sebelum itu "
                    "yang hilang."
                )
            self.number, self.hash = line.id, line.hash
            if self.kept.pop(line.id, line.hash) != line.hash:
                return f"Catatan {line.id} bukan lagi yang tercatat saat dicadangkan: rantai ditulis ulang."
        return ""
