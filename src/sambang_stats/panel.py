"""What a monthly panel is: reports of lines, and the units they belong to.

A *line* is one product of one unit (business). A report is one line's month.
Absent is missing, never zero; a zero is a report.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sambang_stats.results import Floats, Integers

REPORT_COLUMNS = ("unit", "product", "month", "quantity", "value")
UNIT_COLUMNS = ("unit", "region", "industry", "start", "end", "weight")
UNKNOWN_START = 0
NO_END = 12 * 10_000
CHUNK = 1 << 20
"""Reports handled at once where all at once would hold much memory."""
LARGEST = 1e15
"""Of any number that is read: beyond it floats are no longer whole rupiah."""
PROVINCES = frozenset(
    str(number)
    for first, last in ((11, 19), (21, 21), (31, 36), (51, 53), (61, 65), (71, 76), (81, 82), (91, 96))
    for number in range(first, last + 1)
)
"""First two digits of Kemendagri's codes, Kepmendagri 300.2.2-2138/2025."""

type Columns = pa.Table | Mapping[str, object]
Texts = NDArray[np.object_]


class PanelError(ValueError):
    """The input is not a panel; the message says in Indonesian what is wrong, where, and how to mend it."""


@dataclass(frozen=True)
class Units:
    """Registered units, those that never report included. Arrays of one length."""

    unit: Texts
    region: Texts
    """Ten digits of the village, without dots."""
    industry: Texts
    """Five-digit KBLI."""
    cluster: Texts
    """The sentra, or empty."""
    start: Integers
    """First month of production; UNKNOWN_START where not told."""
    end: Integers
    """First month without production (a verified closure); NO_END while alive."""
    weight: Floats
    """Value of production in the base year, rupiah; NaN where not told."""

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True)
class Panel:
    """Reports sorted by line and month, coded to integers."""

    units: Units
    line_unit: Integers
    """Index of each line's unit in ``units``."""
    line_product: Texts
    line: Integers
    month: Integers
    quantity: Floats
    value: Floats
    """Rupiah; NaN where only the quantity was told."""
    first_month: int
    last_month: int

    @property
    def months(self) -> int:
        """From the first month with a report to the last, both counted."""
        return self.last_month - self.first_month + 1

    @cached_property
    def start(self) -> Integers:
        """Where each line's reports start, and the end of all: ``(lines + 1,)``."""
        return np.searchsorted(self.line, np.arange(len(self.line_unit) + 1))

    def only(self, lines: Integers) -> Panel:
        """Some lines, numbered from 0, over the same months and units. ``lines``: ascending."""
        begin, end = self.start[lines], self.start[lines + 1]
        line = np.repeat(np.arange(len(lines)), end - begin)
        rows = np.arange(len(line)) + np.repeat(begin - np.r_[0, np.cumsum(end - begin)[:-1]], end - begin)
        return replace(
            self,
            line_unit=self.line_unit[lines],
            line_product=self.line_product[lines],
            line=line,
            month=self.month[rows],
            quantity=self.quantity[rows],
            value=self.value[rows],
        )

    @cached_property
    def told(self) -> NDArray[np.uint16]:
        """Lines with a report, by month and unit, ``(months, units)``."""
        told = np.zeros((self.months, len(self.units)), dtype=np.uint16)
        for first in range(0, len(self.month), CHUNK):
            rows = slice(first, first + CHUNK)
            np.add.at(told, (self.month[rows] - self.first_month, self.line_unit[self.line[rows]]), 1)
        return told


def month_number(text: str) -> int:
    """``2022-03`` or ``2022-03-01`` as months since year 0."""
    found = re.fullmatch(r"(\d{4})-(\d{2})(?:-\d{2})?(?:[T ].*)?", text.strip())
    if not found or not 1 <= int(found[2]) <= 12 or found[1] == "0000":
        raise PanelError(f"Bulan “{text}” tidak ada; tulis seperti 2022-03.")
    return int(found[1]) * 12 + int(found[2]) - 1


def month_text(month: int) -> str:
    """Months since year 0 as ``2022-03``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_of(day: dt.date) -> int:
    """The month of a day, months since year 0."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> dt.date:
    """The first day of a month since year 0."""
    return dt.date(month // 12, month % 12 + 1, 1)


def read_panel(reports: Columns, units: Columns | None = None) -> Panel:
    """Check and code a columnar panel.

    ``reports``: columns ``unit, product, month, quantity, value`` (value may hold nulls; a null
    quantity is a missing report). ``units``: ``unit, region, industry, start, end, weight`` and
    optionally ``cluster``; ``start``, ``end``, ``weight`` may hold nulls. Months are dates or
    ``YYYY-MM``. Without ``units`` all reports make one cell. Raises PanelError.
    """
    table = _table(reports, REPORT_COLUMNS, "laporan")
    if table.num_rows == 0:
        raise PanelError("Tidak ada laporan: berkas kosong. Isi paling sedikit satu baris.")
    unit, unit_names = _coded(table, "unit", "laporan")
    product, product_names = _coded(table, "product", "laporan")
    month = month_numbers(table, "month", "laporan")
    quantity = numbers(table, "quantity", "laporan")
    value = numbers(table, "value", "laporan")
    register = _read_units(units) if units is not None else _one_cell(unit_names)
    key = _positions(unit_names, register.unit)[unit]
    key *= len(product_names)
    key += product
    del unit, product
    told = ~np.isnan(quantity)
    if not told.any():
        raise PanelError("Tidak ada laporan: kolom quantity kosong semua.")
    if not told.all():
        key, month, quantity, value = key[told], month[told], quantity[told], value[told]
    return Keys(register, product_names, key).panel(month, quantity, value)


@dataclass(frozen=True)
class Keys:
    """Which line each report belongs to: ``unit's position * number of products + product``."""

    register: Units
    products: Texts
    key: Integers

    def panel(self, month: Integers, quantity: Floats, value: Floats) -> Panel:
        """The reports sorted by line and month; raises PanelError where a month is told twice."""
        first, last = int(month.min()), int(month.max())
        row = self.key * (last - first + 1)  # the line and its month as one number
        row += month
        row -= first
        if not (row[1:] > row[:-1]).all():
            order = np.argsort(row)
            row, quantity, value = row[order], quantity[order], value[order]
            del order
        twice = np.flatnonzero(row[1:] == row[:-1])
        month = row % (last - first + 1)
        month += first
        row //= last - first + 1
        key = row
        begins = np.r_[True, key[1:] != key[:-1]]
        unit, product = np.divmod(key[begins], len(self.products))
        if len(twice):
            at, products = divmod(int(key[twice[0]]), len(self.products))
            raise PanelError(
                f"Laporan ganda: unit {self.register.unit[at]}, produk {self.products[products]}, "
                f"bulan {month_text(int(month[twice[0]]))} ada lebih dari sekali ({len(twice)} kejadian). Sisakan satu."
            )
        return Panel(
            units=self.register,
            line_unit=unit,
            line_product=self.products[product],
            line=np.cumsum(begins) - 1,
            month=month,
            quantity=quantity,
            value=value,
            first_month=first,
            last_month=last,
        )


def _table(columns: Columns, wanted: tuple[str, ...], where: str) -> pa.Table:
    table = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
    missing = [name for name in wanted if name not in table.column_names]
    if missing:
        raise PanelError(f"Kolom {', '.join(missing)} tidak ada pada {where}; yang perlu: {', '.join(wanted)}.")
    return table


def _column(table: pa.Table, name: str, where: str) -> pa.ChunkedArray:
    if name not in table.column_names:
        raise PanelError(f"Kolom {name} tidak ada pada {where}; yang ada: {', '.join(table.column_names)}.")
    return table[name]


def texts(table: pa.Table, name: str, where: str, *, may_be_empty: bool = False) -> Texts:
    """A text column, trimmed; null is empty. ``where`` names the table in errors."""
    column = _column(table, name, where)
    texts = pc.utf8_trim_whitespace(column.cast(pa.string())).fill_null("")
    empty = pc.sum(pc.equal(texts, "")).as_py() or 0
    if empty and not may_be_empty:
        row = pc.index(texts, "").as_py() + 1
        raise PanelError(f"Kolom {name} pada {where} kosong di baris {row}; isi dahulu.")
    return np.asarray(texts.to_numpy(zero_copy_only=False), dtype=object)


def _coded(table: pa.Table, name: str, where: str) -> tuple[NDArray[np.int32], Texts]:
    """A text column as codes into its sorted distinct texts."""
    codes, written = _distinct(table[name])
    written = [text.strip() for text in written]
    if "" in written:
        blank = np.array([text == "" for text in written])[codes]
        raise PanelError(f"Kolom {name} pada {where} kosong di baris {int(blank.argmax()) + 1}; isi dahulu.")
    names, place = np.unique(np.array(written, dtype=object), return_inverse=True)
    return place.astype(np.int32)[codes], names


def _distinct(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """A column as codes into the texts that occur in it; null is empty, a date ``YYYY-MM-DD``."""
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    coded = coded.unify_dictionaries().combine_chunks()
    values = coded.dictionary
    dates = pa.types.is_date(values.type) or pa.types.is_timestamp(values.type)
    texts = pc.strftime(values, format="%Y-%m-%d") if dates else values.cast(pa.string())
    written = [*texts.fill_null("").to_pylist(), ""]
    codes = coded.indices.cast(pa.int32()).fill_null(len(texts)).to_numpy(zero_copy_only=False)
    used = np.bincount(codes, minlength=len(written)) > 0
    if used.all():
        return codes, written
    place = (np.cumsum(used) - 1).astype(np.int32)
    return place[codes], [text for text, known in zip(written, used, strict=True) if known]


def numbers(table: pa.Table, name: str, where: str, *, signed: bool = False) -> Floats:
    """A column of numbers, null as NaN; negative ones are refused unless ``signed``."""
    column = _column(table, name, where)
    try:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            column = _plain_numbers(column)
        found = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        at, text = _first_wrong(column)
        raise PanelError(
            f"Kolom {name} pada {where} memuat yang bukan angka: “{text}” di baris {at + 1}. "
            "Tulis angkanya saja, tanpa titik ribuan dan tanpa satuan."
        ) from None
    found = np.asarray(found, dtype=np.float64)
    _refuse(np.isinf(found) | (np.abs(found) > LARGEST), found, f"Kolom {name} pada {where} terlalu besar")
    if not signed:
        _refuse(found < 0, found, f"Kolom {name} pada {where} tidak boleh negatif")
    return found


def _refuse(wrong: NDArray[np.bool_], found: Floats, said: str) -> None:
    rows = np.flatnonzero(wrong)
    if len(rows):
        at = int(rows[0])
        raise PanelError(f"{said}: {found[at]:g} di baris {at + 1} ({len(rows)} baris). Perbaiki angkanya.")


def _plain_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Blanks as null; a decimal comma as a point, where no text of the column has a point."""
    trimmed = pc.utf8_trim_whitespace(column)
    column = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
    if pc.any(pc.match_substring(column, ".")).as_py():
        return column
    return pc.replace_substring(column, ",", ".", max_replacements=1)


def _first_wrong(column: pa.ChunkedArray) -> tuple[int, str]:
    """Position and text of the first cell that is no number."""
    for at, cell in enumerate(column):
        try:
            float(cell.as_py() or 0)
        except (TypeError, ValueError):
            return at, str(cell.as_py())
    return 0, str(column.type)


def month_numbers(table: pa.Table, name: str, where: str) -> Integers:
    """A column of months, dates or ``YYYY-MM``, as months since year 0; an empty one is refused."""
    return _months(table, name, where, empty=None)


def _months(table: pa.Table, name: str, where: str, *, empty: int | None) -> Integers:
    codes, written = _distinct(table[name])
    months: Integers = np.array([_month_or(text, empty, where, name) for text in written], dtype=np.int64)[codes]
    return months


def _month_or(text: str, empty: int | None, where: str, name: str) -> int:
    if text.strip() == "":
        if empty is None:
            raise PanelError(f"Kolom {name} pada {where} ada yang kosong; tulis seperti 2022-03.")
        return empty
    try:
        return month_number(text)
    except PanelError as trouble:
        raise PanelError(f"{trouble} (Kolom {name} pada {where}.)") from None


def _positions(names: Texts, register: Texts) -> Integers:
    found = pc.index_in(pa.array(names, pa.string()), value_set=pa.array(register, pa.string()))
    if found.null_count:
        at = pc.index(found.is_null(), True).as_py()
        raise PanelError(
            f"Unit {names[at]} pada laporan tidak ada di daftar unit ({found.null_count} unit); "
            "tambahkan ke daftar atau hapus laporannya."
        )
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _read_units(columns: Columns) -> Units:
    where = "daftar unit"
    table = _table(columns, UNIT_COLUMNS, where)
    unit = texts(table, "unit", where)
    names, counts = np.unique(unit, return_counts=True)
    if len(names) < len(unit):
        raise PanelError(f"Unit {names[counts > 1][0]} tertulis lebih dari sekali di daftar unit; sisakan satu.")
    region, industry = texts(table, "region", where), texts(table, "industry", where)
    _check_codes(unit, region, industry)
    empty = np.full(len(unit), "", dtype=object)
    has_cluster = "cluster" in table.column_names
    start = _months(table, "start", where, empty=UNKNOWN_START)
    end = _months(table, "end", where, empty=NO_END)
    wrong = np.flatnonzero(end < start)
    if len(wrong):
        raise PanelError(f"Unit {unit[wrong[0]]} tutup (end) sebelum mulai (start); perbaiki bulannya.")
    return Units(
        unit=unit,
        region=region,
        industry=industry,
        cluster=texts(table, "cluster", where, may_be_empty=True) if has_cluster else empty,
        start=start,
        end=end,
        weight=numbers(table, "weight", where),
    )


def _check_codes(unit: Texts, region: Texts, industry: Texts) -> None:
    for code in np.unique(region):
        if not re.fullmatch(r"\d{10}", code) or code[:2] not in PROVINCES:
            at = unit[int(np.flatnonzero(region == code)[0])]
            raise PanelError(f"Wilayah “{code}” (unit {at}) tidak dikenal; tulis sepuluh angka kode desa tanpa titik.")
    for code in np.unique(industry):
        if not re.fullmatch(r"\d{5}", code):
            at = unit[int(np.flatnonzero(industry == code)[0])]
            raise PanelError(f"KBLI “{code}” (unit {at}) bukan lima angka; perbaiki kodenya.")


def _one_cell(names: Texts) -> Units:
    count = len(names)
    return Units(
        unit=names,
        region=np.full(count, "0000000000", dtype=object),
        industry=np.full(count, "00000", dtype=object),
        cluster=np.full(count, "", dtype=object),
        start=np.full(count, UNKNOWN_START, dtype=np.int64),
        end=np.full(count, NO_END, dtype=np.int64),
        weight=np.full(count, np.nan),
    )
