"""`sambang audit verify`: verify the hash chain of the audit log; `sambang audit head`: print its head."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sambang.audit.models import ChainHead, Entry
from sambang.audit.verification import first_chain_break, recorded_heads
from sambang.ops.backups import CHAIN_HEADS_FILE, backed_up_chain_head, newest_backup
from sambang.ops.databases import CopyError
from sambang.ops.encryption import BackupDecryptionError


def anchor(text: str) -> tuple[int, str]:
    """NUMBER:HASH, as `sambang audit head` prints it."""
    if not re.fullmatch(r"[1-9]\d*:[0-9a-f]{64}", text):
        raise ArgumentTypeError("tulis NOMOR:SIDIK seperti yang dicetak sambang audit head")
    number, _colon, digest = text.partition(":")
    return int(number), digest


class Command(BaseCommand):
    help = (
        "verify: periksa rantai sidik jurnal dan cocokkan dengan ujung di cadangan terbaru dan yang disimpan di luar "
        "basis data; kode keluar 1 bila putus atau tidak ada ujungnya. head: cetak ujungnya, untuk dicatat di luar."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify", "head"])
        parser.add_argument(
            "--tips",
            type=Path,
            help="berkas ujung jurnal di luar basis data (bawaan: audit-heads.jsonl di folder cadangan)",
        )
        parser.add_argument(
            "--anchor",
            type=anchor,
            action="append",
            default=[],
            help="ujung yang dicatat di luar server, NOMOR:SIDIK; boleh beberapa kali",
        )

    def handle(self, *args: Any, what: str, tips: Path | None, anchor: list[tuple[int, str]], **options: Any) -> None:
        head = ChainHead.objects.filter(pk=1).first() or ChainHead()
        if what == "head":
            self.stdout.write(f"{head.number}:{head.hash}")
            return
        try:
            recorded = recorded_heads(tips or settings.SAMBANG_BACKUPS / CHAIN_HEADS_FILE)
        except ValueError as unreadable:
            raise CommandError(str(unreadable)) from None
        for source, number, digest in [*_backup_heads(), *(("catatan di luar server", *pinned) for pinned in anchor)]:
            if recorded.setdefault(number, digest) != digest:
                raise CommandError(f"Ujung nomor {number} di {CHAIN_HEADS_FILE} bukan yang di {source}.")
        if error := first_chain_break(recorded):
            raise CommandError(error)
        if not recorded:  # an emptied journal is intact too
            raise CommandError(
                "Rantainya utuh, tetapi tidak ada ujung yang disimpan di luar basis data untuk dicocokkan: jalankan "
                "sambang backup, atau beri --anchor dari catatan di luar server."
            )
        self.stdout.write(
            f"Jurnal utuh: {Entry.objects.count()} catatan, ujungnya nomor {head.number} {head.hash}; "
            f"cocok dengan {len(recorded)} ujung yang disimpan di luar basis data."
        )


def _backup_heads() -> list[tuple[str, int, str]]:
    """(name, number, hash) of the chain's head in the newest backup: it is encrypted and cannot be edited."""
    newest = newest_backup()
    if newest is None:
        return []
    try:
        number, digest = backed_up_chain_head(newest, key=settings.SAMBANG_BACKUP_KEY)
    except (CopyError, BackupDecryptionError, OSError) as error:
        raise CommandError(f"Cadangan terbaru, {newest.path.name}, tidak dapat dibaca: {error}") from error
    return [(newest.path.name, number, digest)] if number else []
