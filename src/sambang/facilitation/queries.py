"""Queries of the programme pages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypedDict
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django_stubs_ext import WithAnnotations

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.facilitation.eligibility import Assessment, Eligibility, Profile, assess_eligibility
from sambang.facilitation.models import Application, Programme, Rule, RuleAnswer
from sambang.facilitation.stages import HOLDS_PLACE, Stage
from sambang.lib.region_code import in_region
from sambang.registry.models import Business


class ProgrammeProgress(TypedDict):
    offered: int
    placed: int
    issued: int


def programmes(person: Person) -> QuerySet[WithAnnotations[Programme, ProgrammeProgress]]:
    """Programmes within reach with three counts of applications: all, within the quota, issued."""
    return (
        Programme.objects.visible_to(person)
        .select_related("council")
        .annotate(
            offered=Count("applications"),
            placed=Count("applications", filter=Q(applications__stage__in=HOLDS_PLACE)),
            issued=Count("applications", filter=Q(applications__stage=Stage.ISSUED)),
        )
    )


def applications(person: Person, programme: Programme) -> QuerySet[Application]:
    rows = Application.objects.visible_to(person).filter(programme=programme)
    return rows.select_related("business__cluster", "business__region", "permit").order_by("business__name", "pk")


@dataclass(frozen=True)
class Candidate:
    business: Business
    assessment: Assessment
    application: Application | None


def candidates(
    person: Person, programme: Programme, *, today: date, cluster: UUID | None = None, only: UUID | None = None
) -> Iterator[Candidate]:
    """Every active IKM of the programme's council whose finances the person may read (rules reveal them), with its
    assessment, by name. A constant number of queries."""
    rows = (
        Business.objects.visible_to(person)
        .processable()
        .filter(
            in_region("region__code", programme.council.region_code),
            reader_for(person).allowed("registry.see_finances", Business),
        )
        .select_related("industry", "cluster", "region")
        .prefetch_related("permits", "product_lines")
        .order_by("name", "pk")
    )
    if cluster:
        rows = rows.filter(cluster=cluster)
    if only:
        rows = rows.filter(pk=only)
    rules, answers = list(programme.rules.all()), _answers(programme, only)
    existing = {row.business_id: row for row in programme.applications.all()}
    for business in rows:
        profile = Profile.of(business, answers[business.pk], today=today)
        yield Candidate(business, assess_eligibility(rules, profile, year=programme.year), existing.get(business.pk))


def _answers(programme: Programme, only: UUID | None) -> Mapping[UUID, dict[UUID, bool]]:
    """IKM → rule → answer."""
    answers: dict[UUID, dict[UUID, bool]] = defaultdict(dict)
    rows = RuleAnswer.objects.filter(rule__programme=programme)
    rows = rows.filter(business=only) if only else rows
    for rule, business, is_met in rows.values_list("rule", "business", "is_met"):
        answers[business][rule] = is_met
    return answers


def sorted_candidates(rows: Iterable[Candidate]) -> list[Candidate]:
    """Those that qualify first; of one result by name."""
    return sorted(rows, key=lambda row: list(Eligibility).index(row.assessment.eligibility))


def count_candidates(rows: list[Candidate]) -> list[tuple[Eligibility, int]]:
    counts = Counter(row.assessment.eligibility for row in rows)
    return [(eligibility, counts[eligibility]) for eligibility in Eligibility]


def removable(programme: Programme) -> set[UUID]:
    """Keys of the rules without answers."""
    return set(Rule.objects.filter(programme=programme, answers=None).values_list("pk", flat=True))
