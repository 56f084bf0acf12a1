"""`sambang make_links --cluster NAME`: personal links for a sentra's owners, printed once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from sambang.access.command_rows import refusals_reported
from sambang.access.models import system_person
from sambang.lib import clock
from sambang.lib.addresses import site_address
from sambang.lib.exports import workbook_bytes
from sambang.owners.message_texts import invitation_text, link_path
from sambang.owners.operations import make_link
from sambang.owners.queries import businesses_without_active_link
from sambang.papers.message_texts import OfficeTexts
from sambang.registry.models import Business, Cluster


class Command(BaseCommand):
    help = "Buat tautan pribadi pemilik IKM satu sentra. Tautan hanya tampil sekali ini."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cluster", required=True, help="nama sentra")
        parser.add_argument("--days", type=int, help="masa berlaku (hari); tanpa ini, masa yang ditetapkan dewan")
        parser.add_argument("--renew", action="store_true", help="ganti juga tautan yang masih berlaku")
        parser.add_argument("--site", help="alamat situs, misalnya https://sambang.contoh.go.id")
        parser.add_argument("--xlsx", type=Path, help="tulis ke buku kerja ini")

    def handle(self, *args: Any, **options: Any) -> None:
        clusters = list(Cluster.objects.filter(name__iexact=options["cluster"]))
        if len(clusters) != 1:
            raise CommandError(
                _("Sentra “%(name)s” ada %(count)s: tulis nama lengkapnya.")
                % {"name": options["cluster"], "count": len(clusters)}
            )
        by, site = system_person(), (options["site"] or site_address()).rstrip("/")
        rows = businesses_without_active_link(by, clusters[0], now=clock.now())
        if options["renew"]:
            rows = (
                Business.objects.visible_to(by)
                .active()
                .filter(cluster=clusters[0])
                .select_related("owner")
                .order_by("name")
            )
        with refusals_reported(), transaction.atomic():
            links = [make_link(business, by, days=options["days"]) for business in rows]
        texts = OfficeTexts()
        table = [
            (
                new.link.business.name,
                new.link.business.owner.name,
                address,
                invitation_text(new.link.business, address, new.link.expires_at, texts),
            )
            for new in links
            for address in [site + link_path(new.token)]
        ]
        if options["xlsx"]:
            options["xlsx"].write_bytes(workbook_bytes([_("IKM"), _("Pemilik"), _("Tautan"), _("Pesan")], table))
            options["xlsx"].chmod(0o600)
        else:
            for name, owner, address, _text in table:
                self.stdout.write(f"{name}\t{owner}\t{address}")
        self.stderr.write(_("%(count)s tautan dibuat.") % {"count": len(table)})
