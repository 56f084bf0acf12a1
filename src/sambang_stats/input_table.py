"""Validation and decoding of an input table's columns; every error names the table, the column and the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sambang_stats.decimal_marks import (
    determined_marks,
    first_ambiguous,
    is_ambiguous,
    usual_mark,
    with_decimal_points,
)
from sambang_stats.errors import PanelError, Problem, TableName
from sambang_stats.months import month_number
from sambang_stats.panel import BEYOND_PANEL, Columns, Texts
from sambang_stats.results import Floats, Integers

NUMBER_COLUMNS = ("quantity", "value", "weight", "asked", "outcome")
"""Columns that are read from files as text, to detect decimal and thousands marks."""
MISSING_VALUES = frozenset({"", "NA", "NaN", "nan", "null"})
"""Texts that mean an empty number or month."""


@dataclass(frozen=True)
class InputTable:
    """Rows of one input table, or a chunk of them; methods raise PanelError."""

    kind: TableName
    rows: pa.Table
    first_row: int = 0
    """Rows of the table before this chunk."""

    @classmethod
    def of(cls, kind: TableName, columns: Columns, needed: Sequence[str] = ()) -> InputTable:
        """Build from a table or a mapping of columns; ``needed`` columns must exist."""
        rows = columns if isinstance(columns, pa.Table) else pa.table(dict(columns))
        require_columns(kind, rows.column_names, needed)
        return cls(kind, rows)

    def __len__(self) -> int:
        return int(self.rows.num_rows)

    def __contains__(self, name: str) -> bool:
        return name in self.rows.column_names

    def column(self, name: str) -> pa.ChunkedArray:
        """The unconverted column."""
        if name not in self:
            present = ", ".join(self.rows.column_names)
            raise PanelError(Problem.MISSING_COLUMN, column=name, table=self.kind, present=present)
        return self.rows[name]

    def texts(self, name: str, *, may_be_empty: bool = False) -> Texts:
        """A text column, trimmed; null is empty."""
        codes, written = _distinct(self.column(name))
        names = np.array([text.strip() for text in written], dtype=object)
        empty = (names == "")[codes]
        if empty.any() and not may_be_empty:
            raise self._empty_cell(name, int(empty.argmax()))
        return names[codes]

    def codes(self, name: str) -> tuple[NDArray[np.int32], Texts]:
        """A text column as codes into its sorted distinct texts."""
        codes, written = _distinct(self.column(name))
        written = [text.strip() for text in written]
        if "" in written:
            blank = np.array([text == "" for text in written])[codes]
            raise self._empty_cell(name, int(blank.argmax()))
        names, place = np.unique(np.array(written, dtype=object), return_inverse=True)
        return place.astype(np.int32)[codes], names

    def codes_into(self, code_of_text: dict[str, int], name: str) -> Integers:
        """A text column as codes into ``code_of_text``, to which new texts are added."""
        codes, names = self.codes(name)
        return np.array([code_of_text.setdefault(text, len(code_of_text)) for text in names], dtype=np.int64)[codes]

    def distinct_units(self) -> pa.Array:
        """The distinct texts of the column ``unit``, in any order."""
        coded = self._units()
        return pc.unique(_trimmed(coded).take(pc.unique(coded.indices)))

    def unit_positions(self, register: pa.Array) -> Integers:
        """Each row's unit as its position in the register."""
        coded = self._units()
        positions = pc.index_in(_trimmed(coded), value_set=register)
        place = pc.fill_null(positions.take(coded.indices), -1).to_numpy(zero_copy_only=False)
        if (place < 0).any():
            unknown = _trimmed(coded).take(pc.unique(coded.indices.filter(pa.array(place < 0))))
            raise PanelError(Problem.UNKNOWN_UNIT, unit=unknown[0].as_py(), count=len(unknown))
        return np.asarray(place, dtype=np.int64)

    def _units(self) -> pa.DictionaryArray:
        coded = _encoded(self.column("unit"))
        blank = pc.fill_null(pc.equal(_trimmed(coded), "").take(coded.indices), True)
        if pc.any(blank).as_py():
            raise self._empty_cell("unit", pc.index(blank, True).as_py())
        return coded

    def numbers(self, name: str, *, signed: bool = False, marks: set[str] | None = None) -> Floats:
        """A column of numbers, null as NaN; negative ones are refused unless ``signed``.

        ``marks``: the decimal marks that earlier chunks of the column showed; those of this chunk are added.
        """
        written = column = self.column(name)
        try:
            if is_text(column.type):
                written = _without_missing_values(column)
                column = self._plain_numbers(written, name, set() if marks is None else marks)
            numbers = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            at = _first_without_number(column)
            text = str(written[at].as_py()) if len(written) > at else str(column.type)
            raise PanelError(
                Problem.NOT_A_NUMBER, column=name, table=self.kind, text=text, row=self.row_number(at)
            ) from None
        numbers = np.asarray(numbers, dtype=np.float64)
        self._require_none(
            np.isinf(numbers) | (np.abs(numbers) > BEYOND_PANEL), numbers, name, Problem.NUMBER_TOO_LARGE
        )
        if not signed:
            self._require_none(numbers < 0, numbers, name, Problem.NEGATIVE_NUMBER)
        return numbers

    def _plain_numbers(self, column: pa.ChunkedArray, name: str, marks: set[str]) -> pa.ChunkedArray:
        """The texts with a decimal point and without thousands separators. Raises PanelError if the marks are
        ambiguous."""
        marks |= determined_marks(column)
        if len(marks) > 1:
            raise PanelError(Problem.MIXED_DECIMAL_MARKS, column=name, table=self.kind)
        if marks:
            return with_decimal_points(column, *marks)
        if not is_ambiguous(column):
            return column
        mark = self._mark_of_other_columns(name)
        if mark is None and self.kind in {TableName.SERIES, TableName.TREATMENT}:
            # All with three decimals: a constant factor of 1,000 changes neither season nor effect.
            mark = usual_mark(column)
        if mark is None:
            at, text = first_ambiguous(column)
            raise PanelError(
                Problem.AMBIGUOUS_THOUSANDS, column=name, table=self.kind, text=text, row=self.row_number(at)
            )
        return with_decimal_points(column, mark)

    def _mark_of_other_columns(self, name: str) -> str | None:
        """The one decimal mark that the table's other columns of numbers show."""
        others = [self.rows[other] for other in NUMBER_COLUMNS if other != name and other in self]
        marks = set().union(
            *(determined_marks(_without_missing_values(column)) for column in others if is_text(column.type))
        )
        return marks.pop() if len(marks) == 1 else None

    def months(self, name: str, *, empty: int | None = None) -> Integers:
        """A column of dates or ``YYYY-MM`` as months since year 0; ``empty`` replaces null, None refuses it."""
        codes, written = _distinct(self.column(name))
        numbers = [_month(text, empty) for text in written]
        if None in numbers:
            wrong = numbers.index(None)
            text, row = written[wrong].strip(), self.row_number(int(np.flatnonzero(codes == wrong)[0]))
            if text == name:
                raise PanelError(Problem.REPEATED_HEADING, table=self.kind, row=row)
            if text in MISSING_VALUES:
                raise PanelError(Problem.EMPTY_MONTH, column=name, table=self.kind, row=row)
            raise PanelError(Problem.UNKNOWN_MONTH_IN_COLUMN, text=text, column=name, table=self.kind, row=row)
        months: Integers = np.array(numbers, dtype=np.int64)[codes]
        return months

    def _require_none(self, wrong: NDArray[np.bool_], numbers: Floats, name: str, code: Problem) -> None:
        rows = np.flatnonzero(wrong)
        if len(rows):
            number, row = float(numbers[rows[0]]), self.row_number(int(rows[0]))
            raise PanelError(code, column=name, table=self.kind, number=number, row=row, count=len(rows))

    def _empty_cell(self, name: str, at: int) -> PanelError:
        return PanelError(Problem.EMPTY_CELL, column=name, table=self.kind, row=self.row_number(at))

    def row_number(self, at: int) -> int:
        """Number of a row as a spreadsheet shows it: the heading is the first."""
        return self.first_row + at + 2


def require_columns(kind: TableName, present: Sequence[str], needed: Sequence[str]) -> None:
    """Raise PanelError where a column is missing."""
    missing = [name for name in needed if name not in present]
    if missing:
        names, every = ", ".join(missing), ", ".join(needed)
        raise PanelError(Problem.MISSING_COLUMNS, missing=names, table=kind, needed=every)


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
    return place[codes], [text for text, is_used in zip(written, used, strict=True) if is_used]


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    return coded.unify_dictionaries().combine_chunks()


def _trimmed(coded: pa.DictionaryArray) -> pa.Array:
    return pc.utf8_trim_whitespace(coded.dictionary.cast(pa.string()))


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _month(text: str, empty: int | None) -> int | None:
    if text.strip() in MISSING_VALUES:
        return empty
    try:
        return month_number(text)
    except PanelError:
        return None


def _without_missing_values(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Trimmed; blanks and words like NA as null."""
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.is_in(trimmed, value_set=pa.array(sorted(MISSING_VALUES))), None, trimmed)


def _first_without_number(column: pa.ChunkedArray) -> int:
    """Position of the first cell that is no number."""
    for at, cell in enumerate(column):
        try:
            float(cell.as_py() or 0)
        except (TypeError, ValueError):
            return at
    return 0
