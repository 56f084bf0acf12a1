"""Verification of codes, passkeys and passwords of an identified person. Failures are counted; a code works once.

The writes here (a used code, a failure) precede any permission check, so they are no operations (access/exemptions.py).
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
from sambang.accounts.passkeys import PasskeyError, verify_assertion
from sambang.lib import clock

# (most, within): five failures in 15 minutes, as for passwords, and twenty a day against slow guessing of six digits.
ATTEMPT_LIMITS = ((5, timedelta(minutes=15)), (20, timedelta(days=1)))


class VerificationResult(Enum):
    WRONG = 0
    RIGHT = 1
    RECOVERY = 2  # correct; a recovery code was used
    LOCKED_OUT = 3  # too many failures: not verified

    @property
    def is_right(self) -> bool:
        return self in {VerificationResult.RIGHT, VerificationResult.RECOVERY}


def is_locked_out(person: Person, *, now: datetime) -> bool:
    return any(person.failed_verifications.filter(at__gt=now - span).count() >= most for most, span in ATTEMPT_LIMITS)


def record_failure(person: Person, *, now: datetime) -> None:
    FailedVerification.objects.filter(at__lt=now - ATTEMPT_LIMITS[-1][1]).delete()
    FailedVerification.objects.create(person=person, at=now)


@transaction.atomic
def verify_code(person: Person, code: str) -> VerificationResult:
    """Verify a code of the person's app or a recovery code. A correct code is marked as used."""
    now, seconds = clock.now(), time.time()
    Person.objects.select_for_update().get(pk=person.pk)  # serialises simultaneous attempts
    if is_locked_out(person, now=now):
        return VerificationResult.LOCKED_OUT
    submitted = totp.normalise_code(code)
    if submitted.isdigit() and len(submitted) == totp.DIGITS:
        matches, right = _app_code_matches(person, submitted, seconds=seconds), VerificationResult.RIGHT
    else:
        matches, right = _recovery_code_matches(person, submitted, now=now), VerificationResult.RECOVERY
    answer = right if matches else VerificationResult.WRONG
    if not answer.is_right:
        record_failure(person, now=now)
    return answer


def _app_code_matches(person: Person, code: str, *, seconds: float) -> bool:
    app = AuthenticatorApp.objects.filter(person=person).first()
    key = totp.decrypt_key(app.encrypted_key) if app else None
    step = totp.matching_step(key or bytes(totp.KEY_BYTES), code, seconds=seconds)
    if app is None or key is None or step is None:
        return False
    # A conditional update accepts each code once, also in simultaneous requests: an overseen code cannot be replayed.
    return AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step) == 1


def _recovery_code_matches(person: Person, code: str, *, now: datetime) -> bool:
    digest, code_row = totp.digest_of_code(code, person.pk), None
    for stored in person.recovery_codes.filter(used_at=None):
        if hmac.compare_digest(stored.digest, digest):
            code_row = stored
    return code_row is not None and person.recovery_codes.filter(pk=code_row.pk, used_at=None).update(used_at=now) == 1


def verify_passkey(request: HttpRequest, person: Person, state: dict[str, Any], response: str) -> VerificationResult:
    """Verify the browser's response to the challenge in `state` by one of the person's passkeys."""
    now = clock.now()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if is_locked_out(person, now=now):
            return VerificationResult.LOCKED_OUT
        try:
            passkey, count = verify_assertion(request, person, state, response)
        except PasskeyError:
            record_failure(person, now=now)
            return VerificationResult.WRONG
        passkey.count, passkey.last_used_at = count, now
        passkey.save(update_fields=["count", "last_used_at"])
    return VerificationResult.RIGHT


def verify_password(person: Person, password: str) -> VerificationResult:
    """Verify the password of a signed-in person again, before authentication settings change. Failures are counted."""
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
    """Verify the password, then the code. A wrong password does not use up the code."""
    answer = verify_password(person, password)
    return verify_code(person, code) if answer.is_right else answer


def has_factor(person: Person) -> bool:
    return AuthenticatorApp.objects.filter(person=person).exists() or person.passkeys.exists()
