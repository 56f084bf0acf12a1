"""The verbs of the register: who may, what they leave behind, what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from sambang.access.models import Council, Person
from sambang.audit.models import Entry
from sambang.registry.dto import BusinessData, ProductLineData, business_data
from sambang.registry.encryption import decrypt_nik, digest
from sambang.registry.models import Business, Cluster, GroupMember, Permit, ProductLine, Region
from sambang.registry.operations import (
    add_permit,
    add_product_line,
    change_business,
    change_cluster,
    close_business,
    end_product_line,
    form_group,
    leave_group,
    name_group_officer,
    name_head,
    register_business,
    register_cluster,
    reopen_business,
)

pytestmark = pytest.mark.django_db
NIK = "3404072502869997"
FACTS = BusinessData(
    name="Jahit Mekar",
    owner_name="Wati Peraga",
    nik=NIK,
    phone="+6281200000009",
    workers_male=1,
    workers_female=4,
    investment=45_000_000,
    product_lines=(ProductLineData("Seragam", "stel", capacity=3600), ProductLineData("Seragam", "kodi")),
)


def test_registering_a_cluster(sleman: Council, rina: Person, places: dict[str, Region]) -> None:
    made = register_cluster(
        sleman, rina, name=" Sentra  Joho ", region=places["3404072003"], commodity="Konveksi", head_name="Supriyanto"
    )
    assert (made.name, made.commodity, made.head and made.head.name) == ("Sentra Joho", "Konveksi", "Supriyanto")
    [entry] = Entry.objects.all()
    assert (entry.verb, entry.by) == ("registry.register_cluster", rina)
    with pytest.raises(ValidationError):
        register_cluster(sleman, rina, name="Sentra Joho", region=places["3404072003"])
    with pytest.raises(ValidationError, match="di luar wilayah"):
        register_cluster(sleman, rina, name="Sentra Jauh", region=places["3402082001"])
    assert Cluster.objects.count() == 1


def test_who_may_register_a_cluster(
    sleman: Council, sari: Person, budi: Person, citra: Person, places: dict[str, Region]
) -> None:
    for person in (sari, budi, citra):
        with pytest.raises(PermissionDenied):
            register_cluster(sleman, person, name="Sentra Joho", region=places["3404072003"])
    assert not Cluster.objects.exists()


def test_changing_a_cluster_and_its_head(cluster: Cluster, rina: Person, business: Business, sari: Person) -> None:
    change_cluster(cluster, rina, commodity="Bordir", since=1985)
    name_head(cluster, rina, business=business)
    cluster.refresh_from_db()
    assert (cluster.commodity, cluster.since, cluster.head) == ("Bordir", 1985, business.owner)
    name_head(cluster, rina, name="Supriyanto")
    assert cluster.head is not None and cluster.head.name == "Supriyanto"
    name_head(cluster, rina)
    assert cluster.head is None
    with pytest.raises(PermissionDenied):
        name_head(cluster, sari, name="Sari sendiri")


def test_registering_a_business(cluster: Cluster, sari: Person) -> None:
    made = register_business(cluster, sari, data=FACTS)
    made.refresh_from_db()
    assert (made.workers, made.region, made.owner.name) == (5, cluster.region, "Wati Peraga")
    assert sorted(made.product_lines.values_list("name", "unit")) == [("Seragam", "kodi"), ("Seragam", "stel")]
    assert decrypt_nik(made.nik_encrypted) == NIK
    assert not made.owner.has_usable_password()


def test_no_nik_lies_open_in_the_database(cluster: Cluster, sari: Person) -> None:
    made = register_business(cluster, sari, data=FACTS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_business")
        row = [bytes(value) if isinstance(value, memoryview) else value for value in cursor.fetchone()]
    assert NIK not in repr(row)
    assert NIK.encode() not in bytes(made.nik_encrypted or b"")
    assert NIK not in repr(list(Entry.objects.values()))
    assert Business.objects.get(nik_digest=digest(NIK)) == made


def test_who_may_register_a_business(cluster: Cluster, budi: Person, citra: Person) -> None:
    for person in (budi, citra):
        with pytest.raises(PermissionDenied):
            register_business(cluster, person, data=FACTS)
    assert not Business.objects.exists()
    assert not Person.objects.filter(name="Wati Peraga").exists()


def test_workers_that_contradict_each_other_are_refused(cluster: Cluster, sari: Person) -> None:
    with pytest.raises(ValidationError, match="bukan"):
        register_business(cluster, sari, data=BusinessData("A", "B", workers_male=1, workers_female=1, workers=3))
    assert not Business.objects.exists()


def test_one_owner_of_two_businesses_stays_one_person(cluster: Cluster, sari: Person) -> None:
    first = register_business(cluster, sari, data=FACTS)
    second = register_business(cluster, sari, data=BusinessData("Bordir Mekar", "WATI  PERAGA", nik=NIK))
    other = register_business(cluster, sari, data=BusinessData("Lain", "Orang Lain", nik=NIK))
    assert first.owner == second.owner
    assert other.owner != first.owner


def test_changing_a_business_writes_what_differs(business: Business, sari: Person, budi: Person, citra: Person) -> None:
    from dataclasses import replace

    stale = Business.objects.get(pk=business.pk)
    change_business(business, sari, data=replace(business_data(business), marketing="Pasar"))
    change_business(stale, sari, data=replace(business_data(stale), established=1999, nik=NIK, owner_name="Ganti"))
    found = Business.objects.get(pk=business.pk)
    assert (found.marketing, found.established, decrypt_nik(found.nik_encrypted), found.owner.name) == (
        "Pasar",
        1999,
        NIK,
        "Ganti",
    )
    change_business(found, sari, data=business_data(found))
    assert decrypt_nik(Business.objects.get(pk=business.pk).nik_encrypted) == NIK
    for person in (budi, citra):
        with pytest.raises(PermissionDenied):
            change_business(found, person, data=business_data(found))


def test_closing_and_opening_again(business: Business, rina: Person, sari: Person) -> None:
    from dataclasses import replace

    with pytest.raises(ValidationError):
        change_business(business, rina, data=replace(business_data(business), status="closed"))
    business.refresh_from_db()
    with pytest.raises(PermissionDenied):
        close_business(business, sari, closed_on=date(2021, 5, 1))
    close_business(business, rina, closed_on=date(2021, 5, 1))
    business.refresh_from_db()
    assert (business.status, business.closed_on) == ("closed", date(2021, 5, 1))
    with pytest.raises(ValidationError):
        close_business(business, rina, closed_on=date(2021, 6, 1))
    reopen_business(business, rina)
    business.refresh_from_db()
    assert (business.status, business.closed_on) == ("producing", None)


def test_product_lines(business: Business, sari: Person, budi: Person) -> None:
    line = add_product_line(business, sari, name="Kaos", unit="Kodi", capacity=100, started_on=date(2020, 1, 1))
    assert line.unit == "kodi"
    with pytest.raises(ValidationError):
        add_product_line(business, sari, name="Kaos", unit="kodi")
    with pytest.raises(ValidationError):
        end_product_line(line, sari, ended_on=date(2019, 1, 1))
    end_product_line(line, sari, ended_on=date(2022, 1, 1))
    assert ProductLine.objects.get(pk=line.pk).ended_on == date(2022, 1, 1)
    with pytest.raises(PermissionDenied):
        add_product_line(business, budi, name="Topi", unit="pcs")


def test_permits(business: Business, sari: Person, citra: Person) -> None:
    add_permit(business, sari, kind="halal", number="ID34", valid_until=date(2026, 10, 17))
    with pytest.raises(ValidationError):
        add_permit(business, sari, kind="halal", number="ID34")
    with pytest.raises(ValidationError):
        add_permit(business, sari, kind="sni", number="1", issued_on=date(2022, 1, 2), valid_until=date(2022, 1, 1))
    with pytest.raises(PermissionDenied):
        add_permit(business, citra, kind="nib", number="1")
    assert list(Permit.objects.values_list("kind", "number")) == [("halal", "ID34")]


def test_a_group_has_one_chair(cluster: Cluster, make_business, rina: Person, sari: Person) -> None:  # type: ignore[no-untyped-def]
    first, second = make_business("A"), make_business("B")
    group = form_group(cluster, rina, name="Sekar Joho")
    with pytest.raises(ValidationError):
        form_group(cluster, rina, name="Sekar Joho")
    name_group_officer(group, rina, business=first, office="chair")
    name_group_officer(group, rina, business=second, office="chair")
    name_group_officer(group, rina, business=second, office="chair")
    assert sorted(group.members.values_list("business__name", "office")) == [("A", "member"), ("B", "chair")]
    with pytest.raises(ValidationError):
        name_group_officer(group, rina, business=first, office="raja")
    with pytest.raises(PermissionDenied):
        name_group_officer(group, sari, business=first, office="chair")
    leave_group(GroupMember.objects.get(business=first), rina)
    assert list(group.members.values_list("business__name", flat=True)) == ["B"]


def test_a_business_stays_in_the_regency_of_its_sentra(
    cluster: Cluster, business: Business, sari: Person, places: dict[str, Region]
) -> None:
    away = places["3402082001"]
    with pytest.raises(ValidationError, match="kota lain"):
        register_business(cluster, sari, data=replace(FACTS, region=away))
    with pytest.raises(ValidationError, match="kota lain"):
        change_business(business, sari, data=replace(business_data(business), region=away))
    business.refresh_from_db()
    assert (business.region_id, Business.objects.count()) == ("3404072003", 1)
