"""The office's duties in the demo: facilitation programmes with their applications, and indicators with targets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sambang.access.models import Council, Person
from sambang.facilitation import operations as facilitation
from sambang.facilitation.models import Programme, Rule
from sambang.facilitation.rule_files import rule_files
from sambang.facilitation.stages import Stage
from sambang.home.demo.crafts import CRAFTS
from sambang.home.demo.people import DemoPeople
from sambang.indicators.operations import define_indicator, set_target
from sambang.indicators.queries import suggestions
from sambang.lib.region_code import in_region
from sambang.registry.models import Business

FOOD = [craft.commodity for craft in CRAFTS if craft.permit in {"pirt", "halal"}]
OFFERED, FULLY_ASKED = 12, 9
# Days after the offer and the stage: how far the first IKM of each programme got.
APPLICATION_STEPS = ((9, Stage.REQUESTED), (21, Stage.SUBMITTED), (60, Stage.ISSUED))
REACHED = (3, 3, 3, 2, 2, 2, 1, 1)  # steps taken by the first, the second, … IKM; the others were offered only
# Of this and next year, for each suggested indicator.
TARGETS = ((40, 45), (30, 50), (10, 12), (25, 30), (50, 60), (2, 2))


def carry_out_duties(businesses: Sequence[Business], people: DemoPeople, *, today: date) -> None:
    council, staff = people.councils["Dekranasda Sleman"], people["pengurus"]
    food = list(
        Business.objects.filter(in_region("region__code", council.region_code), commodity__in=FOOD)
        .filter(closed_on=None)
        .order_by("name")[:OFFERED]
    )
    open_ones = [business for business in businesses if business.closed_on is None][:OFFERED]
    for key, chosen in (("merek", open_ones), ("halal_pernyataan_pelaku_usaha", food)):
        if chosen:
            _run_programme(_plan(council, staff, key, today), chosen, staff, today=today)
    _define_indicators(council, staff, today.year)


def _plan(council: Council, staff: Person, key: str, today: date) -> Programme:
    file = rule_files()[key]
    return facilitation.plan_programme(council, staff, name=file.name, year=today.year, quota=20, rule_file=file)


def _run_programme(programme: Programme, businesses: Sequence[Business], staff: Person, *, today: date) -> None:
    begun = today - timedelta(days=90)
    asked = list(programme.rules.filter(kind__in=(Rule.Kind.STATEMENT, Rule.Kind.DOCUMENT)))
    for number, business in enumerate(businesses):
        for rule in asked if number < FULLY_ASKED else []:
            is_met = number != FULLY_ASKED - 1 or rule.kind == Rule.Kind.STATEMENT  # the last lacks its documents
            facilitation.answer_rule(rule, staff, business=business, is_met=is_met)
        application = facilitation.offer(programme, staff, business=business, happened_on=begun)
        for days, stage in APPLICATION_STEPS[: REACHED[number] if number < len(REACHED) else 0]:
            certificate = f"PERAGA-{programme.permit_kind}-{number + 1:02}" if stage == Stage.ISSUED else ""
            facilitation.advance(
                application,
                staff,
                stage=stage,
                happened_on=begun + timedelta(days=days),
                document_number=certificate,
            )


def _define_indicators(council: Council, staff: Person, year: int) -> None:
    for fields, (now, then) in zip(suggestions(), TARGETS, strict=True):
        indicator = define_indicator(council, staff, **fields)
        for target_year, value in ((year, now), (year + 1, then)):
            set_target(indicator, staff, year=target_year, value=Decimal(value))
