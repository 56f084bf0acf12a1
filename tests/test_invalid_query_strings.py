"""Pages answer every invalid query string in Indonesian, never with a server error."""

from __future__ import annotations

import pytest
from django.test import Client

from sambang.access.models import Person
from sambang.registry.models import Business

pytestmark = pytest.mark.slow

LISTS = (
    "/hasil/",
    "/daftar/",
    "/daftar/ikm/",
    "/daftar/impor/",
    "/kunjungan/",
    "/kunjungan/rencana/",
    "/aspirasi/",
    "/aspirasi/pokok/",
    "/tindakan/",
    "/tindakan/daftar/",
    "/tindakan/terlambat/",
    "/produksi/",
    "/pelatihan/",
    "/pelatihan/tangga/",
    "/pasar/",
    "/pasar/katalog/",
    "/perlu-disambang/",
    "/saya/tautan/",
    "/collect/",
    "/collect/kiriman/",
)
ODD = (
    "halaman=abc",
    "halaman=-1",
    "halaman=99999999999999999999",
    "sentra=bukan-uuid",
    "sentra=%00",
    "bulan=2022-13",
    "bulan=9999-12",
    "dewan=x",
    "keadaan=%00",
    "cari=%00",
    "cari=%F0%9F%A7%B5",
    "kbli=%00",
    "kecamatan=%00",
    "tenggat=99999999999",
    "sentra=00000000-0000-0000-0000-000000000000",
)


@pytest.mark.django_db
@pytest.mark.parametrize("address", LISTS)
def test_odd_questions_are_answered(client: Client, rina: Person, business: Business, address: str) -> None:
    client.force_login(rina)
    for odd in ODD:
        for form in ("", "&format=xlsx"):
            answer = client.get(f"{address}?{odd}{form}")
            assert answer.status_code in {200, 302, 404}, (address, odd, form)


@pytest.mark.django_db
def test_another_councils_sentra_as_a_filter_shows_nothing(client: Client, citra: Person, business: Business) -> None:
    client.force_login(citra)
    for address in LISTS:
        answer = client.get(f"{address}?sentra={business.cluster_id}")
        assert "Rahasia" not in answer.content.decode(), address
