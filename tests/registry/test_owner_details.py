"""What is recorded about an owner has a day, a source, few readers, and ends with the owner's data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.privacy.erasing import erase_rows
from sambang.privacy.stored_data import stored_data_of
from sambang.registry.models import Business
from sambang.registry.operations import merge_businesses, record_owner_detail
from sambang.registry.owner_details import OwnerDetail
from sambang.registry.queries import owner_details_of

type In = Callable[[Person], Client]
DAY, LATER = date(2024, 5, 2), date(2025, 8, 17)


def test_the_newest_counts_and_the_older_stay(business: Business, sari: Person) -> None:
    record_owner_detail(business, sari, kind="education", value="sma", as_of=LATER, source="document")
    record_owner_detail(business, sari, kind="education", value="smp", as_of=DAY, source="owner")
    [education] = [kind for kind in owner_details_of(business) if kind.value == "education"]
    shown = [(str(row.label), row.as_of, row.source) for row in education.details]
    assert shown == [("SMA/SMK sederajat", LATER, "document"), ("SMP sederajat", DAY, "owner")]


def test_the_sex_is_also_the_column_of_the_ikm(business: Business, sari: Person) -> None:
    record_owner_detail(business, sari, kind="sex", value="female", as_of=LATER, source="document")
    record_owner_detail(business, sari, kind="sex", value="male", as_of=DAY, source="list")  # older
    assert Business.objects.get(pk=business.pk).owner_sex == "female"


@pytest.mark.parametrize(("kind", "value"), [("education", "professor"), ("disability", "sma"), ("sex", "")])
def test_a_value_of_another_kind_is_refused(business: Business, sari: Person, kind: str, value: str) -> None:
    with pytest.raises(ValidationError):
        record_owner_detail(business, sari, kind=kind, value=value, as_of=DAY, source="owner")
    assert not OwnerDetail.objects.exists()


def test_a_leader_and_another_council_may_not(business: Business, budi: Person, citra: Person) -> None:
    for person in (budi, citra):
        with pytest.raises(PermissionDenied):
            record_owner_detail(business, person, kind="sex", value="male", as_of=DAY, source="owner")


def test_is_encrypted_in_the_database(business: Business, sari: Person) -> None:
    record_owner_detail(business, sari, kind="disability", value="sensory", as_of=DAY, source="owner")
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM registry_ownerdetail")
        assert b"sensory" not in bytes(cursor.fetchone()[0])
    assert OwnerDetail.objects.get().value == "sensory"


def test_pages(signed_in: In, business: Business, sari: Person, budi: Person) -> None:
    client, address = signed_in(sari), reverse("registry:owner_detail_list", args=[business.pk])
    assert address in client.get(reverse("registry:business_detail", args=[business.pk])).text
    form = reverse("registry:owner_detail_record", args=[business.pk, "disability"])
    assert form in client.get(address).text
    assert client.post(form, {"value": "salah", "as_of": "2024-05-02", "source": "owner"}).status_code == 422
    assert client.post(form, {"value": "physical", "as_of": "2024-05-02", "source": "owner"}).url == address  # type: ignore[attr-defined]
    page = " ".join(client.get(address).text.split())
    assert "<strong>fisik</strong>" in page and "per 2 Mei 2024, keterangan pemilik" in page
    assert Entry.objects.filter(verb="registry.see_identity").exists()
    assert client.get(reverse("registry:owner_detail_record", args=[business.pk, "agama"])).status_code == 404
    assert signed_in(budi).get(address).status_code == 403
    assert address not in signed_in(budi).get(reverse("registry:business_detail", args=[business.pk])).text


def test_is_copied_moved_and_erased_with_the_owner(
    business: Business, rina: Person, make_business: Callable[..., Business]
) -> None:
    other = make_business("Kembar")
    record_owner_detail(other, rina, kind="education", value="s1", as_of=DAY, source="document")
    merge_businesses(business, rina, duplicate=other)
    assert business.owner_details.get().value == "s1"
    assert "registry.OwnerDetail" in [table.label for table in stored_data_of(business)]
    erase_rows(business)
    assert not OwnerDetail.objects.exists()
