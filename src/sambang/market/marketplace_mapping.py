"""The columns of a marketplace's template, and what the council puts into each; from these the Layout of its filling.

A template is recognised by its headings, so its columns may later stand in another order and be more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from sambang.lib.workbook_cells import Workbook, WorkbookCellError
from sambang.market.marketplace_files import (
    ITEM_FIELDS,
    MAX_HEADING_ROW,
    MIN_COLUMNS,
    REQUIRED_HEADING,
    Layout,
    MarketplaceFileError,
    TemplateColumn,
    heading_keys,
)

MAX_TEMPLATE_COLUMNS = 150
MAX_TEMPLATE_HEADING_LENGTH = 80  # characters: a longer text is an instruction
MAX_EXAMPLES = 3
MAX_EXAMPLE_LENGTH = 80
# Words of a heading → the field that the form proposes; the first that fits.
PROPOSALS = (
    (re.compile(r"deskripsi|uraian|description", re.IGNORECASE), "description"),
    (re.compile(r"minim", re.IGNORECASE), "minimum_order"),
    (re.compile(r"nama (produk|barang)|judul|product[ _]?name|\btitle\b|^\W*nama\W*$", re.IGNORECASE), "name"),
    (re.compile(r"harga|price", re.IGNORECASE), "price"),
    (re.compile(r"stok|stock|quantity|kuantitas", re.IGNORECASE), "stock"),
    (re.compile(r"berat|weight", re.IGNORECASE), "weight"),
    (re.compile(r"warna|colou?r", re.IGNORECASE), "colour"),
    (re.compile(r"ukuran|\bsize\b", re.IGNORECASE), "size"),
    (re.compile(r"sku", re.IGNORECASE), "variant_code"),
)
PICTURE = re.compile(r"foto|gambar|image|photo", re.IGNORECASE)


@dataclass(frozen=True)
class MappedColumn:
    """`key`: see heading_keys. `field`: of marketplace_files.ITEM_FIELDS, "" for a column that stays empty."""

    key: str
    heading: str
    examples: list[str]
    field: str = ""
    text: str = ""
    least: int | None = None
    most: int | None = None
    is_required: bool = False


@dataclass(frozen=True)
class SheetTemplate:
    heading_row: int
    first_row: int
    columns: list[MappedColumn]


def read_template(content: bytes, *, heading_row: int | None = None) -> SheetTemplate:
    """Without `heading_row`: the row with the most headings of all sheets. Raises MarketplaceFileError."""
    try:
        workbook = Workbook(content)
        sheets = [workbook.sheet(name).values(workbook.shared) for name in workbook.parts]
    except WorkbookCellError:
        raise MarketplaceFileError(
            _("Berkas ini tidak dapat dibaca: kirim berkas XLSX tanpa kata sandi, persis seperti yang diunduh.")
        ) from None
    rows = range(1, MAX_HEADING_ROW + 1) if heading_row is None else (heading_row,)
    candidates = [(values, row, _headings(values, row)) for values in sheets for row in rows]
    values, row, headings = max(candidates, key=lambda one: len(one[2]), default=({}, 0, {}))
    if len(headings) < MIN_COLUMNS:
        raise MarketplaceFileError(
            _("Tidak ada baris judul kolom di berkas ini: sebut nomor barisnya, atau kirim template yang diunduh.")
        )
    if len(headings) > MAX_TEMPLATE_COLUMNS:
        raise MarketplaceFileError(
            _("Berkas ini punya %(many)d kolom; paling banyak %(most)d.")
            % {"many": len(headings), "most": MAX_TEMPLATE_COLUMNS}
        )
    below = [number for number, _column in values if row < number <= row + MAX_HEADING_ROW]
    return SheetTemplate(row, max(below, default=row) + 1, _columns(values, row, headings))


def _headings(values: Mapping[tuple[int, int], str], row: int) -> dict[int, str]:
    texts = {column: " ".join(text.split()) for (number, column), text in sorted(values.items()) if number == row}
    return {column: text for column, text in texts.items() if len(text) <= MAX_TEMPLATE_HEADING_LENGTH}


def _columns(values: Mapping[tuple[int, int], str], row: int, headings: Mapping[int, str]) -> list[MappedColumn]:
    keys, columns, pictures, proposed = heading_keys(values, row), [], 0, set[str]()
    for column, heading in headings.items():
        examples = [
            " ".join(text.split())[:MAX_EXAMPLE_LENGTH]
            for (number, other), text in sorted(values.items())
            if other == column and number != row
        ]
        if PICTURE.search(heading) and pictures < 9:
            pictures += 1
            field = f"picture_{pictures}"
        else:
            field = next((name for pattern, name in PROPOSALS if pattern.search(heading)), "")
            field = "" if field in proposed else field
            proposed.add(field)
        is_required = REQUIRED_HEADING.search(heading) is not None
        columns.append(MappedColumn(keys[column], heading, examples[:MAX_EXAMPLES], field, is_required=is_required))
    return columns


def stored_columns(columns: Iterable[MappedColumn]) -> list[dict[str, Any]]:
    return [asdict(column) for column in columns]


def mapped_columns(stored: Iterable[Mapping[str, Any]]) -> list[MappedColumn]:
    return [MappedColumn(**column) for column in stored]


def with_earlier_choices(columns: Iterable[MappedColumn], earlier: Iterable[MappedColumn]) -> list[MappedColumn]:
    """The columns of a new template; one that an earlier template had keeps its field and its limits."""
    chosen = {column.key: column for column in earlier}
    return [
        column
        if (old := chosen.get(column.key)) is None
        else replace(old, heading=column.heading, examples=column.examples)
        for column in columns
    ]


def layout_of(name: str, columns: Iterable[MappedColumn], *, rows_below: int) -> Layout:
    definitions = {
        column.key: TemplateColumn(column.field, column.least, column.most, column.text, column.is_required)
        for column in columns
        if column.field in ITEM_FIELDS
    }
    return Layout(name, definitions, rows_below)
