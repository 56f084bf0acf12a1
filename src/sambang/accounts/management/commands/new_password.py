"""`sambang new_password EMAIL`: set a new password, read from a prompt, and lift the lockout after failed attempts."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sambang.access.models import Person, system_person
from sambang.accounts.management.password_prompt import read_password
from sambang.accounts.operations import set_password


class Command(BaseCommand):
    help = "Beri kata sandi baru kepada orang yang lupa, dan buka kuncinya."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--password-stdin", action="store_true", help="baca kata sandi dari masukan baku")

    def handle(self, *args: Any, email: str, password_stdin: bool, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(_("Tidak ada akun dengan alamat surel %(email)s.") % {"email": email})
        password = read_password(from_stdin=password_stdin)
        try:
            set_password(person, system_person(), password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(_("Kata sandi %(name)s sudah diganti.") % {"name": person.name})
