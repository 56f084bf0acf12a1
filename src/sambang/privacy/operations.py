"""Operations on data requests, erasure, retention and data breaches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.audit.operation import operation
from sambang.intake.models import ReceivedFile
from sambang.intake.uploads import delete_rows
from sambang.lib import clock
from sambang.market.models import Consent
from sambang.market.operations import withdraw_consent
from sambang.privacy import erasing, retention
from sambang.privacy.law import articles
from sambang.privacy.models import ERASURE_DEADLINE, Breach, DataRequest, PrivacyStatement
from sambang.registry.models import Business, Cluster


@operation("privacy.ask", lock=True)
def submit_request(business: Business, by: Person, /, *, kind: str, text: str = "") -> DataRequest:
    """Submit a request of the owner. A request for erasure withdraws all consents at once (Pasal 40), one for
    restriction takes effect at once (Pasal 41); while it is unanswered, a second one is not created."""
    if kind in {DataRequest.Kind.ERASE, DataRequest.Kind.RESTRICT}:
        waiting = business.data_requests.waiting().filter(kind=kind).first()
        if waiting:
            return waiting
    if kind == DataRequest.Kind.ERASE:
        _withdraw_all(business, by, how=Consent.How.LINK)
    elif kind == DataRequest.Kind.RESTRICT:
        _restrict(business, clock.now())
    elif not text.strip():
        raise ValidationError({"text": _("Tulis apa yang salah, dan yang benar apa.")})
    now = clock.now()
    within = articles()[kind].within or ERASURE_DEADLINE
    request = DataRequest(business=business, kind=kind, text=text.strip(), asked_at=now, due_at=now + within)
    request.full_clean()
    request.save(force_insert=True)
    return request


@operation("privacy.lift_restriction", lock=True)
def lift_restriction(business: Business, by: Person, /) -> Business:
    """End the restriction of processing; only the owner may. Lifting twice changes nothing."""
    for request in business.data_requests.waiting().filter(kind=DataRequest.Kind.RESTRICT):
        _answer(request, by, outcome=DataRequest.Outcome.DONE, answer="")
    _restrict(business, None)
    return business


def _restrict(business: Business, since: datetime | None) -> None:
    business.restricted_at = since
    business.save(update_fields=["restricted_at"])


def _withdraw_all(business: Business, by: Person, *, how: str) -> None:
    for purpose in Consent.Purpose:
        withdraw_consent(business, by, purpose=purpose, how=how)


@operation("privacy.answer", lock=True)
def answer_request(request: DataRequest, by: Person, /, *, outcome: str, answer: str = "") -> DataRequest:
    """Answer a request: done, or refused with a reason (Pasal 15 and 33). A request for erasure can only be refused
    here: `erase_business` answers it. A refused restriction ends."""
    if request.answered_at is not None:
        raise ValidationError(_("Permintaan ini sudah dijawab."))
    if request.kind == DataRequest.Kind.ERASE and outcome == DataRequest.Outcome.DONE:
        raise ValidationError(_("Menghapus dilakukan dengan tombolnya sendiri."))
    if outcome == DataRequest.Outcome.REFUSED and not answer.strip():
        raise ValidationError({"answer": _("Tulis alasannya: pemilik berhak tahu mengapa.")})
    _answer(request, by, outcome=outcome, answer=answer.strip())
    if request.kind == DataRequest.Kind.RESTRICT and outcome == DataRequest.Outcome.REFUSED:
        _restrict(request.business, None)
    return request


def _answer(request: DataRequest, by: Person, *, outcome: str, answer: str) -> None:
    request.answered_at, request.answered_by = clock.now(), by
    request.outcome, request.answer = outcome, answer
    request.full_clean()
    request.save(update_fields=["answered_at", "answered_by", "outcome", "answer"])


@operation("privacy.erase", lock=True)
def erase_business(business: Business, by: Person, /) -> Business:
    """Erase all personal data of the owner (`erasing.py`). Reports, cells and published figures remain, without names.

    Cannot be undone. Backups contain the data until they are deleted (docs/privacy.md).
    """
    return _erase(business, by)


@operation("privacy.retain", lock=True)
def erase_expired_business(business: Business, by: Person, /) -> Business:
    """Erase the owner of a business whose retention period has ended. Raises ValidationError for any other business."""
    rule = retention.RETENTION_RULES["closed_businesses"]
    if not rule.rows(Business, clock.now()).filter(pk=business.pk).exists():
        raise ValidationError(_("Masa simpan data usaha ini belum berakhir."))
    return _erase(business, by)


def _erase(business: Business, by: Person) -> Business:
    if business.erased_at is not None:
        raise ValidationError(_("Data usaha ini sudah dihapus."))
    for purpose in business.consents.valid().values_list("purpose", flat=True):
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
    Business.objects.filter(pk=business.pk).update(erased_at=clock.now(), restricted_at=None)
    business.refresh_from_db()
    return business


@operation("privacy.retain")
def apply_retention_rule(council: Council, by: Person, /, *, rule: str) -> Council:
    """Delete the rows whose retention period has ended by one rule. `council`: the nation's. Owners are erased one by
    one, each with an audit entry."""
    if council.region_code:
        raise ValidationError(_("Masa simpan dijalankan untuk seluruh pemasangan."))
    chosen = retention.RETENTION_RULES[rule]
    entries: list[Entry] = []
    for model in chosen.tables:
        rows = chosen.rows(model, clock.now())
        if model is Business:
            for business in rows.select_related("owner"):
                erase_expired_business.within(entries, business, by)
        elif model is ReceivedFile:
            delete_rows(rows)
        else:
            rows.delete()
    Entry.objects.append(entries)
    return council


@dataclass(frozen=True)
class StatementData:
    """The fields of a council's privacy statement."""

    controller: str
    address: str
    contact: str
    recipients: str
    complaints: str
    data_protection_officer: str = ""
    processors: str = ""
    assessed_on: date | None = None
    assessment: str = ""


@operation("privacy.change_statement", lock=True)
def change_statement(council: Council, by: Person, /, *, data: StatementData) -> PrivacyStatement:
    """Change the council's part of the public privacy notice."""
    statement = PrivacyStatement.objects.filter(council=council).first() or PrivacyStatement(council=council)
    for name, value in asdict(data).items():
        setattr(statement, name, value)
    statement.changed_at = clock.now()
    statement.full_clean()
    statement.save()
    return statement


@dataclass(frozen=True)
class BreachData:
    """The facts of a breach. Times are aware."""

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
def note_breach(council: Council, by: Person, /, *, data: BreachData) -> Breach:
    breach = Breach(council=council, noted_by=by, **_as_columns(data))
    breach.full_clean()
    breach.save(force_insert=True)
    return breach


@operation("privacy.note_breach")
def change_breach(breach: Breach, by: Person, /, *, data: BreachData) -> Breach:
    columns = _as_columns(data)
    for name, value in columns.items():
        setattr(breach, name, value)
    breach.full_clean()
    breach.save(update_fields=list(columns))
    return breach


def _as_columns(data: BreachData) -> dict[str, object]:
    return {name: getattr(data, name) for name in asdict(BreachData("", data.began_at, data.known_at, "", ""))}
