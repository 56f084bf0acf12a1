"""Unusual figures of the visit form: asked about before they are stored, as on the phone and at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sambang.access.models import Person
from sambang.odk.models import Submission
from sambang.production.amounts import Amount
from sambang.production.models import Report
from sambang.production.operations import submit_report
from sambang.registry.models import Business
from tests.odk.conftest import CollectHere

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("facts", "is_asked"),
    [
        ({"amount": "30 kodi"}, True),  # ten times the usual
        ({"amount": "6"}, True),
        ({"amount": "30 kodi", "checked": "<amount_checked>yes</amount_checked>", "value": 5000000}, False),
        ({"amount": "30 kodi", "checked": "<amount_checked>no</amount_checked>", "value": 5000000}, True),
        ({"amount": "60", "value": 5000000}, True),  # a zero too many in the value
        ({"amount": "60", "value": 5000000, "checked": "<value_checked>yes</value_checked>"}, False),
        ({"amount": "6 kodi", "value": 1000000}, False),
    ],
)
def test_an_unusual_figure_is_asked_about_and_not_stored(
    facts: dict[str, Any],
    is_asked: bool,
    phone: CollectHere,
    filled: Callable[..., bytes],
    business: Business,
    signed_in: Callable[[Person], Any],
    sari: Person,
) -> None:
    """As on the phone and at the desk. The other parts of the submission are stored."""
    usual = {business.product_lines.get(): Amount(Decimal(60), 500_000, "60")}
    submit_report(business, sari, month=date(2022, 1, 1), amounts=usual, source="officer")
    assert phone.submit(filled(**facts)) == [201]
    found = Submission.objects.get()
    reported = Report.objects.filter(business=business, month=date(2022, 2, 1))
    results = {result["kind"]: result["outcome"] for result in found.results or ()}
    assert results["aspiration"] == "stored" and reported.exists() is not is_asked
    page = signed_in(sari).get(f"/collect/kiriman/{found.pk}/").text
    assert ("jauh dari biasanya" in page) is is_asked
    if not is_asked:
        return
    assert facts["amount"] in found.problems()[0]
    signed_in(sari).post(f"/collect/kiriman/{found.pk}/ulang/")
    assert not reported.exists()
    signed_in(sari).post(f"/collect/kiriman/{found.pk}/ulang/", {"confirmed": "on"})
    assert reported.get().lines.get().entered == facts["amount"]
    assert Submission.objects.get().problems() == []
