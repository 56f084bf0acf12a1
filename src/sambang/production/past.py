"""Everything that was reported of a business, as the engine counts it: months as whole numbers, quantities as floats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import FloatField
from django.db.models.functions import Cast

from sambang.production.models import Line, Price
from sambang.registry.models import Business
from sambang_stats import month_of
from sambang_stats.prices import own_price

type Kept = tuple[int | None, int | None, int | None]
"""The linked columns of a line: gap, volume, volume before."""
type CellKey = tuple[UUID | None, str, int | None]
"""Primary keys of a cell's sentra, village and KBLI."""
type Priced = tuple[float, str]
"""Rupiah for one unit, and the Price.Origin."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a month's latest report."""

    pk: int
    month: int
    quantity: float
    value: int | None
    kept: Kept


@dataclass
class Past:
    """One business as it stands in the database: `told` and `prices` by product line, months in order."""

    business: UUID
    cell: CellKey
    established: int | None
    closed_on: date | None
    told: dict[UUID, list[Told]] = field(default_factory=dict)
    prices: dict[UUID, dict[int, Priced]] = field(default_factory=dict)

    @property
    def is_linked(self) -> bool:
        """False in a database that was filled before there were cells."""
        return all(said.kept[1] is not None for line in self.told.values() for said in line)

    @property
    def start(self) -> int | None:
        return begins(self.established, min((line[0].month for line in self.told.values()), default=None))

    @property
    def end(self) -> int | None:
        last = max((line[-1].month for line in self.told.values()), default=None)
        return ends(self.closed_on, self.start, last)

    def end_of(self, line: UUID) -> int | None:
        """Where a line's production ends as a zero: none where the unit lives."""
        end = self.end
        return end if end is not None and self.told[line][-1].month < end else None


def begins(established: int | None, first: int | None) -> int | None:
    """First month of production; None where it is old or not known. In the year it was founded, its first report says
    the month."""
    if not established:
        return None
    return first if first is not None and first // 12 <= established else established * 12


def ends(closed_on: date | None, start: int | None, last: int | None) -> int | None:
    """First month without production; the month of closing itself counts where it was still reported."""
    if closed_on is None:
        return None
    end = month_of(closed_on) if last is None else max(month_of(closed_on), last + 1)
    return end if start is None else max(end, start)


def own_prices(told: Iterable[Told]) -> dict[int, float]:
    """A line's value over quantity by year, of the months in which it told both."""
    sums: dict[int, list[int]] = {}
    for said in told:
        if said.value and said.quantity > 0:
            of_year = sums.setdefault(said.month // 12, [0, 0])
            of_year[0] += said.value
            of_year[1] += round(said.quantity * 1000)
    return {year: own_price(value, thousandths) for year, (value, thousandths) in sums.items()}


def read_past(businesses: Sequence[UUID]) -> list[Past]:
    """Three queries, whatever the number; those that never reported included."""
    facts = Business.objects.filter(pk__in=businesses).order_by("pk")
    pasts = {
        row[0]: Past(row[0], (row[1], row[2], row[3]), row[4], row[5])
        for row in facts.values_list("pk", "cluster", "region", "industry", "established", "closed_on")
    }
    lines = (
        Line.objects.filter(report__business__in=businesses, report__replaced_by=None)
        .order_by("product_line", "report__month")
        .values_list(
            "report__business", "product_line", "pk", "report__month", Cast("quantity", FloatField()), "value",
            "gap", "volume", "volume_before",
        )
    )  # fmt: skip
    for business, line, pk, month, quantity, value, *kept in lines:
        said = Told(pk, month.year * 12 + month.month - 1, quantity, value, (kept[0], kept[1], kept[2]))
        pasts[business].told.setdefault(line, []).append(said)
    prices = Price.objects.filter(product_line__business__in=businesses)
    for business, line, year, price, origin in prices.values_list(
        "product_line__business", "product_line", "year", "price", "origin"
    ):
        pasts[business].prices.setdefault(line, {})[year] = (price, origin)
    return list(pasts.values())
