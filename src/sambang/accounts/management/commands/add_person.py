"""`sambang add_person EMAIL --name --council --role`: create a person with a role. The password is read from a prompt,
never from an argument."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from sambang.access.command_rows import council_by_name, refusals_reported
from sambang.access.models import MEMBER_ROLES, Person, system_person
from sambang.accounts.management.password_prompt import read_password
from sambang.accounts.operations import grant_role


class Command(BaseCommand):
    help = "Tambahkan orang dengan satu peran di satu dewan. Bila sudah punya akun, hanya perannya yang ditambahkan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="nama orangnya (wajib untuk orang baru)")
        parser.add_argument("--council", required=True, help="nama dewan")
        parser.add_argument("--role", required=True, choices=[role.value for role in MEMBER_ROLES])
        parser.add_argument("--password-stdin", action="store_true", help="baca kata sandi dari masukan baku")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        council = council_by_name(options["council"])
        with refusals_reported(), transaction.atomic():
            person = Person.objects.filter(email__iexact=email).first() or self.new_person(email, options)
            grant_role(council, system_person(), person=person, role=options["role"])
        self.stdout.write(
            _("%(name)s: %(role)s di %(council)s.")
            % {"name": person.name, "role": options["role"], "council": council.name}
        )

    def new_person(self, email: str, options: dict[str, Any]) -> Person:
        if not options["name"]:
            raise CommandError(_("Orang baru perlu nama: --name."))
        password = read_password(from_stdin=options["password_stdin"])
        validate_password(password, Person(email=email, name=options["name"]))
        return Person.objects.create_user(email, password, name=options["name"])
