"""Cells kept live: the only place that turns what became of an IKM into changes of the cells and of their ledger.

Whatever is written, the way is the same: the business's rows are taken out of the cells as they stood before, put in again
as they stand after, and the difference is one event. `sambang_stats.ledger` says what a line's rows are; rebuilding.py
gets the same by another way and holds this one against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.row_security import bypass_row_security
from sambang.lib.months import month_name
from sambang.lib.unit_of_work import grow
from sambang.production import models
from sambang.production.history import CellKey, Kept, Key, Past, Priced, Told, database_key, read_past
from sambang.production.models import Cell, CellSum, Price, Report
from sambang.registry.models import Business, ProductLine
from sambang_stats import first_day, month_of
from sambang_stats.cells import GAPS
from sambang_stats.ledger import Change, LineState, difference, with_closure
from sambang_stats.prices import line_prices, price_for

MOST_VOLUME = 10**15  # rupiah a month: above it floats are no longer whole rupiah, and the figure is a slip
NEIGHBOURS = 499  # prices of which a line without any borrows the median
UNPRICED: Priced = (1.0, Price.Origin.UNKNOWN)

type Prices = dict[int, Priced]

# Written at every report: see past.py.
ADD = """
    INSERT INTO production_cellsum (cell_id, month, gap, count, num, den) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (cell_id, month, gap) DO UPDATE SET count = production_cellsum.count + excluded.count,
        num = production_cellsum.num + excluded.num, den = production_cellsum.den + excluded.den
"""
EVENT = "INSERT INTO production_cellevent (at, verb) VALUES (%s, %s) RETURNING id"
CHANGE = """
    INSERT INTO production_cellchange (event_id, cell_id, month, gap, count, num, den) VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
KEEP = "UPDATE production_reportline SET gap = %s, volume = %s, volume_before = %s WHERE id = %s"
PRICE = """
    INSERT INTO production_price (product_line_id, year, price, origin) VALUES (%s, %s, %s, %s)
    ON CONFLICT (product_line_id, year) DO UPDATE SET price = excluded.price, origin = excluded.origin
"""
NEIGHBOURING = """
    SELECT v.price FROM production_price AS v
    JOIN registry_productline AS p ON p.id = v.product_line_id JOIN registry_business AS b ON b.id = p.business_id
    WHERE v.origin = %s AND p.unit = (SELECT unit FROM registry_productline WHERE id = %s)
        AND b.industry_id = %s AND b.region_id LIKE %s
    ORDER BY v.year DESC, v.product_line_id LIMIT %s
"""


@contextmanager
def following(businesses: Sequence[Business], verb: str) -> Iterator[None]:
    """Wrap a write to these businesses inside its transaction: the cells follow it, whatever it did to their reports.

    Raises ValidationError where a volume cannot be; an error inside leaves the cells as they were.
    """
    keys = sorted({business.pk for business in businesses})
    if (fold := _fold.get()) is not None:
        for key in keys:
            fold.pasts.pop(database_key(key), None)
    with bypass_row_security(__name__):
        before = rows_of(read_past(keys))
    yield
    with bypass_row_security(__name__):
        settle(read_past(keys), before, verb)


@dataclass
class _Event:
    """What one write changed, still to be recorded; changes are added to it, and it to the list of its transaction."""

    verb: str
    at: datetime
    changes: Sequence[Change]


@dataclass
class _Fold:
    pasts: dict[Key, Past]
    events: list[_Event] = field(default_factory=lambda: grow(list[_Event]()))


_fold: ContextVar[_Fold | None] = ContextVar("events of the cells that are recorded together", default=None)


@contextmanager
def recorded_together(businesses: Iterable[UUID] = ()) -> Iterator[None]:
    """Events inside one transaction reach the cells at its end: every key of a cell is added to once, whatever the number
    of reports, and the ledger has each event by itself as ever. Reads (and locks) the past of these businesses at once."""
    with bypass_row_security(__name__):
        fold = _Fold({past.business: past for past in read_past(sorted(set(businesses)))})
    here = _fold.set(fold)
    try:
        yield
    finally:
        _fold.reset(here)
    with bypass_row_security(__name__):
        _record(fold.events)


def _past_of(business: UUID) -> Past:
    """Read with the others once; whatever was written of it since is read again."""
    fold = _fold.get()
    known = fold.pasts.pop(database_key(business), None) if fold else None
    return known or read_past([business])[0]


@bypass_row_security(__name__)
def take(report: Report, lines: Sequence[models.ReportLine], verb: str) -> None:
    """Before a report is stored: the business's month holds these lines and no others. Fills in their linked columns.

    Raises ValidationError where a volume cannot be.
    """
    past = _past_of(report.business_id)
    month = month_of(report.month)
    said = {
        database_key(line.product_line_id): Told(-at, month, float(line.quantity), line.value)
        for at, line in enumerate(lines, start=1)
    }
    columns = settle([past.with_month(month, said)], rows_of([past]), verb)
    for at, line in enumerate(lines, start=1):
        line.gap, line.volume, line.volume_before = columns[-at]


def rows_of(pasts: list[Past]) -> list[Change]:
    """What is in the cells of these businesses now; nothing yet of those that were never linked."""
    linked = [past for past in pasts if past.told and past.is_linked]
    return [row for past in linked for row in link(past, cell_of(past), prices_before(past))[0]]


def lock_cells(cells: Iterable[int]) -> None:
    """Always after the businesses (`read_past`), and in the order of their keys."""
    if connection.features.has_select_for_update:
        list(Cell.objects.select_for_update(no_key=True).filter(pk__in=set(cells)).order_by("pk").values_list("pk"))


@bypass_row_security(__name__)
def reserve(businesses: Sequence[Business]) -> None:
    """Lock all that a transaction of many reports will touch, so that two of them never wait for each other."""
    if connection.features.has_select_for_update:
        lock_cells([cell_of(past) for past in read_past(sorted({business.pk for business in businesses}))])


def cell_of(past: Past) -> int:
    """The cell's primary key; made where it is new."""
    if past.cell is None:
        names: dict[str, Any] = dict(zip(("cluster_id", "region_id", "industry_id"), past.place, strict=True))
        past.cell = Cell.objects.get_or_create(**names)[0].pk
    return past.cell


def link(past: Past, cell: int, prices: dict[Key, Prices]) -> tuple[list[Change], dict[int, Kept]]:
    """What a business adds to the cells, and the linked columns of its lines by primary key."""
    changes: list[Change] = []
    columns: dict[int, Kept] = {}
    start = past.start
    for key, told in past.told.items():
        first = told[0].month
        line = LineState(
            cell=cell,
            prices={year: price for year, (price, _origin) in prices[key].items()},
            months=tuple(said.month for said in told),
            quantities=tuple(said.quantity for said in told),
            born=start is not None and 0 <= first - start <= GAPS,
        )
        if (end := past.end_of(key)) is not None:
            line, _ = with_closure(line, end)
        links = line.links()
        changes += [row for row in links if row is not None]
        for said, row in zip(told, links, strict=False):  # a closure stands behind the reports
            if row is None or row.gap == 0:
                columns[said.pk] = (None, line.volume(said.quantity, said.month), None)
            else:
                columns[said.pk] = (row.gap, row.num, row.den)
    return changes, columns


def years_of(past: Past, line: Key) -> list[int]:
    """The years whose months are valued: those of its reports, and that of its closing."""
    end = past.end_of(line)
    months = [said.month for said in past.told[line]] + ([] if end is None else [end])
    return sorted({month // 12 for month in months})


def own_of(past: Past, line: Key) -> Prices:
    """Prices from the line's own reports, by the year whose months they value; empty where it never told a value."""
    own = line_prices((said.month, said.quantity, said.value) for said in past.told[line])
    found = {year: price_for(year, own) for year in years_of(past, line)}
    return {
        year: (known[0], Price.Origin.CARRIED if known[1] else Price.Origin.OWN)
        for year, known in found.items()
        if known is not None
    }


def frozen_of(past: Past, line: Key) -> Priced | None:
    """The neighbours' price that the line once borrowed; it stays until the line tells a value itself."""
    stored = past.prices.get(line, {}).values()
    return next((priced for priced in stored if priced[1] == Price.Origin.BORROWED), None)


def prices_before(past: Past) -> dict[Key, Prices]:
    """As they are stored."""
    return {
        line: own_of(past, line) or dict.fromkeys(years_of(past, line), frozen_of(past, line) or UNPRICED)
        for line in past.told
    }


def prices_after(past: Past) -> dict[Key, Prices]:
    """As they become: a line without any price of its own borrows once, or asks again where nobody could lend."""
    return {
        line: own_of(past, line)
        or dict.fromkeys(years_of(past, line), frozen_of(past, line) or neighbours_price(line, past.place))
        for line in past.told
    }


def neighbours_price(line: Key, place: CellKey) -> Priced:
    """Median of the newest own prices of the same industry, unit and regency; 1 where nobody told a value yet."""
    _cluster, region, industry = place
    if industry is None:
        return UNPRICED
    with connection.cursor() as cursor:
        cursor.execute(NEIGHBOURING, [Price.Origin.OWN.value, line, industry, f"{region[:4]}%", NEIGHBOURS])
        prices = [price for (price,) in cursor.fetchall()]
    return (median(prices), Price.Origin.BORROWED) if prices else UNPRICED


def settle(pasts: list[Past], before: list[Change], verb: str) -> dict[int, Kept]:
    """Write what differs: linked columns, prices, cells, ledger. Returns the linked columns of all lines."""
    after: list[Change] = []
    columns: dict[int, Kept] = {}
    changed: list[tuple[int, Kept]] = []
    for past in pasts:
        if not past.told:
            continue
        prices = prices_after(past)
        rows, linked = link(past, cell_of(past), prices)
        refuse_volumes(past, linked)
        after += rows
        columns |= linked
        for line, told in past.told.items():
            keep_prices(line, past.prices.get(line, {}), prices[line])
            changed += [(said.pk, linked[said.pk]) for said in told if said.pk > 0 and said.kept != linked[said.pk]]
    keep_columns(changed)
    record(difference(before, after), verb)
    return columns


def refuse_volumes(past: Past, columns: dict[int, Kept]) -> None:
    """Raise ValidationError for what nobody makes in a month."""
    for line, told in past.told.items():
        for said in told:
            if max(columns[said.pk][1] or 0, columns[said.pk][2] or 0) > MOST_VOLUME:
                raise ValidationError(
                    _("%(line)s bernilai lebih dari seribu triliun rupiah pada %(month)s: periksa jumlah dan nilainya.")
                    % {"line": ProductLine.objects.get(pk=line), "month": month_name(first_day(said.month))}
                )


def keep_prices(line: Key, stored: Prices, prices: Prices) -> None:
    if stored == prices:
        return
    changed = [(line, year, *priced) for year, priced in prices.items() if stored.get(year) != priced]
    with connection.cursor() as cursor:
        cursor.executemany(PRICE, changed)
    if gone := [year for year in stored if year not in prices]:
        Price.objects.filter(product_line__in=[line], year__in=gone).delete()


def keep_columns(columns: Sequence[tuple[int, Kept]]) -> None:
    if columns:
        with connection.cursor() as cursor:
            cursor.executemany(KEEP, [(*kept, pk) for pk, kept in columns])


def record(changes: Sequence[Change], verb: str) -> None:
    """Add an event's changes to the cells and to the ledger; nothing changed, no event."""
    if not changes:
        return
    event, fold = _Event(verb, timezone.now(), changes), _fold.get()
    if fold is not None:
        fold.events.append(event)
    else:
        _record([event])


def _record(events: Sequence[_Event]) -> None:
    added = sorted(_row(change) for change in difference([], (c for event in events for c in event.changes)))
    touched = {change.cell for event in events for change in event.changes}
    if not touched:
        return
    lock_cells(touched)
    with connection.cursor() as cursor:
        cursor.executemany(ADD, added)
        rows: list[tuple[int, ...]] = []
        for event in events:
            cursor.execute(EVENT, [connection.ops.adapt_datetimefield_value(event.at), event.verb])
            [number] = cursor.fetchone()
            rows += [(number, *row) for row in sorted(map(_row, event.changes))]
        cursor.executemany(CHANGE, rows)
    if any(change.count < 0 for event in events for change in event.changes):
        CellSum.objects.filter(cell__in=touched, count=0, num=0, den=0).delete()


def _row(change: Change) -> tuple[int, int, int, int, int, int]:
    return change.cell, change.month, change.gap, change.count, change.num, change.den
