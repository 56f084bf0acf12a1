"""`sambang prepare`: migrate, load the reference tables, link reports without cells. On PostgreSQL static files are
collected too, so that the first start of a new version is quick. Idempotent."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from sambang.lib.safe_migrations import migrations_needing_stop
from sambang.lib.static_files import gather_static
from sambang.production.queries import has_unlinked_lines


class Command(BaseCommand):
    help = "Siapkan basis data: tabel, wilayah, KBLI. Aman diulang."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stopped", action="store_true", help="layanan sudah dihentikan")

    def handle(self, *args: Any, stopped: bool = False, **options: Any) -> None:
        stops = migrations_needing_stop(connection) if connection.vendor == "postgresql" and not stopped else {}
        if stops:
            listed = "\n".join(f"  {name}: {why}" for name, why in stops.items())
            raise CommandError(f"Hentikan layanan dulu, lalu ulangi dengan --stopped:\n{listed}")
        call_command("migrate", verbosity=options["verbosity"], interactive=False)
        call_command("load_reference", verbosity=options["verbosity"])
        if has_unlinked_lines():
            call_command("cells", "rebuild", verbosity=options["verbosity"])
        if connection.vendor == "postgresql":  # `serve` does it where the database is embedded
            gather_static()
