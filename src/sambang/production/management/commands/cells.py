"""`sambang cells rebuild` and `sambang cells verify`: recompute cells from the reports, or compare them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sambang.access.command_rows import refusals_reported
from sambang.production.cell_rebuild import rebuild, verify


class Command(BaseCommand):
    help = "Sel indeks: hitung ulang dari laporan (rebuild), atau cocokkan sampai angka terakhir (verify)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["rebuild", "verify"])
        parser.add_argument("--region", metavar="KODE", default="", help="hanya wilayah ini, misalnya 3404")

    def handle(self, *args: Any, act: str, region: str, verbosity: int, **options: Any) -> None:
        self.verbosity = verbosity
        if act == "verify":
            if wrong := verify(region, progress=self.show):
                raise CommandError(f"{wrong} Jalankan `sambang cells rebuild`.")
            self.say("Sel, baris tertaut, harga, dan buku besar sama sampai angka terakhir.")
            return
        with refusals_reported():
            rebuild(region, progress=self.show)
        self.say("Sel sudah dihitung ulang dari laporan.")

    def say(self, sentence: str) -> None:
        if self.verbosity:
            self.stdout.write(sentence)

    def show(self, done: int, total: int) -> None:
        if self.verbosity:
            self.stderr.write(f"  {done}/{total} IKM")
