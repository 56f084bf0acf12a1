"""Splits a row that names several products: under repeated headings, or on the lines of its cells."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

from sambang.imports.sheets.grid import CellValue
from sambang.imports.sheets.table import DataRow, Table

OF_PRODUCT = frozenset({"product", "unit", "capacity", "annual_value"})
QUANTITY_FIELDS = frozenset({"capacity", "annual_value"})
ITEM_MARK = re.compile(r"^\s*(\d{1,2}[.)]|[-•*–])\s+")
INLINE_MARK = re.compile(r"(?:^|\s)\d{1,2}[.)]\s+(?=[^\W\d])")


def product_rows(table: Table, line: DataRow) -> list[DataRow]:
    """The row with its first product, and a row for each further one, which `continues` it."""
    return [part for row in _under_headings(table, line) for part in _on_lines(table, row)]


def _under_headings(table: Table, line: DataRow) -> list[DataRow]:
    """Produk 1 | Jumlah | Produk 2 | Jumlah: the columns up to the next product belong to that product."""
    starts = table.repeated("product")
    if len(starts) < 2:
        return [line]
    of_product = _filled_columns(table, line, OF_PRODUCT)
    ends = [*starts[1:], 2 * starts[-1] - starts[-2]]
    further = [
        {column: line.cells[column] for column in of_product if start <= column < end} for start, end in pairwise(ends)
    ]
    moved = {column for cells in further for column in cells}
    first = replace(line, cells={column: cell for column, cell in line.cells.items() if column not in moved})
    return [first, *(_further(line, cells) for cells in further if cells)]


def _on_lines(table: Table, line: DataRow) -> list[DataRow]:
    """As many figures as products, one below the other in their cells; or a numbered list of products alone."""
    items = {column: listed(line.cells[column]) for column in _filled_columns(table, line, OF_PRODUCT)}
    number = _number_of_products(table, line, items)
    if number < 2:
        return [line]
    parts = [{column: texts[at if len(texts) > 1 else 0] for column, texts in items.items()} for at in range(number)]
    return [replace(line, cells={**line.cells, **parts[0]}), *(_further(line, cells) for cells in parts[1:])]


def _number_of_products(table: Table, line: DataRow, items: dict[int, list[CellValue]]) -> int:
    """1 if the lines of the cells do not correspond."""
    products = _filled_columns(table, line, {"product"})
    if len(products) != 1:
        return 1
    number = len(items[products[0]])
    figures = {len(items[column]) for column in _filled_columns(table, line, QUANTITY_FIELDS)}
    fits = figures <= {number} and {len(texts) for texts in items.values()} <= {1, number}
    return number if fits and (figures or is_numbered(line.cells[products[0]])) else 1


def _filled_columns(table: Table, line: DataRow, fields: Collection[str]) -> list[int]:
    return [column for name in sorted(fields) for column in table.columns(name) if column in line.cells]


def _further(line: DataRow, cells: dict[int, CellValue]) -> DataRow:
    return replace(line, cells=cells, block="", continues=True, only_name=False)


def listed(cell: CellValue) -> list[CellValue]:
    """The lines of a cell without their numbers, or the items of "1. Nastar 2. Kastengel"; the cell itself if one."""
    if not isinstance(cell, str):
        return [cell]
    lines = [ITEM_MARK.sub("", line).strip() for line in cell.splitlines() if line.strip()]
    if len(lines) > 1:
        return [*lines]
    items = [item.strip(" ,;") for item in INLINE_MARK.split(cell) if item.strip(" ,;")]
    return [*items] if len(INLINE_MARK.findall(cell)) > 1 else [cell]


def is_numbered(cell: CellValue) -> bool:
    lines = str(cell).splitlines()
    return len(INLINE_MARK.findall(str(cell))) > 1 or (len(lines) > 1 and all(map(ITEM_MARK.match, lines)))
