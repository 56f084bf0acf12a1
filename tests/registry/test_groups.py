"""Kelompok: members and officers with dates, and the decree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sambang.access.models import Person
from sambang.registry.models import Business, Cluster, Group, GroupMember
from sambang.registry.operations import change_group, form_group, leave_group, merge_businesses, name_group_officer

type Make = Callable[..., Business]
FIRST, SECOND = date(2020, 1, 15), date(2023, 1, 15)


@pytest.fixture
def group(cluster: Cluster, rina: Person) -> Group:
    return form_group(
        cluster, rina, name="Sekar", decree_number="188/12", decree_issuer="Lurah", decree_date=date(2019, 12, 1)
    )


def terms(group: Group) -> list[tuple[str, str, date | None, date | None]]:
    rows = group.members.order_by("business__name", "joined_on")
    return list(rows.values_list("business__name", "office", "joined_on", "left_on"))


def test_past_and_present_officers_have_their_dates(group: Group, make_business: Make, rina: Person) -> None:
    first, second = make_business("A"), make_business("B")
    name_group_officer(group, rina, business=first, office="chair", day=FIRST)
    name_group_officer(group, rina, business=second, office="chair", day=SECOND)
    assert terms(group) == [
        ("A", "chair", FIRST, SECOND),
        ("A", "member", SECOND, None),
        ("B", "chair", SECOND, None),
    ]
    name_group_officer(group, rina, business=second, office="chair", day=SECOND)
    assert len(terms(group)) == 3


def test_who_left_stays_in_the_history_and_may_come_back(group: Group, make_business: Make, rina: Person) -> None:
    business, today = make_business("A"), timezone.localdate()
    leave_group(name_group_officer(group, rina, business=business, office="member", day=FIRST), rina)
    assert terms(group) == [("A", "member", FIRST, today)]
    name_group_officer(group, rina, business=business, office="treasurer")
    assert list(group.members.current().values_list("office", "joined_on")) == [("treasurer", today)]


def test_a_correction_of_the_same_day_is_no_history(group: Group, make_business: Make, rina: Person) -> None:
    business = make_business("A")
    name_group_officer(group, rina, business=business, office="secretary", day=FIRST)
    name_group_officer(group, rina, business=business, office="treasurer", day=FIRST)
    assert terms(group) == [("A", "treasurer", FIRST, None)]


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), timezone.localdate() + timedelta(days=1)])
def test_no_end_before_the_beginning_or_in_the_future(
    group: Group, make_business: Make, rina: Person, day: date
) -> None:
    business = make_business("A")
    name_group_officer(group, rina, business=business, office="member", day=FIRST)
    with pytest.raises(ValidationError):
        name_group_officer(group, rina, business=business, office="chair", day=day)
    assert terms(group) == [("A", "member", FIRST, None)]


def test_the_database_guards_members_and_offices(group: Group, make_business: Make) -> None:
    first, second = make_business("A"), make_business("B")
    GroupMember.objects.create(group=group, business=first, office="chair", joined_on=SECOND)
    for wrong in (
        {"business": first, "office": "member"},
        {"business": second, "office": "chair"},
        {"business": second, "office": "member", "joined_on": SECOND, "left_on": FIRST},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            GroupMember.objects.create(group=group, **wrong)


def test_the_decree_is_changed_by_the_office(group: Group, rina: Person, sari: Person) -> None:
    with pytest.raises(PermissionDenied):
        change_group(group, sari, name="Lain")
    change_group(group, rina, name="Sekar Joho", decree_number="9", decree_issuer="Dinas", decree_date=None)
    group.refresh_from_db()
    assert (group.name, group.decree_number, group.decree_issuer, group.decree_date) == (
        "Sekar Joho",
        "9",
        "Dinas",
        None,
    )


def test_merging_keeps_the_history_of_both(group: Group, make_business: Make, rina: Person) -> None:
    kept, double = make_business("A"), make_business("B")
    name_group_officer(group, rina, business=double, office="chair", day=FIRST)
    name_group_officer(group, rina, business=double, office="member", day=SECOND)
    name_group_officer(group, rina, business=kept, office="member", day=SECOND)
    merge_businesses(kept, rina, duplicate=double)
    assert terms(group) == [("A", "chair", FIRST, SECOND), ("A", "member", SECOND, None)]


def test_page(signed_in: Callable[[Person], Client], group: Group, make_business: Make, rina: Person) -> None:
    first, second = make_business("Jahit Lama"), make_business("Jahit Baru")
    client, address = signed_in(rina), reverse("registry:group_detail", args=[group.pk])
    for business, day in ((first, FIRST), (second, SECOND)):
        sent = {"business": business.pk, "office": "chair", "day": day.isoformat()}
        assert client.post(address, sent).status_code == 302
    page = " ".join(client.get(address).text.split())
    assert "188/12" in page and "Lurah" in page and "15 Januari 2020–15 Januari 2023" in page
    change = reverse("registry:group_change", args=[group.pk])
    assert "188/12" in client.get(change).text
    assert client.post(change, {"name": "Sekar", "decree_date": "2999-01-01"}).status_code == 422
    assert client.post(change, {"name": "Sekar", "decree_number": "200"}).status_code == 302
    assert "200" in client.get(address).text
