"""Contracted work (maklon) on the owners' links and on the office's list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from sambang.access.models import Person
from sambang.lib import clock
from sambang.lib.months import add_months, first_of_month
from sambang.owners.operations import make_link
from sambang.production.contracted_work import WorkData, record_contracted_work
from sambang.production.models import ContractedWork
from sambang.registry.models import Business, Cluster, Region
from tests.owner_client import OwnerClient
from tests.owner_messages import assert_message_needs_a_number


@pytest.fixture
def last() -> date:
    return add_months(first_of_month(clock.today()), -1)


def test_recorded_by_one_owner_and_confirmed_by_the_other(
    signed_in: Callable[[Person], Client],
    phone: OwnerClient,
    business: Business,
    make_business: Callable[..., Business],
    rina: Person,
    citra: Person,
    last: date,
) -> None:
    assert "anggota sentra" in phone.get("/saya/jual/maklon/baru/").text
    partner = make_business("Jahit Rekan")
    [line] = business.product_lines.all()
    sent = {"product_line": line.pk, "contractor": partner.pk, "month": f"{last:%Y-%m}", "quantity": "2 kodi"}
    assert phone.post("/saya/jual/maklon/baru/", sent).status_code == 422  # no fee
    sent |= {"fee": "600.000"}
    for wrong in ({"quantity": "banyak"}, {"quantity": "0"}, {"month": "2999-01"}, {"contractor": business.pk}):
        assert phone.post("/saya/jual/maklon/baru/", sent | wrong).status_code == 422, wrong
    assert phone.post("/saya/jual/maklon/baru/", sent).status_code == 302
    assert phone.post("/saya/jual/maklon/baru/", sent).status_code == 422  # twice
    work = ContractedWork.objects.get()
    assert (work.quantity, work.fee, work.month, work.state) == (Decimal(40), 600_000, last, "asked")
    other = OwnerClient(partner)
    other.get(f"/saya/{make_link(partner, rina).token}/")
    page = other.get("/saya/jual/maklon/").text
    assert "Jahit Rahasia" in page
    assert f"/{work.pk}/jawab/benar/" in page
    assert f"/{work.pk}/jawab/benar/" not in phone.get("/saya/jual/maklon/").text  # already confirmed by that side
    assert other.post(f"/saya/jual/maklon/{work.pk}/jawab/entah/").status_code == 404
    assert other.post(f"/saya/jual/maklon/{work.pk}/jawab/benar/").status_code == 302
    assert "upah belum diterima" in phone.get("/saya/jual/maklon/").text
    assert other.post(f"/saya/jual/maklon/{work.pk}/upah/diterima/").status_code == 302
    work.refresh_from_db()
    assert (work.state, work.paid_on) == ("confirmed", clock.today())
    desk = signed_in(rina)
    assert "dibenarkan keduanya" in desk.get("/maklon/?upah=sudah").text
    assert "Jahit Rekan" not in desk.get("/maklon/?upah=belum&keadaan=confirmed").text
    assert desk.get("/maklon/?format=xlsx").headers["Content-Type"].endswith("sheet")
    assert phone.post(f"/saya/jual/maklon/{work.pk}/tarik/", {"because": " "}).status_code == 422
    assert phone.post(f"/saya/jual/maklon/{work.pk}/tarik/", {"because": "Jumlahnya keliru"}).status_code == 302
    assert "Jumlahnya keliru" in other.get("/saya/jual/maklon/").text
    assert "Jumlahnya keliru" not in desk.get("/maklon/").text
    assert "Jumlahnya keliru" in desk.get("/maklon/?keadaan=withdrawn").text
    assert "Jahit Rekan" not in signed_in(citra).get("/maklon/?keadaan=withdrawn").text


def test_the_office_records_for_an_ikm_outside_the_sentra(
    signed_in: Callable[[Person], Client],
    business: Business,
    make_business: Callable[..., Business],
    places: dict[str, Region],
    rina: Person,
    budi: Person,
    last: date,
) -> None:
    elsewhere = Cluster.objects.create(name="Sentra Lain", region=places["3404072003"], commodity="Konveksi")
    partner = make_business("Jahit Jauh", within=elsewhere)
    client = signed_in(rina)
    address = f"/maklon/baru/{business.pk}/"
    assert "Jahit Jauh" not in client.get(address).text
    chosen = f"{address}?sentra={elsewhere.pk}"
    assert "Jahit Jauh" in client.get(chosen).text
    [line] = business.product_lines.all()
    sent = {"product_line": line.pk, "contractor": partner.pk, "month": f"{last:%Y-%m}", "quantity": "5", "fee": "9000"}
    assert client.post(chosen, sent).status_code == 302
    work = ContractedWork.objects.get()
    assert (work.principal_confirmed_at, work.contractor_confirmed_at) == (None, None)
    assert client.get(f"/maklon/{work.pk}/pesan/").url.startswith("https://wa.me/6281200000001")
    assert_message_needs_a_number(client, f"/maklon/{work.pk}/pesan/", partner)
    assert client.post(f"/maklon/{work.pk}/tarik/", {"because": "Keliru"}).status_code == 302
    assert client.get(f"/maklon/{work.pk}/pesan/").status_code == 404
    assert signed_in(budi).get(address).status_code == 403


def test_the_list_costs_the_same_at_any_length(
    signed_in: Callable[[Person], Client],
    business: Business,
    make_business: Callable[..., Business],
    rina: Person,
    last: date,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    [line] = business.product_lines.all()
    for number in range(6):
        data = WorkData(line, make_business(f"Jahit {number}"), last, Decimal(1), 1_000)
        record_contracted_work(business, rina, data=data)
    client = signed_in(rina)
    client.get("/maklon/")
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        assert "Jahit 5" in client.get("/maklon/").text
