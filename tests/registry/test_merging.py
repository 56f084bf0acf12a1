"""Two rows that are one IKM: nothing recorded is lost, nothing filled is overwritten, and some pairs are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from sambang.access.models import Council, Membership, Person, Role
from sambang.access.reader import forget_reader
from sambang.access.row_security import as_reader
from sambang.aspirations.models import Aspiration
from sambang.audit.models import Entry
from sambang.production.models import Report, ReportLine
from sambang.registry.encryption import decrypt_nik, digest, encrypt_nik
from sambang.registry.models import Business, Cluster, Permit, ProductLine, Region
from sambang.registry.operations import form_group, merge_businesses, name_group_officer
from sambang.visits.models import Attendance, Visit

pytestmark = pytest.mark.django_db
NIK = "3404072502869997"
Make = Callable[..., Business]


@pytest.fixture
def pair(make_business: Make) -> tuple[Business, Business]:
    return make_business("Mekar", marketing="Pasar"), make_business(
        "Mekar (lama)", marketing="Daring", established=1999
    )


def test_blanks_are_filled_and_filled_facts_stay(pair: tuple[Business, Business], rina: Person) -> None:
    kept, double = pair
    double.nik_encrypted, double.nik_digest = encrypt_nik(NIK), digest(NIK)
    double.save(update_fields=["nik_encrypted", "nik_digest"])
    gone, owner = double.pk, double.owner
    merge_businesses(kept, rina, duplicate=double)
    left = Business.objects.get()
    assert (left.pk, left.name, left.marketing, left.established) == (kept.pk, "Mekar", "Pasar", 1999)
    assert decrypt_nik(left.nik_encrypted) == NIK
    assert not Business.objects.filter(pk=gone).exists()
    assert not Person.objects.filter(pk=owner.pk).exists()
    assert Entry.objects.get().verb == "registry.merge"


def test_workers_of_two_days_are_not_mixed(make_business: Make, rina: Person) -> None:
    kept, double = make_business("A", workers=9), make_business("B", workers_male=1, workers_female=2, workers=3)
    merge_businesses(kept, rina, duplicate=double)
    kept.refresh_from_db()
    assert (kept.workers, kept.workers_male, kept.workers_female) == (9, None, None)


def test_products_permits_and_groups_are_joined(
    pair: tuple[Business, Business], rina: Person, cluster: Cluster
) -> None:
    kept, double = pair
    ProductLine.objects.filter(business=double).update(capacity=500)
    ProductLine.objects.create(business=double, name="Kaos", unit="kodi")
    for business in pair:
        Permit.objects.create(business=business, kind="halal", number="1")
    Permit.objects.create(business=double, kind="sni", number="2")
    for row, kind, number in (
        (kept, "pirt", ""),
        (double, "pirt", "3"),
        (kept, "svlk", "4"),
        (double, "svlk", ""),
    ):
        Permit.objects.create(business=row, kind=kind, number=number)
    group = form_group(cluster, rina, name="Sekar")
    name_group_officer(group, rina, business=kept, office="member")
    name_group_officer(group, rina, business=double, office="chair")
    merge_businesses(kept, rina, duplicate=double)
    lines = kept.product_lines.order_by("name").values_list("name", "unit", "capacity")
    assert list(lines) == [("Kaos", "kodi", None), ("Seragam", "stel", 500)]
    assert sorted(kept.permits.values_list("kind", "number")) == [
        ("halal", "1"),
        ("pirt", "3"),
        ("sni", "2"),
        ("svlk", "4"),
    ]
    assert list(group.members.values_list("business", "office")) == [(kept.pk, "chair")]


def test_the_records_of_both_remain(pair: tuple[Business, Business], rina: Person, cluster: Cluster) -> None:
    kept, double = pair
    visit = Visit.objects.create(
        region=cluster.region, cluster=cluster, planned_for=date(2022, 3, 31), purpose="Sambang", planned_by=rina
    )
    Attendance.objects.create(visit=visit, business=kept, present=False, noted_by=rina)
    Attendance.objects.create(visit=visit, business=double, present=True, pulse=60, noted_by=rina)
    report = Report.objects.create(business=double, month=date(2022, 3, 1), source="officer", by=rina)
    ReportLine.objects.create(report=report, product_line=double.product_lines.get(), quantity=Decimal(12))
    merge_businesses(kept, rina, duplicate=double)
    [attendance] = Attendance.objects.all()
    assert (attendance.business, attendance.present, attendance.pulse) == (kept, True, 60)
    report.refresh_from_db()
    assert (report.business, report.lines.get().product_line) == (kept, kept.product_lines.get())


def test_two_reports_of_one_month_stop_the_merge(pair: tuple[Business, Business], rina: Person) -> None:
    for business in pair:
        Report.objects.create(business=business, month=date(2022, 3, 1), source="officer", by=rina)
    with pytest.raises(ValidationError, match="laporan bulanan"):
        merge_businesses(pair[0], rina, duplicate=pair[1])
    assert Business.objects.count() == 2
    assert [report.business for report in Report.objects.order_by("business__name")] == list(pair)
    assert not Entry.objects.exists()


def test_who_may_merge_and_what(
    pair: tuple[Business, Business],
    sari: Person,
    rina: Person,
    budi: Person,
    citra: Person,
    yogyakarta: Council,
    bantul: Council,
    member: Any,
    places: dict[str, Region],
    make_business: Make,
) -> None:
    kept, double = pair
    for person in (sari, budi, citra):
        with pytest.raises(PermissionDenied):
            merge_businesses(kept, person, duplicate=double)
    with pytest.raises(ValidationError):
        merge_businesses(kept, rina, duplicate=kept)
    elsewhere = Cluster.objects.create(name="Sentra Bantul", region=places["3402082001"])
    far = make_business("Mekar", within=elsewhere)
    with pytest.raises(PermissionDenied):
        merge_businesses(kept, rina, duplicate=far)
    with pytest.raises(PermissionDenied):  # two families side by side are nothing for a province
        merge_businesses(kept, member("Dewi", yogyakarta, Role.STAFF), duplicate=far)
    Membership.objects.create(person=rina, council=bantul, role=Role.STAFF)
    forget_reader(rina)
    with pytest.raises(ValidationError, match="kabupaten"):
        merge_businesses(kept, rina, duplicate=far)
    assert Business.objects.count() == 3


def test_an_owner_who_did_something_stays_known(pair: tuple[Business, Business], rina: Person) -> None:
    kept, double = pair
    Entry.objects.create(by=double.owner, verb="production.submit", subject="x")
    owner = double.owner
    merge_businesses(kept, rina, duplicate=double)
    assert Person.objects.filter(pk=owner.pk).exists()
    assert not Aspiration.objects.exists()


def test_an_owner_with_an_ikm_elsewhere_stays_known(
    pair: tuple[Business, Business], rina: Person, make_business: Make, places: dict[str, Region]
) -> None:
    """Rina, of Sleman, does not read what lies in Bantul; whether it is there counts all the same."""
    kept, double = pair
    elsewhere = make_business("Di Bantul")
    Business.objects.filter(pk=elsewhere.pk).update(owner=double.owner, region=places["3402"], cluster=None)
    with as_reader(rina):
        merge_businesses(kept, rina, duplicate=double)
    assert Person.objects.filter(pk=double.owner.pk).exists()
    assert Business.objects.get(pk=elsewhere.pk).owner == double.owner
