"""Asking, answering, erasing, keeping to the times; the worksheet of a leak."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.audit.operation import operation
from sambang.intake.models import ReceivedFile
from sambang.intake.uploads import forget
from sambang.lib import clock
from sambang.market.models import Consent
from sambang.market.operations import withdraw_consent
from sambang.privacy import erasing, retention
from sambang.privacy.law import articles
from sambang.privacy.models import PROMISED, Breach, DataRequest
from sambang.registry.models import Business, Cluster


@operation("privacy.ask", lock=True)
def ask(business: Business, by: Person, /, *, kind: str, text: str = "") -> DataRequest:
    """The owner asks. Erasing is asked once at a time, and ends at once what stands on consent (Pasal 40)."""
    if kind == DataRequest.Kind.ERASE:
        standing = business.data_requests.waiting().filter(kind=kind).first()
        if standing:
            return standing
        _withdraw_all(business, by, how=Consent.How.LINK)
    elif not text.strip():
        raise ValidationError({"text": _("Tulis apa yang salah, dan yang benar apa.")})
    now = clock.now()
    within = articles()[kind].within or PROMISED
    request = DataRequest(business=business, kind=kind, text=text.strip(), asked_at=now, due_at=now + within)
    request.full_clean()
    request.save(force_insert=True)
    return request


def _withdraw_all(business: Business, by: Person, *, how: str) -> None:
    for purpose in Consent.Purpose:
        withdraw_consent(business, by, purpose=purpose, how=how)


@operation("privacy.answer", lock=True)
def answer_request(request: DataRequest, by: Person, /, *, outcome: str, answer: str = "") -> DataRequest:
    """The office has corrected it, or says why not (Pasal 15 and 33 know reasons). Erasing has a verb of its own, which
    answers by itself; here it can only be refused."""
    if request.answered_at is not None:
        raise ValidationError(_("Permintaan ini sudah dijawab."))
    if request.kind == DataRequest.Kind.ERASE and outcome == DataRequest.Outcome.DONE:
        raise ValidationError(_("Menghapus dilakukan dengan tombolnya sendiri."))
    if outcome == DataRequest.Outcome.REFUSED and not answer.strip():
        raise ValidationError({"answer": _("Tulis alasannya: pemilik berhak tahu mengapa.")})
    _answer(request, by, outcome=outcome, answer=answer.strip())
    return request


def _answer(request: DataRequest, by: Person, *, outcome: str, answer: str) -> None:
    request.answered_at, request.answered_by = clock.now(), by
    request.outcome, request.answer = outcome, answer
    request.full_clean()
    request.save(update_fields=["answered_at", "answered_by", "outcome", "answer"])


@operation("privacy.erase", lock=True)
def erase_business(business: Business, by: Person, /) -> Business:
    """Everything that names the owner goes (`erasing.py`); reports, cells and published figures stay, without a name.

    Cannot be undone here; backups forget it when they are themselves forgotten (docs/privacy.md).
    """
    if business.erased_at is not None:
        raise ValidationError(_("Data usaha ini sudah dihapus."))
    for purpose in business.consents.standing().values_list("purpose", flat=True):
        line = Consent(
            business=business,
            by=by,
            purpose=purpose,
            kind=Consent.Kind.WITHDRAWN,
            how=Consent.How.ERASED,
            text_version=0,
        )
        line.save(force_insert=True)
    for request in business.data_requests.waiting():
        _answer(request, by, outcome=DataRequest.Outcome.DONE, answer="")
    erasing.erase_rows(business)
    Business.objects.filter(pk=business.pk).update(erased_at=clock.now())
    business.refresh_from_db()
    return business


@operation("privacy.retain")
def keep_to_the_time(council: Council, by: Person, /, *, rule: str) -> Council:
    """Let go of the rows that one rule says are past their time. `council`: the nation's, for these rows are nobody's
    alone. Owners whose time is over are erased one by one, each with a line of its own."""
    if council.region_code:
        raise ValidationError(_("Masa simpan dijalankan untuk seluruh pemasangan."))
    chosen = retention.RULES[rule]
    entries: list[Entry] = []
    for model in chosen.tables:
        rows = chosen.rows(model, clock.now())
        if model is Business:
            for business in rows.select_related("owner"):
                erase_business.within(entries)(business, by)
        elif model is ReceivedFile:
            forget(rows)
        else:
            rows.delete()
    Entry.objects.append(entries)
    return council


@dataclass(frozen=True)
class BreachFacts:
    """What is known of a leak so far. Moments in time with their zone."""

    title: str
    began_at: datetime
    known_at: datetime
    what: str
    how: str
    handling: str = ""
    account: Person | None = None
    cluster: Cluster | None = None
    owners_notified_at: datetime | None = None
    agency_notified_at: datetime | None = None
    public_notified_at: datetime | None = None


@operation("privacy.note_breach")
def note_breach(council: Council, by: Person, /, *, facts: BreachFacts) -> Breach:
    breach = Breach(council=council, noted_by=by, **_as_columns(facts))
    breach.full_clean()
    breach.save(force_insert=True)
    return breach


@operation("privacy.note_breach")
def change_breach(breach: Breach, by: Person, /, *, facts: BreachFacts) -> Breach:
    columns = _as_columns(facts)
    for name, fact in columns.items():
        setattr(breach, name, fact)
    breach.full_clean()
    breach.save(update_fields=list(columns))
    return breach


def _as_columns(facts: BreachFacts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in asdict(BreachFacts("", facts.began_at, facts.known_at, "", ""))}
