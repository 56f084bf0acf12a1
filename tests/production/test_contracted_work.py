"""Contracted work (maklon): what a principal's production counts, known by hand, and who may say what about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from sambang.access.models import Person
from sambang.insight.panel_reader import read_columns
from sambang.lib.months import first_of_month
from sambang.production.amounts import Amount
from sambang.production.cell_rebuild import rebuild, verify
from sambang.production.contracted_work import (
    WorkData,
    answer_contracted_work,
    mark_contracted_work_paid,
    record_contracted_work,
    withdraw_contracted_work,
    works_changed_since,
)
from sambang.production.history import own_quantities
from sambang.production.models import CellSum, ContractedWork, Report
from sambang.production.operations import correct_report
from sambang.registry.models import Business

JANUARY, FEBRUARY = date(2022, 1, 1), date(2022, 2, 1)
BEFORE_MILLION, DOUBLE_MILLION, NET_MILLION = 11_000_000, 12_200_000, 11_000_000


@pytest.mark.parametrize(
    ("rows", "fees", "own"),
    [
        ([(1, 100.0, 10_000_000)], {}, [100.0]),
        ([(1, 100.0, 10_000_000)], {1: 1_200_000.0}, [88.0]),  # 100 × (1 − 1,2/10)
        ([(1, 100.0, 10_000_000), (2, 50.0, 5_000_000)], {2: 1_250_000.0}, [100.0, 37.5]),
        ([(1, 100.0, 10_000_000), (2, 50.0, None)], {2: 1_250_000.0}, [100.0, 37.5]),  # at 100.000 a piece
        ([(1, 10.0, 1_000_000)], {1: 2_000_000.0}, [0.0]),  # never below zero
        ([(1, 10.0, None)], {1: 500_000.0}, [10.0]),  # no value is known: in full
        ([(1, 0.0, 0)], {1: 500_000.0}, [0.0]),
    ],
)
def test_own_quantities_by_hand(
    rows: list[tuple[int, float, float | None]], fees: dict[int, float], own: list[float]
) -> None:
    assert own_quantities(rows, fees) == pytest.approx(own)


@pytest.fixture
def pair(make_business: Callable[..., Business], report: Callable[..., Report]) -> tuple[Business, Business]:
    """In January Atas makes 100 stel for 10 million, and Jahit sews 50 for others, at a fee of 20.000: 11 million. In
    February Jahit sews 60 of Atas's 100 as well: production is 11 million again, and 12,2 million are reported."""
    principal, contractor = make_business("Atas"), make_business("Jahit")
    report(principal, 2022, 1, 100, 10_000_000)
    report(contractor, 2022, 1, 50, 1_000_000)
    report(principal, 2022, 2, 100, 10_000_000)
    report(contractor, 2022, 2, 110, 2_200_000)
    return principal, contractor


def data_of(pair: tuple[Business, Business], month: date = FEBRUARY, fee: int = 1_200_000) -> WorkData:
    return WorkData(pair[0].product_lines.get(), pair[1], month, Decimal(60), fee)


def confirmed_work(pair: tuple[Business, Business], month: date = FEBRUARY, fee: int = 1_200_000) -> ContractedWork:
    principal, contractor = pair
    work = record_contracted_work(principal, principal.owner, data=data_of(pair, month, fee))
    return answer_contracted_work(work, contractor.owner, business=contractor, is_right=True)


def cell_sums() -> tuple[int, int]:
    """Volume of February and of January, rupiah, after checking that the cells are those of the reports."""
    assert verify() == ""
    [(num, den)] = CellSum.objects.filter(month=2022 * 12 + 1, gap=1).values_list("num", "den")
    return num, den


def test_goods_made_for_another_count_once(pair: tuple[Business, Business], sari: Person) -> None:
    principal, contractor = pair
    assert cell_sums() == (DOUBLE_MILLION, BEFORE_MILLION)
    work = record_contracted_work(principal, principal.owner, data=data_of(pair))
    assert cell_sums() == (DOUBLE_MILLION, BEFORE_MILLION)  # one side alone changes nothing
    before = timezone.now()
    answer_contracted_work(work, contractor.owner, business=contractor, is_right=True)
    assert cell_sums() == (NET_MILLION, BEFORE_MILLION)
    rebuild()
    assert cell_sums() == (NET_MILLION, BEFORE_MILLION)
    [row] = [row for row in read_columns("3404", until=FEBRUARY).reports.to_pylist() if row["quantity"] == 88]
    assert (row["value"], row["volume"], row["volume_before"]) == (8_800_000, 8_800_000, 10_000_000)
    assert [(key, month) for key, month, _at in works_changed_since("34", before)] == [(principal.pk, FEBRUARY)]
    [line] = principal.product_lines.all()
    report = Report.objects.latest_version().get(business=principal, month=FEBRUARY)
    doubled = {line: Amount(Decimal(200), 20_000_000, "200")}
    correct_report(report, sari, amounts=doubled, source=Report.Source.OFFICER)
    assert cell_sums() == (18_800_000 + 2_200_000, BEFORE_MILLION)  # 200 × (1 − 1,2/20) = 188
    withdraw_contracted_work(work, principal.owner, because="Salah bulan")
    assert cell_sums() == (22_200_000, BEFORE_MILLION)
    with pytest.raises(ValidationError):
        withdraw_contracted_work(work, principal.owner, because="Lagi")
    assert [key for key, _month, _at in works_changed_since("34", timezone.now())] == []


def test_work_confirmed_before_the_report_counts_too(
    pair: tuple[Business, Business], report: Callable[..., Report]
) -> None:
    confirmed_work(pair, date(2022, 3, 1))
    report(pair[0], 2022, 3, 100)  # without a value: at the mean price of the line, 100.000
    assert verify() == ""
    [num] = CellSum.objects.filter(month=2022 * 12 + 2, gap=1).values_list("num", flat=True)
    assert num == 8_800_000


def test_who_answers_and_what_is_refused(
    pair: tuple[Business, Business], sari: Person, make_business: Callable[..., Business]
) -> None:
    principal, contractor = pair
    stranger = make_business("Lain")
    with pytest.raises(ValidationError, match="nilai yang dilaporkan"):
        record_contracted_work(principal, principal.owner, data=data_of(pair, fee=10_000_001))
    with pytest.raises(PermissionDenied):
        record_contracted_work(principal, stranger.owner, data=data_of(pair))
    with pytest.raises(ValidationError, match="pekerjaan sendiri"):
        record_contracted_work(principal, sari, data=data_of((principal, principal)))
    with pytest.raises(ValidationError, match="belum tiba"):
        record_contracted_work(principal, sari, data=data_of(pair, date(2999, 1, 1)))
    work = record_contracted_work(principal, sari, data=data_of(pair))
    with pytest.raises(ValidationError, match="sudah dicatat"):
        record_contracted_work(principal, sari, data=data_of(pair))
    for by, business in ((sari, contractor), (stranger.owner, stranger), (contractor.owner, principal)):
        with pytest.raises(PermissionDenied):
            answer_contracted_work(work, by, business=business, is_right=True)
    with pytest.raises(ValidationError):
        mark_contracted_work_paid(work, contractor.owner, business=contractor, is_paid=True)
    answer_contracted_work(work, contractor.owner, business=contractor, is_right=True)
    assert work.state == ContractedWork.State.ASKED
    answer_contracted_work(work, principal.owner, business=principal, is_right=True)
    assert work.state == ContractedWork.State.CONFIRMED
    with pytest.raises(ValidationError):
        answer_contracted_work(work, contractor.owner, business=contractor, is_right=False)
    with pytest.raises(ValidationError, match="Hanya pengerja"):
        mark_contracted_work_paid(work, principal.owner, business=principal, is_paid=True)
    mark_contracted_work_paid(work, contractor.owner, business=contractor, is_paid=True)
    assert work.paid_on == timezone.localdate()
    mark_contracted_work_paid(work, contractor.owner, business=contractor, is_paid=False)
    assert work.paid_on is None


def test_refused_work_is_recorded_anew(pair: tuple[Business, Business]) -> None:
    principal, contractor = pair
    work = record_contracted_work(principal, principal.owner, data=data_of(pair))
    answer_contracted_work(work, contractor.owner, business=contractor, is_right=False)
    assert (work.state, cell_sums()[0]) == (ContractedWork.State.REFUSED, DOUBLE_MILLION)
    with pytest.raises(ValidationError, match="disangkal"):
        answer_contracted_work(work, contractor.owner, business=contractor, is_right=True)
    again = confirmed_work(pair, fee=600_000)
    assert cell_sums() == (9_400_000 + 2_200_000, BEFORE_MILLION)
    assert again.month == first_of_month(FEBRUARY)


def test_a_withdrawn_record_is_entered_anew(pair: tuple[Business, Business]) -> None:
    """The same product, contractor and month: withdrawn after both confirmed it, then recorded with the right fee."""
    principal, contractor = pair
    wrong = confirmed_work(pair)
    withdraw_contracted_work(wrong, contractor.owner, because="Upahnya keliru")
    assert cell_sums() == (DOUBLE_MILLION, BEFORE_MILLION)
    again = record_contracted_work(principal, principal.owner, data=data_of(pair, fee=600_000))
    assert (again.state, cell_sums()) == (ContractedWork.State.ASKED, (DOUBLE_MILLION, BEFORE_MILLION))
    answer_contracted_work(again, contractor.owner, business=contractor, is_right=True)
    assert cell_sums() == (9_400_000 + 2_200_000, BEFORE_MILLION)  # 100 × (1 − 0,6/10) = 94
    with pytest.raises(ValidationError, match="sudah disangkal atau ditarik"):
        answer_contracted_work(wrong, contractor.owner, business=contractor, is_right=True)
    assert cell_sums() == (9_400_000 + 2_200_000, BEFORE_MILLION)
    changed = {(key, month) for key, month, _at in works_changed_since("34", wrong.recorded_at)}
    assert changed == {(principal.pk, FEBRUARY)}
