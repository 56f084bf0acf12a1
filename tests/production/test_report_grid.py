"""The reports of a sentra's month on one page: by hand, row by row, and pasted from a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.production.models import Report
from sambang.production.plausibility import questions
from sambang.registry.models import Business, Cluster, ProductLine
from tests.markup import form_values
from tests.production.conftest import Reporter
from tests.production.test_operations import amounts_of

type Maker = Callable[..., Business]
JSON = {"headers": {"Accept": "application/json"}}
MARCH = date(2022, 3, 1)


@pytest.fixture
def page(cluster: Cluster) -> str:
    return reverse("production:report_grid", query={"bulan": "2022-03", "sentra": str(cluster.pk)})


@pytest.fixture
def paste(cluster: Cluster) -> str:
    return reverse("production:report_grid_paste", query={"bulan": "2022-03", "sentra": str(cluster.pk)})


def quantity(business: Business) -> str:
    [line] = business.product_lines.all()
    return f"{business.pk}-quantity-{line.pk}"


def value(business: Business) -> str:
    return quantity(business).replace("quantity", "value")


def figures() -> dict[str, tuple[Decimal, int | None]]:
    rows = Report.objects.latest_version().filter(month=MARCH)
    lines = rows.values_list("business__name", "lines__quantity", "lines__value")
    return {name: (amount, price) for name, amount, price in lines}


def test_one_save_stores_the_sentra_and_keeps_what_is_wrong(
    signed_in: Callable[..., Client], page: str, make_business: Maker, report: Reporter, sari: Person
) -> None:
    first, second, third, fourth = (make_business(name) for name in ("Satu", "Dua", "Tiga", "Empat"))
    report(third, 2022, 2, 400)
    client = signed_in(sari)
    typed = {
        **form_values(client.get(page).text),
        quantity(first): "3 lusin",
        value(first): "1.500.000",
        quantity(second): "0.500",
        quantity(third): "4.000",
    }
    answer = client.post(page, typed)
    assert answer.status_code == 422
    assert figures() == {"Satu": (Decimal(36), 1_500_000)}
    kept = form_values(answer.text)
    assert (kept[quantity(second)], kept[quantity(third)]) == ("0.500", "4.000")
    assert "Apakah maksudnya 400" in answer.text
    assert client.post(page, {**kept, quantity(second): "0", f"{third.pk}-checked": "on"}).status_code == 302
    assert figures() == {"Satu": (Decimal(36), 1_500_000), "Dua": (Decimal(0), None), "Tiga": (Decimal(4000), None)}
    assert not fourth.reports.exists()
    before = Report.objects.count()
    assert client.post(page, form_values(client.get(page).text)).status_code == 302
    assert Report.objects.count() == before  # nothing changed: no new version


def test_a_row_is_corrected_and_two_clerks_do_not_overwrite_each_other(
    signed_in: Callable[..., Client], page: str, make_business: Maker, report: Reporter, sari: Person
) -> None:
    shop = make_business("Satu")
    client = signed_in(sari)
    fields = form_values(client.get(page).text)
    report(shop, 2022, 3, 40)  # by somebody else, since
    row: dict[str, Any] = {name: text for name, text in fields.items() if name.startswith(str(shop.pk))}
    late = client.post(page, {**row, quantity(shop): "45"}, **JSON).json()["forms"][str(shop.pk)]
    assert "40" in late["errors"][0]["text"]
    assert figures() == {"Satu": (Decimal(40), None)}
    same = client.post(page, {**row, quantity(shop): "40"}, **JSON).json()["forms"][str(shop.pk)]
    assert (same["errors"], Report.objects.count()) == ([], 1)
    again = {**row, quantity(shop): "45", f"{shop.pk}-seen": late["seen"]}
    for _time in range(2):  # a double click
        assert client.post(page, again, **JSON).json()["forms"][str(shop.pk)]["errors"] == []
    assert figures() == {"Satu": (Decimal(45), None)}
    assert Report.objects.count() == 2
    untouched = client.post(page, row, **JSON).json()["forms"][str(shop.pk)]
    assert untouched["errors"] == []  # an empty row that was stored by another since: not touched
    assert figures() == {"Satu": (Decimal(45), None)}


@pytest.mark.parametrize(
    ("block", "found", "unread"),
    [
        ("Dua\t12\t600.000\nSatu\t3 lusin", {"Satu": "3 lusin", "Dua": "12"}, ""),
        ("satu\tSeragam\t40\nDUA\tseragam\t1,250", {"Satu": "40", "Dua": "1,250"}, ""),
        ("7\n9", {"Dua": "7", "Satu": "9"}, ""),  # without names, in the order of the page
        ("IKM\tJumlah\nTiga\t5\nSatu\t8", {"Satu": "8", "Dua": ""}, "IKM\tJumlah\nTiga\t5"),
        ("Satu\tSarung\t5", {"Satu": "", "Dua": ""}, "Satu\tSarung\t5"),
    ],
)
def test_a_pasted_block_is_typed_in_and_not_stored(
    signed_in: Callable[..., Client],
    paste: str,
    make_business: Maker,
    sari: Person,
    block: str,
    found: Any,
    unread: str,
) -> None:
    shops = [make_business("Satu"), make_business("Dua")]
    ProductLine.objects.create(business=shops[0], name="Kebaya", unit="potong")
    seragam = {shop: shop.product_lines.get(name="Seragam") for shop in shops}
    if "Seragam" not in block and "Sarung" not in block:
        ProductLine.objects.filter(name="Kebaya").delete()
    answer = signed_in(sari).post(paste, {"block": block})
    typed = form_values(answer.text)
    names = {shop.name: f"{shop.pk}-quantity-{line.pk}" for shop, line in seragam.items()}
    assert {name: typed[field] for name, field in names.items()} == found
    assert typed["block"] == unread
    assert ("dapat berarti" in answer.text) == ("1,250" in block)
    assert not Report.objects.exists()


def test_only_who_may_report_and_only_the_own_regency(
    signed_in: Callable[..., Client], page: str, paste: str, make_business: Maker, budi: Person, citra: Person
) -> None:
    shop = make_business("Satu")
    assert signed_in(budi).get(page).status_code == 403
    assert signed_in(budi).post(paste, {"block": "Satu\t4"}).status_code == 403
    answer = signed_in(citra).post(page, {f"{shop.pk}-seen": "", quantity(shop): "4"}, **JSON)
    assert answer.json()["forms"] == {}
    assert not Report.objects.exists()


def test_the_page_costs_the_same_at_any_length(
    signed_in: Callable[..., Client], page: str, make_business: Maker, sari: Person, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(sari)
    make_business("Satu")
    client.get(page)
    for number in range(5):
        make_business(f"Lagi {number}")
    with django_assert_max_num_queries(18):
        client.get(page)


@pytest.mark.parametrize(("amount", "is_asked"), [("499", False), ("500", True), ("999999999", True), ("0", False)])
def test_a_first_report_out_of_proportion_to_the_register_is_asked_about(
    make_business: Maker, amount: str, is_asked: bool
) -> None:
    shop = make_business("Satu")
    shop.product_lines.update(capacity=1200)  # a year
    asked = questions(shop, MARCH, amounts_of(shop, amount))
    assert bool(asked) is is_asked
    assert not is_asked or "100 stel sebulan" in asked[0]
