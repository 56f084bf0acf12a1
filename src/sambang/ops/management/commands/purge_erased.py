"""`sambang purge_erased`: remove erased values from the database's files, and list where they remain."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format

from sambang.ops.purge import end_wal_segment, erased_value_locations, newest_erasure, purge


class Command(BaseCommand):
    help = (
        "Bersihkan sisa data yang sudah dihapus dari berkas basis data, lalu sebutkan di mana sisanya dan sejak kapan."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true", help="sebutkan saja, tanpa membersihkan")

    def handle(self, *args: Any, **options: Any) -> None:
        erased_at = newest_erasure()
        when = date_format(timezone.localtime(erased_at), "j F Y H:i") if erased_at else "belum pernah"
        self.stdout.write(f"Penghapusan terakhir: {when}.")
        if not options["list"]:
            self._purge()
        locations = erased_value_locations()
        if connection.vendor == "postgresql":
            self._describe_wal(locations.wal_since)
        if not locations.backups:
            self.stdout.write("Cadangan: tidak ada yang lebih tua dari penghapusan terakhir.")
        for backup in locations.backups:
            self.stdout.write(f"Masih memuat data yang dihapus: {backup.path.name}")
        if locations.backups:
            self.stdout.write(
                "Cadangan itu hilang setelah ada 30 yang lebih baru (sambang backup --keep); atau hapus berkasnya."
            )

    def _purge(self) -> None:
        tables: list[str] = []
        unfinished = purge(tables.append)
        if connection.vendor == "sqlite":
            self.stdout.write("SQLite menimpa yang dihapus (secure_delete); berkas -wal dikosongkan.")
            return
        self.stdout.write(f"{len(tables)} tabel ditulis ulang dan statistiknya diperbarui (VACUUM FULL, ANALYZE).")
        if unfinished:
            self.stdout.write(
                f"Belum bersih: {', '.join(unfinished)}. Ada transaksi yang belum selesai dan masih dapat melihat "
                "nilai lama. Jalankan lagi perintah ini ketika tidak ada yang bekerja."
            )
        if not end_wal_segment():
            self.stdout.write("Log tulis (WAL) tidak dapat diakhiri dari sini. Sebagai postgres, jalankan di psql:")
            self.stdout.write("  SELECT pg_switch_wal(); CHECKPOINT;")

    def _describe_wal(self, since: Any) -> None:
        oldest = (
            f"sejak {date_format(timezone.localtime(since), 'j F Y H:i')}"
            if since
            else "umurnya tidak dapat dibaca dari sini"
        )
        self.stdout.write(
            f"Log tulis (WAL) masih memuat nilai lama sampai berkasnya dipakai ulang ({oldest}); begitu juga salinan "
            "WAL di mesin lain (pg_receivewal, arsip)."
        )
