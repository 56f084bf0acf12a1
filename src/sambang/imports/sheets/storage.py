"""A read workbook as bytes and back, so that the pages of an import do not read the file again."""

from __future__ import annotations

import json
import zlib
from typing import Any

from sambang.imports.sheets.results import (
    CellCounts,
    CellError,
    Duplicate,
    LeftAside,
    MemberRow,
    PermitCells,
    ProductCells,
    RegisterRow,
    RegisterSheet,
    SheetColumn,
)

LIST_TYPES: dict[str, type[Any]] = {
    "members": MemberRow,
    "errors": CellError,
    "columns": SheetColumn,
    "left_aside": LeftAside,
}


def dump_sheet(sheet: RegisterSheet) -> bytes:
    content = {
        "rows": [vars(row) for row in sheet.rows],
        "duplicates": [
            {**vars(pair), "first": vars(pair.first), "second": vars(pair.second)} for pair in sheet.duplicates
        ],
        **{name: [vars(item) for item in getattr(sheet, name)] for name in LIST_TYPES},
        "titles": sheet.titles,
        "remarks": sheet.remarks,
        "filename": sheet.filename,
        "cells": vars(sheet.cells),
        "rows_in": sheet.rows_in,
        "continued": sheet.continued,
    }
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), level=1)


def load_sheet(content: bytes) -> RegisterSheet:
    stored = json.loads(zlib.decompress(content))
    for column in stored["columns"]:
        column["examples"] = tuple(column["examples"])
    lists = {name: tuple(kind(**item) for item in stored[name]) for name, kind in LIST_TYPES.items()}
    return RegisterSheet(
        rows=tuple(map(_row, stored["rows"])),
        duplicates=tuple(map(_duplicate, stored["duplicates"])),
        titles=tuple(stored["titles"]),
        remarks=tuple(stored["remarks"]),
        filename=stored["filename"],
        cells=CellCounts(**stored["cells"]),
        rows_in=stored["rows_in"],
        continued=stored["continued"],
        **lists,
    )


def _row(stored: dict[str, Any]) -> RegisterRow:
    permits = tuple(PermitCells(*cells) for cells in stored["permits"])
    products = tuple(ProductCells(*cells) for cells in stored["more_products"])
    remarks = tuple(stored["remarks"])
    return RegisterRow(**{**stored, "permits": permits, "more_products": products, "remarks": remarks})


def _duplicate(stored: dict[str, Any]) -> Duplicate:
    first, second = _row(stored["first"]), _row(stored["second"])
    return Duplicate(first, second, tuple(stored["because"]), stored["certain"])
