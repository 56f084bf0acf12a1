"""How often one report of the phone goes back to a module that it left."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client

from sambang.access.models import Person
from sambang.registry.models import Business
from tests.intake.conftest import Phone
from tests.intake.test_batches import report
from tests.walk import Walk, documented


@pytest.mark.django_db(transaction=True)
def test_one_report_walks_as_the_documentation_says(
    phone: Phone, business: Business, sari: Person, client: Client
) -> None:
    client.force_login(sari)
    for month in ("2021-12", "2022-01"):  # the second finds its device, its cell and an earlier report
        body = {"device": str(phone.device.pk), "items": [report(phone, business, month, "90").decode()]}
        walk = Walk(("sambang/",), once=False)
        with walk.traced():
            response = client.post("/lapangan/kirim.json", json.dumps(body), content_type="application/json")
    assert [answer["outcome"] for answer in response.json()["answers"]] == ["stored"]
    # A database with row locks also reads the IKM's history before, to lock its cell.
    visits = len(walk.calls) - int(connection.features.has_select_for_update)
    assert documented("A phone's report") == (visits, walk.modules, visits - walk.modules), walk.calls
    assert visits - walk.modules <= 47 // 2  # half of commit 9da1526
