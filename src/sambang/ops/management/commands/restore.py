"""`sambang restore FILE`: restore a backup to an installation."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sambang.ops.databases import CopyError
from sambang.ops.encryption import BackupDecryptionError
from sambang.ops.restore import identity_key_warning, record_restoration, restore, start_new_epoch


class Command(BaseCommand):
    help = "Pulihkan satu cadangan. Yang sudah ada tidak ditimpa kecuali diminta, dan kalau diminta pun hanya digeser."
    requires_system_checks = []  # they connect to the database, which would create an embedded one

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="berkas cadangan")
        parser.add_argument("--into", type=Path, help="folder data tujuan (bawaan: SAMBANG_DATA)")
        parser.add_argument("--overwrite", action="store_true", help="gantikan instalasi yang ada di sana")

    def handle(self, *args: Any, file: Path, into: Path | None, overwrite: bool, **options: Any) -> None:
        folder = (into or settings.SAMBANG_DATA).resolve()
        try:
            manifest = restore(file, folder, key=settings.SAMBANG_BACKUP_KEY, overwrite=overwrite)
        except BackupDecryptionError as broken:
            raise CommandError(
                f"{broken} Kunci cadangan ada di keys/backup-identity instalasi yang membuatnya, atau di "
                "SAMBANG_BACKUP_KEY: "
                "bawa kunci itu ke sini dan ulangi. Tidak ada yang diubah."
            ) from broken
        except (CopyError, OSError) as error:
            raise CommandError(f"Tidak dipulihkan: {error}") from error
        record_restoration(settings.SAMBANG_BACKUPS, file, manifest)
        rows = sum(table["rows"] for table in manifest.tables.values())
        self.stdout.write(
            f"Dipulihkan ke {folder}: keadaan {manifest.created_at}, {len(manifest.tables)} tabel, {rows:,} baris, "
            f"{len(manifest.files) - 1} unggahan; semuanya cocok dengan catatan cadangan."
        )
        if warning := identity_key_warning(manifest):
            self.stderr.write(warning)
        try:
            start_new_epoch(folder, file)
        except CopyError as error:
            raise CommandError(
                f"Dipulihkan, tetapi jalankan sendiri sambang prepare dan sambang new_epoch. {error}"
            ) from error
        self.stdout.write("Masa pencatatan baru dimulai: setiap HP menawarkan lagi semua yang masih disimpannya.")
