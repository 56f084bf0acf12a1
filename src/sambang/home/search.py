"""One search over everything that a person reaches: IKM, sentra, matters, actions, visits, papers, people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.access.permissions import councils_of
from sambang.actions.models import Action
from sambang.aspirations.models import Matter
from sambang.home.spelling import SEARCHED_COLUMNS, check_spelling
from sambang.lib.search import every_word
from sambang.papers.models import PaperNumber
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit

MIN_QUERY_LENGTH = 2  # letters
MAX_HITS_PER_GROUP = 8  # rows of each kind


@dataclass(frozen=True)
class Hit:
    title: str
    note: str
    url: str


@dataclass(frozen=True)
class SearchGroup:
    """The first rows of one kind; `more_url` is its own list with the same words, empty if all rows are shown."""

    label: str
    hits: tuple[Hit, ...]
    more_url: str = ""


@dataclass(frozen=True)
class SearchResult:
    """`corrected`: the text that was searched instead of one that occurs nowhere."""

    groups: list[SearchGroup]
    corrected: str = ""


def forgiving_search(person: Person, text: str) -> SearchResult:
    """`search` with misspelt words corrected. A text with a word that occurs nowhere is not searched: a search without
    a match reads every row."""
    if len(text.strip()) < MIN_QUERY_LENGTH:
        return SearchResult([])
    spelling = check_spelling(person, text)
    groups = search(person, spelling.corrected or text) if spelling.occurs else []
    return SearchResult(groups, spelling.corrected if groups else "")


def search(person: Person, text: str) -> list[SearchGroup]:
    """Matching rows by kind; kinds without a match are omitted. Empty for a text shorter than MIN_QUERY_LENGTH."""
    if len(text.strip()) < MIN_QUERY_LENGTH:
        return []
    return [matches for find in SEARCHES if (matches := find(person, text)) is not None]


def _search_result(
    label: Any, rows: Iterable[Any], hit: Callable[[Any], Hit], list_name: str, text: str
) -> SearchGroup | None:
    if isinstance(rows, QuerySet):
        rows = rows[: MAX_HITS_PER_GROUP + 1]
    hits = [hit(row) for row in rows]
    more = f"{reverse(list_name)}?{urlencode({'cari': text})}" if list_name and len(hits) > MAX_HITS_PER_GROUP else ""
    return SearchGroup(str(label), tuple(hits[:MAX_HITS_PER_GROUP]), more) if hits else None


def _businesses(person: Person, text: str) -> SearchGroup | None:
    # First the keys, from an index: planned together with its relations, the search would join them to every row.
    keys = Business.objects.visible_to(person).named(text, person).order_by("name", "pk").values("pk")
    rows = Business.objects.filter(pk__in=keys[: MAX_HITS_PER_GROUP + 1]).select_related("cluster", "region")

    def hit(row: Business) -> Hit:
        return Hit(row.name, str(row.cluster or row.region), reverse("registry:business_detail", args=[row.pk]))

    return _search_result(gettext_lazy("IKM"), rows.order_by("name", "pk"), hit, "registry:business_list", text)


def _clusters(person: Person, text: str) -> SearchGroup | None:
    condition = every_word(text, *SEARCHED_COLUMNS[Cluster])
    rows = Cluster.objects.visible_to(person).filter(condition).select_related("region")

    def hit(row: Cluster) -> Hit:
        return Hit(row.name, row.region.name, reverse("registry:cluster_detail", args=[row.pk]))

    return _search_result(gettext_lazy("Sentra"), rows.order_by("name", "pk"), hit, "registry:cluster_list", text)


def _matters(person: Person, text: str) -> SearchGroup | None:
    rows = (
        Matter.objects.visible_to(person).filter(every_word(text, *SEARCHED_COLUMNS[Matter])).select_related("cluster")
    )

    def hit(row: Matter) -> Hit:
        note = f"{row.cluster} · {row.get_state_display()}"
        return Hit(row.title, note, reverse("aspirations:matter_detail", args=[row.pk]))

    return _search_result(
        gettext_lazy("Pokok bahasan"), rows.order_by("-opened_at"), hit, "aspirations:matter_list", text
    )


def _actions(person: Person, text: str) -> SearchGroup | None:
    condition = every_word(text, *SEARCHED_COLUMNS[Action])
    rows = Action.objects.visible_to(person).filter(condition).select_related("cluster")

    def hit(row: Action) -> Hit:
        note = f"{row.get_state_display()} · {_('tenggat')} {date_format(row.due_on, 'j F Y')}"
        return Hit(row.title, note, reverse("actions:action_detail", args=[row.pk]))

    return _search_result(gettext_lazy("Tindakan"), rows.order_by("-due_on", "pk"), hit, "actions:action_list", text)


def _visits(person: Person, text: str) -> SearchGroup | None:
    targets = ("cluster", "group", "business")
    rows = Visit.objects.visible_to(person).filter(every_word(text, *SEARCHED_COLUMNS[Visit])).select_related(*targets)

    def hit(row: Visit) -> Hit:
        return Hit(str(row), row.purpose, reverse("visits:visit_detail", args=[row.pk]))

    return _search_result(gettext_lazy("Kunjungan"), rows.newest_first(), hit, "visits:visit_list", text)


def _papers(person: Person, text: str) -> SearchGroup | None:
    rows = PaperNumber.objects.visible_to(person).filter(every_word(text, *SEARCHED_COLUMNS[PaperNumber]))

    def hit(row: PaperNumber) -> Hit:
        return Hit(row.number, row.title, reverse("visits:visit_detail", args=[row.subject]))

    return _search_result(gettext_lazy("Naskah dinas"), rows, hit, "", text)


def _colleagues(person: Person, text: str) -> SearchGroup | None:
    """Members of the person's own councils."""
    councils = councils_of(person)
    rows = Person.objects.filter(
        every_word(text, *SEARCHED_COLUMNS[Person]), memberships__council__in=councils, is_active=True
    )

    def hit(row: Person) -> Hit:
        return Hit(row.name, ", ".join(_roles(row)), "")

    return _search_result(
        gettext_lazy("Orang"), rows.distinct().prefetch_related("memberships").order_by("name"), hit, "", text
    )


def _roles(person: Person) -> Iterator[str]:
    return (str(membership.get_role_display()) for membership in person.memberships.all())


SEARCHES: tuple[Callable[[Person, str], SearchGroup | None], ...] = (
    _businesses,
    _clusters,
    _matters,
    _actions,
    _visits,
    _papers,
    _colleagues,
)
