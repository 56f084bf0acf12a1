"""`sambang add_council NAME --region CODE`: a council; its reach follows the region code."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sambang.access.command_rows import refusals_reported
from sambang.access.models import COUNCIL_CODE, Council
from sambang.registry.models import Region


class Command(BaseCommand):
    help = "Daftarkan dewan: provinsi (34), kabupaten/kota (3404 atau 34.04), atau nasional (kode kosong)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="nama dewan, misalnya “Dekranasda Sleman”")
        parser.add_argument("--region", required=True, help="kode Kemendagri; '' untuk nasional")

    def handle(self, *args: Any, name: str, region: str, **options: Any) -> None:
        council = Council(name=name.strip(), region_code=region.replace(".", "").strip())
        standing = Council.objects.filter(name=council.name).first()
        if standing and standing.region_code == council.region_code:
            self.stdout.write(_("%(name)s sudah terdaftar.") % {"name": standing.name})
            return
        if not re.fullmatch(COUNCIL_CODE, council.region_code):
            raise CommandError(
                _("Kode “%(code)s” bukan kode provinsi (34) atau kabupaten/kota (34.04).") % {"code": region}
            )
        if council.region_code and not Region.objects.filter(pk=council.region_code).exists():
            raise CommandError(
                _("Tidak ada provinsi, kabupaten, atau kota dengan kode “%(code)s”: periksa kodenya di Kemendagri.")
                % {"code": region}
            )
        with refusals_reported():
            council.full_clean()
        council.save(force_insert=True)
        self.stdout.write(_("%(name)s terdaftar.") % {"name": council.name})
