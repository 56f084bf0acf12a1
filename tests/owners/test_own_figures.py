"""What is in it for the owner: the own curve and season, a year to keep, a price beside the sentra's that tells
nobody's, who changed a figure, and what became of what was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from sambang.access.models import Person
from sambang.aspirations.operations import group_aspirations, note_aspiration
from sambang.insight.price_comparison import PriceRange, cluster_prices, newest_released_year, product_key, released_at
from sambang.lib.months import add_months
from sambang.owners.own_figures import cluster_response_text, curves_of, price_text, season_of, year_summary
from sambang.owners.queries import previous_month
from sambang.production.amounts import Amount
from sambang.production.models import Report, ReportLine
from sambang.production.operations import correct_report, submit_report, withdraw_report
from sambang.registry.models import Business, Cluster

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 1, tzinfo=UTC)
BEFORE = datetime(2024, 1, 20, tzinfo=UTC)


def report(business: Business, by: Person, month: date, quantity: int, value: int | None = None) -> Report:
    source = "owner" if by == business.owner else "officer"
    amounts = {business.product_lines.get(): Amount(Decimal(quantity), value, str(quantity))}
    found = submit_report(business, by, month=month, source=source, amounts=amounts)
    Report.objects.filter(pk=found.pk).update(submitted_at=BEFORE)
    return found


def test_a_season_is_shown_after_two_nearly_full_years() -> None:
    flat = {date(2022, month, 1): Decimal(10) for month in range(1, 13)}
    assert season_of(flat) == {}
    busy = {date(year, month, 1): Decimal(30 if month == 6 else 10) for year in (2022, 2023) for month in range(1, 13)}
    season = season_of(busy)
    assert season[6] == pytest.approx(30 / (140 / 12)) and season[1] == pytest.approx(10 / (140 / 12))
    assert season_of({day: value for day, value in busy.items() if day.year == 2022 or day.month < 10}) == {}


def test_the_owner_sees_curve_season_and_year(business: Business, sari: Person, phone: Client) -> None:
    for year in (2022, 2023):
        for month in range(1, 13):
            by = business.owner if month > 3 else sari
            report(business, by, date(year, month, 1), 30 if month == 6 else 10, 500_000 if month < 3 else None)
    [curve] = curves_of(business, last=date(2023, 12, 1))
    assert [bar.height for bar in curve.bars[-12:]] == [33] * 5 + [100] + [33] * 6
    assert curve.bars[0].height is None and curve.bars[0].text == ""
    assert "paling ramai Juni (257%" in curve.season
    page = phone.get("/saya/produksi/")
    assert page.status_code == 200 and "/saya/produksi/2022/" in page.text
    summary = year_summary(business, 2023)
    [product] = summary.products
    assert (summary.months_reported, summary.by_owner, product.total, product.value) == (12, 9, 140, 1_000_000)
    assert product.price == 50_000 and price_text(product) == "Harga rata-rata Anda Rp50.000 per stel."
    text = phone.get("/saya/produksi/2023/").text
    assert "140 stel" in text and "Rp1.000.000" in text and "12 dari 12 bulan" in text
    paper = phone.get("/saya/produksi/2023/produksi.pdf")
    words = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(paper.content)).pages)
    assert "Jahit Rahasia" in words and "Pemilik Jahit Rahasia" in words and "140 stel" in words
    picture = Image.open(BytesIO(phone.get("/saya/produksi/2023/produksi.png").content))
    assert picture.format == "PNG" and picture.width > 700
    assert phone.get("/saya/produksi/2099/").status_code == 404
    assert "Tidak ada laporan" in phone.get("/saya/produksi/2001/").text


@pytest.fixture
def sellers(make_business: Callable[..., Business]) -> list[Business]:
    """Five owners who sell one each, at 40, 45, 50, 55 and 60 thousand."""
    found = [make_business(f"Jahit {number}") for number in range(5)]
    for number, business in enumerate(found):
        report(business, business.owner, date(2023, 5, 1), 1, (40 + 5 * number) * 1_000)
    return found


KEY = product_key("SERAGAM ", "Stel")
PRICE = PriceRange(43_000, 55_000)  # the geometric mean is 49,493; five owners: classes of 24 %


def test_a_price_of_the_sentra_is_released_once_and_rounded(sellers: list[Business], cluster: Cluster) -> None:
    just_before = released_at(2023) - timedelta(microseconds=1)
    assert cluster_prices(cluster, 2023, now=just_before) == {}
    assert cluster_prices(cluster, 2023, now=released_at(2023)) == {KEY: PRICE}
    assert (newest_released_year(just_before), newest_released_year(released_at(2023))) == (2022, 2023)
    assert cluster_prices(cluster, 2023, now=NOW) == {KEY: PRICE}
    assert "Rata-rata di sentra antara Rp43.000 dan Rp55.000." in price_text(year_summary(sellers[0], 2023).products[0])
    stored = Report.objects.get(business=sellers[0])
    line = sellers[0].product_lines.get()
    correct_report(stored, sellers[0].owner, amounts={line: Amount(Decimal(10), 9_000_000, "10")}, source="owner")
    late = sellers[1]
    submit_report(
        late,
        late.owner,
        month=date(2023, 6, 1),
        source="owner",
        amounts={late.product_lines.get(): Amount(Decimal(1), 9_000_000, "1")},
    )
    assert cluster_prices(cluster, 2023, now=NOW) == {KEY: PRICE}, "what comes later changes nothing"


@pytest.mark.parametrize("why", ["few", "one owner", "dominated"])
def test_no_price_that_tells_of_one(why: str, sellers: list[Business], cluster: Cluster) -> None:
    if why == "few":
        ReportLine.objects.filter(report__business__in=sellers[:2]).update(value=None)
    elif why == "one owner":
        Business.objects.filter(pk__in=[one.pk for one in sellers[:3]]).update(owner=sellers[0].owner)
    else:
        ReportLine.objects.filter(report__business=sellers[0]).update(quantity=10_000, value=400_000_000)
    assert cluster_prices(cluster, 2023, now=NOW) == {}


def test_who_changed_a_figure_is_shown(business: Business, sari: Person, phone: Client) -> None:
    month = previous_month()
    first = submit_report(
        business,
        business.owner,
        month=month,
        source="owner",
        amounts={business.product_lines.get(): Amount(Decimal(12), None, "12")},
    )
    assert "Angka Anda diubah" not in phone.get("/saya/").text
    correct_report(
        first, sari, amounts={business.product_lines.get(): Amount(Decimal(15), None, "15")}, source="officer"
    )
    for path in ("/saya/", "/saya/lapor/", f"/saya/lapor/{month:%Y-%m}/betulkan/"):
        text = " ".join(phone.get(path).text.split())
        assert "diubah Sari pada" in text and "Seragam: 12 stel" in text and "Seragam: 15 stel" in text
    assert "Angka Anda diubah" in phone.get("/saya/").text
    assert "Dicatat oleh Sari" in " ".join(phone.get("/saya/lapor/").text.split())
    again = Report.objects.get(business=business, replaced_by=None)
    correct_report(
        again, business.owner, amounts={business.product_lines.get(): Amount(Decimal(12), None, "12")}, source="owner"
    )
    assert "Angka Anda diubah" not in phone.get("/saya/").text


@pytest.mark.parametrize("is_own", [True, False])
def test_a_withdrawal_is_shown_with_person_time_and_reason(
    is_own: bool, business: Business, sari: Person, phone: Client
) -> None:
    """The figures only where the owner reported them: a report of the office may have been another IKM's."""
    month, amounts = previous_month(), {business.product_lines.get(): Amount(Decimal(12), None, "12")}
    by, source = (business.owner, "owner") if is_own else (sari, "officer")
    report = submit_report(business, by, month=month, amounts=amounts, source=source)
    withdraw_report(report, sari, because="Milik IKM lain")
    for path in ("/saya/", "/saya/lapor/", f"/saya/lapor/{month:%Y-%m}/"):
        text = " ".join(phone.get(path).text.split())
        assert "ditarik Sari pada" in text and "Milik IKM lain" in text
        assert ("Seragam: 12 stel" in text) is is_own
    submit_report(business, business.owner, month=month, amounts=amounts, source="owner")
    assert "Laporan Anda ditarik" not in phone.get("/saya/").text
    assert "ditarik Sari pada" in " ".join(phone.get("/saya/lapor/").text.split())


def test_thanks_come_with_the_sentras_share_as_a_class(
    business: Business, make_business: Callable[..., Business], phone: Client
) -> None:
    month = previous_month()
    others = [make_business(f"Jahit {number}") for number in range(3)]
    assert cluster_response_text(business, month) == "", "in a sentra of four a share tells who is missing"
    others.append(make_business("Jahit 4"))
    for one in others[:2]:
        report(one, one.owner, month, 5)
    form = phone.get(f"/saya/lapor/{month:%Y-%m}/").context["form"]
    sent = {row.quantity.html_name: "5" for row in form.rows()}
    answer = phone.post(f"/saya/lapor/{month:%Y-%m}/", sent, follow=True)
    assert "Terima kasih" in answer.text and "Di sentra Anda sudah 50–75% IKM yang melapor." in answer.text


def test_what_became_of_what_was_asked_stands_on_the_first_page(
    business: Business, cluster: Cluster, rina: Person, phone: Client
) -> None:
    raised = [
        note_aspiration(business, business.owner, kind="constraint", text=text, difficulty="capital")
        for text in ("Modal", "Mesin")
    ]
    assert "2 permintaan Anda:" in phone.get("/saya/").text
    group_aspirations(cluster, rina, aspirations=raised[:1], title="Modal", difficulty="capital")
    text = " ".join(phone.get("/saya/").text.split())
    assert text.count("1 permintaan Anda:") == 2 and "menunggu dibahas" in text


def test_the_curve_begins_where_the_last_three_years_do(business: Business) -> None:
    last = add_months(previous_month(), 0)
    report(business, business.owner, add_months(last, -40), 5)
    assert curves_of(business, last=last) == []
    report(business, business.owner, add_months(last, -35), 5)
    [curve] = curves_of(business, last=last)
    assert len(curve.bars) == 36 and curve.bars[0].height == 100 and timezone.now()
