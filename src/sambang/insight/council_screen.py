"""One page for the leader, made for a projector: the figures of the results page, and the actions to ask about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Q, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.actions.models import Action
from sambang.insight.queries import CouncilOverview, UnvisitedCluster

ROWS_PER_LIST = 3
DIFFICULTY_ROWS = 4
SCREEN_COLUMNS = ("pk", "title", "responsible_name", "due_on", "state", "asked", "solved", "refused", "cluster__name")


@dataclass(frozen=True)
class NextPlace:
    """A sentra to visit next, and why."""

    name: str
    reasons: list[str]


@dataclass(frozen=True)
class Screen:
    """`pending`: actions that are disputed or overdue, and how many; `answered`: the newest claims with their
    answers."""

    pending: list[Any]
    pending_count: int
    answered: list[Any]
    next_places: list[NextPlace]

    @property
    def headline(self) -> str:
        """One sentence about what needs a decision."""
        if not self.pending_count:
            return _("Tidak ada tindakan yang menunggu keputusan.")
        return ngettext(
            "%(n)d tindakan disangkal IKM atau lewat tenggat: tanyakan kepada penanggung jawabnya.",
            "%(n)d tindakan disangkal IKM atau lewat tenggat: tanyakan kepada penanggung jawabnya.",
            self.pending_count,
        ) % {"n": self.pending_count}


def council_screen(overview: CouncilOverview, person: Person, *, today: date) -> Screen:
    rows = reader_for(person).visible_within(Action.objects.all(), overview.council.region_code).with_answers()
    is_disputed = Q(state=Action.State.DISPUTED)
    disputed_first = Case(When(is_disputed, then=Value(0)), default=Value(1))
    pending = rows.open().filter(is_disputed | Q(due_on__lt=today)).order_by(disputed_first, "due_on", "title")
    answered = rows.filter(state__in=[Action.State.CLAIMED, Action.State.CONFIRMED]).order_by("-claimed_at", "pk")
    areas = {area.name: area for area in overview.areas}
    return Screen(
        pending=list(pending.values_list(*SCREEN_COLUMNS, named=True)[:ROWS_PER_LIST]),
        pending_count=pending.count(),
        answered=list(answered.values_list(*SCREEN_COLUMNS, named=True)[:ROWS_PER_LIST]),
        next_places=[
            NextPlace(row.cluster, _reasons(row, areas.get(row.cluster))) for row in overview.unvisited[:ROWS_PER_LIST]
        ],
    )


def _reasons(row: UnvisitedCluster, area: Any) -> list[str]:
    last = _("terakhir %(day)s") % {"day": date_format(row.last, "j F Y")} if row.last else _("belum pernah dikunjungi")
    reasons = [last, _("%(n)d IKM") % {"n": row.businesses}]
    if area is not None and area.aspirations:
        reasons.append(_("%(n)d aspirasi") % {"n": area.aspirations})
    if area is not None and area.open_actions:
        reasons.append(_("%(n)d tindakan terbuka") % {"n": area.open_actions})
    return reasons
