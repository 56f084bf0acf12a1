"""The history of a matter or an action: what happened, in the order in which it happened.

Built from the rows themselves and, for changes that leave no row, from the audit log. Actions belong to an app above
this one: their events are read through the relation of the matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration, Matter
from sambang.audit.models import Entry, row_reference
from sambang.registry.models import Business
from sambang.registry.personal_names import NameReader


@dataclass(frozen=True)
class HistoryItem:
    at: datetime
    actor: str
    event: str
    text: str = ""


def matter_history(matter: Matter, person: Person) -> list[HistoryItem]:
    """Oldest first. An owner reads only the texts of its own IKM; other aspirations appear without text."""
    names = NameReader(person)
    items = [*_aspirations(matter, names), *_decisions(matter), *_discussion(matter, names)]
    actions = matter.actions.select_related("created_by").prefetch_related(
        "events__by", "events__business__owner", "steps__done_by"
    )
    readable = businesses_in_history(actions, person)
    for action in actions:
        items += action_history(action, names, readable, within_matter=True)
    return sorted(items, key=lambda item: item.at)


def businesses_in_history(actions: Iterable[Any], person: Person) -> set[UUID]:
    """The IKM with events in these actions that this person reaches."""
    businesses = {event.business_id for action in actions for event in action.events.all() if event.business_id}
    return set(Business.objects.visible_to(person).filter(pk__in=businesses).values_list("pk", flat=True))


def action_history(
    action: Any, names: NameReader, readable: Set[UUID], *, within_matter: bool = False
) -> Iterator[HistoryItem]:
    """The history of one action (`sambang.actions.models.Action` with `events` and `steps` prefetched). Of IKM that are
    not in `readable` neither name nor text is given."""
    suffix = f": {action.title}" if within_matter else ""
    started = _("menjanjikan tindakan") if action.visit_id else _("memulai tindakan dari gagasan yang dipilih")
    yield HistoryItem(action.created_at, str(action.created_by), started + suffix)
    for step in action.steps.all():
        if step.done_at is not None:
            yield HistoryItem(
                step.done_at, str(step.done_by), _("menyelesaikan langkah “%(step)s”") % {"step": step.title}
            )
    for event in action.events.all():
        description = event.description() + suffix
        if event.business_id and event.business_id not in readable:
            yield HistoryItem(event.at, _("IKM lain"), description)
            continue
        actor = names.speaker(event.business) if event.business_id else event.actor
        yield HistoryItem(event.at, actor, description, event.text)


def _aspirations(matter: Matter, names: NameReader) -> Iterator[HistoryItem]:
    aspirations = Aspiration.objects.visible_to(names.person).filter(matter=matter)
    businesses: dict[str, str] = {}
    for aspiration in aspirations.select_related("business__owner"):
        actor = names.speaker(aspiration.business)
        event = _("menyampaikan %(kind)s") % {"kind": aspiration.get_kind_display()}
        yield HistoryItem(aspiration.raised_at, actor, event, aspiration.text)
        businesses[row_reference(aspiration)] = str(aspiration.business)
    for entry in Entry.objects.filter(verb="aspirations.correct", subject__in=businesses).select_related("by"):
        yield HistoryItem(
            entry.at,
            str(entry.by),
            _("memperbaiki catatan perkataan %(business)s") % {"business": businesses[entry.subject]},
        )


def _decisions(matter: Matter) -> Iterator[HistoryItem]:
    events = {
        "aspirations.group": _("menyatukan aspirasi dalam pokok bahasan ini"),
        "aspirations.ungroup": _("mengeluarkan satu aspirasi dari pokok bahasan ini"),
        "aspirations.set_aside": _("mengesampingkan pokok bahasan ini"),
    }
    entries = list(Entry.objects.about(matter).filter(verb__in=events).select_related("by").order_by("at", "pk"))
    last = next((entry for entry in reversed(entries) if entry.verb == "aspirations.set_aside"), None)
    for entry in entries:
        reason = matter.set_aside_because if entry == last else ""
        yield HistoryItem(entry.at, str(entry.by), events[entry.verb], reason)


def _discussion(matter: Matter, names: NameReader) -> Iterator[HistoryItem]:
    near = names.may_see_names(region=matter.region_id, cluster=matter.cluster_id)
    for comment in matter.comments.select_related("by"):
        yield HistoryItem(comment.at, names.actor(comment.by, may_see_place=near), _("berpendapat"), comment.text)
    for idea in matter.ideas.select_related("by", "chosen_by"):
        yield HistoryItem(idea.at, names.actor(idea.by, may_see_place=near), _("mengusulkan gagasan"), idea.proposal)
        if idea.chosen_at is not None:
            yield HistoryItem(idea.chosen_at, str(idea.chosen_by), _("memilih gagasan"), idea.proposal)
