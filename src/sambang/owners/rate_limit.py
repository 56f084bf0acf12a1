"""Rate limits for wrong links and codes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from sambang.access.row_security import bypass_row_security
from sambang.lib import clock
from sambang.owners.models import FailedAttempt
from sambang.registry.models import Business

LINK_LIMIT = 20  # wrong links from one address, which a village may share
LINK_PERIOD = timedelta(hours=1)
CODE_LIMIT = 10  # wrong codes for one IKM: few enough for six digits
CODE_PERIOD = timedelta(days=1)


@bypass_row_security(__name__)
def too_many_links(digest: str, *, now: datetime) -> bool:
    return FailedAttempt.objects.filter(digest=digest, at__gt=now - LINK_PERIOD).count() >= LINK_LIMIT


@bypass_row_security(__name__)
def too_many_codes(business: Business, *, now: datetime) -> bool:
    return FailedAttempt.objects.filter(digest=_digest_of(business), at__gt=now - CODE_PERIOD).count() >= CODE_LIMIT


@bypass_row_security(__name__)
def count_wrong_link(digest: str, *, now: datetime) -> None:
    FailedAttempt.objects.filter(at__lt=now - timedelta(days=1)).delete()
    FailedAttempt.objects.create(digest=digest, at=now)


def count_wrong_code(business: Business) -> None:
    """Count a wrong code for this IKM. Call it outside the transaction that is rolled back."""
    count_wrong_link(_digest_of(business), now=clock.now())


def _digest_of(business: Business) -> str:
    """The key under which wrong codes for this IKM are counted, from any client."""
    return salted_hmac("sambang.owners.code_digest", str(business.pk), algorithm="sha256").hexdigest()
