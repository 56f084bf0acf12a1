"""The rows of a visit and an IKM are read once a sending, and again after an item that may have changed them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sambang.intake.kinds import kinds
from sambang.lib import clock
from sambang.registry.models import Business
from sambang.visits.models import Visit
from tests.intake.conftest import Phone


@pytest.fixture
def bodies(visit: Visit, business: Business) -> dict[str, dict[str, Any]]:
    """An item of each kind that declares that it changes no referenced row."""
    about = {"visit": visit.pk, "business": business.pk}
    line = business.product_lines.all()[0]
    return {
        "attend": {**about, "present": True, "workers_seen": 9, "pulse": 80},
        "aspiration": {**about, "kind": "aspiration", "text": "Butuh kain", "difficulty": "material"},
        "report": {"business": business.pk, "month": "2022-02", "amounts": [{"line": line.pk, "amount": "7"}]},
    }


@pytest.mark.parametrize("kind", [one.name for one in kinds().values() if not one.changes_references])
def test_a_kind_changes_no_referenced_row_as_it_declares(
    phone: Phone, visit: Visit, business: Business, bodies: dict[str, dict[str, Any]], kind: str
) -> None:
    rows = (Visit.objects.filter(pk=visit.pk), Business.objects.filter(pk=business.pk))
    before = [rows_of_one.values().get() for rows_of_one in rows]
    assert phone.send(phone.write(kind, **bodies[kind])).outcome == "stored"
    assert [rows_of_one.values().get() for rows_of_one in rows] == before


def test_each_change_of_a_sending_is_based_on_the_one_before(phone: Phone, business: Business) -> None:
    changes = [
        ("commodity", business.commodity, "seragam"),
        ("address", business.address, "RT 4"),
        ("commodity", "seragam", "kebaya"),
    ]
    texts = [
        phone.write("profile", minutes=minutes, business=business.pk, field=field, base=base, value=value)
        for minutes, (field, base, value) in enumerate(changes)
    ]
    assert {receipt.outcome for receipt in phone.send_all(texts)} == {"stored"}
    business.refresh_from_db()
    assert (business.commodity, business.address) == ("kebaya", "RT 4")


def test_nothing_of_a_refused_item_reaches_the_next(phone: Phone, visit: Visit) -> None:
    today = clock.today()
    days = [(today + timedelta(9), "Salah"), (today, "Ramai")]
    texts = [
        phone.write("visit", minutes=minutes, visit=visit.pk, held_on=day.isoformat(), summary=summary, conclusion="")
        for minutes, (day, summary) in enumerate(days)
    ]
    assert [receipt.outcome for receipt in phone.send_all(texts)] == ["refused", "stored"]
    visit.refresh_from_db()
    assert (visit.held_on, visit.summary) == (today, "Ramai")
