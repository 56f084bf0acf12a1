"""`sambang new_epoch`: begin an epoch after restoring a backup, so that every phone sends all items that it still
stores."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from sambang.intake.epochs import begin_epoch


class Command(BaseCommand):
    help = "Mulai masa pencatatan baru: jalankan setelah memulihkan cadangan, supaya HP menawarkan lagi isinya."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--because", default="", help="sebabnya, untuk dibaca kelak")

    def handle(self, *args: Any, **options: Any) -> None:
        epoch = begin_epoch(options["because"])
        result = {"ordinal": epoch.ordinal, "epoch": epoch.pk}
        self.stdout.write(_("Masa pencatatan ke-%(ordinal)s dimulai: %(epoch)s") % result)
