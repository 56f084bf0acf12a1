"""`sambang demo`: a seeded, running site, in a folder of its own, on this machine only."""

from __future__ import annotations

import json
import os
import resource
from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from sambang.access.models import Council, Person
from sambang.home.demo.people import DEMO_PEOPLE, PASSWORD
from sambang.home.demo.sizes import SIZES
from sambang.home.demo.stages import STAGES, build_demo
from sambang.lib import clock
from sambang.lib.static_files import gather_static
from sambang.ops.prepare import prepare_database
from sambang.ops.server import command_line, free_port
from sambang.owners.operations import make_link
from sambang.registry.models import Business, Cluster


class Command(BaseCommand):
    help = "Situs peragaan: kunjungan ke Joho 31 Maret 2022, satu putaran penuh. Orang dan laporannya dibuat-buat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stage", choices=STAGES, default=STAGES[-1], help="sampai tahap mana cerita diputar")
        parser.add_argument(
            "--size",
            choices=SIZES,
            default="council",
            help="sentra: hanya Joho; council: 12 sentra, sekitar 600 IKM; regency: 36 sentra, 11.000 IKM",
        )
        parser.add_argument("--seed", type=int, default=2022, help="benih simulasi")
        parser.add_argument("--port", type=int, help="port (bawaan: yang bebas mulai 8000)")
        parser.add_argument("--no-serve", action="store_true", help="bangun saja, jangan layani")

    def handle(self, *args: Any, no_serve: bool, port: int | None, **options: Any) -> None:
        self.started = monotonic()
        requested = {name: options[name] for name in ("stage", "seed", "size")}
        note = settings.SAMBANG_DATA / "demo.json"
        if Council.objects.exclude(region_code="").filter(is_simulated=False).exists():
            raise CommandError(
                "Folder data ini berisi dewan sungguhan: setel SAMBANG_DATA ke folder lain untuk peragaan."
            )
        if not (note.exists() and json.loads(note.read_text()) == requested):
            self.rebuild(note)
            build_demo(
                stage=options["stage"],
                seed=options["seed"],
                size=SIZES[options["size"]],
                today=clock.today(),
                announce=self.announce,
            )
            note.write_text(json.dumps(requested))
            self.announce(f"Selesai: {megabytes_of_database()} MB di basis data, {peak_megabytes()} MB memori.")
        if no_serve:
            return
        self.announce("Menyiapkan berkas tampilan …")
        gather_static()
        self.serve(port or free_port())

    def announce(self, line: str) -> None:
        self.stdout.write(f"[{monotonic() - self.started:5.1f} s] {line}")
        self.stdout.flush()

    def rebuild(self, note: Path) -> None:
        """Begin from an empty database. Only an embedded one is ever thrown away."""
        if not Council.objects.filter(is_simulated=True).exists():
            return
        if connection.vendor != "sqlite":
            raise CommandError("Peragaan lain sudah ada di basis data ini: pakai basis data kosong.")
        self.announce("Membuang peragaan lama …")
        note.unlink(missing_ok=True)
        connection.close()
        for ending in ("", "-wal", "-shm"):
            Path(f"{settings.DATABASES['default']['NAME']}{ending}").unlink(missing_ok=True)
        prepare_database(announce=lambda line: self.announce(line.strip()))

    def serve(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        self.stdout.write(f"\nSambang peragaan: {address}/\n\nMasuk ({address}/masuk/), sandi semua: {PASSWORD}")
        for part in DEMO_PEOPLE:
            self.stdout.write(f"  {part.email:28} {part.role.label:18} {part.council:20} {part.name}")
        self.stdout.write("\nTautan pribadi pemilik (tanpa akun; tautan lama berhenti berlaku):")
        for label, business in self.owners():
            token = make_link(business, Person.objects.get(email="pengurus@peragaan.test")).token
            self.stdout.write(f"  {label:28} {address}/saya/{token}/  {business.owner.name}, {business.name}")
        self.stdout.write(
            "\nSemua orang dan angka di sini dibuat-buat; laporan bulanannya simulasi. Ctrl+C untuk berhenti."
        )
        self.stdout.flush()
        line = command_line("127.0.0.1", port)
        os.execv(line[0], line)  # noqa: S606 a fixed command of ours, replaced by it so that Ctrl+C reaches the server

    def owners(self) -> list[tuple[str, Business]]:
        joho = Cluster.objects.get(name__endswith="Joho")
        open_ones = Business.objects.filter(cluster=joho).active().select_related("owner")
        head = open_ones.filter(owner=joho.head).first()
        asked = open_ones.filter(confirmations__answer="waiting").exclude(owner=joho.head).order_by("name").first()
        pairs = [("ketua sentra", head), ("pemilik IKM", asked or open_ones.exclude(owner=joho.head).first())]
        return [(label, business) for label, business in pairs if business]


def megabytes_of_database() -> int:
    """0 where the database is not embedded."""
    name = Path(str(settings.DATABASES["default"]["NAME"]))
    files = [path for ending in ("", "-wal") if (path := Path(f"{name}{ending}")).exists()]
    return round(sum(path.stat().st_size for path in files) / 1_000_000)


def peak_megabytes() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
