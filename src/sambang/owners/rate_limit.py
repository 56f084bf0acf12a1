"""Wrong links and codes, counted so that guessing leads nowhere: whoever tries, and before anybody is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from sambang.access.row_security import bypass_row_security
from sambang.lib import clock
from sambang.owners.models import FailedAttempt
from sambang.registry.models import Business

TRIES, WITHIN = 20, timedelta(hours=1)  # a village may share one address, so not fewer
CODE_TRIES, CODE_WITHIN = 10, timedelta(days=1)  # wrong codes for one IKM: at six digits guessing leads nowhere


@bypass_row_security(__name__)
def too_many_links(place: str, *, now: datetime) -> bool:
    return FailedAttempt.objects.filter(place=place, at__gt=now - WITHIN).count() >= TRIES


@bypass_row_security(__name__)
def too_many_codes(business: Business, *, now: datetime) -> bool:
    return FailedAttempt.objects.filter(place=_of(business), at__gt=now - CODE_WITHIN).count() >= CODE_TRIES


@bypass_row_security(__name__)
def count_wrong_link(place: str, *, now: datetime) -> None:
    FailedAttempt.objects.filter(at__lt=now - timedelta(days=1)).delete()
    FailedAttempt.objects.create(place=place, at=now)


def count_wrong_code(business: Business) -> None:
    """A code that was not the owner's was tried for this IKM. Outside whatever is rolled back for it."""
    count_wrong_link(_of(business), now=clock.now())


def _of(business: Business) -> str:
    """Under which wrong codes for this IKM are counted, whoever tries them from wherever."""
    return salted_hmac("sambang.owners.code_place", str(business.pk), algorithm="sha256").hexdigest()
