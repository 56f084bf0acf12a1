"""`sambang export_council NAME --to FOLDER`: export a council with its rows, people, uploads and new keys."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sambang.access.models import Council
from sambang.ops.council_copy import export_council
from sambang.ops.databases import CopyError


class Command(BaseCommand):
    help = "Bawa satu dewan ke server lain: folder data lengkap dengan kunci baru. Hentikan layanannya dulu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="nama dewan kabupaten/kota atau provinsi")
        parser.add_argument("--to", type=Path, required=True, help="folder baru; jadikan SAMBANG_DATA di server lain")

    def handle(self, *args: Any, name: str, to: Path, **options: Any) -> None:
        council = Council.objects.filter(name__iexact=name).first()
        if council is None or not council.region_code:
            raise CommandError(_("Dewan “%(name)s” belum terdaftar.") % {"name": name})
        try:
            counts = export_council(council, to, announce=self.stdout.write)
        except CopyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{council.name}: {sum(counts.values()):,} baris dibawa ke {to}, disegel dengan kunci baru di {to}/keys. "
            "Jadikan folder itu SAMBANG_DATA di server lain (sambang move memindahkannya ke PostgreSQL), lalu "
            "sambang close_council di sini."
        )
