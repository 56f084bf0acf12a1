"""Fifty concurrent copies of one item: one is stored, all others get the outcome `already`.

Threads need a database on disk: SQLite's in memory turns a second writer away instead of letting it wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.audit.verification import first_chain_break
from sambang.intake.models import Conflict, Received
from sambang.intake.receiving import Receipt
from sambang.production.cell_rebuild import verify
from sambang.registry.models import Business
from sambang.visits.models import Attendance, Visit
from tests.conftest import Together
from tests.intake.conftest import Phone

pytestmark = pytest.mark.django_db(transaction=True)
TWINS = 50


def wish(phone: Phone, visit: Visit, business: Business, words: str) -> bytes:
    return phone.write(
        "aspiration", visit=visit.pk, business=business.pk, kind="aspiration", text=words, difficulty="capital"
    )


def test_of_fifty_twins_one_is_stored(phone: Phone, visit: Visit, business: Business, together: Together) -> None:
    text = wish(phone, visit, business, "Modal")
    receipts: list[Receipt] = together([lambda: phone.send(text)] * TWINS)
    assert Counter(receipt.outcome for receipt in receipts) == {"stored": 1, "already": TWINS - 1}
    assert len({(receipt.number, receipt.sha256) for receipt in receipts}) == 1
    assert together([lambda: (Aspiration.objects.count(), Received.objects.count())]) == [(1, 1)]


@pytest.mark.slow
def test_twins_of_a_sending_in_any_order_wait_for_each_other_and_never_in_a_circle(
    phone: Phone, visit: Visit, business: Business, make_business: Callable[..., Business], together: Together
) -> None:
    others = [business, *(make_business(f"IKM {number}") for number in range(5))]
    texts = [wish(phone, visit, other, "Modal") for other in others]
    for other in others:
        [line] = other.product_lines.all()
        texts.append(
            phone.write("report", business=other.pk, month="2022-02", amounts=[{"line": line.pk, "amount": "60"}])
        )
        texts.append(phone.write("attend", visit=visit.pk, business=other.pk, present=True))
    orders = [texts, texts[::-1], texts[5:] + texts[:5], texts[1::2] + texts[::2]]
    found = together([lambda order=order: (order, phone.send_all(order)) for order in orders])  # type: ignore[misc]
    said = Counter(
        (text, str(one.outcome)) for order, receipts in found for text, one in zip(order, receipts, strict=True)
    )
    assert said == Counter({(text, "stored"): 1 for text in texts}) + Counter({(text, "already"): 3 for text in texts})
    looks = [Aspiration.objects.count, Attendance.objects.count, lambda: first_chain_break() or verify()]
    assert together(looks) == [6, 6, ""]


def test_many_at_once_are_numbered_one_by_one(
    new_phone: Callable[[Person], Phone],
    sari: Person,
    rina: Person,
    visit: Visit,
    business: Business,
    together: Together,
) -> None:
    phones = [new_phone(person) for person in (sari, rina)]
    texts = [(phone, wish(phone, visit, business, f"Ke-{number}")) for number in range(6) for phone in phones]
    receipts = together([lambda phone=phone, text=text: phone.send(text) for phone, text in texts])  # type: ignore[misc]
    assert {receipt.outcome for receipt in receipts} == {"stored"}
    assert sorted(receipt.number for receipt in receipts) == list(range(1, len(texts) + 1))


def test_words_about_one_thing_at_once_end_as_if_one_by_one(
    new_phone: Callable[[Person], Phone],
    sari: Person,
    rina: Person,
    visit: Visit,
    business: Business,
    together: Together,
) -> None:
    phones = [new_phone(person) for person in (sari, rina)]
    texts = [
        (phone, phone.write("attend", minutes=number, visit=visit.pk, business=business.pk, present=True, pulse=number))
        for number, phone in enumerate(phones * 4)
    ]
    together([lambda phone=phone, text=text: phone.send(text) for phone, text in texts])  # type: ignore[misc]
    looks = [lambda: list(Attendance.objects.values_list("pulse", "noted_by")), Conflict.objects.count]
    assert together(looks) == [[(len(texts) - 1, rina.pk)], 1]
