"""`sambang rename_council NAME --to NAME`: a new name; the region code and everything that refers to it stay."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from sambang.access.command_rows import council_by_name, refusals_reported


class Command(BaseCommand):
    help = "Ganti nama dewan. Kode wilayah, anggota, dan datanya tetap."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="nama dewan sekarang")
        parser.add_argument("--to", required=True, help="nama barunya")

    def handle(self, *args: Any, name: str, to: str, **options: Any) -> None:
        council = council_by_name(name)
        council.name = to.strip()
        with refusals_reported():
            council.full_clean()
        council.save(update_fields=["name"])
        self.stdout.write(_("Namanya sekarang %(name)s.") % {"name": council.name})
