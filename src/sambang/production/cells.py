"""Live cells: every write to a business's reports updates the cells and their ledger in the same transaction.
The business's links before the write are subtracted, those after it are added, and the difference is one ledger event.
`sambang_stats.ledger` computes a line's links; `cell_rebuild` recomputes them from the reports and compares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from sambang.access.row_security import bypass_row_security
from sambang.lib import clock
from sambang.lib.months import month_name
from sambang.production import models
from sambang.production.history import LinkColumns, PricesOfLine, ReportHistory, StoredKey, read_histories
from sambang.production.models import Cell, CellSum, Price, Report
from sambang.registry.models import Business, ProductLine
from sambang_stats import first_day, month_of
from sambang_stats.ledger import Change, difference

MAX_VOLUME = 10**15  # rupiah a month: above it floats cannot represent whole rupiah, and the figure is a typing error
# Raw SQL, because it runs at every report: see history.py.
ADD_TO_SUMS = """
    INSERT INTO production_cellsum (cell_id, month, gap, count, num, den) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (cell_id, month, gap) DO UPDATE SET count = production_cellsum.count + excluded.count,
        num = production_cellsum.num + excluded.num, den = production_cellsum.den + excluded.den
"""
INSERT_EVENT = "INSERT INTO production_cellevent (at, verb) VALUES (%s, %s) RETURNING id"
INSERT_CHANGE = """
    INSERT INTO production_cellchange (event_id, cell_id, month, gap, count, num, den) VALUES (%s, %s, %s, %s, %s, %s,
      %s)
"""
UPDATE_LINK_COLUMNS = "UPDATE production_reportline SET gap = %s, volume = %s, volume_before = %s WHERE id = %s"
UPSERT_PRICE = """
    INSERT INTO production_price (product_line_id, year, price, origin) VALUES (%s, %s, %s, %s)
    ON CONFLICT (product_line_id, year) DO UPDATE SET price = excluded.price, origin = excluded.origin
"""


@contextmanager
def follow_businesses(businesses: Sequence[Business], verb: str) -> Iterator[None]:
    """Context manager around a write to these businesses, inside a transaction: updates their cells for any change of
    their reports. Raises ValidationError for an impossible volume; after an exception the cells are unchanged."""
    keys = sorted({business.pk for business in businesses})
    with bypass_row_security(__name__):
        before = current_links(read_histories(keys))
    yield
    with bypass_row_security(__name__):
        write_changes(read_histories(keys), before, verb)


@bypass_row_security(__name__)
def link_report(report: Report, lines: Sequence[models.ReportLine], verb: str) -> None:
    """Set the link columns of a new report's lines and update the cells, before the report is stored.

    These lines replace all lines of the business in that month. Raises ValidationError for an impossible volume."""
    [history] = read_histories([report.business_id])
    newer = history.with_report(month_of(report.month), lines)
    columns = write_changes([newer], current_links([history]), verb)
    for at, line in enumerate(lines, start=1):
        line.gap, line.volume, line.volume_before = columns[-at]


def current_links(histories: list[ReportHistory]) -> list[Change]:
    """The links of these businesses that the cells contain; none for businesses that were never linked."""
    linked = [history for history in histories if history.reported and is_linked(history)]
    return [change for history in linked for change in history.stored_links(cell_of(history))]


def is_linked(history: ReportHistory) -> bool:
    """Whether the reports have link columns; False in a database that was filled before cells existed."""
    return all(row.links[1] is not None for line in history.reported.values() for row in line)


def lock_cells(cells: Iterable[int]) -> None:
    """Lock the cells in key order, always after the businesses (`read_histories`)."""
    if connection.features.has_select_for_update:
        list(Cell.objects.select_for_update(no_key=True).filter(pk__in=set(cells)).order_by("pk").values_list("pk"))


@bypass_row_security(__name__)
def lock_for_reports(businesses: Sequence[Business]) -> None:
    """Lock all businesses and cells of a transaction with many reports in advance, so that two of them cannot
    deadlock."""
    if connection.features.has_select_for_update:
        lock_cells([cell_of(history) for history in read_histories(sorted({business.pk for business in businesses}))])


def cell_of(history: ReportHistory) -> int:
    """The cell's primary key; the cell is created if it does not exist."""
    if history.cell is None:
        names: dict[str, Any] = dict(zip(("cluster_id", "region_id", "industry_id"), history.place, strict=True))
        history.cell = Cell.objects.get_or_create(**names)[0].pk
    return history.cell


def write_changes(histories: list[ReportHistory], before: list[Change], verb: str) -> dict[int, LinkColumns]:
    """Write the differences of link columns, prices, cells and ledger. Returns the link columns of all lines."""
    after: list[Change] = []
    columns: dict[int, LinkColumns] = {}
    changed: list[tuple[int, LinkColumns]] = []
    for history in histories:
        if not history.reported:
            continue
        prices = history.prices_after()
        rows, linked = history.links(cell_of(history), prices)
        require_plausible_volumes(history, linked)
        after += rows
        columns |= linked
        for line, reported in history.reported.items():
            store_prices(line, history.prices.get(line, {}), prices[line])
            changed += [(row.pk, linked[row.pk]) for row in reported if row.pk > 0 and row.links != linked[row.pk]]
    store_link_columns(changed)
    record_changes(difference(before, after), verb)
    return columns


def require_plausible_volumes(history: ReportHistory, columns: dict[int, LinkColumns]) -> None:
    """Raise ValidationError if a month's volume is above MAX_VOLUME."""
    for line, reported in history.reported.items():
        for row in reported:
            if max(columns[row.pk][1] or 0, columns[row.pk][2] or 0) > MAX_VOLUME:
                raise ValidationError(
                    _("%(line)s bernilai lebih dari seribu triliun rupiah pada %(month)s: periksa jumlah dan nilainya.")
                    % {"line": ProductLine.objects.get(pk=line), "month": month_name(first_day(row.month))}
                )


def store_prices(line: StoredKey, stored: PricesOfLine, prices: PricesOfLine) -> None:
    if stored == prices:
        return
    changed = [(line, year, *priced) for year, priced in prices.items() if stored.get(year) != priced]
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT_PRICE, changed)
    if removed_years := [year for year in stored if year not in prices]:
        Price.objects.filter(product_line__in=[line], year__in=removed_years).delete()


def store_link_columns(columns: Sequence[tuple[int, LinkColumns]]) -> None:
    if columns:
        with connection.cursor() as cursor:
            cursor.executemany(UPDATE_LINK_COLUMNS, [(*link_columns, pk) for pk, link_columns in columns])


def record_changes(changes: Sequence[Change], verb: str) -> None:
    """Add the changes of one event to the cells and to the ledger; without changes, no event is created."""
    if not changes:
        return
    rows = sorted(map(_row, changes))
    touched = {change.cell for change in changes}
    lock_cells(touched)
    with connection.cursor() as cursor:
        cursor.executemany(ADD_TO_SUMS, rows)
        cursor.execute(INSERT_EVENT, [connection.ops.adapt_datetimefield_value(clock.now()), verb])
        [event] = cursor.fetchone()
        cursor.executemany(INSERT_CHANGE, [(event, *row) for row in rows])
    if any(change.count < 0 for change in changes):
        CellSum.objects.filter(cell__in=touched, count=0, num=0, den=0).delete()


def _row(change: Change) -> tuple[int, int, int, int, int, int]:
    return change.cell, change.month, change.gap, change.count, change.num, change.den
