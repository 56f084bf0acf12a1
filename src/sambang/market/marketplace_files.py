"""A marketplace's own workbook filled with items: only empty cells of the columns that a layout knows are written.

Shopee's template is read by its row of keys ("ps_product_name|1|0", the first number says that the column is required),
so its columns may stand in any order and be more than we know. Keys and limits: `reference/shopee.csv`, from public
exporters of the template of 2026-08-31; a council can map the template of any other marketplace
(marketplace_mapping.py).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import count, product
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.lib.units import UNITS
from sambang.lib.workbook_cells import SheetXml, Workbook, WorkbookCellError, WrittenCell
from sambang.market.models import Item

HEADINGS_FILE = Path(__file__).parent / "reference" / "shopee.csv"
GRAM = "gram"
KILOGRAM = "kg"
MAX_HEADING_ROW = 10
MAX_TEMPLATE_ROWS = 2000  # rows of a workbook that are filled at once
MIN_COLUMNS = 2  # known headings by which a sheet is recognised
FIXED = "fixed"  # the field of a column that takes `TemplateColumn.text`
REQUIRED_HEADING = re.compile(r"\|1\||^\s*\*|\*\s*$")  # Shopee's number; a star before or after the heading

# What a column can hold: our field and its label.
ITEM_FIELDS: dict[str, Any] = {
    "name": gettext_lazy("nama barang"),
    "description": gettext_lazy("uraian"),
    "price": gettext_lazy("harga"),
    "stock": gettext_lazy("stok"),
    "minimum_order": gettext_lazy("pesanan terkecil"),
    "weight": gettext_lazy("berat"),
    "lead_days": gettext_lazy("lama pengerjaan"),
    "item_code": gettext_lazy("kode barang"),
    "variant_code": gettext_lazy("kode pilihan"),
    "variation_code": gettext_lazy("kode kelompok pilihan"),
    "variation_1": gettext_lazy("nama pilihan pertama"),
    "option_1": gettext_lazy("isi pilihan pertama"),
    "variation_2": gettext_lazy("nama pilihan kedua"),
    "option_2": gettext_lazy("isi pilihan kedua"),
    "size": gettext_lazy("ukuran"),
    "colour": gettext_lazy("warna"),
    "link": gettext_lazy("alamat halaman barang"),
    "maker": gettext_lazy("nama IKM"),
    FIXED: gettext_lazy("teks tetap"),
    **{f"picture_{number}": gettext_lazy("foto") for number in range(1, 10)},
}


@dataclass(frozen=True)
class TemplateColumn:
    """The field of a column and its limits: characters of a text, or the value of a number. `text`: of a FIXED one."""

    field: str
    least: int | None = None
    most: int | None = None
    text: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class Layout:
    """`columns`: heading → column; a heading ends before "|". Items begin `rows_below` rows under the headings."""

    name: str
    columns: Mapping[str, TemplateColumn]
    rows_below: int


@cache
def shopee_layout() -> Layout:
    def number(text: str) -> int | None:
        return int(text) if text else None

    with HEADINGS_FILE.open(encoding="utf-8", newline="") as file:
        columns = {
            row["key"]: TemplateColumn(row["field"], number(row["least"]), number(row["most"]))
            for row in csv.DictReader(file)
        }
    return Layout("Shopee", columns, rows_below=6)


class MarketplaceFileError(ValueError):
    """The message is for the person who sent the file."""


@dataclass(frozen=True)
class FileChoices:
    """What the file cannot know. `weight_unit`: GRAM, KILOGRAM, or "" for what the file says."""

    stock: int
    weight_unit: str = ""


@dataclass
class Filling:
    """`errors`: sentences about items that were left out; `notes`: what the seller has to fill in."""

    content: bytes = b""
    items: int = 0
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Target:
    """The sheet of a workbook, its row of headings, and the column of each field."""

    sheet_name: str
    sheet: SheetXml
    values: Mapping[tuple[int, int], str]
    heading_row: int
    columns: Mapping[int, TemplateColumn]

    def heading(self, column: int) -> str:
        return self.values[self.heading_row, column]

    def is_required(self, column: int) -> bool:
        definition = self.columns[column]
        return (
            definition.is_required
            or REQUIRED_HEADING.search(self.heading(column)) is not None
            or definition.field in {"name", "price"}
        )


def fill_workbook(
    content: bytes, layout: Layout, items: Iterable[Item], choices: FileChoices, absolute: Callable[[str], str]
) -> Filling:
    """`items` with `shown_pictures`. Raises MarketplaceFileError."""
    try:
        workbook = Workbook(content)
        target = _find_target(workbook, layout)
        unit = choices.weight_unit or _weight_unit(target, layout)
        filling, rows, cells = Filling(), _empty_rows(target, layout), dict[tuple[int, int], WrittenCell]()
        for item in items:
            written = [_written(target, values) for values in variants(item, choices.stock, unit, absolute)]
            errors = list(dict.fromkeys(text for row in written for text in _item_errors(target, layout, item, row)))
            filling.errors += errors
            if errors:
                continue
            filling.items += 1
            for row in written:
                number = next(rows)
                cells |= {(number, column): value for column, value in row.items() if value is not None}
        filling.content = workbook.with_cells(target.sheet_name, cells)
        filling.notes = _notes(target)
    except WorkbookCellError as wrong:
        raise MarketplaceFileError(_file_sentence(wrong.reason)) from None
    return filling


def _file_sentence(reason: str) -> str:
    if reason == "formula":
        return _("Di baris isi berkas ini ada rumus: hapus rumusnya dulu, atau unduh lagi berkas yang kosong.")
    if reason == "full":
        return _("Berkas ini tidak punya cukup baris kosong: unduh lagi berkas yang kosong.")
    return _("Berkas ini tidak dapat dibaca: kirim berkas XLSX tanpa kata sandi, persis seperti yang diunduh.")


def template_heading(heading: str) -> str:
    return " ".join(heading.partition("|")[0].split()).casefold()


def heading_keys(values: Mapping[tuple[int, int], str], row: int) -> dict[int, str]:
    """Number of a column → key of its heading in this row; the second "foto" of a row is "foto #2"."""
    headings = {column: template_heading(text) for (number, column), text in sorted(values.items()) if number == row}
    seen: Counter[str] = Counter()
    keys = {}
    for column, key in headings.items():
        seen[key] += 1
        keys[column] = key if seen[key] == 1 else f"{key} #{seen[key]}"
    return keys


def _find_target(workbook: Workbook, layout: Layout) -> _Target:
    """The row with the most known headings of all sheets. Raises MarketplaceFileError."""
    column_by_heading, best = {template_heading(heading): column for heading, column in layout.columns.items()}, None
    for name in workbook.parts:
        sheet = workbook.sheet(name)
        values = sheet.values(workbook.shared)
        for row in range(1, MAX_HEADING_ROW + 1):
            keys = heading_keys(values, row)
            columns = {column: column_by_heading[key] for column, key in keys.items() if key in column_by_heading}
            if len(columns) >= MIN_COLUMNS and (best is None or len(columns) > len(best.columns)):
                best = _Target(name, sheet, values, row, columns)
    if best is None:
        raise MarketplaceFileError(
            _("Di berkas ini tidak ada judul kolom %(shop)s yang dikenal: kirim template yang diunduh dari toko Anda.")
            % {"shop": layout.name}
        )
    return best


def _weight_unit(target: _Target, layout: Layout) -> str:
    """What the headings say of the weight. Raises MarketplaceFileError if they do not say."""
    columns = [column for column, definition in target.columns.items() if definition.field == "weight"]
    if not columns:
        return GRAM
    first = target.heading_row + layout.rows_below
    text = " ".join(target.values.get((row, columns[0]), "") for row in range(1, first))
    units = {unit.name for word in re.findall(r"[a-z]+", text.lower()) if (unit := UNITS.get(word))}
    named = units & {GRAM, KILOGRAM}
    if len(named) != 1:
        raise MarketplaceFileError(_("Berkas ini tidak menyebut satuan berat: pilih gram atau kilogram."))
    return named.pop()


def _empty_rows(target: _Target, layout: Layout) -> Iterator[int]:
    """Visible rows under the headings in which no column is filled that we write."""
    filled_rows = {row for row, column in target.values if column in target.columns}
    first = target.heading_row + layout.rows_below
    for row in count(first):
        if row >= first + MAX_TEMPLATE_ROWS:
            raise WorkbookCellError("full")
        stored = target.sheet.rows.get(row)
        if row not in filled_rows and not (stored and stored.is_hidden):
            yield row


def variants(item: Item, stock: int, unit: str, absolute: Callable[[str], str]) -> list[dict[str, WrittenCell | None]]:
    """The value of each field, for every size and colour of an item."""
    code = item.pk.hex[:12]
    common = _common_values(item, stock, unit, absolute)
    kinds = [(_("Ukuran"), item.size_list), (_("Warna"), item.colour_list)]
    named = [(label, values) for label, values in kinds if values]
    if not named:
        return [common | {"variant_code": code}]
    rows = []
    for number, options in enumerate(product(*(values for _label, values in named)), start=1):
        chosen: dict[str, WrittenCell | None] = {"variation_code": code, "variant_code": f"{code}-{number}"}
        for place, ((label, _values), option) in enumerate(zip(named, options, strict=True), start=1):
            chosen |= {f"variation_{place}": label, f"option_{place}": option}
            chosen["size" if label == kinds[0][0] else "colour"] = option
        rows.append(common | chosen)
    return rows


def _common_values(item: Item, stock: int, unit: str, absolute: Callable[[str], str]) -> dict[str, WrittenCell | None]:
    """The fields that all sizes and colours share; pictures only of an item that everybody sees."""
    is_public = item.state == Item.State.PUBLISHED
    pictures = item.shown_pictures if is_public else []  # type: ignore[attr-defined]
    addresses = [absolute(reverse("market:picture_image", args=[picture.pk])) for picture in pictures[:9]]
    return {
        "name": item.name,
        "description": item.description or None,
        "price": item.price,
        "stock": stock,
        "minimum_order": item.minimum_order,
        "weight": Decimal(item.weight) / 1000 if item.weight and unit == KILOGRAM else item.weight,
        "lead_days": item.lead_days,
        "item_code": item.pk.hex[:12],
        "link": absolute(reverse("market:catalogue_item", args=[item.pk])) if is_public else None,
        "maker": item.business.name,
        **{f"picture_{number}": address for number, address in enumerate(addresses, start=1)},
    }


def _written(target: _Target, values: Mapping[str, WrittenCell | None]) -> dict[int, WrittenCell | None]:
    return {
        column: definition.text if definition.field == FIXED else values.get(definition.field)
        for column, definition in target.columns.items()
    }


def _item_errors(target: _Target, layout: Layout, item: Item, row: Mapping[int, WrittenCell | None]) -> Iterable[str]:
    for column, value in row.items():
        limits = target.columns[column]
        names = {"item": item.name, "field": ITEM_FIELDS[limits.field], "shop": layout.name}
        if value is None:
            if target.is_required(column):
                yield _("“%(item)s”: %(field)s belum ada, dan %(shop)s mewajibkannya.") % names
            continue
        size = len(value) if isinstance(value, str) else value
        if limits.least is not None and size < limits.least:
            yield _too_little(value, names | {"least": limits.least, "size": size})
        elif limits.most is not None and size > limits.most:
            yield _too_much(value, names | {"most": limits.most, "size": size})


def _too_little(value: WrittenCell, names: Mapping[str, object]) -> str:
    if isinstance(value, str):
        return _("“%(item)s”: %(field)s %(size)d huruf; %(shop)s meminta sedikitnya %(least)d.") % names
    return _("“%(item)s”: %(field)s %(size)s; %(shop)s meminta sedikitnya %(least)d.") % names


def _too_much(value: WrittenCell, names: Mapping[str, object]) -> str:
    if isinstance(value, str):
        values = {**names, "value": value[:40]}
        return _("“%(item)s”: %(field)s “%(value)s” %(size)d huruf; %(shop)s menerima paling banyak %(most)d.") % values
    return _("“%(item)s”: %(field)s %(size)s; %(shop)s menerima paling banyak %(most)d.") % names


def _notes(target: _Target) -> list[str]:
    """Required columns that we do not fill."""
    return [
        _("Kolom wajib “%(heading)s” belum terisi: isi sendiri di berkas itu.") % {"heading": text.partition("|")[0]}
        for (row, column), text in sorted(target.values.items())
        if row == target.heading_row and column not in target.columns and REQUIRED_HEADING.search(text)
    ]
