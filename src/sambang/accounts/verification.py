"""Whether somebody whose name is known is who they say: second codes and passwords, counted and each used once.

What is written here (a used code, a wrong try) is part of asking, before anybody is allowed anything; so it is no
operation, and access/exemptions.py says so.
"""

from __future__ import annotations

import hmac
import time
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from sambang.access.models import Person
from sambang.accounts import totp
from sambang.accounts.models import AuthenticatorApp, FailedVerification
from sambang.accounts.passkeys import PasskeyError, known_key_of
from sambang.lib import clock

# As with passwords, five in a quarter of an hour; and twenty a day, so that patience does not find one in a million.
LIMITS = ((5, timedelta(minutes=15)), (20, timedelta(days=1)))


class VerificationResult(Enum):
    WRONG = 0
    RIGHT = 1
    RECOVERY = 2  # right, and one paper code less
    LOCKED_OUT = 3  # too many wrong ones: not even looked at

    @property
    def is_right(self) -> bool:
        return self in {VerificationResult.RIGHT, VerificationResult.RECOVERY}


def is_locked_out(person: Person, *, now: datetime) -> bool:
    return any(person.failed_verifications.filter(at__gt=now - span).count() >= most for most, span in LIMITS)


def record_failure(person: Person, *, now: datetime) -> None:
    FailedVerification.objects.filter(at__lt=now - LIMITS[-1][1]).delete()
    FailedVerification.objects.create(person=person, at=now)


@transaction.atomic
def verify_code(person: Person, code: str) -> VerificationResult:
    """Is this the code of their app, or one of their paper codes? A right one is used up."""
    now, seconds = clock.now(), time.time()
    Person.objects.select_for_update().get(pk=person.pk)  # twins of one try are counted one after the other
    if is_locked_out(person, now=now):
        return VerificationResult.LOCKED_OUT
    bare = totp.bare(code)
    if bare.isdigit() and len(bare) == totp.DIGITS:
        answer = (
            VerificationResult.RIGHT if _app_code_matches(person, bare, seconds=seconds) else VerificationResult.WRONG
        )
    else:
        answer = (
            VerificationResult.RECOVERY if _recovery_code_matches(person, bare, now=now) else VerificationResult.WRONG
        )
    if not answer.is_right:
        record_failure(person, now=now)
    return answer


def _app_code_matches(person: Person, code: str, *, seconds: float) -> bool:
    app = AuthenticatorApp.objects.filter(person=person).first()
    key = totp.unseal_key(app.sealed_key) if app else None
    step = totp.step_of(key or bytes(totp.KEY_BYTES), code, seconds=seconds)
    if app is None or key is None or step is None:
        return False
    # The database decides which of two is first: a code that somebody looked over a shoulder is worth nothing.
    return AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step) == 1


def _recovery_code_matches(person: Person, code: str, *, now: datetime) -> bool:
    digest, found = totp.digest_of_code(code, person.pk), None
    for stored in person.recovery_codes.filter(used_at=None):
        if hmac.compare_digest(stored.digest, digest):
            found = stored
    return found is not None and person.recovery_codes.filter(pk=found.pk, used_at=None).update(used_at=now) == 1


def verify_passkey(request: HttpRequest, person: Person, state: dict[str, Any], response: str) -> VerificationResult:
    """Does what the browser says answer the question of `state` by one of the person's passkeys?"""
    now = clock.now()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if is_locked_out(person, now=now):
            return VerificationResult.LOCKED_OUT
        try:
            passkey, count = known_key_of(request, person, state, response)
        except PasskeyError:
            record_failure(person, now=now)
            return VerificationResult.WRONG
        passkey.count, passkey.last_used_at = count, now
        passkey.save(update_fields=["count", "last_used_at"])
    return VerificationResult.RIGHT


def verify_password(person: Person, password: str) -> VerificationResult:
    """Is this the password of somebody who is signed in? Asked before doors are changed; wrong ones are counted."""
    now = clock.now()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if is_locked_out(person, now=now):
            return VerificationResult.LOCKED_OUT
        if person.check_password(password):
            return VerificationResult.RIGHT
        record_failure(person, now=now)
    return VerificationResult.WRONG


def verify_password_and_code(person: Person, password: str, code: str) -> VerificationResult:
    """The password and then a code; a code is not used up by a wrong password."""
    answer = verify_password(person, password)
    return verify_code(person, code) if answer.is_right else answer


def has_factor(person: Person) -> bool:
    return AuthenticatorApp.objects.filter(person=person).exists() or person.passkeys.exists()
