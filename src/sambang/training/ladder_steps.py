"""Storing a ladder step, as a part of operations on courses and on orders."""

from __future__ import annotations

from datetime import date

from sambang.access.models import Person
from sambang.registry.models import Business
from sambang.training.models import LadderStep

EvidenceKind = LadderStep.EvidenceKind
PROOFS = frozenset({EvidenceKind.ORDER, EvidenceKind.ATTENDANCE, EvidenceKind.SCREENSHOT, EvidenceKind.LOOK})


def store_ladder_step(
    business: Business, by: Person, *, step: str, reached_on: date, evidence: str = "", **kinds: str
) -> LadderStep:
    """A step of an operation that locked a row of the business. An earlier day replaces a recorded one, a later day
    does not; proof replaces a mere word, whose day stays. `kinds`: `evidence_kind` and `moved_by`."""
    stored = business.ladder_steps.filter(step=step).first()
    if stored is None:
        new = LadderStep(business=business, step=step, reached_on=reached_on, evidence=evidence, noted_by=by, **kinds)
        new.full_clean()
        new.save(force_insert=True)
        return new
    if reached_on < stored.reached_on:
        change_ladder_step(stored, reached_on=reached_on, evidence=evidence, **kinds)
    elif kinds.get("evidence_kind") in PROOFS and stored.evidence_kind not in PROOFS:
        change_ladder_step(stored, evidence=evidence, evidence_kind=kinds["evidence_kind"])
    return stored


def change_ladder_step(stored: LadderStep, **values: date | str) -> None:
    for name, value in values.items():
        setattr(stored, name, value)
    stored.save(update_fields=list(values))
