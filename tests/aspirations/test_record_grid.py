"""A whole visit on one page: rows are stored one by one, as a form and by the page's script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.lib import clock
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Attendance, Visit
from sambang.visits.operations import conduct_visit, plan_visit, record_attendance
from tests.markup import form_values

type Maker = Callable[..., Business]
JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def shop(make_business: Maker, cluster: Cluster) -> Business:
    return make_business("Jahit Suminah")


@pytest.fixture
def visit(cluster: Cluster, sari: Person) -> Visit:
    today = clock.today()
    visit = plan_visit(cluster, sari, planned_for=today, purpose="Mendengar")
    return conduct_visit(visit, sari, held_on=today)


@pytest.fixture
def page(visit: Visit) -> str:
    return reverse("aspirations:visit_record_grid", args=[visit.pk])


def shown(client: Client, page: str) -> dict[str, Any]:
    return dict(form_values(client.get(page).text))


def new_aspiration(fields: dict[str, Any], business: Business) -> str:
    """The prefix of the empty aspiration of an IKM."""
    return next(name for name, value in fields.items() if name.endswith("-ikm") and value == str(business.pk))[:-4]


def test_one_save_stores_every_row_and_keeps_what_is_wrong(
    signed_in: Callable[..., Client], page: str, shop: Business, make_business: Maker, sari: Person
) -> None:
    other, third = make_business("Bordir Wartini"), make_business("Tenun Sarjo")
    client = signed_in(sari)
    fields = shown(client, page)
    said = new_aspiration(fields, shop)
    answer = client.post(
        page,
        {
            **fields,
            f"{shop.pk}-present": "yes",
            f"{shop.pk}-pulse": "75%",
            f"{said}-text": "Benang katun naik",
            f"{said}-kind": "constraint",
            f"{said}-difficulty": "material",
            f"{other.pk}-present": "no",
            f"{third.pk}-workers_seen": "1,250",
        },
    )
    assert answer.status_code == 422
    assert "1,250" in answer.text  # the refused row keeps what was typed
    rows = Attendance.objects.values_list("business", "present", "pulse", "noted_by")
    assert set(rows) == {(shop.pk, True, 75, sari.pk), (other.pk, False, None, sari.pk)}
    assert Aspiration.objects.get().text == "Benang katun naik"
    assert client.post(page, shown(client, page)).status_code == 302  # nothing changed: nothing is stored again
    assert Attendance.objects.count() == 2
    assert Aspiration.objects.count() == 1


def test_a_row_sent_twice_is_stored_once_and_can_be_changed(
    signed_in: Callable[..., Client], page: str, shop: Business, sari: Person
) -> None:
    client = signed_in(sari)
    said = new_aspiration(shown(client, page), shop)
    row = {name: value for name, value in shown(client, page).items() if name.startswith((str(shop.pk),))} | {
        f"{said}-ikm": str(shop.pk),
        f"{said}-text": "Pasar sepi",
        f"{said}-kind": "constraint",
    }
    row |= {f"{said}-seen": "", f"{shop.pk}-present": "yes"}
    incomplete = client.post(page, row, **JSON).json()["forms"]
    assert incomplete[str(shop.pk)]["errors"] == []
    assert [one["field"] for one in incomplete[said]["errors"]] == ["difficulty"]
    assert not Aspiration.objects.exists()
    row |= {f"{said}-difficulty": "marketing", f"{shop.pk}-seen": incomplete[str(shop.pk)]["seen"]}
    for _time in range(2):  # no answer came, so it is sent again
        stored = client.post(page, row, **JSON).json()["forms"]
        assert stored[said]["errors"] == []
    assert Aspiration.objects.count() == 1
    row |= {f"{said}-seen": stored[said]["seen"], f"{said}-text": "Pasar sepi sejak Lebaran"}
    assert client.post(page, row, **JSON).json()["forms"][said]["errors"] == []
    assert Aspiration.objects.get().text == "Pasar sepi sejak Lebaran"
    emptied = client.post(page, {**row, f"{said}-text": "", f"{said}-seen": "{}"}, **JSON).json()["forms"]
    assert emptied[said]["errors"]
    assert Aspiration.objects.get().text == "Pasar sepi sejak Lebaran"


def test_two_clerks_write_different_fields_of_one_row(
    signed_in: Callable[..., Client], page: str, shop: Business, visit: Visit, sari: Person, rina: Person
) -> None:
    client = signed_in(sari)
    record_attendance(visit, sari, business=shop, present=True, pulse=50)
    fields = shown(client, page)
    record_attendance(visit, rina, business=shop, present=True, pulse=80, workers_seen=4)
    mine = client.post(page, {**fields, f"{shop.pk}-represented_by": "Sugeng"}, **JSON).json()["forms"][str(shop.pk)]
    assert mine["errors"] == []
    [row] = Attendance.objects.all()
    assert (row.pulse, row.workers_seen, row.represented_by) == (80, 4, "Sugeng")  # both stand
    late = client.post(page, {**fields, f"{shop.pk}-pulse": "60"}, **JSON).json()["forms"][str(shop.pk)]
    assert "kini 80" in late["errors"][0]["text"]
    assert Attendance.objects.get().pulse == 80
    again = {**fields, f"{shop.pk}-pulse": "60", f"{shop.pk}-seen": late["seen"]}
    assert client.post(page, again, **JSON).json()["forms"][str(shop.pk)]["errors"] == []
    assert Attendance.objects.get().pulse == 60


def test_presence_becomes_unknown_again_only_when_nothing_else_is_entered(
    signed_in: Callable[..., Client], page: str, shop: Business, visit: Visit, sari: Person
) -> None:
    client = signed_in(sari)
    record_attendance(visit, sari, business=shop, present=True, pulse=50)
    fields = {**shown(client, page), f"{shop.pk}-present": ""}
    assert client.post(page, fields, **JSON).json()["forms"][str(shop.pk)]["errors"][0]["field"] == "present"
    assert client.post(page, {**fields, f"{shop.pk}-pulse": ""}, **JSON).json()["forms"][str(shop.pk)]["errors"] == []
    assert not Attendance.objects.exists()


def test_only_rows_of_the_visit_and_only_who_may(
    signed_in: Callable[..., Client],
    page: str,
    visit: Visit,
    make_business: Maker,
    sari: Person,
    budi: Person,
    citra: Person,
) -> None:
    stranger = make_business("Luar")
    Business.objects.filter(pk=stranger.pk).update(cluster=None)
    assert signed_in(citra).get(page).status_code == 404
    assert signed_in(budi).get(page).status_code == 403
    assert signed_in(budi).post(page, {}).status_code == 403
    said = f"kata-{uuid4()}"
    sent = {f"{stranger.pk}-seen": "", f"{stranger.pk}-present": "yes", f"{said}-ikm": str(stranger.pk)}
    sent |= {f"{said}-text": "x", f"{said}-kind": "constraint", f"{said}-difficulty": "material", "kata-x-ikm": "y"}
    assert signed_in(sari).post(page, sent, **JSON).json()["forms"] == {}
    assert not Attendance.objects.exists()
    assert not Aspiration.objects.exists()


def test_the_rest_of_the_list_is_present_in_one_press(
    signed_in: Callable[..., Client], visit: Visit, shop: Business, make_business: Maker, sari: Person, budi: Person
) -> None:
    absent = make_business("Bordir Wartini")
    record_attendance(visit, sari, business=absent, present=False)
    address = reverse("visits:attendance_complete", args=[visit.pk])
    assert signed_in(budi).post(address).status_code == 403
    assert signed_in(sari).post(address).status_code == 302
    assert set(Attendance.objects.values_list("business", "present")) == {(shop.pk, True), (absent.pk, False)}
