"""Certificates of a course: entitlement, signed code, PDF."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import date_format

from sambang.access.models import Council
from sambang.lib.qr_codes import qr_svg
from sambang.lib.typesetting import accessible_pdf
from sambang.papers.queries import letterhead_content, signature_of
from sambang.training.models import Enrolment, Session, attended_session

CERTIFICATE_TEMPLATE = Path(__file__).parent / "certificate.typ"
MIN_ATTENDED = 0.75  # share of the sessions of a course
SIGNATURE_BYTES = 16
MAX_UNMASKED_LENGTH = 3  # letters of a word of which only the first one is shown
ATTENDANCE_CODE_LENGTH = 8


def _signature(kind: str, row_id: UUID) -> bytes:
    return salted_hmac(f"sambang.training.{kind}", str(row_id), algorithm="sha256").digest()[:SIGNATURE_BYTES]


def certificate_code(enrolment_id: UUID) -> str:
    """The code in the address of a certificate: the random id of the enrolment, signed. It contains no name."""
    return base64.urlsafe_b64encode(enrolment_id.bytes + _signature("certificate", enrolment_id)).decode().rstrip("=")


def enrolment_of_code(code: str) -> UUID | None:
    """The id of the enrolment; None for a code that this installation did not sign."""
    try:
        content = base64.b64decode(f"{code}=", altchars=b"-_", validate=True)  # 32 bytes end in one "="
    except (ValueError, binascii.Error):
        return None
    if len(content) != 16 + SIGNATURE_BYTES:
        return None
    enrolment_id = UUID(bytes=content[:16])
    # Compared as text, so that other spellings of the same bytes are refused too.
    return enrolment_id if constant_time_compare(code, certificate_code(enrolment_id)) else None


def attendance_code(session: Session) -> str:
    """The code that is shown where a session is held. It changes with the day of the session."""
    text = f"{session.pk}:{session.held_on.isoformat()}"
    digest = salted_hmac("sambang.training.attendance", text, algorithm="sha256").digest()
    return base64.b32encode(digest).decode()[:ATTENDANCE_CODE_LENGTH].lower()


def with_certificate(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Enrolments that attended at least MIN_ATTENDED of the sessions of their course."""
    current = Q(course__sessions__withdrawn_at=None)
    return (
        rows.filter(course__withdrawn_at=None)
        .annotate(
            sessions=Count("course__sessions", filter=current, distinct=True),
            present=Count("attendances", filter=attended_session("attendances__"), distinct=True),
        )
        .filter(sessions__gt=0, present__gte=F("sessions") * MIN_ATTENDED)
        .select_related("course__council", "course__trainer", "business__owner")
    )


@dataclass(frozen=True)
class Certificate:
    """The content of a certificate. Its verification shows the name masked and no IKM."""

    participant: str
    business: str
    course: str
    council: str
    trainer: str
    first_day: date
    last_day: date

    @property
    def masked_participant(self) -> str:
        """The first and the last letter of each word, for the public page: enough to see that a name was altered."""
        return " ".join(_masked(word) for word in self.participant.split())

    @property
    @translation.override(settings.LANGUAGE_CODE)
    def last_day_text(self) -> str:
        return date_format(self.last_day, "j F Y")

    @property
    @translation.override(settings.LANGUAGE_CODE)
    def period(self) -> str:
        first, last = (date_format(day, "j F Y") for day in (self.first_day, self.last_day))
        return first if first == last else f"{first} – {last}"


def _masked(word: str) -> str:
    last = word[-1] if len(word) > MAX_UNMASKED_LENGTH else ""
    return word[0] + "•" * (len(word) - 1 - len(last)) + last


def certificate_of(enrolment: Enrolment) -> Certificate:
    days = [session.held_on for session in enrolment.course.sessions.all()]
    return Certificate(
        participant=enrolment.participant or enrolment.business.owner.name,
        business=enrolment.business.name,
        course=enrolment.course.title,
        council=enrolment.course.council.name,
        trainer=enrolment.course.trainer.name if enrolment.course.trainer else "",
        first_day=min(days),
        last_day=max(days),
    )


def certificate_pdf(certificate: Certificate, council: Council, *, address: str) -> bytes:
    """PDF/UA-1, under the letterhead of the course's council, to be signed by its first active signer. `address`: of
    the page that verifies it."""
    head = letterhead_content(council, council.region_code)
    signature = signature_of(council.signers.filter(is_active=True).first())
    data = {
        "logo": list(head.logo),
        "authority": head.authority,
        "signature": {"role": signature.note, "name": signature.name, "below": signature.below},
        "dated": f"{head.town}, {certificate.last_day_text}" if head.town else "",
        "participant": certificate.participant,
        "business": certificate.business,
        "course": certificate.course,
        "council": head.council,
        "trainer": certificate.trainer,
        "period": certificate.period,
        "address": address,
        "qr": qr_svg(address),
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return accessible_pdf(
        CERTIFICATE_TEMPLATE, root=CERTIFICATE_TEMPLATE.parent, ignore_system_fonts=True, sys_inputs=inputs
    )
