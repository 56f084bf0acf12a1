"""Who may read whose name: a province reads figures and IKM, never who stands behind one; nor finds it by searching."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from python_calamine import CalamineWorkbook

from sambang.access.models import Council, Membership, Person, Role
from sambang.access.permissions import may_somewhere
from sambang.aspirations.models import Aspiration
from sambang.production.amounts import NONE_MADE
from sambang.production.operations import submit_report
from sambang.registry import operations
from sambang.registry.models import Business, Cluster, Permit
from sambang.registry.personal_names import NameReader
from sambang.registry.queries import businesses_for
from sambang.visits.models import Visit

MONTH = date(2022, 3, 1)


@pytest.fixture
def dewi(member: Callable[..., Person], yogyakarta: Council) -> Person:
    """Staff of the province."""
    return member("Dewi", yogyakarta, Role.STAFF)


@pytest.fixture
def both(citra: Person, yogyakarta: Council) -> Person:
    """Staff of Bantul and of the province above it."""
    Membership.objects.create(person=citra, council=yogyakarta, role=Role.STAFF)
    return citra


@pytest.fixture
def spoken(business: Business, sari: Person) -> Aspiration:
    return Aspiration.objects.create(
        business=business, kind="constraint", text="Pasar sepi", difficulty="marketing", noted_by=sari
    )


def page(client: Client, person: Person, address: str) -> str:
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_a_search_looks_only_into_names_that_one_may_read(
    client: Client, business: Business, spoken: Aspiration, sari: Person, dewi: Person
) -> None:
    for reader, found in ((sari, True), (business.owner, True), (dewi, False)):
        rows = businesses_for(reader).named("Pemilik", reader)
        assert (list(rows) == [business]) is found, reader
        heard = Aspiration.objects.visible_to(reader).matching("Pemilik", reader)
        assert (list(heard) == [spoken]) is found, reader
        assert ("Jahit Rahasia" in page(client, reader, "/daftar/ikm/?cari=Pemilik")) is found
    assert list(businesses_for(dewi).named("Rahasia", dewi)) == [business]
    head = business.cluster.head if business.cluster else None
    assert head is not None
    assert list(businesses_for(head).named("Pemilik", head)) == [business]


def test_a_province_reads_no_owner_no_head_and_no_number(
    client: Client, business: Business, spoken: Aspiration, sari: Person, dewi: Person
) -> None:
    Business.objects.filter(pk=business.pk).update(nib="9120001234567")
    Permit.objects.create(business=business, kind="halal", number="ID-HALAL-7")
    pages = (
        f"/daftar/ikm/{business.pk}/",
        f"/daftar/sentra/{business.cluster_id}/",
        "/daftar/",
        f"/pasar/ikm/{business.pk}/",
        "/aspirasi/",
    )
    for reader, reads in ((sari, True), (dewi, False)):
        text = "".join(page(client, reader, address) for address in pages)
        for word in (business.owner.name, "Supri Peraga", "9120001234567", "ID-HALAL-7"):
            assert (word in text) is reads, (reader, word)
        assert "Jahit Rahasia" in text


def test_merging_is_limited_to_the_regency(
    client: Client, business: Business, make_business: Callable[..., Business], rina: Person, dewi: Person
) -> None:
    twin = make_business("Jahit Kembar")
    assert not may_somewhere(dewi, "registry.merge")
    assert may_somewhere(rina, "registry.merge")
    with pytest.raises(PermissionDenied):
        operations.merge_businesses(business, dewi, duplicate=twin)
    client.force_login(dewi)
    assert client.get(f"/daftar/ikm/{business.pk}/gabung/").status_code == 403
    assert client.get(f"/daftar/sentra/{business.cluster_id}/ketua/").status_code == 403
    operations.merge_businesses(business, rina, duplicate=twin)


def test_a_form_of_the_province_neither_shows_nor_changes_who_it_is(
    client: Client, business: Business, cluster: Cluster, sari: Person, dewi: Person
) -> None:
    address = f"/daftar/ikm/{business.pk}/ubah/"
    assert business.owner.name not in page(client, dewi, address)
    assert (
        client.post(address, {"name": "Jahit Baru", "owner_name": "Orang Lain", "status": "producing"}).status_code
        == 302
    )
    business.refresh_from_db()
    assert (business.name, business.owner.name, business.phone) == (
        "Jahit Baru",
        "Pemilik Jahit Rahasia",
        "+6281200000001",
    )
    visit = Visit.objects.create(
        region=cluster.region,
        cluster=cluster,
        planned_for=MONTH,
        held_on=MONTH,
        state="held",
        purpose="Sambang",
        planned_by=sari,
    )
    known = visit.attendances.create(business=business, present=True, represented_by="Wakil Rahasia", noted_by=sari)
    address = f"/aspirasi/kunjungan/{visit.pk}/ikm/{business.pk}/"
    assert "Wakil Rahasia" not in page(client, dewi, address)
    assert client.post(address, {"present": "yes", "represented_by": "Lain"}).status_code == 302
    known.refresh_from_db()
    assert known.represented_by == "Wakil Rahasia"
    assert "Wakil Rahasia" in page(client, sari, address)


def test_who_belongs_to_both_is_judged_row_by_row(
    client: Client, business: Business, cluster: Cluster, places: object, sari: Person, both: Person
) -> None:
    """The figures of an IKM of Bantul one by one; of Sleman only how many reported."""
    [line] = business.product_lines.all()
    report = submit_report(business, sari, month=MONTH, amounts={line: NONE_MADE}, source="officer")
    text = page(client, both, "/produksi/?bulan=2022-03")
    assert "Jahit Rahasia" not in text
    assert "Sleman" in text
    for address in (
        f"/produksi/ikm/{business.pk}/",
        f"/produksi/ikm/{business.pk}/2022-03/",
        f"/produksi/laporan/{report.pk}/",
        f"/produksi/laporan/{report.pk}/betulkan/",
        f"/saya/tautan/{cluster.pk}/",
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/saya/tautan/ikm/{business.pk}/buat/").status_code == 404
    assert "Sentra Joho" not in page(client, both, "/saya/tautan/")
    client.force_login(both)
    book = client.get("/produksi/?bulan=2022-03&format=xlsx").content
    assert "Jahit Rahasia" not in str(CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python())
    assert "Jahit Rahasia" in page(client, sari, "/produksi/?bulan=2022-03")


def test_who_did_something_is_named_to_those_near_to_themselves_and_if_an_official(
    business: Business, dewi: Person, sari: Person
) -> None:
    owner, far = business.owner, NameReader(dewi)
    assert far.actor(owner, may_see_place=True) == owner.name
    assert far.actor(owner, may_see_place=False) == "pemilik atau ketua sentra"
    assert NameReader(owner).actor(owner, may_see_place=False) == owner.name
    assert far.actor(sari, may_see_place=False) == "Sari"
    assert far.actor(None, may_see_place=True) == ""
