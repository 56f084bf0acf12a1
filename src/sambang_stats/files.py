"""Reading and writing tables: CSV (comma, semicolon or tab) and Parquet, chosen by the file name's suffix."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sambang_stats.errors import PanelError, Problem, TableName
from sambang_stats.input_table import NUMBER_COLUMNS, require_columns
from sambang_stats.panel import CHUNK_ROWS
from sambang_stats.reading import REPORT_COLUMNS

TEXT_COLUMNS = (
    "unit",
    "product",
    "month",
    "period",
    "region",
    "industry",
    "cluster",
    "start",
    "end",
    "first_treated",
)


ROWS_PER_BATCH = CHUNK_ROWS
"""Rows of reports handed on at once."""
BLOCK = 1 << 21
"""Bytes of a CSV file read at once, and its longest row. Arrow reads up to 32 of them ahead."""
DICTIONARY_TEXT = pa.dictionary(pa.int32(), pa.string())


def read_table(path: Path) -> pa.Table:
    """A table with its codes kept as text, each distinct text once; raises PanelError in one sentence."""
    with _read_errors(path):
        if _is_parquet(path):
            return pq.read_table(path, read_dictionary=_texts(path))
        types = dict.fromkeys(TEXT_COLUMNS, DICTIONARY_TEXT) | dict.fromkeys(NUMBER_COLUMNS, pa.string())
        table = pa_csv.read_csv(
            path,
            read_options=pa_csv.ReadOptions(use_threads=False),  # with threads Arrow does not name the row of an error
            parse_options=_delimited(path),
            convert_options=_converted(column_types=types),
        )
        return _without_empty_rows(table)


class ReportFile:
    """A file of reports read in batches; raises PanelError with one sentence."""

    def __init__(self, path: Path) -> None:
        with _read_errors(path):
            self.path = path
            self.names = pq.read_schema(path).names if _is_parquet(path) else self._csv([]).schema.names
            require_columns(TableName.REPORTS, self.names, REPORT_COLUMNS)
            self.about = pq.read_metadata(path).num_rows if _is_parquet(path) else self._rows_of_csv()
            """Rows; an estimate for CSV."""

    def batches(self, columns: Sequence[str] = REPORT_COLUMNS) -> Iterator[tuple[int, pa.Table]]:
        """The number of rows before, and the next rows, empty rows left out; an empty file yields nothing."""
        before = 0
        with _read_errors(self.path):
            for table in self._tables(list(columns)):
                filled = _without_empty_rows(table)
                if filled.num_rows:
                    yield before, filled
                before += filled.num_rows

    def _tables(self, columns: list[str]) -> Iterator[pa.Table]:
        if not _is_parquet(self.path):
            yield from _gathered(self._csv(columns))
            return
        # Read-ahead buffering would keep the whole file in memory.
        with pq.ParquetFile(self.path, read_dictionary=_texts(self.path), pre_buffer=False) as file:
            yield from map(pa.table, file.iter_batches(ROWS_PER_BATCH, columns=columns, use_threads=False))

    def _csv(self, columns: list[str]) -> pa_csv.CSVStreamingReader:
        # Numbers are read as text: a type inferred from the first block could be wrong for a later one.
        types = dict.fromkeys(TEXT_COLUMNS, DICTIONARY_TEXT) | dict.fromkeys(NUMBER_COLUMNS, pa.string())
        return pa_csv.open_csv(
            self.path,
            read_options=pa_csv.ReadOptions(block_size=BLOCK, use_threads=False),
            parse_options=_delimited(self.path),
            convert_options=_converted(column_types=types, include_columns=columns),
        )

    def _rows_of_csv(self) -> int:
        with self.path.open("rb") as file:
            block = file.read(1 << 16)
        return self.path.stat().st_size * block.count(b"\n") // len(block)


def row_in_file(path: Path, row: int, columns: Sequence[str] | None = None) -> int:
    """The number of a row as a spreadsheet shows it, from its number among the rows that are not empty; the heading is
    row 1 in both. ``columns``: those that are read, all without it."""
    if _is_parquet(path):
        return row
    with path.open(encoding="utf-8-sig", newline="") as file:
        filled = 0
        read: Sequence[int] = ()
        for number, cells in enumerate(csv.reader(file, delimiter=_delimited(path).delimiter), start=1):
            if not filled:
                read = range(len(cells)) if columns is None else [cells.index(c) for c in columns if c in cells]
            if "".join(cells).strip() or len(cells) > 1:
                filled += any(cells[at] for at in read if at < len(cells))
            if filled == row:
                return number
    return row


def _without_empty_rows(table: pa.Table) -> pa.Table:
    """Drops the empty rows that spreadsheets save at the end."""
    if not table.num_columns or not table.num_rows:
        return table
    filled = pc.is_valid(table.column(0))
    for column in table.columns[1:]:
        if pc.all(filled).as_py():
            return table
        filled = pc.or_(filled, pc.is_valid(column))
    return table if pc.all(filled).as_py() else table.filter(filled)


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches combined into tables of at least ROWS_PER_BATCH rows, except the last."""
    pending: list[pa.RecordBatch] = []
    for batch in batches:
        pending.append(batch)
        if sum(some.num_rows for some in pending) >= ROWS_PER_BATCH:
            yield pa.Table.from_batches(pending)
            pending = []
    if pending:
        yield pa.Table.from_batches(pending)


@contextmanager
def _read_errors(path: Path) -> Iterator[None]:
    """Convert errors of reading a file to PanelError."""
    if not path.is_file():
        raise PanelError(Problem.MISSING_FILE, file=str(path))
    if path.stat().st_size == 0:
        raise PanelError(Problem.EMPTY_FILE, file=path.name)
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        cause = str(error).splitlines()[0]
        if "invalid UTF8" in cause:
            raise PanelError(Problem.NOT_UTF8_FILE, file=path.name) from None
        if uneven := re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", cause):
            row, needed, actual = map(int, uneven.groups())
            raise PanelError(
                Problem.WRONG_NUMBER_OF_CELLS, file=path.name, row=row, needed=needed, found=actual
            ) from None
        raise PanelError(Problem.UNREADABLE_FILE, file=path.name, cause=cause) from None


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in {".parquet", ".pq"}


def _texts(path: Path) -> list[str]:
    return [field.name for field in pq.read_schema(path) if field.name in TEXT_COLUMNS]


def _delimited(path: Path) -> pa_csv.ParseOptions:
    with path.open("rb") as file:
        start = file.readline()
    if start.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise PanelError(Problem.WORKBOOK_FILE, file=path.name)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        raise PanelError(Problem.UTF16_FILE, file=path.name)
    try:
        head = start.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PanelError(Problem.NOT_UTF8_FILE, file=path.name) from None
    return pa_csv.ParseOptions(delimiter=max(",;\t", key=head.count), invalid_row_handler=_without_blank_line)


def _without_blank_line(row: pa_csv.InvalidRow) -> str:
    """What Arrow does with a row of another number of cells: a line of blanks is none."""
    return "error" if row.text.strip() else "skip"


def _converted(**how: Any) -> pa_csv.ConvertOptions:
    # Words like NA are empty in columns of numbers or months and a name elsewhere: see input_table.EMPTY.
    return pa_csv.ConvertOptions(null_values=[""], strings_can_be_null=True, **how)


def require_folder(path: Path) -> None:
    """Raise PanelError if the folder of the output file does not exist."""
    if not path.parent.is_dir():
        raise PanelError(Problem.MISSING_FOLDER, folder=str(path.parent))


def write_table(table: pa.Table, path: Path) -> None:
    """Write atomically: to a temporary file, which is then renamed."""
    require_folder(path)
    table = pa.table({name: _nan_as_null(table[name]) for name in table.column_names})
    beside = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            pq.write_table(table, beside, compression="zstd")
        else:
            pa_csv.write_csv(table, beside, pa_csv.WriteOptions(quoting_style="needed"))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _nan_as_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_floating(column.type):
        return column
    return pc.if_else(pc.is_nan(column), None, column)
