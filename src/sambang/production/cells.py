"""Cells kept live: the only place that turns what became of an IKM into changes of the cells and of their ledger.

Whatever is written, the way is the same: the business's rows are taken out of the cells as they stood before, put in again
as they stand after, and the difference is one event. `sambang_stats.ledger` says what a line's rows are; rebuilding.py
gets the same by another way and holds this one against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from sambang.base.months import month_name
from sambang.production.models import Cell, CellChange, CellEvent, CellSum, Price
from sambang.production.past import CellKey, Kept, Past, Priced, own_prices, read_past
from sambang.registry.models import Business, ProductLine
from sambang_stats import first_day
from sambang_stats.cells import GAPS
from sambang_stats.ledger import Change, Line, close, difference
from sambang_stats.prices import price_for

MOST_VOLUME = 10**15  # rupiah a month: above it floats are no longer whole rupiah, and the figure is a slip
NEIGHBOURS = 499  # prices of which a line without any borrows the median
UNPRICED: Priced = (1.0, Price.Origin.UNKNOWN)

type Prices = dict[int, Priced]

ADD = """
    INSERT INTO production_cellsum (cell_id, month, gap, count, num, den) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (cell_id, month, gap) DO UPDATE SET count = production_cellsum.count + excluded.count,
        num = production_cellsum.num + excluded.num, den = production_cellsum.den + excluded.den
"""
KEEP = "UPDATE production_line SET gap = %s, volume = %s, volume_before = %s WHERE id = %s"


@contextmanager
def following(businesses: Sequence[Business], verb: str) -> Iterator[None]:
    """Wrap a write to these businesses, their reports included, inside its transaction: the cells follow it.

    Raises ValidationError where a volume cannot be; an error inside leaves the cells as they were.
    """
    keys = sorted({business.pk for business in businesses})
    lock(keys)
    pasts = [past for past in read_past(keys) if past.is_linked]
    cells = cells_of(pasts)
    before = [row for past in pasts for row in link(past, cells, prices_before(past))[0]]
    yield
    settle(read_past(keys), before, verb)


def lock(businesses: Sequence[UUID]) -> None:
    """Nobody else writes to these until the transaction ends. Always before `lock_cells`, and in the order of their keys."""
    if connection.features.has_select_for_update:  # SQLite has one writer at a time
        list(Business.objects.select_for_update(no_key=True).filter(pk__in=businesses).order_by("pk").values_list("pk"))


def lock_cells(cells: Iterable[int]) -> None:
    if connection.features.has_select_for_update:
        list(Cell.objects.select_for_update(no_key=True).filter(pk__in=set(cells)).order_by("pk").values_list("pk"))


def reserve(businesses: Sequence[Business]) -> None:
    """Lock all that a transaction of many reports will touch, so that two of them never wait for each other."""
    if connection.features.has_select_for_update:
        keys = sorted({business.pk for business in businesses})
        lock(keys)
        places = Business.objects.filter(pk__in=keys).values_list("cluster", "region", "industry").distinct()
        lock_cells([cell_at(place) for place in places])


def cell_at(key: CellKey) -> int:
    """The cell's primary key; made where it is new."""
    names: dict[str, Any] = dict(zip(("cluster_id", "region_id", "industry_id"), key, strict=True))
    return Cell.objects.get_or_create(**names)[0].pk


def cells_of(pasts: Iterable[Past]) -> dict[CellKey, int]:
    """Of the businesses that ever reported."""
    return {key: cell_at(key) for key in {past.cell for past in pasts if past.told}}


def link(past: Past, cells: dict[CellKey, int], prices: dict[UUID, Prices]) -> tuple[list[Change], dict[int, Kept]]:
    """What a business adds to the cells, and the linked columns of its lines by primary key."""
    changes: list[Change] = []
    columns: dict[int, Kept] = {}
    start = past.start
    for key, told in past.told.items():
        first = told[0].month
        line = Line(
            cell=cells[past.cell],
            prices={year: price for year, (price, _origin) in prices[key].items()},
            months=tuple(said.month for said in told),
            quantities=tuple(said.quantity for said in told),
            born=start is not None and 0 <= first - start <= GAPS,
        )
        if (end := past.end_of(key)) is not None:
            line, _ = close(line, end)
        links = line.links()
        changes += [row for row in links if row is not None]
        for said, row in zip(told, links, strict=False):  # a closure stands behind the reports
            if row is None or row.gap == 0:
                columns[said.pk] = (None, line.volume(said.quantity, said.month), None)
            else:
                columns[said.pk] = (row.gap, row.num, row.den)
    return changes, columns


def years_of(past: Past, line: UUID) -> list[int]:
    """The years whose months are valued: those of its reports, and that of its closing."""
    end = past.end_of(line)
    months = [said.month for said in past.told[line]] + ([] if end is None else [end])
    return sorted({month // 12 for month in months})


def own_of(past: Past, line: UUID) -> Prices:
    """Prices from the line's own reports, by the year whose months they value; empty where it never told a value."""
    own = own_prices(past.told[line])
    found = {year: price_for(year, own) for year in years_of(past, line)}
    return {
        year: (known[0], Price.Origin.CARRIED if known[1] else Price.Origin.OWN)
        for year, known in found.items()
        if known is not None
    }


def frozen_of(past: Past, line: UUID) -> Priced | None:
    """The neighbours' price that the line once borrowed; it stays until the line tells a value itself."""
    stored = past.prices.get(line, {}).values()
    return next((priced for priced in stored if priced[1] == Price.Origin.BORROWED), None)


def prices_before(past: Past) -> dict[UUID, Prices]:
    """As they are stored."""
    return {
        line: own_of(past, line) or dict.fromkeys(years_of(past, line), frozen_of(past, line) or UNPRICED)
        for line in past.told
    }


def prices_after(past: Past) -> dict[UUID, Prices]:
    """As they become: a line without any price of its own borrows once, or asks again where nobody could lend."""
    return {
        line: own_of(past, line)
        or dict.fromkeys(years_of(past, line), frozen_of(past, line) or neighbours_price(line, past.cell))
        for line in past.told
    }


def neighbours_price(line: UUID, cell: CellKey) -> Priced:
    """Median of the newest own prices of the same industry, unit and regency; 1 where nobody told a value yet."""
    _cluster, region, industry = cell
    unit = ProductLine.objects.values_list("unit", flat=True).get(pk=line)
    known = (
        Price.objects.filter(
            origin=Price.Origin.OWN,
            product_line__unit=unit,
            product_line__business__industry=industry,
            product_line__business__region__code__startswith=region[:4],
        )
        .order_by("-year", "product_line")
        .values_list("price", flat=True)[:NEIGHBOURS]
    )
    prices = list(known) if industry is not None else []
    return (median(prices), Price.Origin.BORROWED) if prices else UNPRICED


def settle(pasts: list[Past], before: list[Change], verb: str) -> None:
    """Write what differs: linked columns, prices, cells, ledger."""
    cells = cells_of(pasts)
    after: list[Change] = []
    columns: dict[int, Kept] = {}
    for past in pasts:
        prices = prices_after(past)
        rows, linked = link(past, cells, prices)
        after += rows
        refuse_volumes(past, linked)
        for line, told in past.told.items():
            keep_prices(line, past.prices.get(line, {}), prices[line])
            columns |= {said.pk: linked[said.pk] for said in told if said.kept != linked[said.pk]}
    keep_columns(columns)
    record(difference(before, after), verb)


def refuse_volumes(past: Past, columns: dict[int, Kept]) -> None:
    """Raise ValidationError for what nobody makes in a month."""
    for line, told in past.told.items():
        for said in told:
            if max(columns[said.pk][1] or 0, columns[said.pk][2] or 0) > MOST_VOLUME:
                raise ValidationError(
                    _("%(line)s bernilai lebih dari seribu triliun rupiah pada %(month)s: periksa jumlah dan nilainya.")
                    % {"line": ProductLine.objects.get(pk=line), "month": month_name(first_day(said.month))}
                )


def keep_prices(line: UUID, stored: Prices, prices: Prices) -> None:
    if stored == prices:
        return
    changed = {year: priced for year, priced in prices.items() if stored.get(year) != priced}
    gone = [year for year in stored if year not in prices]
    Price.objects.bulk_create(
        [
            Price(product_line_id=line, year=year, price=price, origin=origin)
            for year, (price, origin) in changed.items()
        ],
        update_conflicts=True,
        update_fields=["price", "origin"],
        unique_fields=["product_line", "year"],
    )
    if gone:
        Price.objects.filter(product_line=line, year__in=gone).delete()


def keep_columns(columns: dict[int, Kept]) -> None:
    if columns:
        with connection.cursor() as cursor:
            cursor.executemany(KEEP, [(*kept, pk) for pk, kept in sorted(columns.items())])


def record(changes: Sequence[Change], verb: str) -> None:
    """Add an event's changes to the cells and to the ledger; nothing changed, no event."""
    if not changes:
        return
    rows = sorted((c.cell, c.month, c.gap, c.count, c.num, c.den) for c in changes)
    touched = {row[0] for row in rows}
    lock_cells(touched)
    with connection.cursor() as cursor:
        cursor.executemany(ADD, rows)
    if any(row[3] < 0 for row in rows):
        CellSum.objects.filter(cell__in=touched, count=0, num=0, den=0).delete()
    event = CellEvent.objects.create(verb=verb)
    CellChange.objects.bulk_create(
        CellChange(event=event, cell_id=cell, month=month, gap=gap, count=count, num=num, den=den)
        for cell, month, gap, count, num, den in rows
    )
