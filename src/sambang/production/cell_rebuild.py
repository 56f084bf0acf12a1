"""Recompute cells from the reports alone with the engine's two SQL statements, to fill a database or to verify live
cells.
Villages are processed in batches, one transaction each: a comparison sees one consistent state, and the largest village
bounds the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from django.db import transaction
from django.db.models import Count, QuerySet

from sambang.lib.months import month_name
from sambang.lib.progress import Progress, no_progress
from sambang.lib.region_code import in_region
from sambang.production.cells import (
    cell_of,
    record_changes,
    require_plausible_volumes,
    store_link_columns,
    store_prices,
)
from sambang.production.history import LinkColumns, PricesOfLine, ReportHistory, StoredKey, read_histories
from sambang.production.models import Cell, CellChange, CellSum, ReportLine
from sambang.registry.models import Business
from sambang_stats import first_day
from sambang_stats.cells import GAPS, Cells, add, link_reports, merge, months_back, sum_link_rows
from sambang_stats.ledger import Change
from sambang_stats.prices import Prices as YearPrices
from sambang_stats.results import Integers
from sambang_stats.volume import volumes

REBUILD_VERB = "cells.rebuild"
BUSINESSES_AT_ONCE = 500


@dataclass(frozen=True)
class Batch:
    """Some villages: their businesses' reports and their cells."""

    histories: list[ReportHistory]
    keys: list[int]
    """Every cell of the villages, those without any business included."""

    def prices(self, of: Callable[[ReportHistory], dict[StoredKey, PricesOfLine]]) -> dict[StoredKey, PricesOfLine]:
        """The prices of all histories, by product line."""
        return {line: prices for history in self.histories for line, prices in of(history).items()}


@dataclass(frozen=True)
class RebuiltCells:
    """The cells recomputed from the reports of a batch."""

    prices: dict[StoredKey, PricesOfLine]
    columns: dict[int, LinkColumns]
    sums: Cells


def rebuild(region: str = "", *, progress: Progress = no_progress) -> None:
    """Set link columns, prices, cells and the sum of the ledger to the recomputed values. Writes only differences."""
    for villages, done, total in villages_of(region):
        with transaction.atomic():
            batch = read_batch(villages)
            rebuilt = compute_batch(batch, batch.prices(ReportHistory.prices_after))
            for history in batch.histories:
                for line, rows in history.reported.items():
                    store_prices(line, history.prices.get(line, {}), rebuilt.prices[line])
                    differing = [row.pk for row in rows if row.links != rebuilt.columns[row.pk]]
                    store_link_columns([(pk, rebuilt.columns[pk]) for pk in differing])
            store_sums(batch.keys, rebuilt.sums)
        progress(done, total)


def verify(region: str = "", *, progress: Progress = no_progress) -> str:
    """An empty string if all values are exactly equal, else a sentence that names the first difference."""
    for villages, done, total in villages_of(region):
        with transaction.atomic():
            batch = read_batch(villages)
            rebuilt = compute_batch(batch, batch.prices(ReportHistory.prices_before))
            wrong = (
                differing_price(batch.histories, rebuilt)
                or differing_column(batch.histories, rebuilt)
                or differing_cell("isi sel", stored_sums(batch.keys), rebuilt.sums)
                or differing_cell("jumlah buku besar", ledger_sums(batch.keys), rebuilt.sums)
            )
            transaction.set_rollback(True)  # the comparison may have created cells
        if wrong:
            return wrong
        progress(done, total)
    return ""


def villages_of(region: str) -> Iterator[tuple[list[str], int, int]]:
    """Batches of village codes, each with the number of businesses processed after it and the total."""
    counted = Business.objects.filter(in_region("region__code", region)).values_list("region").annotate(Count("pk"))
    sizes: dict[str, int] = dict.fromkeys(
        Cell.objects.filter(in_region("region__code", region)).values_list("region", flat=True), 0
    ) | dict(counted)
    some: list[str] = []
    done, size, total = 0, 0, sum(sizes.values())
    for code in sorted(sizes):
        some.append(code)
        size += sizes[code]
        done += sizes[code]
        if size >= BUSINESSES_AT_ONCE:
            yield some, done, total
            some, size = [], 0
    if some:
        yield some, done, total


def read_batch(villages: list[str]) -> Batch:
    keys = list(Business.objects.filter(region__in=villages).order_by("pk").values_list("pk", flat=True))
    histories = [history for history in read_histories(keys) if history.reported]
    made = {history.place: cell_of(history) for history in histories}
    for history in histories:
        history.cell = made[history.place]
    every = list(Cell.objects.filter(region__in=villages).order_by("pk").values_list("pk", flat=True))
    return Batch(histories, every)


def compute_batch(batch: Batch, prices: dict[StoredKey, PricesOfLine]) -> RebuiltCells:
    """Link and sum the reports, closures and births of the villages with the engine's SQL statements."""
    rows = EngineRows()
    for history in batch.histories:
        for line in history.reported:
            rows.add_line(history, line, cell_of(history), prices[line])
    columns = rows.unlinked_columns()
    for history in batch.histories:
        require_plausible_volumes(history, columns)
    if not rows.pk:
        return RebuiltCells(prices, columns, merge())
    linked = link_reports(rows.reports(), np.array(rows.cell), rows.year_prices())
    pks = rows.keys_of(linked)
    links = zip(*(linked[name].to_pylist() for name in ("gap", "volume", "volume_before")), strict=True)
    columns |= {pk: link for pk, link in zip(pks, links, strict=True) if pk is not None}
    gap, is_closure = linked["gap"].to_numpy(), np.array([pk is None for pk in pks], dtype=bool)
    signed = pa.array(np.where(is_closure, -months_back(gap), gap))
    linked = linked.set_column(linked.column_names.index("gap"), "gap", signed)
    born = [(rows.cell[line], month, 0, 1, columns[pk][1], 0) for line, month, pk in rows.born]
    births = add(*np.array(born, dtype=np.int64).reshape(-1, 6).T)
    return RebuiltCells(prices, columns, merge(sum_link_rows(linked), births))


class EngineRows:
    """Reports as columns for the engine, lines numbered from 0. A closure is a zero row without a primary key."""

    def __init__(self) -> None:
        self.cell: list[int] = []  # by line
        self.prices: list[PricesOfLine] = []  # by line
        self.line: list[int] = []
        self.month: list[int] = []
        self.quantity: list[float] = []
        self.pk: list[int | None] = []
        self.born: list[tuple[int, int, int]] = []  # line, month, primary key of the first report

    def add_line(self, history: ReportHistory, line: StoredKey, cell: int, prices: PricesOfLine) -> None:
        number, reported = len(self.cell), history.reported[line]
        self.cell.append(cell)
        self.prices.append(prices)
        rows: list[tuple[int, float, int | None]] = [
            (row.month, quantity, row.pk) for row, quantity in zip(reported, history.own_quantities(line), strict=True)
        ]
        if (end := history.end_of(line)) is not None:
            rows.append((end, 0.0, None))
        for month, quantity, pk in rows:
            self.line.append(number)
            self.month.append(month)
            self.quantity.append(quantity)
            self.pk.append(pk)
        start = history.start
        if start is not None and start <= reported[0].month <= start + GAPS:
            self.born.append((number, reported[0].month, reported[0].pk))

    def unlinked_columns(self) -> dict[int, LinkColumns]:
        """The link columns of reports without a link, which contain only their volume, by primary key."""
        volumes = zip(self.pk, self.volumes().tolist(), strict=True)
        return {pk: (None, volume, None) for pk, volume in volumes if pk is not None}

    def keys_of(self, linked: pa.Table) -> list[int | None]:
        """The primary key of each linked row's report; None for a closure."""
        pk_of = dict(zip(zip(self.line, self.month, strict=True), self.pk, strict=True))
        return [pk_of[key] for key in zip(linked["line"].to_pylist(), linked["month"].to_pylist(), strict=True)]

    def volumes(self) -> Integers:
        price = [self.prices[at][month // 12][0] for at, month in zip(self.line, self.month, strict=True)]
        return volumes(np.array(self.quantity), np.array(price))

    def reports(self) -> tuple[Integers, Integers, np.ndarray]:
        return np.array(self.line), np.array(self.month), np.array(self.quantity)

    def year_prices(self) -> YearPrices:
        first, last = min(self.month) // 12, max(self.month) // 12
        price = np.full((len(self.cell), last - first + 1), np.nan)
        for number, by_year in enumerate(self.prices):
            for year, (rupiah, _origin) in by_year.items():
                price[number, year - first] = rupiah
        return YearPrices(first, price, np.zeros(price.shape, dtype=bool), np.ones(price.shape))


def stored_sums(cells: list[int]) -> Cells:
    return _sums(CellSum.objects.filter(cell__in=cells))


def ledger_sums(cells: list[int], *, until: int | None = None) -> Cells:
    """The sums of the ledger after an event; with None, after all events."""
    changes = CellChange.objects.filter(cell__in=cells)
    return _sums(changes if until is None else changes.filter(event__lte=until))


def _sums(rows: QuerySet[CellChange] | QuerySet[CellSum]) -> Cells:
    columns = rows.values_list("cell", "month", "gap", "count", "num", "den")
    return add(*np.array(list(columns.iterator(chunk_size=10_000)), dtype=np.int64).reshape(-1, 6).T)


def store_sums(keys: list[int], sums: Cells) -> None:
    """Write the recomputed cells. The ledger gets one event with the difference; it is never rewritten."""
    record_changes([Change(*row) for row in difference_rows(sums, ledger_sums(keys))], REBUILD_VERB)
    if not stored_sums(keys).equals(sums):
        CellSum.objects.filter(cell__in=keys).delete()
        CellSum.objects.bulk_create(
            (
                CellSum(cell_id=cell, month=month, gap=gap, count=count, num=num, den=den)
                for cell, month, gap, count, num, den in zip(*_lists(sums), strict=True)
            ),
            batch_size=1000,
        )


def _lists(sums: Cells) -> list[list[int]]:
    return [column.tolist() for column in (sums.cell, sums.month, sums.gap, sums.count, sums.num, sums.den)]


def difference_rows(sums: Cells, subtracted: Cells) -> list[tuple[int, ...]]:
    """The rows that differ, without zero rows."""
    negative = Cells(
        subtracted.cell, subtracted.month, subtracted.gap, -subtracted.count, -subtracted.num, -subtracted.den
    )
    return list(zip(*_lists(merge(sums, negative)), strict=True))


def differing_price(histories: list[ReportHistory], rebuilt: RebuiltCells) -> str:
    for history in histories:
        for line, reported in history.reported.items():
            if history.prices.get(line, {}) != rebuilt.prices[line]:
                report = ReportLine.objects.select_related("product_line__business").get(pk=reported[0].pk)
                return (
                    f"Harga {report.product_line} milik {report.product_line.business} tersimpan "
                    f"{history.prices.get(line, {})}, menurut laporan {rebuilt.prices[line]}."
                )
    return ""


def differing_column(histories: list[ReportHistory], rebuilt: RebuiltCells) -> str:
    for history in histories:
        for row in (row for reported in history.reported.values() for row in reported):
            if row.links != rebuilt.columns[row.pk]:
                line = ReportLine.objects.select_related("product_line__business").get(pk=row.pk)
                return (
                    f"Baris laporan {line.product_line} milik {line.product_line.business}, "
                    f"{month_name(first_day(row.month))}: tersimpan (jarak, volume, volume sebelumnya) {row.links}, "
                    f"menurut laporan {rebuilt.columns[row.pk]}."
                )
    return ""


def differing_cell(what: str, stored: Cells, rebuilt: Cells) -> str:
    for cell, month, gap, count, num, den in difference_rows(stored, rebuilt):
        place = Cell.objects.select_related("cluster", "region", "industry").get(pk=cell)
        return (
            f"Sel {place} ({cell}), {month_name(first_day(month))}, jarak {gap}: {what} berbeda {count:+d} baris, "
            f"{num:+d} rupiah, {den:+d} rupiah sebelumnya dari yang dihitung ulang."
        )
    return ""
