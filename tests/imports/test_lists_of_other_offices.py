"""Lists that nobody here wrote: no IKM is lost, merged or changed without a word, and every cell is accounted for."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from bench.lists import LAYOUTS, Layout, faults, read_layout

from sambang.imports.sheets import RegisterSheet, SheetError, read_register

from . import workbooks

pytestmark = pytest.mark.slow

HEAD = ["No", "Nama Pemilik", "Nama Usaha", "Alamat", "No HP"]


def listing(*rows: list[Any], separator: str = ";") -> RegisterSheet:
    return checked(read_register(workbooks.lines(rows, separator).encode(), "daftar.csv"))


def workbook(*rows: list[Any], merged: tuple[str, ...] = ()) -> RegisterSheet:
    return checked(read_register(workbooks.xlsx({"IKM": rows}, {"IKM": list(merged)}), "daftar.xlsx"))


def checked(sheet: RegisterSheet) -> RegisterSheet:
    cells = sheet.cells
    assert cells.filled == cells.values + cells.errors + cells.headings + cells.left_aside
    aside = sum(1 for item in sheet.left_aside if item.row)
    joined = sum(pair.certain for pair in sheet.duplicates)
    assert sheet.rows_in == len(sheet.rows) + joined + aside + sheet.continued + len(sheet.members)
    return sheet


def complained(sheet: RegisterSheet) -> list[str]:
    return [error.cell for error in sheet.errors]


def test_one_name_in_several_villages_is_several_ikm() -> None:
    sheet = listing(
        ["No", "Nama", "Desa", "Produk"],
        [1, "Ngatini", "Triharjo", "Tempe"],
        [2, "Ngatini", "Pandowoharjo", "Tahu"],
        [3, "Ngatini", "Triharjo", "Tempe"],
    )
    assert len(sheet.rows) == 3
    # Another village and another product: not likely enough to ask.
    assert [(pair.first.row, pair.second.row, pair.certain) for pair in sheet.duplicates] == [(2, 4, False)]


@pytest.mark.parametrize(
    ("second", "is_asked"),
    [
        (["Sri Lestari", "Batik Kenanga", "Jl. Mawar 4", "Sumberagung", "Batik"], True),
        (["Sri Lestarie", "Batik Kenangga", "Jl. Mawar 4", "Sumberagung", "Batik"], True),
        (["Sri Lestari", "Batik Kenanga", "", "Sumberagung", "Batik"], True),
        (["Sri Lestari", "Keripik Sri", "Jl. Anggrek 9", "Wonokerto", "Keripik"], False),
        (["Tri Rahayu", "Batik Kenanga", "Jl. Anggrek 9", "Sumberagung", "Batik"], True),  # perhaps her husband's name
        (["Tri Rahayu", "Batik Ayu", "Jl. Anggrek 9", "Sumberagung", "Batik"], False),
    ],
)
def test_likely_pairs_are_asked_about_and_never_joined(second: list[str], is_asked: bool) -> None:
    filler = [[n, f"Orang {n}", f"Usaha {n}", f"Gang {n}", f"Desa {n}", f"Barang {n}"] for n in range(3, 40)]
    sheet = listing(
        ["No", "Nama Pemilik", "Nama Usaha", "Alamat", "Desa", "Produk"],
        [1, "Sri Lestari", "Batik Kenanga", "Jl. Mawar 4", "Sumberagung", "Batik"],
        [2, *second],
        *filler,
    )
    assert len(sheet.rows) == 39 - sum(pair.certain for pair in sheet.duplicates)
    assert [(pair.first.row, pair.second.row) for pair in sheet.duplicates] == ([(2, 3)] if is_asked else [])


@pytest.mark.parametrize(
    ("second", "certain"),
    [
        (["Sari", "Batik Sari", "Jl. A", "081200000001", "3404071205800001"], True),
        (["Sari", "Batik Sari", "Jl. B", "081200000001", "3404071205800001"], True),  # by the NIK
        (["Sari", "Batik Sari", "Jl. A", "081200000001", ""], True),  # by address and telephone
        (["Sari", "Batik Sari", "Jl. B", "081200000001", ""], False),
        (["Sari", "Batik Sari", "", "", ""], False),
        (["Sari", "Batik Sari", "Jl. A", "081200000001", "3404071205800009"], False),
        (["Tuti", "Batik Tuti", "Jl. A", "081200000001", ""], False),
    ],
)
def test_only_surely_the_same_is_joined(second: list[str], certain: bool) -> None:
    first = ["Sari", "Batik Sari", "Jl. A", "081200000001", "3404071205800001"]
    head = ["Nama Pemilik", "Nama Usaha", "Alamat", "No HP", "NIK"]
    sheet = listing(head, first, ["Ani", "Tahu", "Jl. C", "", ""], second)
    [pair] = sheet.duplicates
    assert pair.certain is certain
    assert len(sheet.rows) == 3 - certain


@pytest.mark.parametrize(
    "name", ["An-Nisa Hijab", "Ketua Rasa", "Kepala Dua", "Petugas Jaya", "Plt Snack", "Total Roti"]
)
def test_no_word_in_a_name_drops_a_row_or_ends_the_table(name: str) -> None:
    sheet = listing(
        ["Nama Usaha", "Pemilik", "Alamat", "No HP"],
        ["Roti Manis", "Tini", "Jl. A", "081200000001"],
        [name, "Nurul", "", ""],
        ["Mebel", "Joko", "Jl. C", "081200000003"],
    )
    assert [row.name for row in sheet.rows] == ["Roti Manis", name, "Mebel"]


def test_a_name_alone_is_an_ikm_and_is_complained_of() -> None:
    sheet = listing(
        ["Nama Pemilik", "Produk", "No HP"],
        ["Tini", "Roti", "081200000001"],
        ["Joko", "", ""],
        ["Wati", "Tahu", "081200000003"],
    )
    assert [(row.owner, row.commodity, row.product) for row in sheet.rows] == [
        ("Tini", None, "Roti"),
        ("Joko", None, None),
        ("Wati", None, "Tahu"),
    ]
    assert complained(sheet) == ["A3"]


def test_prepared_numbers_totals_and_signatures_are_named() -> None:
    sheet = listing(
        [*HEAD, "TK L", "TK P"],
        [1, "Tini", "Roti", "Jl. A", "081200000001", 2, 3],
        [2, "", "", "", "", "", ""],
        [3, "Joko", "Mebel", "Jl. B", "081200000002", 1, 4],
        ["", "Semuanya", "", "", "", 3, 7],
        ["", "", "", "", "", "", ""],
        ["", "", "", "Sleman, 2 Mei 2024", "", "", ""],
        ["", "Mengetahui", "", "Petugas", "", "", ""],
    )
    assert [row.owner for row in sheet.rows] == ["Tini", "Joko"]
    assert [item.row for item in sheet.left_aside if item.row] == [3, 5, 7, 8]
    assert all(item.reason for item in sheet.left_aside)


def test_two_tables_below_and_beside_each_other() -> None:
    below = workbook(
        ["IKM DESA A"],
        HEAD,
        [1, "Tini", "Roti", "Jl. A", "081200000001"],
        [],
        ["IKM DESA B"],
        ["No", "No HP", "Alamat", "Nama Usaha", "Nama Pemilik"],
        [1, "081200000002", "Jl. B", "Mebel", "Joko"],
    )
    assert [(row.owner, row.name, row.phone) for row in below.rows] == [
        ("Tini", "Roti", "+6281200000001"),
        ("Joko", "Mebel", "+6281200000002"),
    ]
    beside = workbook([*HEAD, "", *HEAD], [1, "Tini", "Roti", "Jl. A", "", "", 2, "Joko", "Mebel", "Jl. B", ""])
    assert [(row.owner, row.address) for row in beside.rows] == [("Tini", "Jl. A"), ("Joko", "Jl. B")]


def test_cells_merged_downwards_and_as_above() -> None:
    head = ["No", "Kecamatan", "Desa", "Nama Pemilik", "Nama Usaha"]
    merged = workbook(
        head,
        [1, "Depok", "Caturtunggal", "Tini", "Roti"],
        [2, None, None, "Joko", "Mebel"],
        [3, None, None, "Wati", "Tahu"],
        merged=("B2:B4", "C2:C4"),
    )
    assert {(row.village, row.district) for row in merged.rows} == {("Caturtunggal", "Depok")}
    ditto = listing(head, [1, "Depok", "Caturtunggal", "Tini", "Roti"], [2, "idem", "s.d.a", "Joko", "Mebel"])
    assert ditto.rows[1].village == "Caturtunggal" and ditto.rows[1].district == "Depok"


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("Alamat Rumah Pemilik", "Jl. B", "address", "Jl. A"),
        ("Tipe Pelaku Usaha", "UMK", "owner", "Tini"),
        ("Posisi GPS", "-7.7,110.4", "owner", "Tini"),
        ("Kedudukan", "Pemilik", "owner", "Tini"),
        ("Status Penanaman Modal", "PMDN", "investment", None),
        ("Jumlah TKI", 3, "workers", 3),
        ("Omzet Bulan", "1.000.000", "annual_value", 12_000_000),
        ("Kapasitas (Bulan)", 50, "capacity", 600),
        ("Tahun", 2023, "established", None),
        ("Tahun Pendataan", 2023, "established", None),
        ("Nama Sentra", "Sentra Roti", "cluster", "Sentra Roti"),
        ("No. P-IRT", "2063404010001-28", "permits", (("pirt", "2063404010001-28", "", ""),)),
        ("Sertifikat Halal", "ID34110000000009", "permits", (("halal", "ID34110000000009", "", ""),)),
        ("Nilai Investasi (di luar tanah dan bangunan)", 5_000_000, "investment", 5_000_000),
        ("Investasi tanpa tanah & bangunan (Rp 000)", 5_000, "investment", 5_000_000),
        ("Nilai Investasi (termasuk tanah dan bangunan)", 5_000_000, "investment", None),
        ("Nilai tanah dan bangunan", 5_000_000, "investment_land", 5_000_000),
        ("Sertifikat Halal", "ada", "permits", (("halal", "", "", ""),)),
        ("Merek", "Cap Gajah", "name", "Roti"),
    ],
)
def test_what_a_heading_means(heading: str, cell: Any, field: str, value: Any) -> None:
    sheet = listing([*HEAD, heading], [1, "Tini", "Roti", "Jl. A", "081200000001", cell])
    assert getattr(sheet.rows[0], field) == value
    assert sheet.errors == ()


def test_land_and_buildings_are_added_and_stay_apart_from_the_rest() -> None:
    text = (
        "Nama Pemilik;Nama Usaha;Investasi di luar tanah;Nilai Tanah;Nilai Bangunan\nTini;Roti;5 juta;20 juta;30 juta\n"
    )
    [row] = read_register(text.encode(), "daftar.csv").rows
    assert (row.investment, row.investment_land) == (5_000_000, 50_000_000)


def test_of_several_years_the_newest_is_taken() -> None:
    sheet = listing([*HEAD, "Omset 2022", "Omset 2024", "Omset 2023"], [1, "T", "R", "J", "", 1000, 3000, 2000])
    assert sheet.rows[0].annual_value == 3000
    assert sum("Omset" in item.text for item in sheet.left_aside) == 2


def test_headings_in_two_rows_without_merges() -> None:
    sheet = listing(
        ["NO", "DATA USAHA", "", "", "PEKERJA", "", "TAHUN BERDIRI"],
        ["", "NAMA USAHA", "NAMA PEMILIK", "NO HP", "L", "P", ""],
        [1, "Roti", "Tini", "081200000001", 2, 3, 2011],
    )
    [row] = sheet.rows
    assert (row.name, row.workers_male, row.workers_female, row.established) == ("Roti", 2, 3, 2011)


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("Telepon", "85600000001.0", "phone", "+6285600000001"),
        ("Telepon", "0856xxx00001", "phone", None),
        ("Telepon", "+60123456789", "phone", None),
        ("Telepon", "\u202a+62 856-0000-0001\u202c", "phone", "+6285600000001"),
        ("NIK", '="3404071205800001"', "nik", "3404071205800001"),
        ("NIK", "’3404071205800001", "nik", "3404071205800001"),
        ("NIK", "3404071205800001.0", "nik", "3404071205800001"),
        ("NIK", "3404071205810000", "nik", None),
        ("Omset", "3 juta 250 ribu", "annual_value", 3_250_000),
        ("Omset", "10jutaan", "annual_value", None),
        ("Omset", "25%", "annual_value", None),
        ("Kapasitas per Tahun", "0,25 ton", "capacity", 250),
        ("Kapasitas per Tahun", "10%", "capacity", None),
        ("Tahun Berdiri", 2098, "established", None),
        ("Tenaga Kerja", "#DIV/0!", "workers", None),
        ("Status Usaha", "Tutup", "owner", "Tini"),
    ],
)
def test_what_a_cell_means(heading: str, cell: Any, field: str, value: Any) -> None:
    text = str(cell).replace('"', '""')
    sheet = listing(["No", "Nama Pemilik", "Nama Usaha", "Alamat", heading], [1, "Tini", "Roti", "Jl. A", f'"{text}"'])
    assert getattr(sheet.rows[0], field) == value
    assert complained(sheet) == ([] if value not in {None, "Tini"} else ["E2"])


def test_a_row_longer_than_its_headings_keeps_only_its_name() -> None:
    sheet = listing([*HEAD[:4], "Omset", "No HP"], [1, "Tini", "Roti", "Jl. A", "1", "5 juta", "081200000001"])
    [row] = sheet.rows
    assert (row.owner, row.annual_value, row.phone) == ("Tini", None, None)
    assert len(sheet.errors) == 1


def test_web_tables_under_the_name_of_xls() -> None:
    cells = "".join(f"<td>{cell}</td>" for cell in ("1", "Tini", "Roti &amp; Kue", "Jl. A<br>RT 2", "081200000001"))
    heads = "".join(f"<th>{cell}</th>" for cell in HEAD)
    page = f"<html><body><table><tr>{heads}</tr><tr>{cells}</tr></table></body></html>"
    [row] = checked(read_register(page.encode(), "data.xls")).rows
    assert (row.owner, row.name, row.address) == ("Tini", "Roti & Kue", "Jl. A RT 2")
    saved = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n"
    [row] = checked(read_register(f"{saved}\r\n{page}\r\n--b--\r\n".encode(), "data.xls")).rows
    assert (row.owner, row.address) == ("Tini", "Jl. A RT 2")
    with pytest.raises(SheetError, match="MHTML"):
        read_register(b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>", "data.xls")


def test_hidden_and_other_sheets_are_named() -> None:
    sheets = {"IKM": [HEAD, [1, "Tini", "Roti", "Jl. A", "081200000001"]], "Rekap": [["a", 1]], "Lama": [HEAD]}
    sheet = checked(read_register(workbooks.xlsx(sheets, hidden=["Lama"]), "a.xlsx"))
    assert [(item.text, item.cells) for item in sheet.left_aside if item.text in sheets] == [("Rekap", 2), ("Lama", 0)]


def test_errors_and_formulas_without_a_result_are_complained_of() -> None:
    content = workbooks.xlsx({"IKM": [HEAD, [1, "Tini", "Roti", "Jl. A", "081200000001"]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(rb'<c r="B2"[^>]*>.*?</c>', b'<c r="B2" t="e"><v>#REF!</v></c>', part)
                part = re.sub(rb'<c r="D2"[^>]*>.*?</c>', b'<c r="D2"><f>A2&amp;1</f><v></v></c>', part)
            new.writestr(name, part)
    sheet = checked(read_register(out.getvalue(), "a.xlsx"))
    assert [(row.owner, row.name, row.address) for row in sheet.rows] == [("", "Roti", None)]
    assert sorted(complained(sheet)) == ["B2", "D2"]


def test_hidden_rows_and_columns_are_read_and_named() -> None:
    content = workbooks.xlsx({"IKM": [HEAD, [1, "Tini", "Roti", "Jl. A", ""], [2, "Joko", "Mebel", "Jl. B", ""]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b'<row r="3"', b'<row r="3" hidden="1"')
                part = part.replace(b"<sheetData>", b'<cols><col min="3" max="4" hidden="1"/></cols><sheetData>')
            new.writestr(name, part)
    sheet = checked(read_register(out.getvalue(), "a.xlsx"))
    assert [(row.owner, row.name, row.address) for row in sheet.rows] == [
        ("Tini", "Roti", "Jl. A"),
        ("Joko", "Mebel", "Jl. B"),
    ]
    [remark] = sheet.remarks
    assert "1 baris dan 2 kolom" in remark


def test_a_telephone_of_many_owners_identifies_nobody() -> None:
    phone = "081200000077"
    owners = [("Sutini", "Batik"), ("Paijo", "Kerupuk"), ("Wagiyem", "Tahu"), ("Rini", "Jamu")]
    sheet = listing(
        HEAD, *[[n, owner, goods, f"Gang {goods} {n}", phone] for n, (owner, goods) in enumerate(owners, 1)]
    )
    assert len(sheet.rows) == 4 and sheet.duplicates == ()
    assert "4 pemilik (baris 2, 3, 4, 5)" in sheet.remarks[0] and phone not in sheet.remarks[0]


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
def test_layouts_of_public_systems(layout: Layout) -> None:
    sheet = checked(read_layout(layout))
    assert faults(layout, sheet) == []
