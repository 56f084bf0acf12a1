"""What the catalogue and the office read of the market."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.market.consents import TEXTS, newest
from sambang.market.models import Consent, Item, Picture
from sambang.registry.models import Business, Cluster

FIRST_PICTURES = Prefetch("pictures", Picture.objects.order_by("position"), to_attr="shown_pictures")


ITEM_COLUMNS = ("pk", "name", "price", "unit", "withdrawn_at", "business_id", "business__name", "has_picture")


def items_for(person: Person) -> QuerySet[Item]:
    """Every item within reach, offered or withdrawn, with `has_picture`."""
    return (
        Item.objects.visible_to(person)
        .select_related("business__cluster")
        .annotate(has_picture=Exists(Picture.objects.filter(item=OuterRef("pk"))))
        .order_by("business__cluster__name", "business__name", "name", "pk")
    )


def consented(businesses: Iterable[UUID], purpose: Consent.Purpose) -> set[UUID]:
    """Keys of those among the IKM whose owner's consent for a purpose stands."""
    rows = Consent.objects.standing().filter(business__in=set(businesses), purpose=purpose)
    return set(rows.values_list("business", flat=True))


def catalogue(*, words: str = "", cluster: Cluster | None = None) -> QuerySet[Item]:
    """Items that strangers may see, newest first."""
    items = Item.objects.on_offer().select_related("business__cluster", "business__region__parent__parent")
    if cluster:
        items = items.filter(business__cluster=cluster)
    for word in words.split():
        items = items.filter(
            Q(name__icontains=word)
            | Q(description__icontains=word)
            | Q(business__name__icontains=word)
            | Q(business__cluster__name__icontains=word)
        )
    return items.prefetch_related(FIRST_PICTURES).order_by("-offered_at", "name")


def clusters_on_offer() -> QuerySet[Cluster]:
    """Sentra with something to sell, each with `offered`, how many items."""
    items = Item.objects.on_offer().filter(business__cluster=OuterRef("pk")).values("business__cluster")
    return (
        Cluster.objects.annotate(offered=Subquery(items.annotate(count=Count("pk")).values("count")))
        .filter(offered__gt=0)
        .select_related("region__parent__parent")
        .order_by("name")
    )


def takes_orders(business: Business) -> bool:
    """May strangers be given the phone number? Only while the owner's consent for it stands."""
    return business.consents.standing().filter(purpose=Consent.Purpose.WHATSAPP).exists()


@dataclass(frozen=True)
class Asked:
    """A purpose that owners are asked about: today's words, and the yes that stands."""

    purpose: Consent.Purpose
    words: Any
    standing: Consent | None


def asked_of(business: Business) -> list[Asked]:
    standing = {line.purpose: line for line in business.consents.standing()}
    return [Asked(purpose, TEXTS[purpose][newest(purpose)], standing.get(purpose)) for purpose in Consent.Purpose]


def for_marketplaces() -> QuerySet[Item]:
    """What the feed hands on: of the catalogue, what its owners let go further."""
    return catalogue().filter(pk__in=Item.objects.for_marketplaces())


def listing_advice(item: Item) -> list[str]:
    """What would make this listing sell better, most useful first; sentences for the office."""
    advice = []
    if not item.pictures.exists():
        advice.append(_("Tambahkan foto: barang tanpa foto jarang dipesan."))
    if len(item.description) < 100:
        advice.append(_("Perpanjang uraian: bahan, ukuran, warna, lama pengerjaan (sedikitnya 100 huruf)."))
    if item.weight is None:
        advice.append(_("Isi berat dalam gram: lokapasar memerlukannya untuk ongkos kirim."))
    if "ukuran" not in item.description.lower():
        advice.append(_("Sebutkan ukuran: pembeli pakaian selalu menanyakannya."))
    return advice
