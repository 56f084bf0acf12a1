"""Reports: who may, which months, versions, and questions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.lib import clock
from sambang.lib.months import add_months, first_of_month
from sambang.production.amounts import Amount, read_amount
from sambang.production.models import Report, ReportLine, current_report
from sambang.production.operations import correct_report, require_reportable_month, submit_report, withdraw_report
from sambang.production.plausibility import UsualFigures, line_questions, questions
from sambang.production.queries import businesses_expected_to_report, has_reported, report_of
from sambang.registry.models import Business, ProductLine
from tests.production.conftest import Reporter

MARCH = date(2022, 3, 1)


def amounts_of(business: Business, quantity: str = "400", value: int | None = None) -> dict[Any, Amount]:
    [line] = business.product_lines.all()
    return {line: Amount(Decimal(quantity), value, quantity)}


def test_an_officer_and_the_owner_report_and_it_is_remembered(business: Business, sari: Person) -> None:
    kept = submit_report(business, sari, month=date(2022, 3, 17), amounts=amounts_of(business), source="officer")
    assert (kept.month, kept.by, kept.source) == (MARCH, sari, "officer")
    assert list(ReportLine.objects.values_list("report", "quantity", "entered")) == [
        (kept.pk, Decimal("400.000"), "400")
    ]
    [entry] = Entry.objects.all()
    assert (entry.verb, entry.result) == ("production.submit", f"production.Report:{kept.pk}")
    by_owner = submit_report(
        business, business.owner, month=date(2022, 4, 1), amounts=amounts_of(business), source="owner"
    )
    assert by_owner.by == business.owner


def test_who_may_not_writes_nothing(business: Business, budi: Person, citra: Person, make_business: Any) -> None:
    neighbour = make_business("Tetangga").owner
    for stranger in (budi, citra, neighbour):
        with pytest.raises(PermissionDenied):
            submit_report(business, stranger, month=MARCH, amounts=amounts_of(business), source="officer")
    assert list(Report.objects.all()) == []
    assert list(Entry.objects.all()) == []


def test_a_month_is_reported_once(business: Business, sari: Person, report: Reporter) -> None:
    first = report(business, 2022, 3, 400)
    with pytest.raises(ValidationError, match="sudah melapor Maret 2022"):
        report(business, 2022, 3, 500)
    assert list(Report.objects.all()) == [first]
    assert Entry.objects.count() == 1


def test_impossible_months_are_refused(business: Business, sari: Person) -> None:
    this_month = first_of_month(timezone.localdate())
    business.established = 2019
    business.save(update_fields=["established"])
    for month, word in [
        (add_months(this_month, 1), "belum tiba"),
        (date(2018, 12, 1), "belum berdiri"),
        (date(202, 1, 1), "terlalu lama lalu"),
    ]:
        with pytest.raises(ValidationError, match=word):
            submit_report(business, sari, month=month, amounts=amounts_of(business), source="officer")
    [line] = business.product_lines.all()
    line.started_on, line.ended_on = date(2020, 5, 20), date(2021, 2, 3)
    line.save(update_fields=["started_on", "ended_on"])
    for month, word in [(date(2020, 4, 1), "baru dibuat sejak Mei 2020"), (date(2021, 3, 1), "tidak dibuat lagi")]:
        with pytest.raises(ValidationError, match=word):
            submit_report(business, sari, month=month, amounts=amounts_of(business), source="officer")
    assert list(Report.objects.all()) == []
    submit_report(business, sari, month=date(2020, 5, 1), amounts=amounts_of(business), source="officer")
    submit_report(business, sari, month=date(2021, 2, 1), amounts=amounts_of(business), source="officer")


@pytest.mark.parametrize(
    ("established", "month", "refused"),
    [
        (None, date(2000, 1, 1), ""),
        (None, date(1999, 12, 1), "terlalu lama lalu"),
        (2020, date(2020, 1, 1), ""),
        (2020, date(2019, 12, 1), "belum berdiri pada Desember 2019 .berdiri 2020."),
        (None, date(2026, 4, 1), ""),
        (None, date(2026, 5, 1), "belum tiba: laporan paling baru untuk April 2026"),
    ],
)
@time_machine.travel("2026-03-31 17:00Z", tick=False)  # the first minute of April in Yogyakarta
def test_the_first_and_the_last_month_are_reported_and_none_beyond(
    business: Business, established: int | None, month: date, refused: str
) -> None:
    business.established = established
    with pytest.raises(ValidationError, match=refused) if refused else nullcontext():
        require_reportable_month(business, month)


def test_of_a_long_note_300_letters_are_stored(business: Business, sari: Person) -> None:
    submitted = submit_report(
        business, sari, month=MARCH, amounts=amounts_of(business), source="officer", note="a" * 301
    )
    corrected = correct_report(submitted, sari, amounts=amounts_of(business, "40"), source="officer", note="b" * 301)
    assert list(Report.objects.order_by("note").values_list("note", flat=True)) == ["a" * 300, "b" * 300]
    assert corrected.note == "b" * 300


def test_of_a_quantity_60_typed_letters_are_stored(business: Business) -> None:
    [line] = business.product_lines.all()
    words = "dua ratus dua puluh dua ribu dua ratus dua puluh dua kodi dua lusin"
    amount = read_amount(line, words)
    assert (amount.quantity, amount.entered) == (222_222 * 20 + 24, words[:60])


def test_a_closed_business_refuses_the_months_after(business: Business, sari: Person) -> None:
    business.status, business.closed_on = Business.Status.CLOSED, date(2022, 3, 1)
    business.save(update_fields=["status", "closed_on"])
    with pytest.raises(ValidationError, match="tercatat tutup sejak 01-03-2022"):
        submit_report(business, sari, month=MARCH, amounts=amounts_of(business), source="officer")
    submit_report(business, sari, month=date(2022, 2, 1), amounts=amounts_of(business), source="officer")


def test_amounts_must_be_this_business_own(business: Business, sari: Person, make_business: Any) -> None:
    other = make_business("Jahit Lain")
    with pytest.raises(ValidationError, match="bukan produk"):
        submit_report(business, sari, month=MARCH, amounts=amounts_of(other), source="officer")
    with pytest.raises(ValidationError, match="Belum ada produk"):
        submit_report(business, sari, month=MARCH, amounts={}, source="officer")
    with pytest.raises(ValidationError, match="kurang dari nol"):
        submit_report(business, sari, month=MARCH, amounts=amounts_of(business, "-1"), source="officer")
    with pytest.raises(ValidationError, match="kurang dari nol"):
        submit_report(business, sari, month=MARCH, amounts=amounts_of(business, "NaN"), source="officer")


def test_a_correction_keeps_the_old_version(business: Business, sari: Person, budi: Person, report: Reporter) -> None:
    old = report(business, 2022, 3, 400)
    with pytest.raises(PermissionDenied):
        correct_report(old, budi, amounts=amounts_of(business, "40"), source="officer")
    with pytest.raises(ValidationError, match="Tidak ada angka yang berubah"):
        correct_report(old, sari, amounts=amounts_of(business, "400"), source="officer")
    new = correct_report(old, sari, amounts=amounts_of(business, "40"), source="officer", note="salah nol")
    old.refresh_from_db()
    assert old.replaced_by == new
    assert list(Report.objects.latest_version()) == [new]
    assert [line.quantity for line in old.lines.all()] == [Decimal(400)]
    with pytest.raises(ValidationError, match="versi yang lebih baru"):
        correct_report(old, sari, amounts=amounts_of(business, "41"), source="officer")
    newest = correct_report(new, sari, amounts=amounts_of(business, "400"), source="officer")
    assert list(Report.objects.latest_version()) == [newest]


def test_a_withdrawn_report_is_missing_not_zero(
    business: Business, sari: Person, budi: Person, citra: Person, report: Reporter
) -> None:
    """The report of another IKM: it counts nowhere, its month can be reported anew, and what was known stays known."""
    month = date(2022, 3, 1)
    wrong = report(business, 2022, 3, 400)
    counted_at = wrong.submitted_at
    for stranger in (budi, citra):
        with pytest.raises(PermissionDenied):
            withdraw_report(wrong, stranger, because="IKM lain")
    with pytest.raises(ValidationError):
        withdraw_report(wrong, sari, because=" ")
    withdraw_report(wrong, sari, because="Milik IKM lain")
    assert not Business.objects.filter(has_reported(month)).exists()
    assert report_of(business, month) is None and list(Report.objects.latest_version()) == []
    assert list(Report.objects.filter(current_report(at=counted_at))) == [wrong]
    assert list(Report.objects.filter(current_report(at=clock.now()))) == []
    for again in (
        lambda: withdraw_report(wrong, sari, because="Lagi"),
        lambda: correct_report(wrong, sari, amounts=amounts_of(business, "40"), source="officer"),
    ):
        with pytest.raises(ValidationError):
            again()
    anew = report(business, 2022, 3, 40)
    assert report_of(business, month) == anew
    wrong.refresh_from_db()
    assert (wrong.withdrawn_by, wrong.withdrawn_because) == (sari, "Milik IKM lain")


def test_a_report_is_withdrawn_on_its_page(
    signed_in: Callable[[Person], Client], business: Business, sari: Person, report: Reporter
) -> None:
    client, wrong = signed_in(sari), report(business, 2022, 3, 400)
    page = client.get(reverse("production:report_detail", args=[wrong.pk])).content.decode()
    address = reverse("production:report_withdraw", args=[wrong.pk])
    assert address in page
    assert client.post(address, {"because": ""}).status_code == 422
    assert client.post(address, {"because": "Milik IKM lain"}).status_code == 302
    page = client.get(reverse("production:report_detail", args=[wrong.pk])).content.decode()
    assert "Milik IKM lain" in page and address not in page
    assert client.post(address, {"because": "Dua kali"}).status_code == 422


def test_a_report_costs_few_queries(
    business: Business, sari: Person, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    amounts = amounts_of(business)
    with django_assert_max_num_queries(22):
        submit_report(business, sari, month=MARCH, amounts=amounts, source="officer")


@pytest.mark.parametrize(
    ("quantity", "asked"),
    [
        ("400", None),
        ("700", None),  # Lebaran
        ("0", None),  # a month of nothing is a fact
        ("4000", "maksudnya 400 potong"),
        ("4800", "maksudnya 400 potong"),
        ("8000", "maksudnya 400 potong"),
        ("40", "kurang angka nol"),
        ("33", "maksudnya 33 lusin"),
        ("20", "maksudnya 20 kodi"),
    ],
)
def test_slips_are_asked_about(business: Business, report: Reporter, quantity: str, asked: str | None) -> None:
    [line] = business.product_lines.all()
    line.unit = "potong"
    line.save(update_fields=["unit"])
    for month in (1, 2, 3):
        report(business, 2022, month, 380 + 10 * month)
    found = questions(business, date(2022, 4, 1), amounts_of(business, quantity))
    assert len(found) == (asked is not None)
    assert asked is None or asked in found[0]


@pytest.mark.parametrize(
    ("amount", "usual", "asked"),
    [
        (Amount(Decimal("499.999")), UsualFigures(Decimal(100)), 0),
        (Amount(Decimal(500)), UsualFigures(Decimal(100)), 1),
        (Amount(Decimal("20.001")), UsualFigures(Decimal(100)), 0),
        (Amount(Decimal(20)), UsualFigures(Decimal(100)), 1),
        (Amount(Decimal(0), 0), UsualFigures(Decimal(100), Decimal(100)), 0),
        (Amount(Decimal(100), 49_999), UsualFigures(Decimal(100), Decimal(100)), 0),
        (Amount(Decimal(100), 50_000), UsualFigures(Decimal(100), Decimal(100)), 1),
        (Amount(Decimal(100), 2_001), UsualFigures(Decimal(100), Decimal(100)), 0),
        (Amount(Decimal(100), 2_000), UsualFigures(Decimal(100), Decimal(100)), 1),
        (Amount(Decimal("499.999")), UsualFigures(capacity=Decimal(100)), 0),
        (Amount(Decimal(500)), UsualFigures(capacity=Decimal(100)), 1),
        (Amount(Decimal(500)), UsualFigures(Decimal(400), capacity=Decimal(100)), 0),
    ],
)
def test_five_times_or_a_fifth_of_the_usual_is_asked_about(amount: Amount, usual: UsualFigures, asked: int) -> None:
    assert len(line_questions(ProductLine(name="Kebaya", unit="potong"), amount, usual)) == asked


def test_an_odd_price_is_asked_about(business: Business, report: Reporter) -> None:
    report(business, 2022, 2, 400, 8_000_000)
    assert questions(business, MARCH, amounts_of(business, "400", 8_500_000)) == []
    [asked] = questions(business, MARCH, amounts_of(business, "400", 850_000))
    assert "biasanya sekitar Rp20.000" in asked


@pytest.mark.parametrize(
    ("closed_on", "last"),
    [
        (date(2022, 3, 1), date(2022, 2, 1)),
        (date(2022, 3, 2), MARCH),
        (date(2022, 3, 31), MARCH),
        (date(2022, 1, 1), date(2021, 12, 1)),
    ],
)
def test_the_month_of_closing_is_reported_and_expected_unless_closed_on_its_first_day(
    business: Business, sari: Person, closed_on: date, last: date
) -> None:
    business.closed_on, business.status = closed_on, Business.Status.CLOSED
    business.save(update_fields=["closed_on", "status"])
    for month in (last, add_months(last, 1)):
        is_expected = businesses_expected_to_report(sari, month).filter(pk=business.pk).exists()
        assert is_expected == (month == last)
    with pytest.raises(ValidationError, match="tercatat tutup"):
        submit_report(business, sari, month=add_months(last, 1), amounts=amounts_of(business), source="officer")
    assert submit_report(business, sari, month=last, amounts=amounts_of(business), source="officer").month == last
