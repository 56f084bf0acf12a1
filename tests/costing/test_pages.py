"""The owner's pages of costs, by the personal link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from sambang.access.models import Person
from sambang.costing import operations, tkdn_rules
from sambang.costing.models import CostItem, CostSheet
from sambang.costing.queries import cluster_price_texts, missing_cost_questions
from sambang.insight.price_comparison import newest_released_year, released_at
from sambang.lib import clock
from sambang.owners.operations import make_link
from sambang.production.models import Report
from sambang.production.operations import Amount, submit_report
from sambang.registry.models import Business

pytestmark = pytest.mark.django_db
ROWS = (
    ("material", "kain", "0,75", "18.000", "", "100"),
    ("material", "benang", "", "1.500", "10", ""),
    ("labour", "upah jahit", "", "12 ribu", "", ""),
    ("overhead", "listrik", "", "3000", "", ""),
)


class OwnerClient(Client):
    """Came in by the personal link; each form names its business, as the pages do."""

    def __init__(self, business: Business, by: Person) -> None:
        super().__init__()
        self.business = business
        self.get(f"/saya/{make_link(business, by).token}/")

    def send(self, path: str, data: dict[str, Any] | None = None) -> Any:
        return self.post(path, {"business": str(self.business.pk), **(data or {})})


def sent(rows: tuple[tuple[str, ...], ...] = ROWS, **fields: str) -> dict[str, Any]:
    data = {"name": "Celana", "reject_percent": "", "margin_percent": "20", **fields}
    data |= {"biaya-TOTAL_FORMS": str(len(rows)), "biaya-INITIAL_FORMS": "0"}
    names = ("kind", "name", "quantity", "price", "pieces", "domestic_percent")
    for number, row in enumerate(rows):
        data |= {f"biaya-{number}-{name}": text for name, text in zip(names, row, strict=True)}
    return data


TWO_NUMBERS = {"name": "Celana", "material": "17.100", "labour": "12 ribu"}


def calculated(owner: OwnerClient, rows: tuple[tuple[str, ...], ...] = ROWS, **fields: str) -> str:
    """The address of a sheet begun from two numbers and refined to these rows."""
    address: str = owner.send("/saya/hpp/baru/", TWO_NUMBERS).headers["Location"]
    assert owner.send(address, sent(rows, **fields)).status_code == 302
    return address


def test_from_two_numbers_to_a_price(business: Business, rina: Person) -> None:
    owner = OwnerClient(business, rina)
    first = owner.get("/saya/hpp/baru/").text
    assert len(re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")', first)) == 3
    answer = owner.send("/saya/hpp/baru/", TWO_NUMBERS)
    page = owner.get(answer.headers["Location"]).content.decode()
    assert "Rp29.100" in page  # 17,100 + 12,000
    assert "Rp36.400" in page  # 29,100 / 0.8 = 36,375, rounded up
    assert "Listrik, gas atau air" in page


def test_saved_again_it_is_the_new_rows(business: Business, rina: Person) -> None:
    owner = OwnerClient(business, rina)
    calculated(owner)
    sheet = CostSheet.objects.get()
    assert [(item.name, str(item.quantity), item.price, item.pieces) for item in sheet.items.all()] == [
        ("kain", "0.750", 18_000, 1),
        ("benang", "1.000", 1_500, 10),
        ("upah jahit", "1.000", 12_000, 1),
        ("listrik", "1.000", 3_000, 1),
    ]
    again = owner.get(f"/saya/hpp/{sheet.pk}/").content.decode()
    assert 'value="0,75"' in again and 'value="18.000"' in again
    owner.send(f"/saya/hpp/{sheet.pk}/", sent(ROWS[:1], reject_percent="5"))
    sheet.refresh_from_db()
    assert (sheet.items.count(), sheet.reject_percent) == (1, 5)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (("material", "kain", "", "", "", ""), "belum terhitung"),
        (("material", "", "", "5000", "", ""), "Tulis nama biayanya"),
        (("material", "kain", "0", "5000", "", ""), "lebih dari 0"),
        (("material", "kain", "1,250", "5000", "", ""), "dapat berarti"),
        (("material", "kain", "1", "banyak", "", ""), "Tulis rupiah penuh"),
    ],
)
def test_a_wrong_row_says_what_is_wrong_and_saves_nothing(
    business: Business, rina: Person, row: tuple[str, ...], error: str
) -> None:
    owner = OwnerClient(business, rina)
    answer = owner.send(calculated(owner), sent((row,)))
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert CostSheet.objects.get().items.count() == len(ROWS)
    assert owner.send("/saya/hpp/baru/", {"name": "Rok", "material": "banyak", "labour": ""}).status_code == 422
    assert CostSheet.objects.count() == 1


def test_the_same_name_twice_is_refused(business: Business, rina: Person) -> None:
    owner = OwnerClient(business, rina)
    owner.send("/saya/hpp/baru/", TWO_NUMBERS)
    assert owner.send("/saya/hpp/baru/", TWO_NUMBERS).status_code == 422
    assert CostSheet.objects.count() == 1


def test_only_the_owner_reads_and_writes(
    business: Business, make_business: Callable[..., Business], rina: Person, client: Client
) -> None:
    OwnerClient(business, rina).send("/saya/hpp/baru/", TWO_NUMBERS)
    sheet = CostSheet.objects.get()
    neighbour = OwnerClient(make_business("Tetangga"), rina)
    assert neighbour.get(f"/saya/hpp/{sheet.pk}/").status_code == 404
    assert neighbour.send(f"/saya/hpp/{sheet.pk}/hapus/", {"yakin": "1"}).status_code == 404
    client.force_login(rina)
    assert client.get(f"/saya/hpp/{sheet.pk}/").status_code == 302
    with pytest.raises(PermissionDenied):
        operations.save_cost_sheet(business, rina, sheet=sheet, fields={}, items=[])


def test_the_owner_deletes_it(business: Business, rina: Person) -> None:
    owner = OwnerClient(business, rina)
    owner.send("/saya/hpp/baru/", TWO_NUMBERS)
    owner.send(f"/saya/hpp/{CostSheet.objects.get().pk}/hapus/", {"yakin": "1"})
    assert not CostSheet.objects.exists()


def test_the_released_price_of_the_sentra_stands_beside_it(
    business: Business, make_business: Callable[..., Business], rina: Person
) -> None:
    year = clock.today().year - 2  # released for sure
    for number, maker in enumerate([business, *(make_business(f"Jahit {number}") for number in range(4))]):
        sold = {maker.product_lines.get(): Amount(Decimal(10), (40 + 5 * number) * 10_000, "10")}
        found = submit_report(maker, maker.owner, month=date(year, 5, 1), source="owner", amounts=sold)
        Report.objects.filter(pk=found.pk).update(submitted_at=datetime(year, 6, 5, tzinfo=UTC))
    owner = OwnerClient(business, rina)
    page = owner.get(calculated(owner, name="seragam")).text
    shown = "seragam (stel): Rata-rata di sentra antara Rp43.000 dan Rp55.000." in page
    assert shown == (newest_released_year(clock.now()) == year)
    [(unit, text)] = cluster_price_texts(CostSheet.objects.get(), now=released_at(year))
    assert (unit, text) == ("stel", "Rata-rata di sentra antara Rp43.000 dan Rp55.000.")
    CostSheet.objects.update(name="Celana")
    assert cluster_price_texts(CostSheet.objects.get(), now=released_at(year)) == []


def test_what_is_there_is_not_asked_about() -> None:
    names = [("labour", "upah"), ("overhead", "Listrik dan bensin"), ("material", "benang"), ("material", "plastik")]
    items = [CostItem(kind=kind, name=name, price=1) for kind, name in names]
    questions = " ".join(str(question) for question in missing_cost_questions(items))
    assert "Upah" not in questions and "Listrik" not in questions and "Kemasan" not in questions
    assert "Mesin dan alat" in questions and "dikembalikan" in questions


def test_an_open_page_of_one_business_does_not_write_for_another(
    business: Business, make_business: Callable[..., Business], rina: Person
) -> None:
    owner = OwnerClient(business, rina)
    other = make_business("Usaha Lain")
    owner.get(f"/saya/{make_link(other, rina).token}/")  # the same browser
    assert owner.send("/saya/hpp/baru/", TWO_NUMBERS).status_code == 409
    assert not CostSheet.objects.exists()


def test_an_estimate_of_tkdn_keeps_its_rule_until_it_is_saved_again(
    business: Business, rina: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kain 13.500 at 100 %, ritsleting 2.500 at 0 %: 13.500 / 16.000 = 84,38 %. The second rule also covers labour,
    4.000 at 100 %: 17.500 / 20.000 = 87,5 %."""
    rows = (
        ("material", "kain", "0,75", "18.000", "", "100"),
        ("material", "ritsleting", "", "2.500", "", "0"),
        ("labour", "upah", "", "4.000", "", "100"),
    )
    owner = OwnerClient(business, rina)
    address = calculated(owner, rows)
    page = owner.get(address).text
    assert "84,38 %" in page and "Menurut Permenperin 35/2025, berlaku sejak 12 Des 2025" in page
    assert "Sekarang berlaku" not in page
    later = tmp_path / "tkdn_rules.csv"
    rule = "1-2026,Permenperin 1/2026,2026-01-01,material labour,contoh\n"
    later.write_text(tkdn_rules.TKDN_RULES_FILE.read_text(encoding="utf-8") + rule, encoding="utf-8")
    monkeypatch.setattr(tkdn_rules, "TKDN_RULES_FILE", later)
    tkdn_rules.rules.cache_clear()
    try:
        page = owner.get(address).text
        assert "84,38 %" in page and "Menurut Permenperin 35/2025" in page
        assert "Sekarang berlaku Permenperin 1/2026: simpan lagi" in page
        owner.send(address, sent(rows))
        page = owner.get(address).text
        assert "87,5 %" in page and "Menurut Permenperin 1/2026" in page and "Sekarang berlaku" not in page
    finally:
        tkdn_rules.rules.cache_clear()
    assert tkdn_rules.tkdn_rule_in_force(date(2025, 12, 11)) is None
