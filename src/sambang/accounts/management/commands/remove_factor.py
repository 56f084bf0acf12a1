"""`sambang remove_factor EMAIL`: remove the second factor of a person who lost phone and recovery codes and has no
other administrator to do it."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sambang.access.models import Person, system_person
from sambang.accounts.operations import remove_factor


class Command(BaseCommand):
    help = "Lepas verifikasi dua langkah seseorang yang kehilangan ponsel dan kode cadangannya."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(_("Tidak ada akun dengan alamat surel %(email)s.") % {"email": email})
        try:
            remove_factor(person, system_person())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(_("Verifikasi dua langkah %(name)s dilepas.") % {"name": person.name})
