"""A panel on disk for files of any length: memory grows with units, products and cells, not with reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sambang_stats.errors import PanelError, Problem, TableName
from sambang_stats.files import ReportFile, read_table
from sambang_stats.index import build_hierarchy
from sambang_stats.input_table import InputTable
from sambang_stats.panel import CHUNK_ROWS, Panel, Reports, Texts, Units
from sambang_stats.partitions import Partitions, Records, release_memory, to_records
from sambang_stats.progress import Progress, Stage
from sambang_stats.reading import duplicate_report, read_units, units_in_one_cell
from sambang_stats.results import Integers

PANEL_ROW = np.dtype([("unit", "<i4"), ("product", "<i4"), ("month", "<i4"), ("quantity", "<f8"), ("value", "<f8")])


@dataclass(frozen=True)
class DiskPanel(Reports):
    """Reports on disk, partitioned by unit; lines are numbered as in a ``Panel``."""

    folder: Path
    rows: Partitions
    """Sorted by unit, product and month within each partition."""
    lines: tuple[Integers, ...]
    """Numbers of each partition's lines, ascending."""
    line_product: Integers
    """Index of each line's product in ``products``."""
    products: Texts

    def chunks(self) -> Iterator[tuple[Integers, Panel]]:
        for part, lines in enumerate(self.lines):
            if len(lines):
                yield lines, self._panel(lines, self.rows.read(part))
                release_memory()

    def partitions(self, name: str, dtype: np.dtype[np.void], parts: int) -> Partitions:
        return Partitions(dtype, parts, self.folder / name)

    def _panel(self, lines: Integers, rows: Records) -> Panel:
        return Panel(
            units=self.units,
            line_unit=self.line_unit[lines],
            first_month=self.first_month,
            last_month=self.last_month,
            line_product=self.products[self.line_product[lines]],
            line=np.cumsum(_line_starts(rows)) - 1,
            month=rows["month"].astype(np.int64),
            quantity=np.ascontiguousarray(rows["quantity"]),
            value=np.ascontiguousarray(rows["value"]),
        )


def write_disk_panel(path: Path, register: Path | None, folder: Path, progress: Progress) -> DiskPanel:
    """Check and encode files of reports and of units with the same codes as ``read_panel``.

    ``folder`` must be empty. A partition contains units of neighbouring cells, so that the rows of a cell are stored
    together. It takes 28 bytes for each report on disk, and 26 more for its links."""
    file = ReportFile(path)
    units = read_units(read_table(register)) if register else units_in_one_cell(_unit_names(file))
    release_memory()
    products: dict[str, int] = {}
    parts = max(1, file.about // CHUNK_ROWS)
    part = np.empty(len(units), dtype=np.int64)
    part[np.argsort(build_hierarchy(units).cell_of_unit, kind="stable")] = np.arange(len(units)) * parts // len(units)
    rows = Partitions(PANEL_ROW, parts, folder / "reports")
    for some in _coded(file, units, products, progress):
        rows.append(part[some["unit"]], some)
    release_memory()
    names = np.array(sorted(products), dtype=object)
    rank = np.empty(len(names), dtype=np.int64)
    rank[[products[name] for name in names]] = np.arange(len(names))
    unsorted = DiskPanel(units, np.zeros(0, np.int64), 0, 0, folder, rows, (), np.zeros(0, np.int64), names)
    return _sort(unsorted, rank, progress)


def _unit_names(file: ReportFile) -> Texts:
    """The sorted units of reports without a register."""
    seen = pa.array([], pa.string())
    for before, table in file.batches(["unit"]):
        seen = pc.unique(pa.chunked_array([seen, InputTable(TableName.REPORTS, table, before).distinct_units()]))
    if not len(seen):
        raise PanelError(Problem.NO_REPORTS)
    return np.asarray(seen.take(pc.sort_indices(seen)).to_numpy(zero_copy_only=False), dtype=object)


def _coded(file: ReportFile, units: Units, products: dict[str, int], progress: Progress) -> Iterator[Records]:
    """The encoded rows of the file by batch; new products are appended to ``products``."""
    register = pa.array(units.unit, pa.string())
    read = with_quantity = 0
    marks: dict[str, set[str]] = {"quantity": set(), "value": set()}
    for before, rows in file.batches():
        table = InputTable(TableName.REPORTS, rows, before)
        codes = [table.unit_positions(register), table.codes_into(products, "product"), table.months("month")]
        records = to_records(PANEL_ROW, *codes, *(table.numbers(name, marks=met) for name, met in marks.items()))
        records = records[~np.isnan(records["quantity"])]
        read, with_quantity = before + len(table), with_quantity + len(records)
        if read < file.about:  # the total is an estimate
            progress(Stage.READ, read, file.about)
        yield records
    progress(Stage.READ, read, read)
    if not read:
        raise PanelError(Problem.NO_REPORTS)
    if not with_quantity:
        raise PanelError(Problem.NO_QUANTITIES)


def _sort(panel: DiskPanel, rank: Integers, progress: Progress) -> DiskPanel:
    """Sort every partition and number the lines; raises PanelError if a line has two reports of a month.

    ``rank``: of each product's code among ``panel.products``."""
    parts, keys = panel.rows.parts, []
    first, last, duplicates, example = np.iinfo(np.int64).max, 0, 0, None
    for part in range(parts):
        rows = panel.rows.read(part)
        rows["product"] = rank[rows["product"]]
        rows = rows[np.lexsort((rows["month"], rows["product"], rows["unit"]))]
        starts = _line_starts(rows)
        again = np.flatnonzero(~starts[1:] & (rows["month"][1:] == rows["month"][:-1]))
        if len(again):
            duplicates, example = duplicates + len(again), rows[again[0]] if example is None else example
        if len(rows):
            first, last = min(first, int(rows["month"].min())), max(last, int(rows["month"].max()))
        keys.append(rows["unit"][starts].astype(np.int64) * len(rank) + rows["product"][starts])
        panel.rows.replace(part, rows)
        progress(Stage.SORT, part + 1, parts)
    if example is not None:
        names = (panel.units.unit[example["unit"]], panel.products[example["product"]])
        raise duplicate_report(names, int(example["month"]), duplicates)
    every = np.sort(np.concatenate(keys))
    unit, product = np.divmod(every, len(rank))
    lines = tuple(np.searchsorted(every, key) for key in keys)
    return replace(panel, line_unit=unit, line_product=product, first_month=first, last_month=last, lines=lines)


def _line_starts(rows: Records) -> np.ndarray:
    """A mask of the rows at which another line begins."""
    starts = np.ones(len(rows), dtype=bool)
    starts[1:] = (rows["unit"][1:] != rows["unit"][:-1]) | (rows["product"][1:] != rows["product"][:-1])
    return starts
