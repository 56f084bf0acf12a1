"""Programmes and their rules; applications from the offer to the certificate."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.facilitation.eligibility import clean_value
from sambang.facilitation.models import Application, ApplicationEvent, Programme, Rule, RuleAnswer
from sambang.facilitation.rule_files import RuleFile
from sambang.facilitation.stages import HOLDS_PLACE, STAGE_TRANSITIONS, Stage
from sambang.lib import clock
from sambang.registry.models import Business, Permit

ANSWERED = frozenset({Rule.Kind.STATEMENT, Rule.Kind.DOCUMENT})


@operation("facilitation.plan_programme")
def plan_programme(council: Council, by: Person, /, *, rule_file: RuleFile | None = None, **fields: Any) -> Programme:
    """Create a programme of one year; with a rule file, its rules and its kind of permit are copied."""
    programme = Programme(council=council, **fields)
    if rule_file:
        programme.permit_kind = programme.permit_kind or rule_file.permit_kind
        programme.source = programme.source or rule_file.source
    programme.full_clean()
    programme.save(force_insert=True)
    for rule in rule_file.rules if rule_file else ():
        _add_rule(programme, rule.kind, rule.value, rule.source)
    return programme


@operation("facilitation.change_programme", lock=True)
def change_programme(programme: Programme, by: Person, /, **fields: Any) -> Programme:
    for name, value in fields.items():
        setattr(programme, name, value)
    programme.full_clean()
    programme.save(update_fields=list(fields))
    return programme


@operation("facilitation.add_rule")
def add_rule(programme: Programme, by: Person, /, *, kind: str, value: str, source: str = "") -> Rule:
    return _add_rule(programme, kind, value, source)


def _add_rule(programme: Programme, kind: str, value: str, source: str) -> Rule:
    rule = Rule(programme=programme, kind=kind, value=clean_value(kind, value), source=source)
    rule.full_clean()
    rule.save(force_insert=True)
    return rule


@operation("facilitation.remove_rule", lock=True)
def remove_rule(rule: Rule, by: Person, /) -> Programme:
    """Delete a rule without answers. Raises ValidationError if it has answers."""
    if rule.answers.exists():
        raise ValidationError(_("Syarat ini sudah dijawab IKM. Jawabannya akan hilang, maka syarat ini tetap."))
    programme = rule.programme
    rule.delete()
    return programme


@operation("facilitation.answer_rule", lock=True)
def answer_rule(rule: Rule, by: Person, /, *, business: Business, is_met: bool) -> RuleAnswer:
    """Record an IKM's answer to a statement, or that a document is present; the newest answer counts."""
    if rule.kind not in ANSWERED:
        raise ValidationError(_("Syarat ini dihitung dari data IKM, bukan dijawab."))
    _require_visible(business, by)
    answer, _created = RuleAnswer.objects.update_or_create(
        rule=rule,
        business=business,
        defaults={"is_met": is_met, "noted_by": by, "answered_on": clock.today()},
    )
    return answer


@operation("facilitation.offer", lock=True)
def offer(programme: Programme, by: Person, /, *, business: Business, happened_on: date) -> Application:
    """Offer the programme to an IKM; an existing application is returned unchanged."""
    _require_visible(business, by)
    existing = programme.applications.filter(business=business).first()
    if existing:
        return existing
    application = Application(programme=programme, business=business, stage=Stage.OFFERED)
    application.full_clean()
    application.save(force_insert=True)
    _add_event(application, by, stage=Stage.OFFERED, happened_on=happened_on)
    return application


@operation("facilitation.advance", lock=True)
def advance(
    application: Application,
    by: Person,
    /,
    *,
    stage: str,
    happened_on: date,
    document_number: str = "",
    note: str = "",
    valid_until: date | None = None,
) -> Application:
    """Move an application to its next stage. Raises ValidationError for a transition that is not allowed, a full quota,
    a date before the newest event, or a certificate without a number."""
    _require_transition(application, stage, happened_on)
    if stage == Stage.ISSUED and application.programme.permit_kind:
        application.permit = _issue_permit(application, document_number, happened_on, valid_until)
    application.stage = stage
    application.save(update_fields=["stage", "permit"])
    _add_event(application, by, stage=stage, happened_on=happened_on, document_number=document_number, note=note)
    return application


def _require_transition(application: Application, stage: str, happened_on: date) -> None:
    if stage not in STAGE_TRANSITIONS[application.stage]:
        raise ValidationError(
            {
                "stage": _("Dari “%(from)s” tidak dapat menjadi “%(to)s”.")
                % {"from": application.get_stage_display(), "to": Stage(stage).label}
            }
        )
    newest = application.events.order_by("-happened_on").first()
    if newest and happened_on < newest.happened_on:
        raise ValidationError(
            {
                "happened_on": _("Tahap “%(stage)s” baru tercapai %(day)s: tanggal ini lebih awal.")
                % {"stage": newest.get_stage_display(), "day": newest.happened_on.strftime("%d-%m-%Y")}
            }
        )
    if stage in HOLDS_PLACE and application.stage not in HOLDS_PLACE:
        _require_place(application.programme_id)


def _require_place(programme_id: Any) -> None:
    # The programme's row is locked, so that two applications cannot both take the last place.
    programme = Programme.objects.select_for_update(no_key=True).get(pk=programme_id)
    if programme.quota is None:
        return
    if programme.applications.filter(stage__in=HOLDS_PLACE).count() >= programme.quota:
        raise ValidationError(
            _("Kuota %(programme)s sudah penuh: %(quota)s IKM.") % {"programme": programme, "quota": programme.quota}
        )


def _issue_permit(application: Application, number: str, issued_on: date, valid_until: date | None) -> Permit:
    if not number:
        raise ValidationError({"document_number": _("Tulis nomor izin atau sertifikatnya.")})
    kind = application.programme.permit_kind
    permits = Permit.objects.filter(business_id=application.business_id, kind=kind, number__in=(number, ""))
    permit = permits.order_by("-number").first() or Permit(business_id=application.business_id, kind=kind)
    permit.number, permit.issued_on, permit.valid_until = number, issued_on, valid_until
    permit.full_clean()
    permit.save()
    return permit


def _add_event(application: Application, by: Person, **fields: Any) -> None:
    event = ApplicationEvent(application=application, recorded_by=by, **fields)
    event.full_clean()
    event.save(force_insert=True)


def _require_visible(business: Business, by: Person) -> None:
    if not Business.objects.visible_to(by).active().filter(pk=business.pk).exists():
        raise ValidationError(_("IKM itu bukan binaan dewan Anda, atau sudah tutup."))
