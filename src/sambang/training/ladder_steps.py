"""Storing a ladder step, as a part of operations on courses and on orders."""

from __future__ import annotations

from datetime import date

from sambang.access.models import Person
from sambang.registry.models import Business
from sambang.training.models import LadderStep


def store_ladder_step(
    business: Business, by: Person, *, step: str, reached_on: date, evidence: str = "", **kinds: str
) -> LadderStep:
    """A step of an operation that locked a row of the business. An earlier day replaces a recorded one, a later day
    does not. `kinds`: `evidence_kind` and `moved_by`."""
    stored = business.ladder_steps.filter(step=step).first()
    if stored is None:
        new = LadderStep(business=business, step=step, reached_on=reached_on, evidence=evidence, noted_by=by, **kinds)
        new.full_clean()
        new.save(force_insert=True)
        return new
    if reached_on < stored.reached_on:
        values = {"reached_on": reached_on, "evidence": evidence, **kinds}
        for name, value in values.items():
            setattr(stored, name, value)
        stored.save(update_fields=list(values))
    return stored
