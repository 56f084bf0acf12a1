"""`sambang weekly_letters`: sends the weekly letter by SMTP to everybody who chose it. Run by a timer on Monday."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sambang.access.models import system_person
from sambang.notices.letters import send_letters


class Command(BaseCommand):
    help = "Kirim surat mingguan kepada yang memilihnya; dijalankan dua kali pun sampai sekali."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SAMBANG_EMAIL_HOST:
            self.stdout.write("SAMBANG_EMAIL_HOST tidak disetel: tidak ada surat yang dikirim.")
            return
        sent, failed = send_letters(system_person())
        self.stdout.write(f"{sent} surat terkirim.")
        if failed:
            raise CommandError(f"{failed} surat ditolak server surat; dicoba lagi pada jalan berikutnya.")
