"""Orders noted by owners, and the ladder steps that they prove."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.operation import lock_row, operation
from sambang.lib import clock
from sambang.market.models import Item
from sambang.market.order_numbers import new_order_number, normalised_order_number
from sambang.selling.models import Order
from sambang.training.ladder_steps import store_ladder_step
from sambang.training.models import LadderStep

REPEAT_ORDERS = 2  # paid orders on different days that prove repeat sales


@operation("selling.note_order", lock=True)
def note_order(
    item: Item, by: Person, /, *, ordered_on: date, quantity: int, value: int | None = None, number: str = ""
) -> Order:
    """Note an order of an item. `value`: rupiah, by default the price of the catalogue. An order of that number is
    returned unchanged. Raises ValidationError."""
    number = normalised_order_number(number) or new_order_number()
    if existing := item.orders.filter(number=number).first():
        return existing
    value = quantity * item.price if value is None else value
    order = Order(item=item, number=number, ordered_on=ordered_on, quantity=quantity, value=value)
    order.full_clean()
    order.save(force_insert=True)
    return order


@operation("selling.mark_order", lock=True)
def mark_order(order: Order, by: Person, /, *, step: str) -> Order:
    """Mark an order as agreed, sent or paid today; what is sent or paid is agreed. The first agreed order and the
    second paid one are evidence of ladder steps. Marking twice changes nothing. Raises ValidationError."""
    column = f"{Order.Step(step).value}_on"
    if getattr(order, column) is not None:
        return order
    if order.cancelled_on:
        raise ValidationError(_("Pesanan ini sudah batal."))
    marked = {column, "agreed_on"} if order.agreed_on is None else {column}
    for name in marked:
        setattr(order, name, clock.today())
    order.save(update_fields=sorted(marked))
    _store_evidence(order, by)
    return order


@operation("selling.cancel_order", lock=True)
def cancel_order(order: Order, by: Person, /) -> Order:
    """Cancel an order that is not paid. Raises ValidationError."""
    if order.paid_on is not None:
        raise ValidationError(_("Pesanan ini sudah dibayar, jadi tidak dapat dibatalkan di sini."))
    if order.cancelled_on is None:
        order.cancelled_on = clock.today()
        order.save(update_fields=["cancelled_on"])
    return order


def _store_evidence(order: Order, by: Person) -> None:
    business = order.item.business
    lock_row(business)  # another order may be recorded now
    orders = Order.objects.current().filter(item__business=business)
    reached: list[tuple[LadderStep.Step, date]] = []
    first = orders.exclude(agreed_on=None).order_by("agreed_on").values_list("agreed_on", flat=True).first()
    if first is not None:
        reached.append((LadderStep.Step.FIRST_ORDER, first))
    # Day of the order → the first day on which an order of that day was paid.
    paid: dict[date, Any] = dict(orders.exclude(paid_on=None).order_by("-paid_on").values_list("ordered_on", "paid_on"))
    if len(paid) >= REPEAT_ORDERS:
        reached.append((LadderStep.Step.REPEAT_SALES, sorted(paid.values())[REPEAT_ORDERS - 1]))
    for step, day in reached:
        store_ladder_step(
            business,
            by,
            step=step,
            reached_on=day,
            evidence=_("pesanan lewat katalog"),
            evidence_kind=LadderStep.EvidenceKind.ORDER,
        )
