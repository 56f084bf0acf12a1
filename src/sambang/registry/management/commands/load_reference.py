"""`sambang load_reference`: regions and KBLI into their tables. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from sambang.registry.load_industries import load_industries
from sambang.registry.load_regions import load_regions
from sambang.registry.models import Region


class Command(BaseCommand):
    help = "Muat tabel acuan: wilayah (Kemendagri) dan KBLI 2020/2025. Aman diulang."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if not Region.objects.filter(level=Region.Level.VILLAGE).count() > 80_000:
                rows = load_regions()
                if options["verbosity"]:
                    self.stdout.write(f"Wilayah: {rows} baris.")
            codes = load_industries()
            if options["verbosity"]:
                self.stdout.write(f"KBLI: {codes} kode.")
