"""A password for a command, never from an argument."""

from __future__ import annotations

import getpass
import sys

from django.core.management.base import CommandError
from django.utils.translation import gettext as _


def read_password(*, from_stdin: bool) -> str:
    """From a prompt, or the first line of standard input. Raises CommandError where nobody can be asked."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    try:
        return getpass.getpass(_("Kata sandi: "))
    except EOFError:
        raise CommandError(_("Tidak ada terminal untuk bertanya: beri kata sandinya lewat --password-stdin.")) from None
