"""`sambang import_reports WORKBOOK`: a filled workbook of monthly reports."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sambang.access.models import Person, system_person
from sambang.production.workbooks import import_reports


class Command(BaseCommand):
    help = "Ambil laporan bulanan dari buku kerja: semua atau tidak sama sekali; mengulang tidak mengubah apa pun."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workbook", type=Path)
        parser.add_argument("--by", metavar="SUREL", help="atas nama siapa; tanpa ini atas nama sistem")
        parser.add_argument("--replace", action="store_true", help="betulkan laporan yang angkanya berbeda")
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="cetak hasilnya sebagai satu objek JSON"
        )

    def handle(self, *args: Any, workbook: Path, by: str | None, replace: bool, as_json: bool, **options: Any) -> None:
        try:
            content = workbook.read_bytes()
        except OSError:
            raise CommandError(f"Berkas {workbook} tidak dapat dibaca.") from None
        person = system_person()
        if by:
            named = Person.objects.filter(email__iexact=by).first()
            if named is None:
                raise CommandError(f"Tidak ada orang dengan surel {by}.")
            person = named
        progress = None if as_json else self.show
        outcome = import_reports(content, person, filename=workbook.name, replace=replace, progress=progress)
        if as_json:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, indent=2))
        else:
            for error in outcome.errors:
                place = f"{error.sheet} {error.cell} “{error.value}”: " if error.cell else ""
                self.stderr.write(place + error.message)
            for asked in outcome.asked:
                self.stderr.write(f"Periksa: {asked}")
        if outcome.errors:
            raise CommandError("Tidak ada yang disimpan: perbaiki dulu yang disebut di atas.")
        if not as_json:
            self.stdout.write(
                f"{outcome.submitted} laporan masuk, {outcome.corrected} dibetulkan, {outcome.unchanged} tidak berubah."
            )

    def show(self, done: int, total: int) -> None:
        if done % 500 == 0 or done == total:
            self.stderr.write(f"  {done}/{total} laporan")
