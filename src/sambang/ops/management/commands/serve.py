"""`sambang serve`: run the site behind a TLS proxy."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sambang.environment import LOOPBACK
from sambang.lib.static_files import gather_static
from sambang.ops.server import command_line, default_workers, share_metrics
from sambang.ops.start_checks import require_safe_database


class Command(BaseCommand):
    help = "Jalankan situs (granian). Pasang TLS di depannya: docs/operate.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int)

    def handle(self, *args: Any, host: str, port: int, workers: int | None, **options: Any) -> None:
        if host not in LOOPBACK and not settings.HTTPS:
            raise CommandError(
                _(
                    "%(host)s membuka Sambang ke jaringan tanpa TLS: pasang TLS di depannya, setel "
                    "SAMBANG_HOSTS dan SAMBANG_HTTPS=1."
                )
                % {"host": host}
            )
        try:
            require_safe_database()
        except ImproperlyConfigured as unsafe:
            raise CommandError(str(unsafe)) from unsafe
        gather_static()
        os.environ.setdefault("SAMBANG_REQUEST_LOG", "1")
        if (workers or default_workers()) > 1:
            share_metrics()
        line = command_line(host, port, workers)
        self.stdout.write(f"Sambang: http://{host}:{port}/")
        self.stdout.flush()
        os.execv(line[0], line)  # noqa: S606 replaces this process, so that signals reach the server
