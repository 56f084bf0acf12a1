"""`sambang audit verify`: is every line of the journal still what was written?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sambang.audit.models import ChainHead, Entry
from sambang.audit.verification import first_chain_break, recorded_heads


class Command(BaseCommand):
    help = "Periksa jurnal: rantai sidiknya utuh, dari catatan pertama sampai terakhir. Kode keluar 1 bila putus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument(
            "--tips",
            type=Path,
            help="berkas ujung jurnal di luar basis data (bawaan: journal.jsonl di folder cadangan)",
        )

    def handle(self, *args: Any, tips: Path | None, **options: Any) -> None:
        kept = recorded_heads(tips or settings.SAMBANG_BACKUPS / "journal.jsonl")
        if trouble := first_chain_break(kept):
            raise CommandError(trouble)
        tip = ChainHead.objects.filter(pk=1).first() or ChainHead()
        self.stdout.write(
            f"Jurnal utuh: {Entry.objects.count()} catatan, ujungnya nomor {tip.number} {tip.hash}; "
            f"cocok dengan {len(kept)} ujung yang disimpan di luar basis data."
        )
