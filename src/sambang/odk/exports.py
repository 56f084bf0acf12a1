"""Submissions of a council's own form as CSV, XLSX and JSON, one table for each repeat (see form_tables.py)."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import IO, Any
from xml.etree.ElementTree import Element

import xlsxwriter
from django.utils import timezone

from sambang.lib.bidi import without_controls
from sambang.lib.exports import escape_formula, fitting_cell
from sambang.odk.form_tables import KEY_COLUMNS, METADATA, Structure, answer_column
from sambang.odk.models import Submission
from sambang.odk.reading import UnreadableError, leaves, tree

MEMORY_BYTES = 5 * 1024 * 1024
MAX_SHEET_NAME, RESERVED_SHEET_NAME = 31, "History"  # of Excel
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")
MAX_NUMBER_DIGITS = 15  # digits that a spreadsheet keeps
type ExportRow = tuple[str, list[str]]  # table, cells in the order of its columns


def structure_of(xforms: Iterable[bytes], rows: Iterable[Submission]) -> Structure:
    """Columns of all versions of a form, newest first, then answers without a question."""
    structure = Structure()
    for xform in xforms:
        structure.add_version(tree(xform))
    for row in rows:
        structure.add_answers(_root(row), row.instance_id)
    return structure


def headings(structure: Structure, table: str) -> list[str]:
    return [*(KEY_COLUMNS if table else METADATA), *map(answer_column, structure.tables[table])]


def table_rows(structure: Structure, rows: Iterable[Submission]) -> Iterator[ExportRow]:
    for row in rows:
        for table, keys, cells in structure.rows(_root(row), row.instance_id):
            own = keys if table else _metadata(row).values()
            yield table, [*own, *(cells.get(name, "") for name in structure.tables[table])]


def table_names(structure: Structure, form_id: str) -> dict[str, str]:
    """A file name without suffix for each table."""
    return _unique_names({table: "-".join([form_id, *filter(None, table.split("/"))]) for table in structure.tables})


def write_csv(structure: Structure, rows: Iterable[Submission], form_id: str) -> tuple[IO[bytes], str]:
    """The open file and its suffix: one CSV, or a ZIP with a CSV for each table."""
    files = {table: _temporary_file() for table in structure.tables}
    texts = {table: io.TextIOWrapper(file, "utf-8-sig", newline="") for table, file in files.items()}
    writers = {table: csv.writer(text) for table, text in texts.items()}
    for table, writer in writers.items():
        writer.writerow(map(_csv_cell, headings(structure, table)))
    for table, cells in table_rows(structure, rows):
        writers[table].writerow(map(_csv_cell, cells))
    for text in texts.values():
        text.detach().seek(0)
    if len(files) == 1:
        return files[""], "csv"
    output = _temporary_file()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, name in table_names(structure, form_id).items():
            archive.writestr(f"{name}.csv", files[table].read())
            files[table].close()
    output.seek(0)
    return output, "zip"


def write_workbook(structure: Structure, rows: Iterable[Submission], form_id: str) -> IO[bytes]:
    """A sheet for each table; answers of number questions are numbers, everything else is text."""
    output = _temporary_file()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        bold = book.add_format({"bold": True})
        sheets = {table: book.add_worksheet(name) for table, name in _sheet_names(structure.tables, form_id).items()}
        numeric = {table: _numeric_columns(structure, table) for table in structure.tables}
        places = {table: count(1) for table in structure.tables}
        for table, sheet in sheets.items():
            for column, heading in enumerate(headings(structure, table)):
                sheet.write_string(0, column, heading, bold)
            sheet.freeze_panes(1, 0)
        for table, cells in table_rows(structure, rows):
            _write_cells(sheets[table], next(places[table]), cells, numeric[table])
    output.seek(0)
    return output


def _csv_cell(text: str) -> str:
    return escape_formula(without_controls(text))


def _temporary_file() -> tempfile.SpooledTemporaryFile[bytes]:
    return tempfile.SpooledTemporaryFile(MEMORY_BYTES)


def _numeric_columns(structure: Structure, table: str) -> set[int]:
    first = len(KEY_COLUMNS if table else METADATA)
    prefix = f"{table}/" if table else ""
    columns = enumerate(structure.tables[table], start=first)
    return {column for column, name in columns if f"{prefix}{name}" in structure.numbers}


def _write_cells(sheet: Any, line: int, cells: Sequence[str], numeric: set[int]) -> None:
    for column, value in enumerate(cells):
        if column in numeric and len(value) <= MAX_NUMBER_DIGITS and re.fullmatch(r"-?\d+(\.\d+)?", value, re.ASCII):
            sheet.write_number(line, column, float(value))
        elif value:
            sheet.write_string(line, column, fitting_cell(value))


def _sheet_names(tables: Iterable[str], form_id: str) -> dict[str, str]:
    """Unique names that Excel accepts."""
    last_parts = {table: table.rpartition("/")[2] or form_id for table in tables}
    names = {table: NOT_IN_SHEET_NAMES.sub("_", name)[:MAX_SHEET_NAME] for table, name in last_parts.items()}
    return _unique_names(names, (RESERVED_SHEET_NAME,), longest=MAX_SHEET_NAME)


def _unique_names(names: dict[str, str], reserved: Iterable[str] = (), *, longest: int = 255) -> dict[str, str]:
    """The names by table, numbered where one differs from an earlier or reserved name at most in case."""
    used, unique = {name.casefold() for name in reserved}, dict[str, str]()
    for table, name in names.items():
        number, numbered = 2, name
        while numbered.casefold() in used:
            suffix = f"_{number}"
            numbered, number = f"{name[: longest - len(suffix)]}{suffix}", number + 1
        unique[table] = numbered
        used.add(numbered.casefold())
    return unique


def as_json(rows: Iterable[Submission]) -> Iterator[str]:
    """One object for each submission, streamed; the second and later turns of a repeat are numbered."""
    yield "["
    for number, row in enumerate(rows):
        answers = {answer_column(name): answer for name, answer in leaves(_root(row))}
        yield (",\n" if number else "\n") + json.dumps({**_metadata(row), **answers}, ensure_ascii=False)
    yield "\n]\n"


def _root(row: Submission) -> Element:
    try:
        return tree(bytes(row.xml))
    except UnreadableError:
        return Element("data")


def _metadata(row: Submission) -> dict[str, str]:
    files = " ".join(sorted(file.name for file in row.files.all()))
    received_at = timezone.localtime(row.received_at).isoformat(timespec="seconds")
    return dict(zip(METADATA, (row.instance_id, received_at, row.key.person.name, row.key.phone, files), strict=True))
