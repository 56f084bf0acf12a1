"""`sambang remove_factor EMAIL`: remove the second factor of a person who lost phone and recovery codes and has no
other administrator to do it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from sambang.access.command_rows import person_by_email, refusals_reported
from sambang.access.models import system_person
from sambang.accounts.operations import remove_factor


class Command(BaseCommand):
    help = "Lepas verifikasi dua langkah seseorang yang kehilangan ponsel dan kode cadangannya."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        person = person_by_email(email)
        with refusals_reported():
            remove_factor(person, system_person())
        self.stdout.write(_("Verifikasi dua langkah %(name)s dilepas.") % {"name": person.name})
