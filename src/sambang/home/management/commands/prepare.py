"""`sambang prepare`: make or update the tables, load the reference tables, link reports that were stored
before there were cells. Safe to repeat."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from sambang.production.queries import has_unlinked_lines


class Command(BaseCommand):
    help = "Siapkan basis data: tabel, wilayah, KBLI. Aman diulang."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=options["verbosity"], interactive=False)
        call_command("load_reference", verbosity=options["verbosity"])
        if has_unlinked_lines():
            call_command("cells", "rebuild", verbosity=options["verbosity"])
