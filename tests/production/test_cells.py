"""The cells that live in the database equal those that the reports give, whatever came and in whatever order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from sambang.access.models import Person
from sambang.lib.months import add_months, months_between
from sambang.production.amounts import Amount
from sambang.production.cell_rebuild import ledger_sums, rebuild, stored_sums, verify
from sambang.production.cells import MAX_VOLUME
from sambang.production.history import LINES_SQL
from sambang.production.models import Cell, CellChange, CellEvent, CellSum, Price, Report, ReportLine
from sambang.production.operations import correct_report, submit_report, withdraw_report
from sambang.registry.dto import business_data
from sambang.registry.models import Business, Cluster, Industry, ProductLine, Region
from sambang.registry.operations import change_business, close_business, merge_businesses, reopen_business
from sambang_stats.cells import Cells

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2019, 1, 1), date(2022, 12, 1)


def cells() -> list[tuple[int, ...]]:
    """Month, gap, count, num, den of every cell, in order."""
    return list(CellSum.objects.order_by("month", "gap").values_list("month", "gap", "count", "num", "den"))


def everything() -> list[object]:
    """Every row that the cells are made of."""
    columns = ("pk", "gap", "volume", "volume_before")
    return [
        sorted(ReportLine.objects.values_list(*columns)),
        sorted(Price.objects.values_list("product_line", "year", "price", "origin")),
        sorted(CellSum.objects.values_list("cell", "month", "gap", "count", "num", "den")),
        sorted(CellChange.objects.values_list("event", "cell", "month", "gap", "count", "num", "den")),
    ]


def month_number(year: int, month: int) -> int:
    return year * 12 + month - 1


class TestOneLine:
    """Known by hand."""

    def test_a_first_report_links_to_nothing(self, business: Business, report: Callable[..., Report]) -> None:
        report(business, 2022, 3, 10, 1_000)
        line = ReportLine.objects.get()
        assert (line.gap, line.volume, line.volume_before) == (None, 1_000, None)
        assert cells() == []

    def test_the_next_one_links_to_it_and_one_between_splits_the_link(
        self, business: Business, report: Callable[..., Report]
    ) -> None:
        report(business, 2022, 3, 10, 1_000)
        report(business, 2022, 6, 30, 3_000)
        assert cells() == [(month_number(2022, 6), 3, 1, 3_000, 1_000)]
        report(business, 2022, 5, 20, 2_000)
        assert cells() == [
            (month_number(2022, 5), 2, 1, 2_000, 1_000),
            (month_number(2022, 6), 1, 1, 3_000, 2_000),
        ]
        assert [event.verb for event in CellEvent.objects.order_by("pk")] == ["production.submit"] * 2
        assert CellChange.objects.filter(count=-1).count() == 1

    def test_a_silence_of_more_than_a_year_is_not_bridged(
        self, business: Business, report: Callable[..., Report]
    ) -> None:
        report(business, 2021, 1, 10, 1_000)
        report(business, 2022, 2, 10, 1_000)
        assert cells() == []
        assert [line.gap for line in ReportLine.objects.all()] == [None, None]

    def test_january_values_both_sides_at_the_year_before(
        self, business: Business, report: Callable[..., Report]
    ) -> None:
        report(business, 2021, 12, 10, 1_000)
        report(business, 2022, 1, 10, 2_000)
        report(business, 2023, 1, 10, 5_000)
        assert cells() == [
            (month_number(2022, 1), 1, 1, 1_000, 1_000),
            (month_number(2023, 1), 12, 1, 2_000, 2_000),
        ]
        assert dict(Price.objects.values_list("year", "price")) == {2021: 100.0, 2022: 100.0, 2023: 200.0}
        assert list(Price.objects.order_by("year").values_list("origin", flat=True)) == ["carried", "own", "own"]

    def test_a_correction_takes_the_old_version_out(
        self, business: Business, sari: Person, report: Callable[..., Report]
    ) -> None:
        report(business, 2022, 3, 10, 1_000)
        wrong = report(business, 2022, 4, 200, None)
        [line] = business.product_lines.all()
        correct_report(wrong, sari, amounts={line: Amount(Decimal(20), None, "20")}, source="officer")
        assert cells() == [(month_number(2022, 4), 1, 1, 2_000, 1_000)]
        assert verify() == ""

    def test_a_withdrawn_report_leaves_no_trace_in_the_sums(
        self, business: Business, sari: Person, report: Callable[..., Report]
    ) -> None:
        report(business, 2022, 3, 10, 1_000)
        wrong = report(business, 2022, 4, 200, 20_000)
        report(business, 2022, 5, 20, 2_000)
        withdraw_report(wrong, sari, because="IKM lain")
        assert cells() == [(month_number(2022, 5), 2, 1, 2_000, 1_000)]
        assert verify() == ""
        report(business, 2022, 4, 10, 1_000)
        assert [row[:2] for row in cells()] == [(month_number(2022, 4), 1), (month_number(2022, 5), 1)]
        assert verify() == ""

    def test_a_closing_is_a_zero_and_reopening_takes_it_back(
        self, business: Business, rina: Person, report: Callable[..., Report]
    ) -> None:
        report(business, 2022, 3, 10, 1_000)
        close_business(business, rina, closed_on=date(2022, 5, 20))
        assert cells() == [(month_number(2022, 5), -2, 1, 0, 1_000)]
        assert verify() == ""
        reopen_business(business, rina)
        assert cells() == []
        assert [event.verb for event in CellEvent.objects.order_by("pk")] == [
            "registry.close_business",
            "registry.reopen_business",
        ]

    def test_a_birth_stands_at_gap_nought(
        self, make_business: Callable[..., Business], report: Callable[..., Report]
    ) -> None:
        born = make_business("Baru", established=2022)
        report(born, 2022, 3, 10, 1_000)
        assert cells() == [(month_number(2022, 3), 0, 1, 1_000, 0)]
        report(born, 2022, 2, 20, 2_000)
        assert cells() == [
            (month_number(2022, 2), 0, 1, 2_000, 0),
            (month_number(2022, 3), 1, 1, 1_000, 2_000),
        ]


class TestPrices:
    def test_without_a_value_the_neighbours_price_is_borrowed_and_stays(
        self, make_business: Callable[..., Business], report: Callable[..., Report]
    ) -> None:
        silent, first, second = (make_business(name) for name in ("A", "B", "C"))
        report(silent, 2022, 1, 10)
        assert list(Price.objects.values_list("price", "origin")) == [(1000.0, "unknown")]
        for neighbour, price in ((first, 100), (second, 200)):
            report(neighbour, 2021, 12, 10, 10 * price)
            report(neighbour, 2022, 1, 10, 10 * price)
        report(silent, 2022, 2, 10)
        of_silent = Price.objects.filter(product_line__business=silent)
        assert list(of_silent.values_list("price", "origin")) == [(150.0, "borrowed")]
        third = make_business("D")
        report(third, 2021, 12, 10, 90_000)
        report(third, 2022, 1, 10, 90_000)
        report(silent, 2022, 3, 10)
        assert list(of_silent.values_list("price", "origin")) == [(150.0, "borrowed")]
        assert verify() == ""
        report(silent, 2021, 3, 10, 7_000)
        assert dict(of_silent.values_list("year", "price")) == {2021: 700.0, 2022: 700.0}
        assert verify() == ""

    def test_a_volume_that_nobody_makes_is_refused(self, business: Business, report: Callable[..., Report]) -> None:
        report(business, 2022, 1, 1, 10**9)
        before = everything()
        with pytest.raises(ValidationError, match="seribu triliun"):
            report(business, 2022, 2, MAX_VOLUME // 10**9 + 1, None)
        assert everything() == before

    def test_the_greatest_volume_is_stored_and_no_rupiah_more(
        self, business: Business, report: Callable[..., Report]
    ) -> None:
        assert report(business, 2022, 1, 1, MAX_VOLUME).lines.get().volume == MAX_VOLUME
        with pytest.raises(ValidationError, match="seribu triliun"):
            report(business, 2022, 2, 1, MAX_VOLUME + 1)


@dataclass
class World:
    """Some IKM of two sentra, and everything that may happen to them."""

    sari: Person
    rina: Person
    places: list[Region]
    industries: list[Industry]
    businesses: list[Business]
    dice: random.Random
    done: dict[str, int] = field(default_factory=dict)

    def step(self) -> None:
        act = self.dice.choices(
            [self.submit, self.correct, self.withdraw, self.close_or_open, self.move, self.join],
            weights=[60, 22, 8, 7, 9, 2],
        )[0]
        try:
            act(self.dice.choice(self.businesses))
        except ValidationError:
            self.done["refused"] = self.done.get("refused", 0) + 1
        else:
            self.done[act.__name__] = self.done.get(act.__name__, 0) + 1

    def amounts(self, business: Business) -> dict[ProductLine, Amount]:
        lines = list(business.product_lines.order_by("name", "unit"))
        told = self.dice.sample(lines, self.dice.randint(1, len(lines)))
        return {line: self.amount() for line in told}

    def amount(self) -> Amount:
        quantity = Decimal(self.dice.choice([0, self.dice.randint(1, 90_000)])) / 1000
        value = self.dice.choice([None, None, int(quantity * self.dice.randint(500, 90_000))])
        return Amount(quantity, value, "")

    def submit(self, business: Business) -> None:
        month = self.dice.choice(list(months_between(FIRST, LAST)))
        submit_report(business, self.sari, month=month, amounts=self.amounts(business), source="officer")

    def correct(self, business: Business) -> None:
        reports = list(Report.objects.latest_version().filter(business=business).order_by("month"))
        if reports:
            report = self.dice.choice(reports)
            correct_report(report, self.sari, amounts=self.amounts(business), source="officer")

    def withdraw(self, business: Business) -> None:
        reports = list(Report.objects.latest_version().filter(business=business).order_by("month"))
        if reports:
            withdraw_report(self.dice.choice(reports), self.sari, because="IKM lain")

    def close_or_open(self, business: Business) -> None:
        business.refresh_from_db()
        if business.status == Business.Status.CLOSED:
            reopen_business(business, self.rina)
        else:
            day = add_months(FIRST, self.dice.randint(12, 50)).replace(day=self.dice.randint(1, 28))
            close_business(business, self.rina, closed_on=day)

    def move(self, business: Business) -> None:
        business.refresh_from_db()
        data = business_data(business)
        change: dict[str, object] = self.dice.choice(
            [
                {"region": self.dice.choice(self.places)},
                {"industry": self.dice.choice(self.industries)},
                {"established": self.dice.choice([None, 2018, 2019, 2020, 2021])},
            ]
        )
        change_business(business, self.rina, data=type(data)(**{**data.__dict__, **change}))

    def join(self, business: Business) -> None:
        other = self.dice.choice(self.businesses)
        if len(self.businesses) > 5:
            kept, double = Business.objects.get(pk=business.pk), Business.objects.get(pk=other.pk)
            merge_businesses(kept, self.rina, duplicate=double)
            self.businesses.remove(other)


@pytest.fixture
def world(
    make_business: Callable[..., Business],
    cluster: Cluster,
    places: dict[str, Region],
    garment: Industry,
    sari: Person,
    rina: Person,
) -> World:
    batik = Industry.objects.create(version="2025", code="13134", title="Batik", source="uji")
    village = Region.objects.create(
        code="3404072001", name="Caturtunggal", level="village", parent_id="340407", source="uji"
    )
    other = Cluster.objects.create(name="Sentra Lain", region=village)
    businesses = [make_business(f"Jahit {n}", within=[cluster, other][n % 2]) for n in range(14)]
    for business in businesses[::3]:
        ProductLine.objects.create(business=business, name="Kaos", unit="kodi")
    industries = [garment, batik]
    return World(sari, rina, [cluster.region, village], industries, businesses, random.Random(17))


@pytest.mark.slow
def test_live_equals_rebuilt_whatever_happens(world: World) -> None:
    """1,200 events out of order; after every hundred all is equal, and what was known then is still known."""
    known: dict[int, Cells] = {}
    for _ in range(12):
        for _ in range(100):
            world.step()
        assert verify() == ""
        every = list(Cell.objects.values_list("pk", flat=True))
        known[CellEvent.objects.latest("pk").pk] = stored_sums(every)
        assert ledger_sums(every).equals(stored_sums(every))
    assert len(known) == 12 and len(known[max(known)]) > 100
    assert {"submit", "correct", "withdraw", "close_or_open", "move", "join", "refused"} <= world.done.keys()
    for event, then in known.items():
        assert ledger_sums(every, until=event).equals(then)
    before = everything()
    rebuild()
    assert everything() == before


def test_a_business_is_found_without_reading_the_table(business: Business) -> None:
    """SQLite once took the index of `replaced_by`, where all the latest reports stand under one null."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + LINES_SQL.replace("KEYS", "%s"), [business.pk.hex])
            plan = [row[3] for row in cursor.fetchall()]
            assert any("business_id=?" in step for step in plan)
            assert not any("SCAN" in step or "replaced_by_id=?" in step for step in plan)
        rows = connection.introspection.get_constraints(cursor, Report._meta.db_table).values()
    assert not any(row["columns"] == ["replaced_by_id"] and row["index"] and not row["unique"] for row in rows)
