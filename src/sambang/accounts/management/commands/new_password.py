"""`sambang new_password EMAIL`: set a new password, read from a prompt, and lift the lockout after failed attempts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from sambang.access.command_rows import person_by_email, refusals_reported
from sambang.access.models import system_person
from sambang.accounts.management.password_prompt import read_password
from sambang.accounts.operations import set_password


class Command(BaseCommand):
    help = "Beri kata sandi baru kepada orang yang lupa, dan buka kuncinya."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--password-stdin", action="store_true", help="baca kata sandi dari masukan baku")

    def handle(self, *args: Any, email: str, password_stdin: bool, **options: Any) -> None:
        person = person_by_email(email)
        password = read_password(from_stdin=password_stdin)
        with refusals_reported():
            set_password(person, system_person(), password=password)
        self.stdout.write(_("Kata sandi %(name)s sudah diganti.") % {"name": person.name})
