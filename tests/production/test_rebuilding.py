"""`sambang cells verify` finds one wrong digit wherever it stands; `rebuild` mends it and fills what is empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from sambang.access.models import Person
from sambang.audit.append_only import triggers_dropped
from sambang.production.models import CellChange, CellEvent, CellSum, Price, Report, ReportLine
from sambang.production.queries import has_unlinked_lines
from sambang.registry.models import Business, Cluster, ProductLine, Region
from sambang.registry.operations import close_business, merge_businesses
from tests.production.test_cells import everything

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
type Reporter = Callable[..., Report]


@pytest.fixture
def some(make_business: Callable[..., Business], report: Reporter, rina: Person) -> list[Business]:
    """Three IKM with a year of reports; one was born in it, one closed."""
    businesses = [make_business("A"), make_business("B", established=2021), make_business("C")]
    for business in businesses:
        for month in (1, 2, 4, 7, 12):
            report(business, 2021, month, 10 * month, 1_000 * month)
        report(business, 2022, 1, 50)
    close_business(businesses[2], rina, closed_on=date(2022, 6, 10))
    return businesses


def command(act: str, **options: object) -> str:
    out = StringIO()
    call_command("cells", act, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_all_is_equal(some: list[Business]) -> None:
    assert "sama sampai angka terakhir" in command("verify")
    assert CellSum.objects.filter(gap=0).exists() and CellSum.objects.filter(gap__lt=0).exists()


@pytest.mark.parametrize(
    ("flip", "said"),
    [
        (
            lambda: CellSum.objects.filter(pk=CellSum.objects.earliest("pk").pk).update(num=F("num") + 1),
            r"isi sel berbeda \+0 baris, \+1 rupiah",
        ),
        (lambda: CellSum.objects.filter(gap__lt=0).delete(), "isi sel berbeda -1 baris"),
        (
            lambda: CellChange.objects.filter(pk=CellChange.objects.latest("pk").pk).update(den=F("den") - 1),
            "buku besar berbeda",
        ),
        (lambda: ReportLine.objects.filter(gap=2).update(volume=F("volume") + 1), "Baris laporan .* tersimpan"),
        (lambda: ReportLine.objects.filter(gap=2).update(volume_before=F("volume_before") + 1), "Baris laporan"),
        (lambda: ReportLine.objects.filter(gap=2).update(gap=3), "Baris laporan"),
        (lambda: Price.objects.filter(year=2022).update(price=F("price") * 1.0000001), "Harga"),
    ],
)
def test_one_wrong_digit_is_corrected(some: list[Business], flip: Callable[[], object], said: str) -> None:
    with triggers_dropped(connection):
        flip()
    with pytest.raises(CommandError, match=said) as found:
        command("verify")
    assert "cells rebuild" in str(found.value)
    command("rebuild")
    assert "sama sampai angka terakhir" in command("verify")


def test_the_database_refuses_to_change_or_remove_what_the_ledger_says(some: list[Business]) -> None:
    for trial in (
        lambda: CellChange.objects.update(den=1),
        lambda: CellChange.objects.all()._raw_delete("default"),
        lambda: CellEvent.objects.update(verb="lain"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            trial()
    assert "sama sampai angka terakhir" in command("verify")


def test_zero_rows_say_the_same_as_none(some: list[Business]) -> None:
    row = CellSum.objects.earliest("pk")
    CellSum.objects.create(cell=row.cell, month=1, gap=1, count=0, num=0, den=0)
    assert "sama sampai angka terakhir" in command("verify")


def test_a_region_is_looked_at_by_itself(
    some: list[Business], make_business: Callable[..., Business], places: dict[str, Region], report: Reporter
) -> None:
    CellSum.objects.update(num=F("num") + 1)
    assert "sama sampai angka terakhir" in command("verify", region="3402")
    with pytest.raises(CommandError, match="isi sel"):
        command("verify", region="3404")


def test_a_database_from_before_is_filled(some: list[Business]) -> None:
    lines = sorted(ReportLine.objects.values_list("pk", "gap", "volume", "volume_before"))
    sums = sorted(CellSum.objects.values_list("month", "gap", "count", "num", "den"))
    CellSum.objects.all().delete()
    with triggers_dropped(connection):
        CellChange.objects.all().delete()
        CellEvent.objects.all().delete()
    Price.objects.all().delete()
    ReportLine.objects.update(gap=None, volume=None, volume_before=None)
    assert has_unlinked_lines()
    call_command("cells", "rebuild", verbosity=0)
    assert not has_unlinked_lines()
    assert sorted(ReportLine.objects.values_list("pk", "gap", "volume", "volume_before")) == lines
    assert sorted(CellSum.objects.values_list("month", "gap", "count", "num", "den")) == sums
    assert set(CellEvent.objects.values_list("verb", flat=True)) == {"cells.rebuild"}
    assert "sama sampai angka terakhir" in command("verify")


def test_an_unlinked_business_links_itself_at_its_next_report(some: list[Business], report: Reporter) -> None:
    CellSum.objects.all().delete()
    with triggers_dropped(connection):
        CellChange.objects.all().delete()
    Price.objects.all().delete()
    ReportLine.objects.update(gap=None, volume=None, volume_before=None)
    for business in some[:2]:
        report(business, 2022, 3, 5)
    assert ReportLine.objects.filter(report__business__in=some[:2], volume=None).count() == 0
    command("rebuild")
    assert "sama sampai angka terakhir" in command("verify")


def test_what_fails_leaves_the_cells_alone(some: list[Business], report: Reporter, rina: Person, budi: Person) -> None:
    before = everything()
    with pytest.raises(ValidationError, match="sudah melapor"):
        report(some[0], 2021, 4, 999)
    with pytest.raises(ValidationError, match="yang sama"):
        merge_businesses(some[0], rina, duplicate=some[1])
    with pytest.raises(PermissionDenied):
        close_business(some[0], budi, closed_on=date(2022, 6, 10))
    assert everything() == before


def test_two_products_of_one_name_become_one_line(
    make_business: Callable[..., Business], rina: Person, report: Reporter, cluster: Cluster
) -> None:
    kept, double = make_business("A"), make_business("A (lama)")
    report(kept, 2022, 1, 10, 1_000)
    report(double, 2022, 3, 30, 3_000)
    assert not CellSum.objects.exists()
    merge_businesses(kept, rina, duplicate=double)
    assert list(CellSum.objects.values_list("gap", "count", "num", "den")) == [(2, 1, 3_000, 1_000)]
    assert ProductLine.objects.count() == 1
    assert "sama sampai angka terakhir" in command("verify")
