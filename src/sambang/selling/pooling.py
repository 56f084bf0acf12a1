"""Who can make how much of a pooled order: the capacity that members declared, and a proposal in proportion to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.lib.numbers import NumberError
from sambang.lib.templatetags.formatting import count
from sambang.lib.units import read_quantity
from sambang.registry.models import Business, Cluster
from sambang.selling.models import PooledOrder, PooledShare, SpareCapacity

OPEN_STATES = (PooledShare.State.ASKED, PooledShare.State.AGREED)


@dataclass(frozen=True)
class Member:
    """An IKM of the sentra, what it can still make until the order is due, and its share if it has one."""

    business: Business
    spare: int
    share: PooledShare | None
    proposed: int


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def pooled_orders(person: Person) -> QuerySet[PooledOrder]:
    """Newest first."""
    rows = PooledOrder.objects.visible_to(person).select_related("cluster").prefetch_related("shares")
    return rows.order_by("-created_at", "pk")


def spare_by_business(person: Person, cluster: Cluster, *, unit: str, today: date, until: date) -> dict[UUID, int]:
    """What each open IKM declared for the weeks from this one until the day, in `unit`, less its open shares of other
    orders. Products whose unit does not convert are left out."""
    rows = SpareCapacity.objects.visible_to(person).filter(
        product_line__business__cluster=cluster,
        product_line__business__in=Business.objects.visible_to(person).processable(),
        week__gte=monday_of(today),
        week__lte=until,
    )
    spare: dict[UUID, int] = {}
    for row in rows.select_related("product_line"):
        try:
            quantity = int(read_quantity(f"{row.quantity} {row.product_line.unit}", unit))
        except NumberError:
            continue
        key = row.product_line.business_id
        spare[key] = spare.get(key, 0) + quantity
    return spare


def proposal(quantity: int, spare: Mapping[UUID, int]) -> dict[UUID, int]:
    """Shares in proportion to the spare capacity, by largest remainders; all of it where it does not suffice."""
    total = sum(spare.values())
    if total <= quantity:
        return dict(spare)
    shares = {key: quantity * able // total for key, able in spare.items()}
    left = quantity - sum(shares.values())
    by_remainder = sorted(spare, key=lambda key: (-(quantity * spare[key] % total), str(key)))
    for key in by_remainder[:left]:
        shares[key] += 1
    return shares


def order_members(order: PooledOrder, person: Person, *, today: date) -> list[Member]:
    """The IKM of the sentra that declared capacity or have a share, by name. Proposed is what is not yet asked or
    agreed of the order, in proportion to the capacity left."""
    shares = {share.business_id: share for share in order.shares.all()}
    spare = spare_by_business(person, order.cluster, unit=order.unit, today=today, until=order.due_on)
    busy = PooledShare.objects.visible_to(person).filter(
        business__cluster=order.cluster, state__in=OPEN_STATES, order__unit=order.unit, order__cancelled_on=None
    )
    for key, booked in busy.exclude(order=order).filter(order__due_on__gte=today).values_list("business", "quantity"):
        if key in spare:
            spare[key] = max(spare[key] - booked, 0)
    agreed = {key: share.quantity for key, share in shares.items() if share.state != PooledShare.State.REFUSED}
    free = {key: able for key, able in spare.items() if able and key not in shares}
    shared = agreed | proposal(max(order.quantity - sum(agreed.values()), 0), free)
    businesses = Business.objects.visible_to(person).filter(pk__in={*spare, *shares}).order_by("name", "pk")
    return [Member(row, spare.get(row.pk, 0), shares.get(row.pk), shared.get(row.pk, 0)) for row in businesses]


@translation.override(settings.LANGUAGE_CODE)
def share_text(share: PooledShare) -> str:
    """The WhatsApp question to the owner; order, business and owner are fetched."""
    return _(
        "Yth. %(owner)s (%(business)s), ada pesanan bersama “%(title)s”. Bagian Anda %(quantity)s %(unit)s, selesai "
        "paling lambat %(day)s. Buka tautan pribadi Anda, pilih Pesanan bersama, lalu jawab."
    ) % {
        "owner": share.business.owner.name,
        "business": share.business.name,
        "title": share.order.title,
        "quantity": count(share.quantity),
        "unit": share.order.unit,
        "day": date_format(share.order.due_on, "j F Y"),
    }
