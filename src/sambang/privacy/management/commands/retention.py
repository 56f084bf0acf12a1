"""`sambang retention`: lists the rows whose retention period has ended; with `--apply` deletes them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from sambang.access.models import Council, system_person
from sambang.lib import clock
from sambang.privacy.operations import apply_retention_rule
from sambang.privacy.retention import due


class Command(BaseCommand):
    help = "Sebutkan data yang habis masa simpannya; dengan --apply, lepaskan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="lakukan, tidak hanya menyebutkan")

    def handle(self, *args: Any, **options: Any) -> None:
        due_rows = due(clock.now())
        for line in due_rows:
            text = f"{line.model._meta.label:<28} {line.count:>8}   {line.rule}: {line.period}"
            self.stdout.write(text)
        total = sum(line.count for line in due_rows)
        if not options["apply"]:
            self.stdout.write(
                _("%(count)d baris akan dilepas. Tidak ada yang diubah: ulangi dengan --apply.") % {"count": total}
            )
            return
        by = system_person()
        nation = Council.objects.get(region_code="")
        for rule in dict.fromkeys(line.rule for line in due_rows if line.count):
            apply_retention_rule(nation, by, rule=rule)
        self.stdout.write(_("%(count)d baris dilepas.") % {"count": total})
