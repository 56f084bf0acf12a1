"""Orders that an owner notes and marks, and the ladder steps that they prove."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from sambang.access.models import Person
from sambang.lib import clock
from sambang.lib.months import first_of_month
from sambang.market import operations as market
from sambang.market.models import Item
from sambang.production.models import Report
from sambang.registry.models import Business
from sambang.selling import operations
from sambang.selling.models import Order
from tests.owner_client import OwnerClient

Step = Order.Step


@pytest.fixture
def item(business: Business, rina: Person) -> Item:
    for purpose in ("catalogue", "whatsapp"):
        market.give_consent(business, rina, purpose=purpose, how="paper")
    return market.offer_item(business, rina, data=market.ItemData(name="Rok batik", price=175_000, minimum_order=3))


def order_of(item: Item, *, days_ago: int = 0, steps: tuple[Step, ...] = ()) -> Order:
    day = clock.today() - timedelta(days=days_ago)
    order = operations.note_order(item, item.business.owner, ordered_on=day, quantity=3)
    for step in steps:
        operations.mark_order(order, item.business.owner, step=step)
    return order


def ladder(business: Business) -> dict[str, tuple[date, str]]:
    return {row.step: (row.reached_on, row.evidence_kind) for row in business.ladder_steps.all()}


def test_the_number_of_the_buyers_message_is_noted_and_followed(phone: OwnerClient, item: Item) -> None:
    message = Client().get(f"/pasar/katalog/{item.pk}/").context["order"]
    [number] = re.findall(r"Nomor pesanan: (\w{6})\b", message)
    form = {"item": item.pk, "number": number.lower(), "quantity": "4", "ordered_on": clock.today().isoformat()}
    for _twice in range(2):
        assert phone.post("/saya/jual/pesanan/baru/", form).status_code == 302
    order = Order.objects.get()
    assert (order.number, order.value) == (number, 700_000)
    for step in ("agreed", "paid", "sent"):
        phone.post(f"/saya/jual/pesanan/{order.pk}/tandai/{step}/")
    order.refresh_from_db()
    assert order.next_steps == [] and order.paid_on == order.sent_on == clock.today()
    assert "Rp700.000" in phone.get("/saya/jual/pesanan/").text
    assert phone.post(f"/saya/jual/pesanan/{order.pk}/tandai/bukan/").status_code == 404


def test_first_and_repeated_orders_are_evidence(item: Item) -> None:
    today, business = clock.today(), item.business
    order_of(item, days_ago=9)
    assert ladder(business) == {}
    order_of(item, days_ago=8, steps=(Step.AGREED, Step.PAID))
    assert ladder(business) == {"4_first_order": (today, "order")}
    order_of(item, days_ago=8, steps=(Step.AGREED, Step.PAID))  # of the same day: one buyer, perhaps
    assert "5_repeat_sales" not in ladder(business)
    order_of(item, days_ago=2, steps=(Step.AGREED, Step.SENT))
    assert "5_repeat_sales" not in ladder(business)
    order_of(item, days_ago=1, steps=(Step.AGREED, Step.PAID))
    assert ladder(business)["5_repeat_sales"] == (today, "order")


@pytest.mark.parametrize("step", [Step.SENT, Step.PAID])
def test_what_is_sent_or_paid_is_agreed(item: Item, step: Step) -> None:
    order = order_of(item, steps=(step,))
    order.refresh_from_db()
    assert order.agreed_on == getattr(order, f"{step}_on") == clock.today()
    assert step not in order.next_steps and len(order.next_steps) == 1
    assert set(ladder(item.business)) == {"4_first_order"}


def test_cancelled_orders_are_refused(item: Item) -> None:
    order, owner = order_of(item), item.business.owner
    operations.cancel_order(order, owner)
    with pytest.raises(ValidationError, match="sudah batal"):
        operations.mark_order(order, owner, step=Step.AGREED)
    paid = order_of(item, steps=(Step.AGREED, Step.PAID))
    with pytest.raises(ValidationError, match="sudah dibayar"):
        operations.cancel_order(paid, owner)


def test_a_neighbours_order_is_out_of_reach(
    phone: OwnerClient, make_business: Callable[..., Business], rina: Person
) -> None:
    other = make_business("Bordir Tetangga")
    order = order_of(market.offer_item(other, rina, data=market.ItemData(name="Taplak", price=50_000)))
    for path in ("tandai/agreed/", "batal/"):
        assert phone.post(f"/saya/jual/pesanan/{order.pk}/{path}", {"yakin": "1"}).status_code == 404
    form = {"item": order.item_id, "quantity": "1", "ordered_on": clock.today().isoformat()}
    assert phone.post("/saya/jual/pesanan/baru/", form).status_code == 422
    assert order.number not in phone.get("/saya/jual/pesanan/").text


def test_sent_orders_fill_in_the_report_once(phone: OwnerClient, business: Business, item: Item, rina: Person) -> None:
    """An order counts in the month in which it was sent; not before, not when cancelled, and not in a second report."""
    month = first_of_month(clock.today())
    [line] = business.product_lines.all()
    line.name, line.unit = "Rok batik", "kodi"
    line.save()
    address = f"/saya/jual/pesanan/laporan/{month:%Y-%m}/"
    steps = (Step.AGREED, Step.SENT)
    operations.mark_order(order_of(item), business.owner, step=Step.AGREED)  # not sent
    assert "Isi dari pesanan" not in phone.get("/saya/jual/pesanan/").text
    for quantity in (30, 10):
        order = operations.note_order(item, business.owner, ordered_on=clock.today(), quantity=quantity)
        for step in steps:
            operations.mark_order(order, business.owner, step=step)
    operations.cancel_order(order_of(item, steps=steps), business.owner)
    other = market.offer_item(business, rina, data=market.ItemData(name="Kain", price=90_000, unit="meter"))
    order_of(other, steps=steps)
    assert address in phone.get("/saya/jual/pesanan/").text
    page = phone.get(address)
    form = page.context["form"]
    assert form.initial == {
        f"quantity-{line.pk}": "2",
        f"value-{line.pk}": 40 * 175_000,
        "note": "Diisi dari 2 pesanan katalog.",
    }
    assert [order.item.name for order in page.context["prefill"].unmatched] == ["Kain"]
    assert Report.objects.count() == 0
    assert phone.post(f"/saya/lapor/{month:%Y-%m}/", form.initial | {"checked": "on"}).status_code == 302
    report = Report.objects.get()
    assert [(row.quantity, row.value) for row in report.lines.all()] == [(2, 7_000_000)]
    assert "Isi dari pesanan" not in phone.get("/saya/jual/pesanan/").text
    assert phone.get(address).url == f"/saya/lapor/{month:%Y-%m}/betulkan/"
