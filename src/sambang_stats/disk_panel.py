"""Reports of a file however long, laid away on disk: memory grows with units, products and cells, not with reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sambang_stats.files import FileOfReports, read_table
from sambang_stats.index import build_ladder
from sambang_stats.panel import CHUNK, Panel, PanelError, Reports, Texts, Units
from sambang_stats.reading import (
    NO_REPORTS,
    NOTHING_TOLD,
    coded_texts,
    month_numbers,
    numbers,
    one_cell,
    read_units,
    told_twice,
    unit_names,
    unit_places,
)
from sambang_stats.results import Integers
from sambang_stats.spool import Records, Spool, give_back, records

ROW = np.dtype([("unit", "<i4"), ("product", "<i4"), ("month", "<i4"), ("quantity", "<f8"), ("value", "<f8")])

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Filed(Reports):
    """Reports on disk, in parts that each hold some units' whole; the lines are numbered as in a ``Panel``."""

    folder: Path
    rows: Spool
    """Sorted by unit, product and month within each part."""
    lines: tuple[Integers, ...]
    """Numbers of each part's lines, ascending."""
    line_product: Integers
    """Index of each line's product in ``products``."""
    products: Texts

    def pieces(self) -> Iterator[tuple[Integers, Panel]]:
        """The parts."""
        for part, lines in enumerate(self.lines):
            if len(lines):
                yield lines, self._panel(lines, self.rows.read(part))
                give_back()

    def spool(self, name: str, kind: np.dtype[np.void], parts: int) -> Spool:
        """On disk."""
        return Spool(kind, parts, self.folder / name)

    def _panel(self, lines: Integers, rows: Records) -> Panel:
        return Panel(
            units=self.units,
            line_unit=self.line_unit[lines],
            first_month=self.first_month,
            last_month=self.last_month,
            line_product=self.products[self.line_product[lines]],
            line=np.cumsum(_begins(rows)) - 1,
            month=rows["month"].astype(np.int64),
            quantity=np.ascontiguousarray(rows["quantity"]),
            value=np.ascontiguousarray(rows["value"]),
        )


def file_reports(path: Path, register: Path | None, folder: Path, progress: Progress) -> Filed:
    """Check and code files of reports and of units as ``read_panel`` does, to the same numbers; ``folder`` is an empty one.

    A part holds units of neighbouring cells: so the rows of a cell come together. It takes
    28 bytes a report on disk, and 26 more for its links.
    """
    file = FileOfReports(path)
    units = read_units(read_table(register)) if register else one_cell(_names(file))
    give_back()
    products: dict[str, int] = {}
    parts = max(1, file.about // CHUNK)
    part = np.empty(len(units), dtype=np.int64)
    part[np.argsort(build_ladder(units).cell_of_unit, kind="stable")] = np.arange(len(units)) * parts // len(units)
    rows = Spool(ROW, parts, folder / "reports")
    for some in _coded(file, units, products, progress):
        rows.put(part[some["unit"]], some)
    give_back()
    names = np.array(sorted(products), dtype=object)
    rank = np.empty(len(names), dtype=np.int64)
    rank[[products[name] for name in names]] = np.arange(len(names))
    return _sort(
        Filed(units, np.zeros(0, np.int64), 0, 0, folder, rows, (), np.zeros(0, np.int64), names), rank, progress
    )


def _names(file: FileOfReports) -> Texts:
    """The units of reports that come without a register, sorted."""
    seen = pa.array([], pa.string())
    for before, table in file.batches(["unit"]):
        seen = pc.unique(pa.chunked_array([seen, unit_names(table, _where(before))]))
    if not len(seen):
        raise PanelError(NO_REPORTS)
    return np.asarray(seen.take(pc.sort_indices(seen)).to_numpy(zero_copy_only=False), dtype=object)


def _coded(file: FileOfReports, units: Units, products: dict[str, int], progress: Progress) -> Iterator[Records]:
    """The file's rows, a stretch at a time; the texts of products are numbered as they come."""
    register = pa.array(units.unit, pa.string())
    read = told = 0
    marks: dict[str, set[str]] = {"quantity": set(), "value": set()}
    for before, table in file.batches():
        where = _where(before)
        columns = [unit_places(table, register, where), coded_texts(table, "product", where, products)]
        columns.append(month_numbers(table, "month", where))
        told_numbers = [numbers(table, name, where, marks=met) for name, met in marks.items()]
        found = records(ROW, *columns, *told_numbers)
        found = found[~np.isnan(found["quantity"])]
        read, told = before + table.num_rows, told + len(found)
        progress("membaca laporan", read, max(read, file.about))
        yield found
    if not read:
        raise PanelError(NO_REPORTS)
    if not told:
        raise PanelError(NOTHING_TOLD)


def _where(before: int) -> str:
    return f"laporan mulai baris {before + 1}" if before else "laporan"


def _sort(filed: Filed, rank: Integers, progress: Progress) -> Filed:
    """Every part sorted, the lines numbered; raises PanelError where a month is told twice.

    ``rank``: of each product's code among ``filed.products``.
    """
    parts, keys = filed.rows.parts, []
    first, last, twice, example = np.iinfo(np.int64).max, 0, 0, None
    for part in range(parts):
        rows = filed.rows.read(part)
        rows["product"] = rank[rows["product"]]
        rows = rows[np.lexsort((rows["month"], rows["product"], rows["unit"]))]
        begins = _begins(rows)
        again = np.flatnonzero(~begins[1:] & (rows["month"][1:] == rows["month"][:-1]))
        if len(again):
            twice, example = twice + len(again), rows[again[0]] if example is None else example
        if len(rows):
            first, last = min(first, int(rows["month"].min())), max(last, int(rows["month"].max()))
        keys.append(rows["unit"][begins].astype(np.int64) * len(rank) + rows["product"][begins])
        filed.rows.replace(part, rows)
        progress("mengurutkan", part + 1, parts)
    if example is not None:
        names = (filed.units.unit[example["unit"]], filed.products[example["product"]])
        raise told_twice(names, int(example["month"]), twice)
    every = np.sort(np.concatenate(keys))
    unit, product = np.divmod(every, len(rank))
    lines = tuple(np.searchsorted(every, key) for key in keys)
    return replace(filed, line_unit=unit, line_product=product, first_month=first, last_month=last, lines=lines)


def _begins(rows: Records) -> np.ndarray:
    """Where another line begins."""
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (rows["unit"][1:] != rows["unit"][:-1]) | (rows["product"][1:] != rows["product"][:-1])
    return begins
