"""`sambang move --to DATABASE_URL`: move from the embedded database to PostgreSQL, or back."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from sambang import environment
from sambang.ops.backups import scratch
from sambang.ops.database_move import is_current_database, move
from sambang.ops.databases import EMBEDDED, CopyError


class Command(BaseCommand):
    help = (
        "Pindahkan semua baris ke basis data lain yang masih kosong, dicocokkan satu per satu: semua atau tidak "
        "sama sekali."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to",
            required=True,
            metavar="DATABASE_URL",
            help="postgresql://pengguna:sandi@alamat:port/nama, atau embedded: SQLite di SAMBANG_DATA",
        )

    def handle(self, *args: Any, to: str, **options: Any) -> None:
        started, file = monotonic(), settings.SAMBANG_DATA / EMBEDDED
        try:
            database = environment.database("" if to == "embedded" else to, file)
        except ImproperlyConfigured as unclear:
            raise CommandError(str(unclear)) from unclear
        if is_current_database(database):
            raise CommandError("Tujuannya basis data yang sama dengan yang sekarang.")
        try:
            count = (
                self._move_to_new_file(database, file)
                if to == "embedded"
                else self._move(database, settings.SAMBANG_DATA)
            )
        except CopyError as error:
            raise CommandError(str(error)) from error
        after = "kosongkan DATABASE_URL" if to == "embedded" else "setel DATABASE_URL ke tujuan itu"
        self.stdout.write(
            f"{count:,} baris dipindahkan dan dicocokkan dalam {monotonic() - started:.1f} detik. Sekarang {after}, "
            "lalu jalankan lagi layanannya. Basis data yang lama tidak diubah."
        )

    def _move_to_new_file(self, database: dict[str, Any], file: Path) -> int:
        """Write a temporary file, renamed once it is complete."""
        if file.exists():
            raise CopyError(f"{file} sudah ada: geser dulu, tidak ada yang ditimpa.")
        with scratch() as folder:
            count = self._move(database | {"NAME": folder / EMBEDDED}, folder)
            (folder / EMBEDDED).rename(file)  # without -wal: the last connection is closed
        return count

    def _move(self, database: dict[str, Any], folder: Path) -> int:
        return move(database, folder, announce=self.stdout.write)
