"""Virus scan of received files before they are downloaded (ASVS 5.0, 5.4.3)."""

from __future__ import annotations

import subprocess
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT = 60  # seconds
CLEAN, INFECTED = 0, 1  # exit codes of clamscan and clamdscan; any other is a failed scan


class ScanError(Exception):
    """The file must not be downloaded; the message gives the reason."""


def require_clean(content: IO[bytes]) -> None:
    """Pass the content to the standard input of the command SAMBANG_SCANNER. Raises ScanError for an infected file and
    for a failed scan; without a scanner every file passes. `content` is rewound."""
    if not settings.SAMBANG_SCANNER:
        return
    try:
        done = subprocess.run(  # noqa: S603 the command is a setting; the environment has no secrets
            settings.SAMBANG_SCANNER,
            stdin=content,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
            env={"LANG": "C.UTF-8"},
        )
        exit_code = done.returncode
    except (OSError, subprocess.TimeoutExpired):
        exit_code = -1
    content.seek(0)
    if exit_code == INFECTED:
        raise ScanError(
            _("Berkas ini berbahaya, jadi tidak diberikan: pemindai virus mengenalinya. Beri tahu pengirimnya.")
        )
    if exit_code != CLEAN:
        raise ScanError(
            _(
                "Berkas ini belum dapat diperiksa: pemindai virus tidak menjawab. Coba lagi, atau beri tahu "
                "pengelola server."
            )
        )
