"""`sambang rename_council NAME --to NAME`: a new name; the region code and everything that refers to it stay."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sambang.access.models import Council


class Command(BaseCommand):
    help = "Ganti nama dewan. Kode wilayah, anggota, dan datanya tetap."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="nama dewan sekarang")
        parser.add_argument("--to", required=True, help="nama barunya")

    def handle(self, *args: Any, name: str, to: str, **options: Any) -> None:
        council = Council.objects.filter(name__iexact=name.strip()).first()
        if council is None:
            raise CommandError(_("Dewan “%(name)s” belum terdaftar: pakai add_council.") % {"name": name})
        council.name = to.strip()
        try:
            council.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        council.save(update_fields=["name"])
        self.stdout.write(_("Namanya sekarang %(name)s.") % {"name": council.name})
