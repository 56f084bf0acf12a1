"""The council or person that a command is about, and the refusal of its operation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person


def council_by_name(name: str) -> Council:
    council = Council.objects.filter(name__iexact=name.strip()).first()
    if council is None:
        raise CommandError(_("Dewan “%(name)s” belum terdaftar: pakai add_council.") % {"name": name})
    return council


def person_by_email(email: str) -> Person:
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise CommandError(_("Tidak ada akun dengan alamat surel %(email)s.") % {"email": email})
    return person


@contextmanager
def refusals_reported() -> Iterator[None]:
    """A ValidationError is written on standard error, and the command fails."""
    try:
        yield
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
