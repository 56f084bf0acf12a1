"""`sambang close_council NAME`: revoke all access to a council on this server; its rows stay."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sambang.access.models import Council, system_person
from sambang.ops.operations import close_council


class Command(BaseCommand):
    help = "Tutup dewan di server ini: anggota, undangan, HP, dan tautan pemilik berakhir; datanya tetap."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="nama dewan")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        council = Council.objects.filter(name__iexact=name).first()
        if council is None:
            raise CommandError(_("Dewan “%(name)s” belum terdaftar.") % {"name": name})
        try:
            close_council(council, system_person())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(_("%(name)s ditutup. Datanya tetap di server ini.") % {"name": council.name})
