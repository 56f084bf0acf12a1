"""Tables of reports and units checked, column by column, and coded to a panel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sambang_stats.panel import (
    LARGEST,
    NO_END,
    UNKNOWN_START,
    Columns,
    Panel,
    PanelError,
    Texts,
    Units,
    month_number,
    month_text,
)
from sambang_stats.results import Floats, Integers

REPORT_COLUMNS = ("unit", "product", "month", "quantity", "value")
UNIT_COLUMNS = ("unit", "region", "industry", "start", "end", "weight")
NO_REPORTS = "Tidak ada laporan: berkas kosong. Isi paling sedikit satu baris."
NOTHING_TOLD = "Tidak ada laporan: kolom quantity kosong semua."
PROVINCES = frozenset(
    str(number)
    for first, last in ((11, 19), (21, 21), (31, 36), (51, 53), (61, 65), (71, 76), (81, 82), (91, 96))
    for number in range(first, last + 1)
)
"""First two digits of Kemendagri's codes, Kepmendagri 300.2.2-2138/2025."""


def read_panel(reports: Columns, units: Columns | None = None) -> Panel:
    """Check and code a columnar panel.

    ``reports``: columns ``unit, product, month, quantity, value`` (value may hold nulls; a null
    quantity is a missing report). ``units``: ``unit, region, industry, start, end, weight`` and
    optionally ``cluster``; ``start``, ``end``, ``weight`` may hold nulls. Months are dates or
    ``YYYY-MM``. Without ``units`` all reports make one cell. Raises PanelError.
    """
    table = _table(reports, REPORT_COLUMNS, "laporan")
    if table.num_rows == 0:
        raise PanelError(NO_REPORTS)
    unit, unit_names = _coded(table, "unit", "laporan")
    product, product_names = _coded(table, "product", "laporan")
    month = month_numbers(table, "month", "laporan")
    quantity = numbers(table, "quantity", "laporan")
    value = numbers(table, "value", "laporan")
    register = read_units(units) if units is not None else one_cell(unit_names)
    key = _positions(unit_names, register.unit)[unit]
    key *= len(product_names)
    key += product
    del unit, product
    told = ~np.isnan(quantity)
    if not told.any():
        raise PanelError(NOTHING_TOLD)
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
            at, made = divmod(int(key[twice[0]]), len(self.products))
            names = (self.register.unit[at], self.products[made])
            raise told_twice(names, int(month[twice[0]]), len(twice))
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


def told_twice(names: tuple[str, str], month: int, count: int) -> PanelError:
    """``names``: of the unit and the product."""
    return PanelError(
        f"Laporan ganda: unit {names[0]}, produk {names[1]}, bulan {month_text(month)} "
        f"ada lebih dari sekali ({count} kejadian). Sisakan satu."
    )


def _table(columns: Columns, wanted: tuple[str, ...], where: str) -> pa.Table:
    table = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
    missing = [name for name in wanted if name not in table.column_names]
    if missing:
        raise PanelError(missing_columns(missing, wanted, where))
    return table


def missing_columns(missing: Sequence[str], wanted: Sequence[str], where: str) -> str:
    """The sentence."""
    return f"Kolom {', '.join(missing)} tidak ada pada {where}; yang perlu: {', '.join(wanted)}."


def _column(table: pa.Table, name: str, where: str) -> pa.ChunkedArray:
    if name not in table.column_names:
        raise PanelError(f"Kolom {name} tidak ada pada {where}; yang ada: {', '.join(table.column_names)}.")
    return table[name]


def texts(table: pa.Table, name: str, where: str, *, may_be_empty: bool = False) -> Texts:
    """A text column, trimmed; null is empty. ``where`` names the table in errors."""
    column = _column(table, name, where)
    codes, written = _distinct(column)
    names = np.array([text.strip() for text in written], dtype=object)
    empty = (names == "")[codes]
    if empty.any() and not may_be_empty:
        raise PanelError(f"Kolom {name} pada {where} kosong di baris {int(empty.argmax()) + 1}; isi dahulu.")
    return names[codes]


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
    coded = _encoded(column)
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


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return coded.unify_dictionaries().combine_chunks()


def coded_texts(table: pa.Table, name: str, where: str, known: dict[str, int]) -> Integers:
    """A text column as codes into ``known``, to which its new texts are added."""
    codes, names = _coded(table, name, where)
    return np.array([known.setdefault(text, len(known)) for text in names], dtype=np.int64)[codes]


def unit_names(table: pa.Table, where: str) -> pa.Array:
    """The distinct units of reports, in any order."""
    _refuse_blanks(coded := _encoded(table["unit"]), where)
    return pc.unique(_trimmed(coded).take(pc.unique(coded.indices)))


def unit_places(table: pa.Table, register: pa.Array, where: str) -> Integers:
    """Each report's unit as its position in the register; raises PanelError where one is not there."""
    _refuse_blanks(coded := _encoded(table["unit"]), where)
    found = pc.index_in(_trimmed(coded), value_set=register)
    place = pc.fill_null(found.take(coded.indices), -1).to_numpy(zero_copy_only=False)
    if (place < 0).any():
        strangers = _trimmed(coded).take(pc.unique(coded.indices.filter(pa.array(place < 0))))
        raise _stranger(strangers[0].as_py(), len(strangers))
    return np.asarray(place, dtype=np.int64)


def _trimmed(coded: pa.DictionaryArray) -> pa.Array:
    return pc.utf8_trim_whitespace(coded.dictionary.cast(pa.string()))


def _refuse_blanks(coded: pa.DictionaryArray, where: str) -> None:
    blank = pc.fill_null(pc.equal(_trimmed(coded), "").take(coded.indices), True)
    if pc.any(blank).as_py():
        raise PanelError(f"Kolom unit pada {where} kosong di baris {pc.index(blank, True).as_py() + 1}; isi dahulu.")


def numbers(table: pa.Table, name: str, where: str, *, signed: bool = False, marks: set[str] | None = None) -> Floats:
    """A column of numbers, null as NaN; negative ones are refused unless ``signed``.

    ``marks``: the decimal marks met in the column before, where ``table`` is not its first stretch; this one's are added.
    """
    column = _column(table, name, where)
    try:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            column = _plain_numbers(column, set() if marks is None else marks)
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


def _plain_numbers(column: pa.ChunkedArray, marks: set[str]) -> pa.ChunkedArray:
    """Blanks as null; a decimal comma as a point, where no text of the column has a point."""
    trimmed = pc.utf8_trim_whitespace(column)
    column = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
    before = set(marks)
    marks |= {mark for mark in ".," if pc.any(pc.match_substring(column, mark)).as_py()}
    if marks == {",", "."} and before == {","}:
        raise PanelError("Kolom angka memakai koma, lalu titik: tulis semua dengan satu tanda desimal.")
    return pc.replace_substring(column, ",", ".", max_replacements=1) if marks == {","} else column


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
        raise _stranger(names[pc.index(found.is_null(), True).as_py()], found.null_count)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _stranger(name: str, count: int) -> PanelError:
    return PanelError(
        f"Unit {name} pada laporan tidak ada di daftar unit ({count} unit); tambahkan ke daftar atau hapus laporannya."
    )


def read_units(columns: Columns) -> Units:
    """Check and code a register of units; raises PanelError."""
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


def one_cell(names: Texts) -> Units:
    """Units of which nothing is known but their names: all in one cell."""
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
