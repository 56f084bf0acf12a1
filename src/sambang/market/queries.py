"""Queries of the catalogue and of the council's market pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Prefetch, QuerySet, Value, When
from django.utils.translation import get_language

from sambang.access.models import Person
from sambang.lib.lists import Filled
from sambang.lib.region_code import RegionCode
from sambang.lib.search import every_word
from sambang.market.consents import CONSENT_TEXTS, latest_version
from sambang.market.marketplace_files import Layout
from sambang.market.marketplace_mapping import layout_of, mapped_columns
from sambang.market.models import Consent, Item, MarketplaceMapping, Picture
from sambang.market.search_index import matching_items
from sambang.registry.models import Business, Cluster

FIRST_PICTURES = Prefetch("pictures", Picture.objects.order_by("position"), to_attr="shown_pictures")


ITEM_COLUMNS = (
    "pk",
    "name",
    "price",
    "unit",
    "withdrawn_at",
    "offered_at",
    "submitted_at",
    "business_id",
    "business__name",
    "has_picture",
)


def items_for(person: Person) -> QuerySet[Item]:
    """Every item within reach, offered or withdrawn, with `has_picture`."""
    return (
        Item.objects.visible_to(person)
        .select_related("business__cluster")
        .annotate(has_picture=Exists(Picture.objects.filter(item=OuterRef("pk"))))
        .order_by("business__cluster__name", "business__name", "name", "pk")
    )


def submitted_items(person: Person) -> QuerySet[Item]:
    """Items within reach that wait for a curator, longest waiting first."""
    rows = Item.objects.visible_to(person).submitted()
    related = ("business__cluster", "business__industry", "business__region")
    return rows.select_related(*related).prefetch_related(FIRST_PICTURES).order_by("submitted_at", "pk")


ITEM_SEARCH_COLUMNS = ("name", "description", "business__name", "business__cluster__name")


def catalogue(*, cluster: Cluster | None = None) -> QuerySet[Item]:
    """Public items, newest first: in the order of the index `item_newest_first`."""
    items = Item.objects.on_offer().select_related("business__cluster", "business__region__parent__parent")
    if cluster:
        items = items.filter(business__cluster=cluster)
    return items.prefetch_related(FIRST_PICTURES).order_by(Filled("offered_at").desc(), "name", "pk")


def clusters_on_offer() -> QuerySet[Cluster]:
    """Sentra that have items on offer, by name."""
    offered = Exists(Item.objects.on_offer().filter(business__cluster=OuterRef("pk")))
    return Cluster.objects.filter(offered).select_related("region__parent__parent").order_by("name", "pk")


def story_for_buyers(cluster: Cluster) -> str:
    """The story for buyers in the language of the page; in Indonesian where the sentra has no English one."""
    return cluster.story_en or cluster.story if get_language() == "en" else cluster.story


MAX_MATCHES_BY_KEY = 200  # matching items that are looked up by key; more are found by walking through the newest


def search_items(items: QuerySet[Item], text: str) -> QuerySet[Item]:
    """The items with every word in their text, or in the names of their IKM and sentra.

    Rare words come from the search index. Common ones are soon found among the newest items, where looking up all that
    match would cost more the longer the catalogue is."""
    keys = matching_items(text.split(), most=MAX_MATCHES_BY_KEY)
    matches = every_word(text, *ITEM_SEARCH_COLUMNS)
    if keys is not None:
        return items.filter(matches, pk__in=keys)
    # PostgreSQL takes a LIKE for rare and would read all items first; of a CASE it assumes that half of them match.
    return items.filter(Case(When(matches, then=Value(True)), default=Value(False)))


def takes_orders(business: Business) -> bool:
    """May buyers see the phone number? Only with a valid consent of the owner."""
    return business.consents.valid().filter(purpose=Consent.Purpose.WHATSAPP).exists()


@dataclass(frozen=True)
class ConsentQuestion:
    """A purpose that owners are asked to consent to: its current text, and the valid consent, if any."""

    purpose: Consent.Purpose
    text: Any
    consent: Consent | None


def consent_questions(business: Business) -> list[ConsentQuestion]:
    consents = {row.purpose: row for row in business.consents.valid()}
    return [
        ConsentQuestion(purpose, CONSENT_TEXTS[purpose][latest_version(purpose)], consents.get(purpose))
        for purpose in Consent.Purpose
    ]


def for_marketplaces() -> QuerySet[Item]:
    """Items of the catalogue whose owners also consented to marketplaces."""
    return catalogue().filter(pk__in=Item.objects.for_marketplaces())


def businesses_with_consent(businesses: Iterable[UUID], purpose: str) -> set[UUID]:
    """Primary keys of the businesses with a valid consent for a purpose."""
    consents = Consent.objects.valid().filter(business__in=set(businesses), purpose=purpose)
    return set(consents.values_list("business", flat=True))


def newest_mappings(person: Person) -> QuerySet[MarketplaceMapping]:
    """The newest version of each mapping within reach, by name."""
    same = MarketplaceMapping.objects.filter(council=OuterRef("council"), name=OuterRef("name"))
    rows = MarketplaceMapping.objects.visible_to(person).filter(~Exists(same.filter(version__gt=OuterRef("version"))))
    return rows.select_related("council").order_by("name", "pk")


def mappings_for(business: Business) -> list[MarketplaceMapping]:
    """The newest complete version of each mapping of the councils in whose region the IKM is, by name."""
    councils = RegionCode(business.region_id).ancestors
    rows = MarketplaceMapping.objects.filter(council__region_code__in=councils, is_complete=True)
    newest = {(row.council_id, row.name): row for row in rows.order_by("name", "version")}
    return list(newest.values())


def layout_of_mapping(mapping: MarketplaceMapping) -> Layout:
    columns = mapped_columns(mapping.columns)
    return layout_of(mapping.name, columns, rows_below=mapping.first_row - mapping.heading_row)
