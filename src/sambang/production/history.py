"""A business's reports in the engine's representation (months as whole numbers, quantities as floats), and the prices
and links that follow from them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection

from sambang.lib.region_code import RegionCode, code_range
from sambang.production.models import Price, ReportLine
from sambang_stats.cells import GAPS
from sambang_stats.ledger import Change, LineState, with_closure
from sambang_stats.prices import line_prices, price_for

type StoredKey = UUID | str
"""A primary key as the database has it: SQLite keeps a UUID as 32 hex digits."""
type LinkColumns = tuple[int | None, int | None, int | None]
"""The linked columns of a line: gap, volume, volume before."""
type CellKey = tuple[StoredKey | None, str, int | None]
"""Primary keys of a cell's sentra, village and KBLI."""
type Priced = tuple[float, str]
"""Rupiah for one unit, and the Price.Origin."""
type PricesOfLine = dict[int, Priced]
"""Prices by year."""

# Raw SQL, because these statements run at every report: building them with the ORM took longer than updating the cells.
HISTORY_QUERY = """
    SELECT b.id, b.cluster_id, b.region_id, b.industry_id, b.established, b.closed_on, (
        SELECT c.id FROM production_cell AS c
        WHERE c.region_id = b.region_id
            AND (c.cluster_id = b.cluster_id OR (c.cluster_id IS NULL AND b.cluster_id IS NULL))
            AND (c.industry_id = b.industry_id OR (c.industry_id IS NULL AND b.industry_id IS NULL))
    )
    FROM registry_business AS b WHERE b.id IN (KEYS) ORDER BY b.id
"""
LOCK_CLAUSE = " FOR NO KEY UPDATE OF b"
LINES_SQL = """
    SELECT r.business_id, l.product_line_id, l.id, r.month, CAST(l.quantity AS DOUBLE PRECISION), l.value,
        l.gap, l.volume, l.volume_before
    FROM production_report AS r JOIN production_reportline AS l ON l.report_id = r.id
    WHERE r.replaced_by_id IS NULL AND r.withdrawn_at IS NULL AND r.business_id IN (KEYS)
    ORDER BY l.product_line_id, r.month
"""
# Prices by year and, with CONTRACTED as the origin, fees of confirmed contracted work by month: one query.
PRICES_AND_FEES_SQL = """
    SELECT p.business_id, v.product_line_id, CAST(v.year AS VARCHAR(10)), v.price, v.origin
    FROM registry_productline AS p JOIN production_price AS v ON v.product_line_id = p.id WHERE p.business_id IN (KEYS)
    UNION ALL
    SELECT p.business_id, w.product_line_id, CAST(w.month AS VARCHAR(10)), CAST(SUM(w.fee) AS DOUBLE PRECISION),
        'contracted'
    FROM production_contractedwork AS w JOIN registry_productline AS p ON p.id = w.product_line_id
    WHERE w.principal_confirmed_at IS NOT NULL AND w.contractor_confirmed_at IS NOT NULL AND w.withdrawn_at IS NULL
        AND p.business_id IN (KEYS)
    GROUP BY p.business_id, w.product_line_id, w.month
"""
CONTRACTED = "contracted"
NEIGHBOUR_PRICES = """
    SELECT v.price FROM production_price AS v
    JOIN registry_productline AS p ON p.id = v.product_line_id JOIN registry_business AS b ON b.id = p.business_id
    WHERE v.origin = %s AND p.unit = (SELECT unit FROM registry_productline WHERE id = %s)
        AND b.industry_id = %s AND b.region_id >= %s AND b.region_id < %s
    ORDER BY v.year DESC, v.product_line_id LIMIT %s
"""
NEIGHBOURS = 499  # newest prices whose median a line without a price borrows
UNPRICED: Priced = (1000.0, Price.Origin.UNKNOWN)  # quantities have three decimals, and volumes are whole


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """One line of a month's latest report; `pk` is negative until the line is stored."""

    pk: int
    month: int
    quantity: float
    value: int | None
    links: LinkColumns = (None, None, None)


@dataclass
class ReportHistory:
    """A business's stored reports: `reported` and `prices` by product line, months in order."""

    business: StoredKey
    place: CellKey
    cell: int | None
    """The cell's primary key; None if no business of the cell has reported."""
    established: int | None
    closing: int | None
    """Month of closing."""
    reported: dict[StoredKey, list[ReportedLine]] = field(default_factory=dict)
    prices: dict[StoredKey, dict[int, Priced]] = field(default_factory=dict)
    fees: dict[StoredKey, dict[int, float]] = field(default_factory=dict)
    """Rupiah of confirmed contracted work, by product line and month."""

    @property
    def start(self) -> int | None:
        return production_start(self.established, min((line[0].month for line in self.reported.values()), default=None))

    @property
    def end(self) -> int | None:
        last = max((line[-1].month for line in self.reported.values()), default=None)
        return production_end(self.closing, self.start, last)

    def end_of(self, line: StoredKey) -> int | None:
        """The month in which a line's production ends with zero; None while the business is open, or if the line
        reported in that month or later."""
        if self.closing is None:
            return None
        end = self.end
        return end if end is not None and self.reported[line][-1].month < end else None

    def own_quantities(self, line: StoredKey) -> list[float]:
        """The quantities of a line that count as this business's production, in the order of its reports."""
        rows = self.reported[line]
        return own_quantities([(row.month, row.quantity, row.value) for row in rows], self.fees.get(line, {}))

    def with_report(self, month: int, lines: Sequence[ReportLine]) -> ReportHistory:
        """The history after these lines, which are not stored yet, replace those of a month. The first gets the primary
        key -1."""
        row = {
            database_key(line.product_line_id): ReportedLine(-at, month, float(line.quantity), line.value)
            for at, line in enumerate(lines, start=1)
        }
        reported = {line: [one for one in rows if one.month != month] for line, rows in self.reported.items()}
        for line, one in row.items():
            rows = reported.setdefault(line, [])
            rows.insert(bisect_left(rows, month, key=lambda row: row.month), one)
        return replace(self, reported={line: rows for line, rows in reported.items() if rows})

    def links(self, cell: int, prices: dict[StoredKey, PricesOfLine]) -> tuple[list[Change], dict[int, LinkColumns]]:
        """The links that the business contributes to its cell, and the link columns of its lines by primary key."""
        changes: list[Change] = []
        columns: dict[int, LinkColumns] = {}
        start = self.start
        for key, reported in self.reported.items():
            first, quantities = reported[0].month, self.own_quantities(key)
            line = LineState(
                cell=cell,
                prices={year: price for year, (price, _origin) in prices[key].items()},
                months=tuple(row.month for row in reported),
                quantities=tuple(quantities),
                born=start is not None and 0 <= first - start <= GAPS,
            )
            if (end := self.end_of(key)) is not None:
                line, _ = with_closure(line, end)
            links = line.links()
            changes += [change for change in links if change is not None]
            # A closure follows the last report, so there may be one link more.
            for row, quantity, change in zip(reported, quantities, links, strict=False):
                if change is None or change.gap == 0:
                    columns[row.pk] = (None, line.volume(quantity, row.month), None)
                else:
                    columns[row.pk] = (change.gap, change.num, change.den)
        return changes, columns

    def stored_links(self, cell: int) -> list[Change]:
        """The links that the cell contains: those at the stored prices."""
        return self.links(cell, self.prices_before())[0]

    def prices_before(self) -> dict[StoredKey, PricesOfLine]:
        return {
            line: self._own_prices(line)
            or dict.fromkeys(self._price_years(line), self._borrowed_price(line) or UNPRICED)
            for line in self.reported
        }

    def prices_after(self) -> dict[StoredKey, PricesOfLine]:
        """The prices after a write. A line without an own price borrows its neighbours' once they have prices."""
        return {
            line: self._own_prices(line)
            or dict.fromkeys(self._price_years(line), self._borrowed_price(line) or neighbours_price(line, self.place))
            for line in self.reported
        }

    def _price_years(self, line: StoredKey) -> list[int]:
        """The years for which prices are needed: those of the reports and that of the closure."""
        end = self.end_of(line)
        months = [row.month for row in self.reported[line]] + ([] if end is None else [end])
        return sorted({month // 12 for month in months})

    def _own_prices(self, line: StoredKey) -> PricesOfLine:
        """Prices from the line's own reports, by the year whose months they value; empty if no value was ever
        reported."""
        own = line_prices((row.month, row.quantity, row.value) for row in self.reported[line])
        prices = {year: price_for(year, own) for year in self._price_years(line)}
        return {
            year: (price[0], Price.Origin.CARRIED if price[1] else Price.Origin.OWN)
            for year, price in prices.items()
            if price is not None
        }

    def _borrowed_price(self, line: StoredKey) -> Priced | None:
        """The price that the line borrowed from its neighbours; it stays until the line reports a value."""
        stored = self.prices.get(line, {}).values()
        return next((priced for priced in stored if priced[1] == Price.Origin.BORROWED), None)


def own_quantities(rows: Sequence[tuple[int, float, float | None]], fees: Mapping[int, float]) -> list[float]:
    """The quantities of a line less what contractors made: each times 1 − fee / value, at least 0, so that the goods
    count once (docs/decisions/0039-contracted-work.md). `rows`: month, quantity and value; `fees` by month.

    A month without a value takes the mean price of the line; a line without any value counts in full."""
    if not fees:
        return [quantity for _month, quantity, _value in rows]
    valued = [(quantity, value) for _month, quantity, value in rows if value and quantity > 0]
    price = sum(value for _quantity, value in valued) / sum(quantity for quantity, _value in valued) if valued else 0.0
    net_quantities = []
    for month, quantity, value in rows:
        total = price * quantity if value is None else value
        net_quantities.append(quantity * max(0.0, 1 - fees.get(month, 0.0) / total) if total > 0 else quantity)
    return net_quantities


def production_start(established: int | None, first: int | None) -> int | None:
    """First month of production; None if it is long ago or unknown. In the founding year it is the month of the first
    report."""
    if not established:
        return None
    return first if first is not None and first // 12 <= established else established * 12


def production_end(closing: int | None, start: int | None, last: int | None) -> int | None:
    """First month without production; the month of closing counts as production if a report exists for it."""
    if closing is None:
        return None
    end = closing if last is None else max(closing, last + 1)
    return end if start is None else max(end, start)


def neighbours_price(line: StoredKey, place: CellKey) -> Priced:
    """Median of the newest own prices of the same industry, unit and regency; `UNPRICED` if there are none."""
    _cluster, region, industry = place
    if industry is None:
        return UNPRICED
    with connection.cursor() as cursor:
        regency = code_range(RegionCode(region).regency)
        cursor.execute(NEIGHBOUR_PRICES, [Price.Origin.OWN.value, line, industry, *regency, NEIGHBOURS])
        prices = [price for (price,) in cursor.fetchall()]
    return (median(prices), Price.Origin.BORROWED) if prices else UNPRICED


def database_key(pk: UUID) -> StoredKey:
    return pk if connection.features.has_native_uuid_field else pk.hex


def read_histories(businesses: Sequence[UUID]) -> list[ReportHistory]:
    """The histories of businesses in key order, including those without reports; locked until the end of the
    transaction. Three queries for any number of businesses."""
    lock = LOCK_CLAUSE if connection.features.has_select_for_update else ""  # SQLite has one writer at a time
    histories = {
        row[0]: ReportHistory(
            row[0], (row[1], row[2], row[3]), row[6], row[4], None if row[5] is None else _month(row[5])
        )
        for row in _rows(HISTORY_QUERY + lock, businesses)
    }
    for business, line, pk, month, quantity, value, *links in _rows(LINES_SQL, businesses):
        row = ReportedLine(pk, _month(month), quantity, value, (links[0], links[1], links[2]))
        histories[business].reported.setdefault(line, []).append(row)
    for business, line, period, amount, origin in _rows(PRICES_AND_FEES_SQL, businesses):
        if origin == CONTRACTED:
            histories[business].fees.setdefault(line, {})[_month(period)] = amount
        else:
            histories[business].prices.setdefault(line, {})[int(period)] = (amount, origin)
    return list(histories.values())


def _rows(statement: str, businesses: Sequence[UUID]) -> list[tuple[Any, ...]]:
    if not businesses:
        return []
    keys = [database_key(pk) for pk in businesses] * statement.count("KEYS")
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("KEYS", ", ".join(["%s"] * len(businesses))), keys)
        return list(cursor.fetchall())


def _month(day: date | str) -> int:
    """The month of a database value: PostgreSQL returns a date, SQLite its text."""
    if isinstance(day, str):
        return int(day[:4]) * 12 + int(day[5:7]) - 1
    return day.year * 12 + day.month - 1
