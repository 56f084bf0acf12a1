"""Queries of the owner's shelf and orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from sambang.access.models import Person
from sambang.costing.models import CostSheet
from sambang.costing.queries import cost_result, cost_sheets
from sambang.lib import clock
from sambang.lib.pictures import stored_bytes
from sambang.market.curation import CurationCriterion, criteria_for
from sambang.market.models import Item
from sambang.market.photo_advice import photo_advice
from sambang.market.queries import FIRST_PICTURES
from sambang.registry.models import Business
from sambang.selling.models import Order


def own_items(owner: Person, business: Business) -> QuerySet[Item]:
    return (
        Item.objects.visible_to(owner)
        .filter(business=business)
        .select_related("business")
        .prefetch_related(FIRST_PICTURES)
        .order_by("withdrawn_at", "name")
    )


def own_orders(owner: Person, business: Business) -> QuerySet[Order]:
    """Newest first."""
    return Order.objects.visible_to(owner).filter(item__business=business).select_related("item")


def paid_total(orders: QuerySet[Order]) -> int:
    """Rupiah of the orders that were paid."""
    total: int | None = orders.filter(cancelled_on=None).exclude(paid_on=None).aggregate(total=Sum("value"))["total"]
    return total or 0


def advice_on_photo(item: Item) -> list[str]:
    first = item.pictures.first()
    return photo_advice(stored_bytes(first.image)) if first else []


def unmet_criteria(item: Item) -> list[CurationCriterion]:
    """Why the item was returned."""
    keys = item.unmet_criteria.split()
    return [criterion for criterion in criteria_for(item.business) if criterion.key in keys] if keys else []


@dataclass(frozen=True)
class SuggestedPrice:
    """A cost calculation and the price of the direct channel that it gives, in rupiah."""

    sheet: CostSheet
    price: int


def suggested_prices(owner: Person, business: Business) -> list[SuggestedPrice]:
    today, prices = clock.today(), []
    for sheet in cost_sheets(owner, business):
        price = cost_result(sheet, today=today).prices[0].price
        if price:
            prices.append(SuggestedPrice(sheet, price))
    return prices


def first_values(suggested: list[SuggestedPrice], chosen: str) -> dict[str, Any]:
    """The initial name and price of a new item: those of the chosen calculation."""
    for one in suggested:
        if str(one.sheet.pk) == chosen:
            return {"name": one.sheet.name, "price": one.price}
    return {}


def picture_of(owner: Person, business: Business, picture_id: UUID) -> Any:
    """The stored picture of an own item; None if there is none."""
    for item in own_items(owner, business).filter(pictures=picture_id):
        return item.pictures.filter(pk=picture_id).first()
    return None
