"""Registering and changing an IKM on its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Council, Person, Role
from sambang.registry.encryption import decrypt_nik, digest, encrypt_nik
from sambang.registry.models import Business, Cluster

pytestmark = pytest.mark.django_db
NIK = "3404072502869997"
Enter = Callable[[Person], Client]


def sealed(business: Business) -> Business:
    business.nik_encrypted, business.nik_digest = encrypt_nik(NIK), digest(NIK)
    business.address = "Joho RT 02 Rahasia"
    business.save(update_fields=["nik_encrypted", "nik_digest", "address"])
    return business


BUSINESS = {"name": "Jahit Mekar", "owner_name": "Wati", "status": "producing"}


def test_registering_a_business(signed_in: Enter, sari: Person, budi: Person, citra: Person, cluster: Cluster) -> None:
    address = reverse("registry:business_create", args=[cluster.pk])
    assert signed_in(budi).get(address).status_code == 403
    assert signed_in(budi).post(address, BUSINESS).status_code == 403
    assert signed_in(citra).post(address, BUSINESS).status_code == 404
    client = signed_in(sari)
    said = {
        **BUSINESS,
        "nik": NIK,
        "phone": "0812 0000 2373",
        "investment": "Rp 45.000.000,-",
        "workers_male": "1",
        "workers_female": "4",
        "product": "Seragam",
        "unit": "Stel",
        "annual_sales": "162.000.000",
    }
    assert client.post(address, said).status_code == 302
    [made] = Business.objects.all()
    assert (made.phone, made.investment, made.workers, made.region) == (
        "+6281200002373",
        45_000_000,
        5,
        cluster.region,
    )
    assert decrypt_nik(made.nik_encrypted) == NIK
    [line] = made.product_lines.all()
    assert (line.name, line.unit, line.annual_value) == ("Seragam", "stel", 162_000_000)


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("nik", "340407250286999", "16 angka"),
        ("nik", "34040725O2869997", "angka saja"),
        ("nib", "123", "13 angka"),
        ("npwp", "12345678901234567", "15, 16, atau 22"),
        ("phone", "tidak punya", "nomor"),
        ("investment", "lima atau enam juta", "rupiah penuh"),
        ("workers_male", "-1", ""),
        ("product", "Seragam", "diisi bersama"),
    ],
)
def test_errors_are_reported_and_nothing_is_stored(
    signed_in: Enter, sari: Person, cluster: Cluster, field: str, typed: str, error: str
) -> None:
    people = Person.objects.count()
    page = signed_in(sari).post(
        reverse("registry:business_create", args=[cluster.pk]), {**BUSINESS, "name": "Salah", field: typed}
    )
    assert page.status_code == 422
    assert error in page.text
    assert not Business.objects.exists()
    assert Person.objects.count() == people


@pytest.mark.parametrize("npwp", ["01.234.567.8-901.234", "3404072502869997", "0123456789012345678901"])
def test_every_kind_of_npwp(signed_in: Enter, sari: Person, cluster: Cluster, npwp: str) -> None:
    signed_in(sari).post(reverse("registry:business_create", args=[cluster.pk]), {**BUSINESS, "npwp": npwp})
    assert Business.objects.get().npwp == "".join(letter for letter in npwp if letter.isdigit())


def test_changing_a_business_leaves_what_others_changed_and_what_is_hidden(
    signed_in: Enter, sari: Person, budi: Person, yogyakarta: Council, member: Any, business: Business
) -> None:
    sealed(business)
    address = reverse("registry:business_change", args=[business.pk])
    assert signed_in(budi).get(address).status_code == 403
    province = member("Dewi", yogyakarta, Role.STAFF)
    client = signed_in(province)
    assert "RT 02 Rahasia" not in client.get(address).text
    said = {
        "name": business.name,
        "owner_name": business.owner.name,
        "status": "paused",
        "region": business.region_id,
        "industry": f"{business.industry.code} ({business.industry.version})" if business.industry else "",
        "phone": "",
        "address": "",
        "nik": "",
    }
    assert client.post(address, said).status_code == 302
    business.refresh_from_db()
    assert (business.status, business.phone, business.address) == ("paused", "+6281200000001", "Joho RT 02 Rahasia")
    assert decrypt_nik(business.nik_encrypted) == NIK
    shown = signed_in(sari).get(address).text
    assert NIK not in shown
