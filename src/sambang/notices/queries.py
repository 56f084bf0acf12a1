"""Notices, derived from the rows that caused them; none is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.reader import Reader, reader_for
from sambang.actions.models import Action, ActionEvent
from sambang.aspirations.models import Aspiration, Comment, Idea
from sambang.lib import clock
from sambang.lib.counts import count_together
from sambang.notices.models import NoticeKind, NoticeSettings
from sambang.registry.models import Business
from sambang.visits.models import Visit
from sambang.visits.queries import PLANNED_COLUMNS

NOTICES_PERIOD = timedelta(days=30)
DUE_WITHIN = 14  # days
MAX_NOTICES = 100
NOTICED_CHANGES = (
    ActionEvent.Kind.CLAIMED,
    ActionEvent.Kind.DROPPED,
    ActionEvent.Kind.REOPENED,
    ActionEvent.Kind.REPLANNED,
    *ActionEvent.STATEMENTS,
)


@dataclass(frozen=True)
class Notice:
    kind: NoticeKind
    at: datetime
    actor: str
    event: str
    subject: str
    address: str
    text: str
    is_new: bool


def settings_of(person: Person) -> NoticeSettings | None:
    return NoticeSettings.objects.filter(person=person).first()


def wanted_kinds(settings: NoticeSettings | None) -> frozenset[str]:
    return frozenset(NoticeKind.values) - frozenset(settings.muted if settings else ())


def _concerns(person: Person, action: str = "") -> Q:
    """Condition: the person is responsible for the action at the end of `action` ("action__"), promised or claimed
    it."""
    return (
        Q(**{f"{action}responsible": person})
        | Q(**{f"{action}created_by": person})
        | Q(**{f"{action}claimed_by": person})
    )


def _raised_by(person: Person, matter: str) -> Q:
    """Condition: the person recorded an aspiration of the matter or proposed an idea for it."""
    aspirations = Aspiration.objects.filter(matter=OuterRef(matter), noted_by=person)
    return Q(Exists(aspirations)) | Q(Exists(Idea.objects.filter(matter=OuterRef(matter), by=person)))


def _events(person: Person, wanted: Collection[str], since: datetime) -> QuerySet[Any]:
    """Events of actions, by others, of the kinds that the person wants, each with its `notice_kind`; `concerned`: of
    the person's own actions."""
    concerned = _concerns(person, "action__")
    conditions = {
        NoticeKind.REFUSED: Q(kind=ActionEvent.Kind.DISPUTED),
        NoticeKind.ANSWERED: Q(kind=ActionEvent.Kind.CONFIRMED) & concerned,
        NoticeKind.RESPONSIBLE: Q(kind__in=NOTICED_CHANGES) & concerned,
        NoticeKind.RAISED: ~Q(kind=ActionEvent.Kind.DISPUTED) & ~concerned & _raised_by(person, "action__matter"),
    }
    kind_of_event = Case(
        *(When(condition, then=Value(kind)) for kind, condition in conditions.items()), output_field=CharField()
    )
    rows = ActionEvent.objects.visible_to(person).filter(at__gt=since).exclude(by=person)
    return rows.annotate(notice_kind=kind_of_event).filter(notice_kind__in=wanted)


def _assigned(person: Person, wanted: Collection[str], since: datetime) -> QuerySet[Action]:
    """Actions for which somebody else made the person responsible."""
    rows = Action.objects.visible_to(person).filter(responsible=person, created_at__gt=since).exclude(created_by=person)
    return rows if NoticeKind.RESPONSIBLE in wanted else rows.none()


def _comments(person: Person, wanted: Collection[str], since: datetime) -> QuerySet[Comment]:
    rows = Comment.objects.visible_to(person).filter(_raised_by(person, "matter"), at__gt=since).exclude(by=person)
    return rows if NoticeKind.RAISED in wanted else rows.none()


def unread_count(person: Person) -> int:
    settings = settings_of(person)
    since = notices_since(clock.now())
    if settings and settings.read_until:
        since = max(since, settings.read_until)
    return sum(count_together(_new_rows, reader_for(person), wanted_kinds(settings), since).values())


def _new_rows(reader: Reader, wanted: frozenset[str], since: datetime) -> dict[str, QuerySet[Any]]:
    return {
        "events": _events(reader.person, wanted, since),
        "assigned": _assigned(reader.person, wanted, since),
        "comments": _comments(reader.person, wanted, since),
    }


def notices_since(now: datetime) -> datetime:
    """From the begin of the day, so that the queries of a day are the same."""
    return datetime.combine((now - NOTICES_PERIOD).date(), time(), now.tzinfo)


def notices(person: Person, settings: NoticeSettings | None, *, now: datetime) -> list[Notice]:
    """Of the last 30 days: refusals first, then the newest first."""
    wanted, since = wanted_kinds(settings), notices_since(now)
    read_until = settings.read_until if settings and settings.read_until else since

    def action_address(action_id: object) -> str:
        return reverse("actions:action_detail", args=[action_id])

    rows = [
        Notice(
            NoticeKind.RESPONSIBLE,
            action.created_at,
            action.created_by.name,
            _("menunjuk Anda sebagai penanggung jawab"),
            action.title,
            action_address(action.pk),
            "",
            action.created_at > read_until,
        )
        for action in _assigned(person, wanted, since).select_related("created_by")[:MAX_NOTICES]
    ]
    rows += [
        Notice(
            NoticeKind.RAISED,
            comment.at,
            comment.by.name,
            _("berpendapat"),
            comment.matter.title,
            reverse("aspirations:matter_detail", args=[comment.matter_id]),
            comment.text,
            comment.at > read_until,
        )
        for comment in _comments(person, wanted, since).select_related("by", "matter").order_by("-at")[:MAX_NOTICES]
    ]
    # The name of an IKM only if the person reaches it: an action may concern several sentra.
    business = Business.objects.visible_to(person).filter(pk=OuterRef("business")).values("name")[:1]
    events = _events(person, wanted, since).annotate(business_name=Subquery(business))
    for event in events.select_related("by", "action").order_by("-at")[:MAX_NOTICES]:
        readable = event.business_id is None or event.business_name is not None
        rows.append(
            Notice(
                NoticeKind(event.notice_kind),
                event.at,
                (event.business_name or _("IKM lain")) if event.business_id else event.actor,
                event.description(),
                event.action.title,
                action_address(event.action_id),
                event.text if readable else "",
                event.at > read_until,
            )
        )
    rows.sort(key=lambda notice: notice.at, reverse=True)
    return sorted(rows, key=lambda notice: notice.kind != NoticeKind.REFUSED)


def day_actions(person: Person, *, today: date) -> tuple[list[Action], list[Action]]:
    """Two lists, soonest due first: the actions that are open again because an IKM said that they solved nothing, and
    the person's own that are overdue or due within two weeks."""
    refused = Q(state=Action.State.DISPUTED)
    own = Q(responsible=person, due_on__lte=today + timedelta(days=DUE_WITHIN))
    rows = Action.objects.visible_to(person).open().filter(refused | own).with_answers().select_related("cluster")
    actions = list(rows.order_by("due_on", "title"))
    return (
        [action for action in actions if action.state == Action.State.DISPUTED],
        [action for action in actions if action.state != Action.State.DISPUTED],
    )


def own_visits(person: Person, *, today: date) -> list[Any]:
    """Planned visits within two weeks, or past their day, that the person leads, planned or is in the team of."""
    own = (
        Q(leader=person)
        | Q(planned_by=person)
        | Q(pk__in=Visit.team.through.objects.filter(person=person).values("visit"))
    )
    rows = Visit.objects.visible_to(person).filter(
        own, state=Visit.State.PLANNED, planned_for__lte=today + timedelta(days=DUE_WITHIN)
    )
    return list(rows.order_by("planned_for").values_list(*PLANNED_COLUMNS, named=True))
