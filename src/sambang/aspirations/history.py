"""What became of it, in the order in which it happened: the history of a matter as lines that anybody can read.

Built from the rows themselves and, for what leaves no row, from the journal. Actions stand above this app: their events
are read through the matter's own relation and say their sentence themselves (`ActionEvent.what`).
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
from sambang.registry.names import Names


@dataclass(frozen=True)
class Moment:
    at: datetime
    who: str
    what: str
    text: str = ""


def matter_history(matter: Matter, person: Person) -> list[Moment]:
    """Eldest first. An owner reads what its own IKM said, and of others only that they spoke."""
    names = Names(person)
    moments = [*_raised(matter, names), *_decided(matter), *_discussed(matter, names)]
    actions = matter.actions.select_related("made_by").prefetch_related(
        "events__by", "events__business__owner", "steps__done_by"
    )
    readable = readable_speakers(actions, person)
    for action in actions:
        moments += action_moments(action, names, readable, within_matter=True)
    return sorted(moments, key=lambda moment: moment.at)


def readable_speakers(actions: Iterable[Any], person: Person) -> set[UUID]:
    """The IKM that spoke in these actions and that this person reaches."""
    spoke = {event.business_id for action in actions for event in action.events.all() if event.business_id}
    return set(Business.objects.visible_to(person).filter(pk__in=spoke).values_list("pk", flat=True))


def action_moments(action: Any, names: Names, readable: Set[UUID], *, within_matter: bool = False) -> Iterator[Moment]:
    """The moments of one action (`sambang.actions.models.Action`, with `turns` and `steps` fetched); of IKM that are
    not in `readable`, only that they spoke."""
    named = f": {action.title}" if within_matter else ""
    began = _("menjanjikan tindakan") if action.visit_id else _("memulai tindakan dari gagasan yang dipilih")
    yield Moment(action.made_at, str(action.made_by), began + named)
    for step in action.steps.all():
        if step.done_at is not None:
            yield Moment(step.done_at, str(step.done_by), _("menyelesaikan langkah “%(step)s”") % {"step": step.title})
    for event in action.events.all():
        what = event.what() + named
        if event.business_id and event.business_id not in readable:
            yield Moment(event.at, _("IKM lain"), what)
            continue
        yield Moment(event.at, names.speaker(event.business) if event.business_id else str(event.by), what, event.text)


def _raised(matter: Matter, names: Names) -> Iterator[Moment]:
    voices, said = Aspiration.objects.visible_to(names.person).filter(matter=matter), dict[str, str]()
    for aspiration in voices.select_related("business__owner"):
        who = names.speaker(aspiration.business)
        what = _("menyampaikan %(kind)s") % {"kind": aspiration.get_kind_display()}
        yield Moment(aspiration.raised_at, who, what, aspiration.text)
        said[row_reference(aspiration)] = str(aspiration.business)
    for line in Entry.objects.filter(verb="aspirations.correct", subject__in=said).select_related("by"):
        yield Moment(
            line.at, str(line.by), _("memperbaiki catatan perkataan %(business)s") % {"business": said[line.subject]}
        )


def _decided(matter: Matter) -> Iterator[Moment]:
    what = {
        "aspirations.group": _("menyatukan aspirasi dalam pokok bahasan ini"),
        "aspirations.ungroup": _("mengeluarkan satu aspirasi dari pokok bahasan ini"),
        "aspirations.set_aside": _("mengesampingkan pokok bahasan ini"),
    }
    lines = list(Entry.objects.about(matter).filter(verb__in=what).select_related("by").order_by("at", "pk"))
    last = next((line for line in reversed(lines) if line.verb == "aspirations.set_aside"), None)
    for line in lines:
        yield Moment(line.at, str(line.by), what[line.verb], matter.set_aside_because if line == last else "")


def _discussed(matter: Matter, names: Names) -> Iterator[Moment]:
    near = names.knows_sentra(matter.cluster)
    for comment in matter.comments.select_related("by"):
        yield Moment(comment.at, names.actor(comment.by, near=near), _("berpendapat"), comment.text)
    for idea in matter.ideas.select_related("by", "chosen_by"):
        yield Moment(idea.at, names.actor(idea.by, near=near), _("mengusulkan gagasan"), idea.proposal)
        if idea.chosen_at is not None:
            yield Moment(idea.chosen_at, str(idea.chosen_by), _("memilih gagasan"), idea.proposal)
