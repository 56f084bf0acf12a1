"""`sambang close_council NAME`: revoke all access to a council on this server; its rows stay."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from sambang.access.command_rows import council_by_name, refusals_reported
from sambang.access.models import system_person
from sambang.ops.operations import close_council


class Command(BaseCommand):
    help = "Tutup dewan di server ini: anggota, undangan, HP, dan tautan pemilik berakhir; datanya tetap."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="nama dewan")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        council = council_by_name(name)
        with refusals_reported():
            close_council(council, system_person())
        self.stdout.write(_("%(name)s ditutup. Datanya tetap di server ini.") % {"name": council.name})
