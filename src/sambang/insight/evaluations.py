"""The result of a registered evaluation: the effect of a course, or of the actions on one kind of difficulty, on the
production of the IKM that took part, compared with other IKM of their sentra."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

import numpy as np
from django.db.models import Min, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.actions.models import Action, Confirmation
from sambang.insight import coaching
from sambang.insight.coaching import (
    ANTICIPATION,
    CoachingPanel,
    EffectFigures,
    figures_of,
    is_member,
    monthly_volumes,
    numbered,
    relative_volume,
)
from sambang.insight.models import Evaluation, Run, Series
from sambang.lib.file_cache import cached_file, code_digest
from sambang.lib.months import add_months, month_name
from sambang.registry.models import Business
from sambang.training.models import Attendance, attended_session
from sambang_stats import PanelError, month_of
from sambang_stats.disclosure import MIN_OWNERS, mean_step
from sambang_stats.effects import NEVER_TREATED, Treatment
from sambang_stats.messages import sentence
from sambang_stats.participant_effect import MIN_PARTICIPANTS, estimate_participant_effect, matched_rows
from sambang_stats.results import Floats, Integers

EVALUATION_DIGEST = code_digest(__file__, coaching.__file__)


@dataclass(frozen=True)
class EvaluationResult:
    """The published result. `figures` is None where it is not due yet, nobody can be compared or it is confidential;
    `reason` then says why. `refusal`: why `figures` leads to no conclusion."""

    participants: int = 0
    compared: int = 0
    unmatched: int = 0
    """Participants in whose sentra too few others report."""
    figures: EffectFigures | None = None
    p_value: float | None = None
    """Of the reassignments within sentra."""
    reason: str = ""
    refusal: str = ""


def evaluations(council: Council, person: Person) -> QuerySet[Evaluation]:
    """Newest first."""
    rows = Evaluation.objects.visible_to(person).filter(council=council)
    return rows.select_related("course", "council", "created_by").order_by("-created_at", "pk")


def evaluation_result(evaluation: Evaluation, person: Person) -> EvaluationResult:
    """From the reports known at the first release after the registered month, so that it never changes. Estimated once
    for each language."""
    if not is_member(evaluation.council, person):
        return EvaluationResult(reason=_("Angka ini untuk anggota dewan."))
    release = first_release_after(evaluation)
    if release is None:
        return EvaluationResult(
            reason=_("Belum waktunya: dihitung pada rilis pertama sesudah %(month)s.")
            % {"month": month_name(evaluation.until)}
        )
    name = f"evaluations/{EVALUATION_DIGEST}/{evaluation.pk}-{release.pk}-{get_language()}.json"

    def estimate() -> bytes:
        return json.dumps(asdict(estimate_evaluation(evaluation, person, release.computed_at))).encode()

    cached = json.loads(cached_file(name, estimate))
    figures = cached.pop("figures")
    return EvaluationResult(**cached, figures=EffectFigures(**figures) if figures else None)


def first_release_after(evaluation: Evaluation) -> Run | None:
    """The Run with the first released series of the council's region after the registered month."""
    rows = Series.objects.filter(
        region_code=evaluation.council.region_code,
        cluster=None,
        industry="",
        released_on__gte=add_months(evaluation.until, 1),
    )
    first = rows.select_related("run").order_by("released_on", "run__computed_at").first()
    return first.run if first else None


def estimate_evaluation(evaluation: Evaluation, person: Person, as_of: datetime) -> EvaluationResult:
    panel = participant_panel(evaluation, person, as_of)
    if panel is None:
        return EvaluationResult(reason=_("Belum ada peserta di sentra yang melaporkan bulan-bulan sebelumnya."))
    rows = matched_rows(panel.treatment)
    took_part = panel.treatment.first != NEVER_TREATED
    participants, compared = int(took_part[rows].sum()), int((~took_part[rows]).sum())
    result = EvaluationResult(participants, compared, int(took_part.sum()) - participants)
    owners = smaller_group(panel, rows)
    if owners < MIN_OWNERS:
        return replace(result, reason=_("Dirahasiakan: angkanya akan membuka produksi satu IKM."))
    try:
        effect = estimate_participant_effect(panel.treatment, np.random.default_rng(0), anticipation=ANTICIPATION)
    except PanelError as error:
        return replace(result, reason=sentence(error, _))
    few = _("Untuk sebuah kesimpulan perlu sedikitnya %(least)d peserta dan %(least)d pembanding di sentra yang sama.")
    return replace(
        result,
        figures=figures_of(effect.effect, mean_step(owners)),
        p_value=None if effect.too_few else round(effect.p_value, 3),
        refusal=few % {"least": MIN_PARTICIPANTS} if effect.too_few else "",
    )


def smaller_group(panel: CoachingPanel, rows: np.ndarray) -> int:
    """The number of owners in the smaller of the matched participants and those compared with them."""
    took_part = panel.treatment.first[rows] != NEVER_TREATED
    owner = panel.owner[rows]
    return min(len(np.unique(owner[took_part])), len(np.unique(owner[~took_part])))


def participant_panel(evaluation: Evaluation, person: Person, as_of: datetime) -> CoachingPanel | None:
    """One row for each IKM of a sentra: its volume over its own mean before the first participation, until the
    registered month. The clusters are the sentra. None without a participant."""
    first = first_participations(evaluation, person)
    last = month_of(evaluation.until)
    start = min((month for month in first.values() if month <= last), default=None)
    by_business = volumes_by_business(evaluation.council, person, as_of, last)
    months = {month for volumes in by_business.values() for month in volumes}
    if start is None or not months:
        return None
    periods = np.arange(min(months), max(months) + 1)
    relative = {key: relative_volume(row, periods, start - ANTICIPATION) for key, row in by_business.items()}
    return panel_of_businesses({key: row for key, row in relative.items() if row is not None}, first, periods)


def panel_of_businesses(
    outcomes: dict[tuple[UUID, UUID], Floats], first: dict[UUID, int], periods: Integers
) -> CoachingPanel | None:
    """`outcomes`: by sentra and IKM. None without a participant among them."""
    groups = [first.get(business, NEVER_TREATED) for _cluster, business in outcomes]
    if all(group == NEVER_TREATED for group in groups):
        return None
    sentra = numbered([str(cluster) for cluster, _business in outcomes])
    owners = dict(Business.objects.values_list("pk", "owner"))
    owner = numbered([str(owners[business]) for _cluster, business in outcomes])
    return CoachingPanel(Treatment(periods, np.array([*outcomes.values()]), np.array(groups), sentra), owner)


def volumes_by_business(
    council: Council, person: Person, as_of: datetime, last: int
) -> dict[tuple[UUID, UUID], dict[int, float]]:
    """(sentra, IKM) → its volume in rupiah by month number, until `last`."""
    totals: dict[tuple[UUID, UUID], dict[int, float]] = {}
    for (cluster, business, _line), volumes in monthly_volumes(council, person, as_of).items():
        total = totals.setdefault((cluster, business), {})
        for month, volume in volumes.items():
            if month <= last:
                total[month] = total.get(month, 0.0) + volume
    return totals


def first_participations(evaluation: Evaluation, person: Person) -> dict[UUID, int]:
    """The month in which each IKM first took part: attended the course, or was asked about an action on the difficulty
    that was claimed as done."""
    days: Iterable[tuple[UUID, date | datetime]]
    if evaluation.course is not None:
        rows = Attendance.objects.visible_to(person)
        attended = rows.filter(attended_session(), session__course=evaluation.course)
        firsts = attended.order_by().values("enrolment__business").annotate(first=Min("session__held_on"))
        days = firsts.values_list("enrolment__business", "first")
    else:
        asked = Confirmation.objects.visible_to(person).filter(
            action__matter__difficulty=evaluation.difficulty,
            action__claimed_at__isnull=False,
            action__state__in=[Action.State.CLAIMED, Action.State.CONFIRMED, Action.State.DISPUTED],
        )
        claimed = asked.order_by().values("business").annotate(first=Min("action__claimed_at"))
        days = claimed.values_list("business", "first")
    return {business: month_of(day) for business, day in days}
