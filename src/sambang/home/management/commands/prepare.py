"""`sambang prepare`: make or update the tables, then load the reference tables. Safe to repeat."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Siapkan basis data: tabel, wilayah, KBLI. Aman diulang."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=options["verbosity"], interactive=False)
        call_command("load_reference", verbosity=options["verbosity"])
