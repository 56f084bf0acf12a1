"""`sambang prepare`: make or update the tables, load the reference tables, link reports that were stored
before there were cells; on PostgreSQL gather the files for the pages too, which would otherwise keep the new version
away from its people at its first start. Safe to repeat."""

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
        first = migrations_needing_stop(connection) if connection.vendor == "postgresql" and not stopped else {}
        if first:
            listed = "\n".join(f"  {name}: {why}" for name, why in first.items())
            raise CommandError(f"Hentikan layanan dulu, lalu ulangi dengan --stopped:\n{listed}")
        call_command("migrate", verbosity=options["verbosity"], interactive=False)
        call_command("load_reference", verbosity=options["verbosity"])
        if has_unlinked_lines():
            call_command("cells", "rebuild", verbosity=options["verbosity"])
        if connection.vendor == "postgresql":  # an embedded database prepares itself at a start, which gathers them
            gather_static()
