"""`sambang backup`: an encrypted backup of database and uploads, tested by restoring it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sambang.ops.backups import back_up, backups_in
from sambang.ops.databases import CopyError


class Command(BaseCommand):
    help = "Cadangkan basis data dan unggahan ke satu berkas terenkripsi; hasilnya langsung dicoba pulihkan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, help="folder tujuan (bawaan: SAMBANG_BACKUPS)")
        parser.add_argument(
            "--keep", type=int, default=30, help="simpan sekian cadangan terbaru di folder itu (bawaan 30)"
        )

    def handle(self, *args: Any, to: Path | None, keep: int, **options: Any) -> None:
        if keep < 1:
            raise CommandError("--keep: sedikitnya 1.")
        started, folder = monotonic(), (to or settings.SAMBANG_BACKUPS).resolve()
        try:
            backup, manifest = back_up(folder, key=settings.SAMBANG_BACKUP_KEY)
        except (CopyError, OSError) as error:
            raise CommandError(f"Tidak dicadangkan: {error}") from error
        rows = sum(table["rows"] for table in manifest.tables.values())
        self.stdout.write(
            f"{backup.path}: {backup.path.stat().st_size:,} bita, {len(manifest.tables)} tabel, {rows:,} baris, "
            f"{len(manifest.files) - 1} unggahan; dipulihkan dan dicocokkan. "
            f"Ujung jurnal {manifest.audit_head['number']} {manifest.audit_head['hash']}. "
            f"{monotonic() - started:.1f} detik."
        )
        for name in manifest.absent:
            self.stderr.write(f"Perhatian: unggahan {name} disebut sebuah baris, tetapi berkasnya tidak ada.")
        for old in backups_in(folder)[keep:]:
            old.path.unlink()
        self.stdout.write(
            "Kuncinya tidak ikut di dalamnya: simpan salinan folder keys/ (atau ketiga rahasia di lingkungan) "
            "di tempat lain. "
            "Tanpa kunci, cadangan ini tidak dapat dibuka dan NIK tidak dapat dibaca."
        )
