"""An order too big for one: capacity declared, shares proposed, asked and answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from sambang.access.models import Person
from sambang.lib import clock
from sambang.registry.models import Business, Cluster
from sambang.selling.models import PooledOrder, PooledShare, SpareCapacity
from sambang.selling.pooling import monday_of, order_members, proposal
from sambang.selling.pooling_operations import (
    answer_share,
    cancel_pooled_order,
    declare_capacity,
    plan_pooled_order,
    split_order,
)
from tests.owner_client import OwnerClient
from tests.owner_messages import assert_message_needs_a_number

A, B, C = (UUID(int=number) for number in (1, 2, 3))
State = PooledShare.State


@pytest.mark.parametrize(
    ("quantity", "spare", "shares"),
    [
        (100, {A: 30, B: 50}, {A: 30, B: 50}),
        (40, {A: 30, B: 50}, {A: 15, B: 25}),
        (10, {A: 1, B: 1, C: 1}, {A: 1, B: 1, C: 1}),
        (2, {A: 1, B: 1, C: 1}, {A: 1, B: 1, C: 0}),
        (7, {A: 3, B: 5, C: 2}, {A: 2, B: 4, C: 1}),
        (5, {}, {}),
        (0, {A: 4}, {A: 0}),
    ],
)
def test_proposal_is_in_proportion_and_never_above_capacity(
    quantity: int, spare: dict[UUID, int], shares: dict[UUID, int]
) -> None:
    assert proposal(quantity, spare) == shares


@pytest.fixture
def members(make_business: Callable[..., Business]) -> list[Business]:
    """Three IKM with 30, 60 and 90 stel to spare this week."""
    found = [make_business(f"Jahit {letter}") for letter in "ABC"]
    for number, business in enumerate(found, 1):
        [line] = business.product_lines.all()
        declare_capacity(business, business.owner, quantities={(line.pk, monday_of(clock.today())): 30 * number})
    return found


def order_of(cluster: Cluster, by: Person, quantity: int = 90, days: int = 5) -> PooledOrder:
    due_on = clock.today() + timedelta(days=days)
    return plan_pooled_order(cluster, by, title="Seragam pabrik", quantity=quantity, unit="stel", due_on=due_on)


def test_from_capacity_to_delivery_on_the_pages(
    signed_in: Callable[[Person], Client],
    phone: OwnerClient,
    business: Business,
    members: list[Business],
    cluster: Cluster,
    sari: Person,
    citra: Person,
) -> None:
    [line] = business.product_lines.all()
    monday = monday_of(clock.today())
    first = f"{line.pk}_{monday:%Y%m%d}"
    assert phone.post("/saya/jual/kapasitas/", {first: "banyak"}).status_code == 422
    assert phone.post("/saya/jual/kapasitas/", {first: "20"}).status_code == 302
    assert [(row.week, row.quantity) for row in SpareCapacity.objects.filter(product_line=line)] == [(monday, 20)]
    client = signed_in(sari)
    sent = {
        "cluster": cluster.pk,
        "title": "Seragam pabrik",
        "quantity": "100",
        "unit": "stel",
        "due_on": (clock.today() + timedelta(days=5)).isoformat(),
    }
    assert client.post("/bersama/baru/", sent | {"due_on": "2020-01-01"}).status_code == 422
    page = client.post("/bersama/baru/", sent, follow=True)
    proposed = {member.business.pk: member.proposed for member, _field in page.context["rows"]}
    assert sorted(proposed.values()) == [10, 15, 30, 45]
    order = PooledOrder.objects.get()
    address = f"/bersama/{order.pk}/"
    assert client.post(address, {str(business.pk): "101"}).status_code == 422
    assert client.post(address, {str(key): str(number) for key, number in proposed.items()}).status_code == 302
    share = PooledShare.objects.get(business=business)
    assert (share.quantity, share.state) == (10, State.ASKED)
    asked = phone.get("/saya/jual/bersama/").text
    assert "Seragam pabrik" in asked
    assert "Jahit A" not in asked
    for answer in ("agreed", "delivered"):
        assert phone.post(f"/saya/jual/bersama/{share.pk}/jawab/{answer}/", {"quantity": "10"}).status_code == 302
    share.refresh_from_db()
    assert (share.state, share.answered_on) == (State.DELIVERED, clock.today())
    assert "diserahkan" in client.get(address).text
    other = PooledShare.objects.exclude(business=business).first()
    assert other is not None
    assert phone.post(f"/saya/jual/bersama/{other.pk}/jawab/agreed/", {"quantity": "1"}).status_code == 404
    assert client.get(f"/bersama/bagian/{share.pk}/pesan/").url.startswith("https://wa.me/6281200000001")
    assert_message_needs_a_number(client, f"/bersama/bagian/{share.pk}/pesan/", business)
    assert signed_in(citra).get(address).status_code == 404


def test_answers_and_changes(members: list[Business], cluster: Cluster, sari: Person, budi: Person) -> None:
    order = order_of(cluster, sari)
    first, second, third = members
    split_order(order, sari, quantities={first.pk: 30, second.pk: 60, third.pk: 0})
    shares = {share.business_id: share for share in order.shares.all()}
    assert set(shares) == {first.pk, second.pk}
    answer_share(shares[first.pk], first.owner, answer="refused", quantity=30)
    answer_share(shares[second.pk], second.owner, answer="agreed", quantity=60)
    order = PooledOrder.objects.get()
    proposed = {
        member.business: (member.spare, member.proposed) for member in order_members(order, sari, today=clock.today())
    }
    assert proposed == {first: (30, 0), second: (60, 60), third: (90, 30)}
    split_order(order, sari, quantities={first.pk: 0, second.pk: 50, third.pk: 40})
    changed = order.shares.get(business=second)
    assert (changed.state, changed.quantity) == (State.ASKED, 50)
    with pytest.raises(ValidationError, match="baru saja diubah"):
        answer_share(changed, second.owner, answer="agreed", quantity=60)
    with pytest.raises(ValidationError, match="sudah dijawab"):
        answer_share(changed, second.owner, answer="delivered", quantity=50)
    with pytest.raises(PermissionDenied):
        answer_share(changed, first.owner, answer="agreed", quantity=50)
    with pytest.raises(PermissionDenied):
        split_order(order, budi, quantities={})
    second_order = order_of(cluster, sari, quantity=10)
    spare = {member.business: member.spare for member in order_members(second_order, sari, today=clock.today())}
    assert spare == {first: 30, second: 10, third: 50}
    for answer in ("agreed", "delivered"):
        answer_share(order.shares.get(business=second), second.owner, answer=answer, quantity=50)
    with pytest.raises(ValidationError, match="diserahkan"):
        cancel_pooled_order(order, sari)
    cancel_pooled_order(second_order, sari)
    with pytest.raises(ValidationError, match="sudah batal"):
        split_order(second_order, sari, quantities={first.pk: 1})


def test_members_of_another_sentra_are_refused(
    make_business: Any, members: list[Business], cluster: Cluster, sari: Person, places: Any
) -> None:
    other = make_business("Jahit Jauh", within=Cluster.objects.create(name="Lain", region=places["3404072003"]))
    with pytest.raises(ValidationError, match="sentra ini"):
        split_order(order_of(cluster, sari), sari, quantities={other.pk: 5})
