"""Files as phones sent them, shown to the office's virus scanner before anybody is given one (ASVS 5.0, 5.4.3)."""

from __future__ import annotations

import subprocess
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

SECONDS = 60
CLEAN, INFECTED = 0, 1  # how clamscan and clamdscan end; anything else: they could not look


class NotGivenError(Exception):
    """The file stays here; its text tells whoever asked for it why."""


def require_clean(content: IO[bytes]) -> None:
    """The scanner that SAMBANG_SCANNER names reads it whole from its standard input. Raises NotGivenError, also where the
    scanner does not answer; without one every file passes. The reader stands at the beginning again."""
    if not settings.SAMBANG_SCANNER:
        return
    try:
        done = subprocess.run(  # noqa: S603 the office's words; the file is its input, our secrets stay here
            settings.SAMBANG_SCANNER,
            stdin=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"LANG": "C.UTF-8"},
        )
        ended = done.returncode
    except (OSError, subprocess.TimeoutExpired):
        ended = -1
    content.seek(0)
    if ended == INFECTED:
        raise NotGivenError(
            _("Berkas ini berbahaya, jadi tidak diberikan: pemindai virus mengenalinya. Beri tahu pengirimnya.")
        )
    if ended != CLEAN:
        raise NotGivenError(
            _(
                "Berkas ini belum dapat diperiksa: pemindai virus tidak menjawab. Coba lagi, atau beri tahu pengelola server."
            )
        )
