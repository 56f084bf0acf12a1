"""A marketplace's own workbook is filled by its headings; every other cell keeps its bytes."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from sambang.access.models import Person
from sambang.lib.workbook_cells import Workbook, WorkbookCellError
from sambang.market import operations
from sambang.market.marketplace_files import (
    FileChoices,
    Filling,
    Layout,
    MarketplaceFileError,
    fill_workbook,
    shopee_layout,
)
from sambang.market.models import Item
from sambang.market.operations import ItemData
from sambang.market.queries import FIRST_PICTURES
from sambang.registry.models import Business
from tests.market.test_catalogue import photo

pytestmark = [pytest.mark.once, pytest.mark.slow]
REQUIRED = {"ps_product_name", "ps_product_description", "ps_price", "ps_item_cover_image", "ps_weight"}
OTHERS = [
    "ps_category|0|0",
    "channel_id.8003|0|0",
    "ps_dangerous_goods|0|0",
    "ps_new_key_of_2027|0|0",
    "et_title_reason",
]
BASKET = ItemData(
    name="Keranjang bambu wulung", price=85_000, description="Anyaman bambu wulung, tinggi 30 cm.", weight=450
)


def template(order: random.Random, *, weight: str = "Berat (gr)", extra: int = 0, first_sheet: bool = True) -> bytes:
    """As a seller downloads it: keys in row 1, hidden; labels, duties and hints in rows 3 to 6; protected."""
    keys = [f"{key}|{int(key in REQUIRED)}|0" for key in shopee_layout().columns] + OTHERS
    keys += [f"ps_unknown_{number}|0|0" for number in range(extra)]
    order.shuffle(keys)
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    if first_sheet:
        book.add_worksheet("Petunjuk").write(0, 0, "Baca dulu & ikuti <langkah>")
    sheet = book.add_worksheet("Template")
    open_cell, text = book.add_format({"locked": False}), book.add_format({"num_format": "@", "locked": False})
    for column, key in enumerate(keys):
        label = weight if key.startswith("ps_weight") else f"Label {key[:9]}"
        for row, value in (
            (0, key),
            (1, f"token{column}"),
            (2, label),
            (3, "Wajib"),
            (4, "Isi & periksa"),
            (5, "Contoh"),
        ):
            sheet.write(row, column, value)
        for row in range(6, 12):
            sheet.write_blank(row, column, None, text if column % 2 else open_cell)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_row(7, None, None, {"hidden": True})
    sheet.set_column(2, 3, 30)
    sheet.data_validation(6, 0, 500, 0, {"validate": "list", "source": ["Aktif", "Nonaktif"]})
    sheet.protect("rahasia", {"format_cells": True})
    sheet.freeze_panes(6, 0)
    book.close()
    return output.getvalue()


CELL = re.compile(rb'<c r="([A-Z]+\d+)"(?:[^>]*/>|.*?</c>)', re.DOTALL)


def cells_of(part: bytes) -> dict[str, bytes]:
    return {match[1].decode(): match[0] for match in CELL.finditer(part)}


def without_cells(part: bytes) -> bytes:
    """The sheet without its cells, without rows that have none, and without its dimension."""
    bare = CELL.sub(b"", part)
    bare = re.sub(rb'<row r="\d+"></row>', b"", bare)
    return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref=""', bare)


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """The filled rows by key, as an independent reader finds them."""
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content))
        .get_sheet_by_name("Template")
        .to_python(skip_empty_area=False)
    )
    keys = [str(key).partition("|")[0] for key in rows[0]]
    return [dict(zip(keys, row, strict=True)) for row in rows[6:] if any(row)]


@pytest.fixture
def shown(business: Business, rina: Person) -> Item:
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    item = operations.offer_item(business, rina, data=BASKET)
    operations.add_picture(item, rina, image=photo(), alt="Keranjang")
    return item


def fill(content: bytes, choices: FileChoices = FileChoices(stock=20), layout: Layout | None = None) -> Filling:  # noqa: B008
    items = Item.objects.order_by("name").prefetch_related(FIRST_PICTURES)
    return fill_workbook(content, layout or shopee_layout(), items, choices, lambda path: f"https://pasar.test{path}")


@pytest.mark.parametrize("seed", range(4))
def test_only_the_written_cells_change(shown: Item, business: Business, rina: Person, seed: int) -> None:
    data = replace(
        BASKET, name="Tas & tikar <pandan>", sizes="S, M", colours="merah, biru", minimum_order=3, lead_days=7
    )
    second = operations.offer_item(business, rina, data=data)
    operations.add_picture(second, rina, image=photo(), alt="Tas")
    before = template(random.Random(seed), extra=seed * 9, first_sheet=seed % 2 == 0)
    filling = fill(before)
    assert (filling.items, filling.errors) == (2, [])
    rows = rows_of(filling.content)
    assert [row["ps_product_name"] for row in rows] == [BASKET.name] + ["Tas & tikar <pandan>"] * 4
    basket, first, *_others, last = rows
    assert (basket["ps_price"], basket["ps_weight"], basket["ps_stock"]) == (85_000, 450, 20)
    assert basket["ps_item_cover_image"] == f"https://pasar.test/pasar/gambar/{shown.pictures.get().pk}/"
    assert basket["et_title_variation_1"] == ""
    options = ("et_title_variation_1", "et_title_option_for_variation_1", "et_title_variation_2")
    assert [first[name] for name in options] == ["Ukuran", "S", "Warna"]
    assert last["et_title_option_for_variation_1"], last["et_title_option_for_variation_2"] == ("M", "biru")
    assert len({row["et_title_variation_integration_no"] for row in rows[1:]}) == 1
    assert len({row["ps_sku_short"] for row in rows}) == 5
    assert (last["ps_minimum_purchase_quantity"], last["ps_product_pre_order_dts"]) == (3, 7)

    old, new = parts_of(before), parts_of(filling.content)
    assert list(old) == list(new)
    [changed] = [name for name in old if old[name] != new[name]]
    assert Workbook(before).parts["Template"] == changed
    assert without_cells(old[changed]) == without_cells(new[changed])
    assert b"<sheetProtection " in new[changed] and b"<dataValidation " in new[changed]
    old_cells, new_cells = cells_of(old[changed]), cells_of(new[changed])
    written = {place for place in new_cells if new_cells[place] != old_cells.get(place)}
    assert old_cells.keys() <= new_cells.keys()
    rows_written = {int(re.sub("[A-Z]", "", place)) for place in written}
    assert rows_written == {7, 9, 10, 11, 12}, "row 8 is hidden"
    for place in written:  # the style of a cell stays
        style = re.search(rb' s="\d+"', old_cells.get(place, b""))
        assert style is None or style[0] in new_cells[place]


def test_a_second_filling_continues_below_the_first(shown: Item) -> None:
    once = fill(template(random.Random(5))).content
    assert len(rows_of(fill(once).content)) == 2


@pytest.mark.parametrize(
    ("label", "unit", "weight"),
    [
        ("Berat (gr)", "", 450),
        ("Berat dalam gram", "", 450),
        ("Berat (kg)", "", 0.45),
        ("Berat", "kg", 0.45),
        ("Berat", "", None),
    ],
)
def test_the_unit_of_weight_is_read_or_asked(shown: Item, label: str, unit: str, weight: float | None) -> None:
    content = template(random.Random(1), weight=label)
    if weight is None:
        with pytest.raises(MarketplaceFileError, match="pilih gram atau kilogram"):
            fill(content)
        return
    assert rows_of(fill(content, FileChoices(20, unit)).content)[0]["ps_weight"] == weight


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "Tas"}, "nama barang 3 huruf; Shopee meminta sedikitnya 5."),
        ({"description": "Bambu"}, "uraian 5 huruf; Shopee meminta sedikitnya 20."),
        ({"description": ""}, "uraian belum ada, dan Shopee mewajibkannya."),
        ({"price": 98}, "harga 98; Shopee meminta sedikitnya 99."),
        ({"price": 150_000_001}, "harga 150000001; Shopee menerima paling banyak 150000000."),
        ({"weight": None}, "berat belum ada, dan Shopee mewajibkannya."),
        (
            {"colours": "hijau lumut muda sekali"},
            "isi pilihan pertama “hijau lumut muda sekali” 23 huruf; Shopee menerima",
        ),
    ],
)
def test_each_limit_is_explained_and_the_item_left_out(
    shown: Item, rina: Person, change: dict[str, Any], sentence: str
) -> None:
    operations.change_item(shown, rina, data=replace(BASKET, **change))
    before = template(random.Random(2))
    filling = fill(before)
    [error] = filling.errors
    assert sentence in error and error.startswith("“")
    assert filling.items == 0 and parts_of(filling.content) == parts_of(before)


def test_an_item_without_a_public_photo_is_left_out(shown: Item, rina: Person) -> None:
    operations.withdraw_item(shown, rina)
    assert fill(template(random.Random(3))).errors == [f"“{BASKET.name}”: foto belum ada, dan Shopee mewajibkannya."]


def test_what_is_no_template_is_refused_with_a_sentence(shown: Item) -> None:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        book.add_worksheet("Template").write(0, 0, "Nama")
    with pytest.raises(MarketplaceFileError, match="tidak ada judul kolom Shopee"):
        fill(output.getvalue())
    for broken in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 password", template(random.Random(0))[:900]):
        with pytest.raises(MarketplaceFileError, match="tidak dapat dibaca"):
            fill(broken)


def edited(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts_of(content).items():
            assert name != part or old in data
            archive.writestr(name, data.replace(old, new) if name == part else data)
    return output.getvalue()


def test_a_formula_and_a_document_type_are_refused(shown: Item) -> None:
    content = template(random.Random(4))
    part = Workbook(content).parts["Template"]
    [place] = [
        name for name, cell in cells_of(parts_of(fill(content).content)[part]).items() if BASKET.name.encode() in cell
    ]
    blank = cells_of(parts_of(content)[part])[place]
    with_formula = f'<c r="{place}"><f>1+1</f><v></v></c>'.encode()
    with pytest.raises(MarketplaceFileError, match="rumus"):
        fill(edited(content, part, blank, with_formula))
    declared = edited(content, part, b"<worksheet ", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet ')
    with pytest.raises(WorkbookCellError):
        Workbook(declared).sheet("Template")


def test_the_council_fills_only_what_the_owner_passes_on(
    shown: Item, business: Business, rina: Person, signed_in: Callable[[Person], Client]
) -> None:
    page, desk = f"/pasar/ikm/{business.pk}/lokapasar/", signed_in(rina)

    def send(**more: str) -> Any:
        file = SimpleUploadedFile("template.xlsx", template(random.Random(6)))
        return desk.post(page, {"workbook": file, "stock": "12", **more})

    assert "Pemilik belum setuju" in send().text
    operations.give_consent(business, rina, purpose="marketplace", how="paper")
    answer = send()
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert [(row["ps_product_name"], row["ps_stock"]) for row in rows_of(answer.content)] == [(BASKET.name, 12)]
    operations.offer_item(business, rina, data=replace(BASKET, name="Tas"))
    answer = send()
    assert answer.status_code == 422
    assert "“Tas”: nama barang 3 huruf" in answer.text and "Tinggalkan barang" in answer.text
    assert len(rows_of(send(is_partial="on").content)) == 1
