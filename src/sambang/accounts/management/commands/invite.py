"""`sambang invite EMAIL --name --council --role`: create an invitation and print its link once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.command_rows import council_by_name, refusals_reported
from sambang.access.models import MEMBER_ROLES, system_person
from sambang.accounts.operations import invite
from sambang.lib.addresses import site_address


class Command(BaseCommand):
    help = "Buat tautan undangan; orang itu membuat kata sandinya sendiri. Tautan hanya tampil sekali ini."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--council", required=True, help="nama dewan")
        parser.add_argument("--role", required=True, choices=[role.value for role in MEMBER_ROLES])
        parser.add_argument("--site", help="alamat situs, misalnya https://sambang.contoh.go.id")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        council = council_by_name(options["council"])
        with refusals_reported():
            invitation = invite(council, system_person(), name=name, email=email, role=options["role"])
        site = (options["site"] or site_address()).rstrip("/")
        if not options["site"] and site.endswith(":8000"):
            self.stderr.write(_("Bila Sambang berjalan di port atau nama lain, sebut alamatnya dengan --site."))
        self.stdout.write(site + reverse("accounts:invitation_open", args=[invitation.token]))
