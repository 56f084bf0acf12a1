"""The pending tasks of a person today, from all apps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from sambang.access.models import Person
from sambang.access.reader import Reader, reader_for
from sambang.actions.models import Action, Confirmation
from sambang.aspirations.models import Aspiration, Matter
from sambang.audit.change_cache import until_change
from sambang.lib import clock
from sambang.lib.counts import count_together
from sambang.lib.months import add_months, first_of_month
from sambang.privacy.queries import breaches_to_report, deadline_of, requests_of
from sambang.production.queries import businesses_expected_to_report, has_reported
from sambang.registry.permit_expiry import permit_notices
from sambang.visits.models import Visit
from sambang.visits.queries import PLANNED_COLUMNS


@dataclass(frozen=True)
class PendingTask:
    """One line of pending work: count, label, URL, and whether it is late."""

    label: str | Promise
    count: int
    address: str
    late: bool = False


def pending_tasks(person: Person, *, today: date) -> list[PendingTask]:
    """Unfinished work within the person's reach: first deadlines that the law counts in hours, then in the order of the
    work. Empty lines are omitted."""
    reader = reader_for(person)
    counts = Counter(until_change(reader, count_together, _unfinished, reader, today))
    lines = [
        *_by_law(person, now=clock.now()),
        PendingTask(
            ngettext_lazy(
                "tindakan dinyatakan belum selesai oleh IKM", "tindakan dinyatakan belum selesai oleh IKM", "count"
            ),
            counts["disputed"],
            "notices:my_day",
        ),
        PendingTask(
            ngettext_lazy("kunjungan direncanakan", "kunjungan direncanakan", "count"),
            counts["planned"],
            "visits:visit_list",
        ),
        PendingTask(
            ngettext_lazy("kunjungan belum disahkan", "kunjungan belum disahkan", "count"),
            counts["held"],
            "visits:visit_list",
        ),
        PendingTask(
            ngettext_lazy("aspirasi belum disatukan", "aspirasi belum disatukan", "count"),
            counts["ungrouped"],
            "aspirations:aspiration_board",
        ),
        PendingTask(
            ngettext_lazy("pokok bahasan belum ditindaklanjuti", "pokok bahasan belum ditindaklanjuti", "count"),
            counts["open_matters"],
            "aspirations:aspiration_board",
        ),
        PendingTask(
            ngettext_lazy("tindakan lewat tenggat", "tindakan lewat tenggat", "count"),
            counts["overdue"],
            "actions:action_overdue",
            late=True,
        ),
        PendingTask(
            ngettext_lazy(
                "pertanyaan “sudah selesai?” belum dijawab IKM",
                "pertanyaan “sudah selesai?” belum dijawab IKM",
                "count",
            ),
            counts["unanswered"],
            "actions:action_board",
        ),
        PendingTask(
            ngettext_lazy("IKM belum melapor bulan lalu", "IKM belum melapor bulan lalu", "count"),
            counts["silent"],
            "production:month_detail",
        ),
    ]
    return [
        PendingTask(line.label % {"count": line.count}, line.count, reverse(line.address), line.late)
        for line in lines
        if line.count
    ] + _expiring_permits(person, today)


def _unfinished(reader: Reader, today: date) -> dict[str, QuerySet[Any]]:
    person, last_month = reader.person, add_months(first_of_month(today), -1)
    actions, visits = Action.objects.visible_to(person), Visit.objects.visible_to(person)
    open_states = [Matter.State.HEARD, Matter.State.DISCUSSED]
    return {
        "disputed": actions.filter(state=Action.State.DISPUTED),
        "planned": visits.filter(state=Visit.State.PLANNED),
        "held": visits.filter(state=Visit.State.HELD),
        "ungrouped": Aspiration.objects.visible_to(person).ungrouped(),
        "open_matters": Matter.objects.visible_to(person).filter(state__in=open_states),
        "overdue": actions.overdue(today=today),
        "unanswered": Confirmation.objects.visible_to(person).to_answer(),
        "silent": businesses_expected_to_report(person, last_month).exclude(has_reported(last_month)),
    }


def _expiring_permits(person: Person, today: date) -> list[PendingTask]:
    address = reverse("registry:permit_list")
    return [
        PendingTask(
            _("izin %(when)s") % {"when": one.label}, one.count, f"{address}?dalam={one.days}", late=one.days == 0
        )
        for one in permit_notices(person, today=today)
        if one.count
    ]


def _by_law(person: Person, *, now: datetime) -> list[PendingTask]:
    due = list(requests_of(person).filter(answered_at=None).values_list("due_at", flat=True))
    deadlines = [deadline_of(leak, now=now).ends_at for leak in breaches_to_report(person)]
    return [
        PendingTask(
            ngettext_lazy("permintaan data pribadi belum dijawab", "permintaan data pribadi belum dijawab", "count"),
            len(due),
            "privacy:request_list",
            late=any(due_time < now for due_time in due),
        ),
        PendingTask(
            ngettext_lazy("kebocoran data belum diberitahukan", "kebocoran data belum diberitahukan", "count"),
            len(deadlines),
            "privacy:breach_list",
            late=any(due_time < now for due_time in deadlines),
        ),
    ]


def next_visits(person: Person) -> list[Any]:
    """The first of those planned, as far as the page shows them."""
    rows = Visit.objects.visible_to(person).filter(state=Visit.State.PLANNED).order_by("planned_for")
    return list(rows.values_list(*PLANNED_COLUMNS, named=True)[:5])
