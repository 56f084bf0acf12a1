"""`sambang compute`: the indices of every council, or of one."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from sambang.access.models import Council, system_person
from sambang.insight.coaching import coaching_effect
from sambang.insight.operations import compute_if_outdated


class Command(BaseCommand):
    help = "Hitung indeks produksi semua dewan, atau satu dewan; cocok dijalankan tiap malam."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--region", metavar="KODE", help="kode wilayah dewan, misalnya 3404; 0 untuk nasional")

    def handle(self, *args: Any, region: str | None, **options: Any) -> None:
        person = system_person()
        councils = Council.objects.order_by("region_code", "name")
        if region is not None:
            councils = councils.filter(region_code="" if region == "0" else region)
            if not councils:
                raise CommandError(f"Tidak ada dewan dengan kode wilayah {region}.")
        done: set[str] = set()
        for council in councils:
            if council.region_code in done:
                continue
            done.add(council.region_code)
            try:
                run = compute_if_outdated(council, person)
                coaching_effect(council, person)  # so that no reader of its page waits for the estimate
                self.stdout.write(f"{council}: {run.reports} laporan, {run.series.count()} deret.")
            except ValidationError as error:
                self.stdout.write(f"{council}: {' '.join(error.messages)}")
