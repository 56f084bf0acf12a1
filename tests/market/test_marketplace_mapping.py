"""Staff map the template of any marketplace; it is filled with every other cell as it was."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from sambang.access.models import Council, Person
from sambang.lib.workbook_cells import Workbook
from sambang.market import operations
from sambang.market.mapping_operations import restore_mapping, withdraw_mapping
from sambang.market.models import Item, MarketplaceMapping
from sambang.market.operations import ItemData
from sambang.registry.models import Business
from tests.market.test_catalogue import photo
from tests.market.test_marketplace_files import cells_of, parts_of, without_cells

HEADINGS = ["*Nama Produk", "Kategori", "Foto", "Foto", "Kondisi", "Harga (Rp)*", "Stok", "Berat (gram)", "Catatan"]
BASKET = ItemData(name="Keranjang bambu", price=85_000, description="Anyaman bambu wulung.", weight=450)


def template(order: list[str], *, lead: int = 0, example: bool = True) -> bytes:
    """A title above, the headings, a row of instructions and one of examples; protected, with a list of choices."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        book.add_worksheet("Baca dulu").write(0, 0, "Petunjuk")
        sheet = book.add_worksheet("Produk")
        open_cell = book.add_format({"locked": False, "num_format": "@"})
        sheet.write(0, 0, "Template unggah sekaligus")
        for column, heading in enumerate(order, start=lead):
            sheet.write(2, column, heading)
            sheet.write(
                3, column, f"Isi {heading} sesuai petunjuk di pusat bantuan penjual, jangan ubah urutan kolomnya."
            )
            if example:
                sheet.write(4, column, f"contoh {heading}")
            sheet.write_blank(5, column, None, open_cell)
        sheet.data_validation(5, 1, 500, 1, {"validate": "list", "source": ["A", "B"]})
        sheet.protect("rahasia")
    return output.getvalue()


def rows_of(content: bytes) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Produk")
    return sheet.to_python(skip_empty_area=False)


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("template.xlsx", content)


@pytest.fixture
def item(business: Business, rina: Person) -> Item:
    operations.give_consent(business, rina, purpose="catalogue", how="paper")
    operations.give_consent(business, rina, purpose="marketplace", how="paper")
    item = operations.offer_item(business, rina, data=BASKET)
    operations.add_picture(item, rina, image=photo(), alt="Keranjang")
    return item


def sent(page: str, **changes: str) -> dict[str, str]:
    """The form as the page has it, with changes."""
    data = {}
    for tag in re.findall(r"<input[^>]*name=\"[^\"]+\"[^>]*>|<select[^>]*name=\"[^\"]+\".*?</select>", page, re.DOTALL):
        name = re.search(r'name="([^"]+)"', tag)[1]  # type: ignore[index]
        if tag.startswith("<select"):
            chosen = re.search(r'value="([^"]*)"\s+selected', tag)
            data[name] = chosen[1] if chosen else ""
        elif 'type="checkbox"' not in tag or " checked" in tag:
            value = re.search(r' value="([^"]*)"', tag)
            data[name] = value[1] if value else ""
    return data | changes


def map_template(desk: Client, council: Council, content: bytes, **changes: str) -> Any:
    answer = desk.post(
        f"/pasar/lokapasar/baru/{council.pk}/", {"name": "Tokopedia", "workbook": upload(content)}, follow=True
    )
    [(address, _status)] = answer.redirect_chain
    return desk.post(address, sent(answer.text, **changes))


def test_a_template_is_mapped_and_filled(
    item: Item, business: Business, sleman: Council, rina: Person, signed_in: Callable[[Person], Client]
) -> None:
    operations.change_item(item, rina, data=replace(BASKET, sizes="S, M"))
    desk, fill = signed_in(rina), f"/pasar/ikm/{business.pk}/lokapasar/"
    page = desk.post(
        f"/pasar/lokapasar/baru/{sleman.pk}/",
        {"name": "Tokopedia", "workbook": upload(template(HEADINGS))},
        follow=True,
    ).text
    assert "contoh Kategori" in page and "Judul kolom di baris 3." in page
    uploaded = MarketplaceMapping.objects.get()
    proposed = [column["field"] for column in uploaded.columns]
    assert proposed == ["name", "", "picture_1", "picture_2", "", "price", "stock", "weight", ""]
    assert (uploaded.first_row, uploaded.is_complete) == (6, False)
    assert "Tokopedia" not in desk.get(fill).text, "its fields are not chosen yet"
    address = f"/pasar/lokapasar/{uploaded.pk}/"
    changes = {"kolom-4-field": "fixed", "kolom-4-text": "Baru", "kolom-0-most": "60", "kolom-8-field": "size"}
    assert desk.post(address, sent(page, **changes)).status_code == 302
    mapping = MarketplaceMapping.objects.get(is_complete=True)
    assert mapping.version == 2

    # Another day's template: other order, one more column, shifted, without an example row.
    before = template([*HEADINGS[::-1], "Kolom baru"], lead=1, example=False)
    answer = desk.post(fill, {"marketplace": str(mapping.pk), "workbook": upload(before), "stock": "12"})
    assert answer["Content-Disposition"] == 'attachment; filename="tokopedia-terisi.xlsx"'
    rows = rows_of(answer.content)
    by_heading = [dict(zip(rows[2], row, strict=True)) for row in rows[5:]]
    assert [row["Catatan"] for row in by_heading] == ["S", "M"]
    assert [row["*Nama Produk"] for row in by_heading] == [BASKET.name] * 2
    first = by_heading[0]
    assert (first["Kondisi"], first["Harga (Rp)*"], first["Stok"], first["Berat (gram)"]) == ("Baru", 85_000, 12, 450)
    assert first["Kategori"] == first["Kolom baru"] == ""
    assert f"/pasar/gambar/{item.pictures.get().pk}/" in "".join(str(cell) for cell in rows[5])

    old, new = parts_of(before), parts_of(answer.content)
    [changed] = [name for name in old if old[name] != new[name]]
    assert Workbook(before).parts["Produk"] == changed
    assert without_cells(old[changed]) == without_cells(new[changed])
    assert b"<sheetProtection " in new[changed] and b"<dataValidation " in new[changed]
    old_cells, new_cells = cells_of(old[changed]), cells_of(new[changed])
    written = {place for place, cell in new_cells.items() if cell != old_cells.get(place)}
    assert old_cells.keys() <= new_cells.keys()
    assert {int(re.sub("[A-Z]", "", place)) for place in written} == {6, 7}


def test_a_limit_is_explained(
    item: Item, business: Business, sleman: Council, rina: Person, signed_in: Callable[[Person], Client]
) -> None:
    desk = signed_in(rina)
    content = template(HEADINGS)
    changes = {"kolom-0-most": "10", "kolom-8-field": "colour", "kolom-8-is_required": "on", "kolom-1-field": ""}
    assert map_template(desk, sleman, content, **changes).status_code == 302
    mapping = MarketplaceMapping.objects.get(is_complete=True)
    data = {"marketplace": str(mapping.pk), "workbook": upload(content), "stock": "1"}
    answer = desk.post(f"/pasar/ikm/{business.pk}/lokapasar/", data)
    assert answer.status_code == 422
    assert "nama barang “Keranjang bambu” 15 huruf; Tokopedia menerima paling banyak 10." in answer.text
    assert "warna belum ada, dan Tokopedia mewajibkannya." in answer.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kolom-0-field": ""}, "Pilih kolom untuk nama barang"),
        ({"kolom-4-field": "fixed"}, "Kolom “Kondisi”: tulis teks tetapnya."),
        ({"kolom-0-least": "9", "kolom-0-most": "8"}, "Kolom “*Nama Produk”: batas paling sedikit melebihi"),
        ({"first_row": "3"}, "Barang mulai di bawah baris judul (3)."),
    ],
)
def test_a_senseless_mapping_is_refused(
    sleman: Council, rina: Person, signed_in: Callable[[Person], Client], changes: dict[str, str], sentence: str
) -> None:
    answer = map_template(signed_in(rina), sleman, template(HEADINGS), **changes)
    assert answer.status_code == 422 and sentence in answer.text
    assert not MarketplaceMapping.objects.filter(is_complete=True).exists()


def test_versions_are_kept_conflicts_refused_and_a_withdrawn_version_gives_way(
    sleman: Council, rina: Person, business: Business, signed_in: Callable[[Person], Client]
) -> None:
    desk = signed_in(rina)
    map_template(desk, sleman, template(HEADINGS), **{"kolom-8-field": "size", "kolom-8-most": "7"})
    second = MarketplaceMapping.objects.get(version=2)
    page = desk.get(f"/pasar/lokapasar/{second.pk}/").text
    assert desk.post(f"/pasar/lokapasar/{second.pk}/", sent(page, **{"kolom-8-most": "6"})).status_code == 302
    answer = desk.post(f"/pasar/lokapasar/{second.pk}/", sent(page, **{"kolom-8-most": "5"}))
    assert answer.status_code == 422 and "Sementara itu ada versi 3" in answer.text
    third = MarketplaceMapping.objects.get(version=3)
    fill = f"/pasar/ikm/{business.pk}/lokapasar/"
    operations.give_consent(business, rina, purpose="marketplace", how="paper")
    assert "Tokopedia (v3)" in desk.get(fill).text
    withdraw_mapping(third, rina, because="Batasnya keliru")
    assert "Tokopedia (v2)" in desk.get(fill).text
    restore_mapping(third, rina)
    # A new template of the same marketplace keeps what was chosen for the columns that it still has.
    desk.post(
        f"/pasar/lokapasar/baru/{sleman.pk}/",
        {"name": "Tokopedia", "workbook": upload(template(["Merek", *HEADINGS[5:]]))},
    )
    fourth = MarketplaceMapping.objects.get(version=4)
    chosen = {column["heading"]: (column["field"], column["most"]) for column in fourth.columns}
    assert chosen["Catatan"] == ("size", 6) and chosen["Merek"] == ("", None)
    assert "Tokopedia (v3)" in desk.get(fill).text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Ini berkas Excel lama (.xls)"),
        (b"\xd0\xcf\x11\xe0" + bytes(99) + "EncryptedPackage".encode("utf-16-le"), "dikunci kata sandi"),
        (b"Nama;Harga\nTas;5000\n", "Ini bukan berkas Excel (.xlsx), misalnya CSV"),
        (b"PK\x03\x04 rusak", "Berkas ini tidak dapat dibaca"),
        (template([], example=False), "Tidak ada baris judul kolom di berkas ini"),
    ],
)
def test_other_files_are_refused_in_plain_sentences(
    sleman: Council, rina: Person, signed_in: Callable[[Person], Client], content: bytes, sentence: str
) -> None:
    data = {"name": "Lazada", "workbook": upload(content)}
    answer = signed_in(rina).post(f"/pasar/lokapasar/baru/{sleman.pk}/", data)
    assert answer.status_code == 422 and sentence in answer.text
    assert not MarketplaceMapping.objects.exists()
