"""Cells from the reports alone, by the engine's two SQL statements: to fill a database, and to hold the live ones against.

Everything goes village by village, a handful at a time, each in a transaction of its own that nobody writes into: what is
compared is one state, and memory is bounded by the largest village.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from django.db import transaction
from django.db.models import Count

from sambang.lib.months import month_name
from sambang.production.cells import (
    Prices,
    cell_of,
    keep_columns,
    keep_prices,
    prices_after,
    prices_before,
    record,
    refuse_volumes,
)
from sambang.production.history import Kept, Key, Past, read_past
from sambang.production.models import Cell, CellChange, CellSum, ReportLine
from sambang.registry.models import Business
from sambang_stats import first_day
from sambang_stats.cells import GAPS, Cells, add, link_reports, merge, sum_link_rows
from sambang_stats.ledger import Change
from sambang_stats.prices import Prices as YearPrices
from sambang_stats.results import Integers
from sambang_stats.volume import volumes

VERB = "cells.rebuild"
BUSINESSES_AT_ONCE = 500

type Progress = Callable[[int, int], object]
"""Hears of businesses done and businesses in all."""


def silent(done: int, total: int) -> None:
    """Progress for nobody."""


@dataclass(frozen=True)
class Stretch:
    """Some villages: their businesses and everything they reported, their cells."""

    pasts: list[Past]
    keys: list[int]
    """Every cell of the villages, those that nobody is in any more included."""


@dataclass(frozen=True)
class Anew:
    """What the reports give."""

    prices: dict[Key, Prices]
    columns: dict[int, Kept]
    sums: Cells


def rebuild(region: str = "", *, progress: Progress = silent) -> None:
    """Make linked columns, prices, cells and the ledger's sum what the reports give. Writes only what differs."""
    for villages, done, total in villages_of(region):
        with transaction.atomic():
            stretch = read_stretch(villages)
            anew = compute(
                stretch, {line: prices for past in stretch.pasts for line, prices in prices_after(past).items()}
            )
            for past in stretch.pasts:
                for line, told in past.told.items():
                    keep_prices(line, past.prices.get(line, {}), anew.prices[line])
                    keep_columns(
                        [(said.pk, anew.columns[said.pk]) for said in told if said.kept != anew.columns[said.pk]]
                    )
            keep_sums(stretch.keys, anew.sums)
        progress(done, total)


def verify(region: str = "", *, progress: Progress = silent) -> str:
    """Empty where everything is equal to the last digit, else a sentence that names the first difference."""
    for villages, done, total in villages_of(region):
        with transaction.atomic():
            stretch = read_stretch(villages)
            anew = compute(
                stretch, {line: prices for past in stretch.pasts for line, prices in prices_before(past).items()}
            )
            wrong = (
                differing_price(stretch.pasts, anew)
                or differing_column(stretch.pasts, anew)
                or differing_cell("isi sel", stored_sums(stretch.keys), anew.sums)
                or differing_cell("jumlah buku besar", ledger_sums(stretch.keys), anew.sums)
            )
            transaction.set_rollback(True)  # a cell that was made to look into is not kept
        if wrong:
            return wrong
        progress(done, total)
    return ""


def villages_of(region: str) -> Iterator[tuple[list[str], int, int]]:
    """Codes of some villages at a time, with the businesses done after them and in all."""
    counted = Business.objects.filter(region__code__startswith=region).values_list("region").annotate(Count("pk"))
    sizes: dict[str, int] = dict.fromkeys(
        Cell.objects.filter(region__code__startswith=region).values_list("region", flat=True), 0
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


def read_stretch(villages: list[str]) -> Stretch:
    keys = list(Business.objects.filter(region__in=villages).order_by("pk").values_list("pk", flat=True))
    pasts = [past for past in read_past(keys) if past.told]
    made = {past.place: cell_of(past) for past in pasts}
    for past in pasts:
        past.cell = made[past.place]
    every = list(Cell.objects.filter(region__in=villages).order_by("pk").values_list("pk", flat=True))
    return Stretch(pasts, every)


def compute(stretch: Stretch, prices: dict[Key, Prices]) -> Anew:
    """LINK and PART over the villages' reports, closures and births."""
    rows = Rows()
    for past in stretch.pasts:
        for line in past.told:
            rows.take(past, line, cell_of(past), prices[line])
    columns: dict[int, Kept] = {
        pk: (None, volume, None) for pk, volume in zip(rows.pk, rows.volumes().tolist(), strict=True) if pk is not None
    }
    for past in stretch.pasts:
        refuse_volumes(past, {said.pk: columns[said.pk] for told in past.told.values() for said in told})
    if not rows.pk:
        return Anew(prices, columns, add(*(np.zeros(0, dtype=np.int64) for _ in range(6))))
    linked = link_reports(rows.reports(), np.array(rows.cell), rows.year_prices())
    line, month, gap, volume, before = (
        linked[name].to_numpy().astype(np.int64) for name in ("line", "month", "gap", "volume", "volume_before")
    )
    pk_at = {(at, t): pk for at, t, pk in zip(rows.line, rows.month, rows.pk, strict=True)}
    for at, t, *kept in zip(*(c.tolist() for c in (line, month, gap, volume, before)), strict=True):
        pk = pk_at[at, t]
        if pk is not None and kept[0] <= GAPS:
            columns[pk] = (kept[0], kept[1], kept[2])
    closes = np.array([pk_at[at, t] is None for at, t in zip(line.tolist(), month.tolist(), strict=True)], dtype=bool)
    linked = linked.set_column(linked.column_names.index("gap"), "gap", pa.array(np.where(closes, -gap, gap)))
    born = [(rows.cell[at], t, 0, 1, columns[pk][1], 0) for at, t, pk in rows.born]
    births = add(*np.array(born, dtype=np.int64).reshape(-1, 6).T)
    return Anew(prices, columns, merge(sum_link_rows(linked), births))


class Rows:
    """Reports laid out in columns for the engine, lines numbered from 0. A closure is a zero without a primary key."""

    def __init__(self) -> None:
        self.cell: list[int] = []  # by line
        self.prices: list[Prices] = []  # by line
        self.line: list[int] = []
        self.month: list[int] = []
        self.quantity: list[float] = []
        self.pk: list[int | None] = []
        self.born: list[tuple[int, int, int]] = []  # line, month, primary key of the first report

    def take(self, past: Past, line: Key, cell: int, prices: Prices) -> None:
        number, told = len(self.cell), past.told[line]
        self.cell.append(cell)
        self.prices.append(prices)
        rows: list[tuple[int, float, int | None]] = [(said.month, said.quantity, said.pk) for said in told]
        if (end := past.end_of(line)) is not None:
            rows.append((end, 0.0, None))
        for month, quantity, pk in rows:
            self.line.append(number)
            self.month.append(month)
            self.quantity.append(quantity)
            self.pk.append(pk)
        start = past.start
        if start is not None and start <= told[0].month <= start + GAPS:
            self.born.append((number, told[0].month, told[0].pk))

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
    """After an event; None is after all."""
    changes = CellChange.objects.filter(cell__in=cells)
    return _sums(changes if until is None else changes.filter(event__lte=until))


def _sums(rows: object) -> Cells:
    columns = rows.values_list("cell", "month", "gap", "count", "num", "den").iterator(chunk_size=10_000)  # type: ignore[attr-defined]
    return add(*np.array(list(columns), dtype=np.int64).reshape(-1, 6).T)


def keep_sums(keys: list[int], sums: Cells) -> None:
    """Cells and ledger as rebuilt: the ledger gets an event with what it lacks, it is never rewritten."""
    record([Change(*row) for row in less(sums, ledger_sums(keys))], VERB)
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


def less(sums: Cells, taken: Cells) -> list[tuple[int, ...]]:
    """Rows of the difference, none of zeros."""
    negative = Cells(taken.cell, taken.month, taken.gap, -taken.count, -taken.num, -taken.den)
    return list(zip(*_lists(merge(sums, negative)), strict=True))


def differing_price(pasts: list[Past], anew: Anew) -> str:
    for past in pasts:
        for line, told in past.told.items():
            if past.prices.get(line, {}) != anew.prices[line]:
                report = ReportLine.objects.select_related("product_line__business").get(pk=told[0].pk)
                return (
                    f"Harga {report.product_line} milik {report.product_line.business} tersimpan "
                    f"{past.prices.get(line, {})}, menurut laporan {anew.prices[line]}."
                )
    return ""


def differing_column(pasts: list[Past], anew: Anew) -> str:
    for past in pasts:
        for said in (said for told in past.told.values() for said in told):
            if said.kept != anew.columns[said.pk]:
                line = ReportLine.objects.select_related("product_line__business").get(pk=said.pk)
                return (
                    f"Baris laporan {line.product_line} milik {line.product_line.business}, "
                    f"{month_name(first_day(said.month))}: tersimpan (jarak, volume, volume sebelumnya) {said.kept}, "
                    f"menurut laporan {anew.columns[said.pk]}."
                )
    return ""


def differing_cell(what: str, stored: Cells, rebuilt: Cells) -> str:
    for cell, month, gap, count, num, den in less(stored, rebuilt):
        place = Cell.objects.select_related("cluster", "region", "industry").get(pk=cell)
        return (
            f"Sel {place} ({cell}), {month_name(first_day(month))}, jarak {gap}: {what} berbeda {count:+d} baris, "
            f"{num:+d} rupiah, {den:+d} rupiah sebelumnya dari yang dihitung ulang."
        )
    return ""
