"""Shapes of lists that offices make: composed headings, ticks, several values in a cell, pages, sparse rows, errors."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlwt

from sambang.imports.plan import row_key
from sambang.imports.sheets import read_register

from .test_lists_of_other_offices import HEAD, checked, complained, listing, workbook


def test_of_several_numbers_or_codes_in_one_cell_it_is_said_which_is_kept() -> None:
    sheet = listing(
        ["Nama Pemilik", "Nama Usaha", "No HP", "KBLI"],
        ["Tini", "Roti", "081200000001 / 081200000002", "10710"],
        ["Joko", "Mebel", "0274 889900, 081200000003", "31001 dan 16291"],
        ["Wati", "Tahu", "081200000004 (anak)", "10392 / 10392"],
    )
    assert [(row.phone, row.kbli) for row in sheet.rows] == [
        ("+6281200000001", "10710"),
        ("+6281200000003", "31001"),
        ("+6281200000004", "10392"),
    ]
    assert [len(row.remarks) for row in sheet.rows] == [1, 2, 1]
    assert "+6281200000001" in sheet.rows[0].remarks[0] and "anak" in sheet.rows[2].remarks[0]


def test_further_products_stay_products_of_their_own() -> None:
    sheet = workbook(
        ["No", "Nama Usaha", "Pemilik", "Alamat", "Jenis Produk", "Kapasitas/Th", "Satuan", "Nilai Produksi", "KBLI"],
        [1, "Aneka Bambu", "Karto", "Jl. E 1", "Kursi", 120, "set", 60_000_000, "31002"],
        [None, None, None, None, "Besek", 5000, "buah", 10_000_000, None],
        [None, None, None, None, "Arang", 2, "ton", 8_000_000, "16299"],
        [2, "Susu Segar", "Lilik", "Jl. E 2", "Susu", 7300, "liter", 73_000_000, "10510"],
    )
    karto = sheet.rows[0]
    assert (karto.product, karto.capacity, karto.unit, karto.annual_value) == ("Kursi", 120, "set", 60_000_000)
    assert [tuple(product) for product in karto.more_products] == [
        ("Besek", "buah", 5000, 10_000_000),
        ("Arang", "ton", 2, 8_000_000),
    ]
    assert complained(sheet) == ["I4"]


def test_a_date_that_excel_made_of_a_text_is_complained_of() -> None:
    sheet = workbook(
        ["No", "Nama Pemilik", "Nama Usaha", "Alamat", "RT/RW"],
        [1, "Tini", "Roti", "Joho", date(2024, 5, 2)],
        [2, "Joko", "Mebel", "Joho", "03/12"],
    )
    assert [row.address for row in sheet.rows] == ["Joho", "Joho, 03/12"]
    assert complained(sheet) == ["E2"]


def test_words_in_a_column_of_codes_are_the_kind_of_industry() -> None:
    head = ["No", "Nama Pemilik", "Nama Usaha", "Alamat", "KBLI"]
    words = [[n, f"Orang {n}", f"Usaha {n}", f"Jl. {n}", text] for n, text in enumerate(("Tahu", "Jahit", "Bambu"), 1)]
    sheet = listing(head, *words)
    assert [(row.commodity, row.kbli) for row in sheet.rows] == [("Tahu", None), ("Jahit", None), ("Bambu", None)]
    assert sheet.errors == ()
    both = listing([*head, "Komoditi"], *[[*row, "Makanan"] for row in words])
    assert {row.commodity for row in both.rows} == {"Makanan"}
    assert len(both.errors) == 1


def test_two_tables_side_by_side_without_a_gap() -> None:
    head = ["No", "Nama", "Alamat", "HP"]
    sheet = workbook([*head, *head], [1, "Watini", "Joho 1", "081200000001", 2, "Yatini", "Joho 3", "081200000003"])
    assert [(row.owner, row.phone, row_key(row)) for row in sheet.rows] == [
        ("Watini", "+6281200000001", "IKM!2"),
        ("Yatini", "+6281200000003", "IKM!E2"),
    ]


def test_a_table_inside_a_table_of_a_web_page() -> None:
    inner = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (HEAD, [1, "Lasmi", "Sapu", "Jl. A", ""])
    )
    page = f"<html><table><tr><td><b>SISTEM</b></td></tr><tr><td><table>{inner}</table></td></tr>"
    assert [row.owner for row in checked(read_register(page.encode(), "data.xls")).rows] == ["Lasmi"]


@pytest.mark.parametrize("heads", [["Jenis Kelamin", "", "L", "P"], ["", "", "L", "P"]])
def test_ticks_under_l_and_p_are_the_owners_sex(heads: list[str]) -> None:
    sheet = workbook(
        ["No", "Nama", heads[0], heads[1], "Nama Usaha", "Alamat"],
        ["", "", heads[2], heads[3], "", ""],
        [1, "Kuswanto", "√", "", "Las", "Jl. 1"],
        [2, "Lestari", "", "v", "Kue", "Jl. 2"],
        [3, "Mimin", "", 1, "Jahit", "Jl. 3"],
        [4, "Nanik", "-", "√", "Jahit", "Jl. 4"],
        merged=("C1:D1",) if heads[0] else (),
    )
    assert [row.gender for row in sheet.rows] == ["male", "female", "female", "female"]
    assert sheet.errors == ()


@pytest.mark.parametrize(("heading", "field"), [("N I K", "nik"), ("N A M A", "owner"), ("A L A M A T", "address")])
def test_headings_in_spaced_letters(heading: str, field: str) -> None:
    cell = "3404071205800001" if field == "nik" else "Tini"
    sheet = listing(["No", "Nama Usaha", "No HP", "Desa", heading], [1, "Roti", "081200000001", "Joho", cell])
    assert getattr(sheet.rows[0], field) == cell


def test_two_numbers_in_one_cell_are_no_fraction() -> None:
    sheet = listing([*HEAD, "Investasi/Omset (jt)", "Kapasitas/Th"], [1, "Tini", "Roti", "Jl. A", "", "10/60", "10/60"])
    assert (sheet.rows[0].investment, sheet.rows[0].capacity) == (None, None)
    assert sorted(complained(sheet)) == ["F2", "G2"]


@pytest.mark.parametrize(
    ("heading", "cell", "is_complained"),
    [
        ("L/P", "perempuan", False),
        ("L/P", "Bp.", True),
        ("Status Usaha", "Aktif", False),
        ("Status Usaha", "vakum", True),
        ("Status Usaha", "Pindah ke Bantul", True),
    ],
)
def test_a_word_that_is_no_sex_or_says_closed_is_complained_of(heading: str, cell: str, is_complained: bool) -> None:
    sheet = listing([*HEAD, heading], [1, "Tini", "Roti", "Jl. A", "081200000001", cell])
    assert complained(sheet) == (["F2"] if is_complained else [])


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("O81200000001", None),
        ("0812-OO00-0001", None),
        ("0812 0000 000l", None),
        ("WA 081200000001", "+6281200000001"),
        ("081200000001 (HP)", "+6281200000001"),
    ],
)
def test_a_letter_never_stands_for_a_digit_of_a_telephone(cell: str, phone: str | None) -> None:
    sheet = listing(HEAD, [1, "Tini", "Roti", "Jl. A", cell])
    assert sheet.rows[0].phone == phone
    assert complained(sheet) == ([] if phone else ["E2"])


def test_words_beside_a_telephone_may_be_the_address() -> None:
    both = listing(["No", "Nama", "Usaha", "Alamat/No. HP"], [1, "Tini", "Roti", "Joho RT 1 / 081200000001"])
    [row] = both.rows
    assert (row.phone, row.address, row.remarks) == ("+6281200000001", "Joho RT 1", ())


def test_a_price_is_no_unit_and_no_yearly_value() -> None:
    sheet = listing([*HEAD, "Satuan", "Harga satuan"], [1, "Tini", "Roti", "Jl. A", "", "", "Rp 1,5 jt"])
    assert (sheet.rows[0].unit, sheet.rows[0].annual_value) == (None, None)
    assert any("Harga satuan" in item.text for item in sheet.left_aside)


def test_titles_of_pages_are_no_kind_of_industry() -> None:
    sheet = workbook(
        ["DATA IKM"],
        HEAD,
        [1, "Gunadi", "Gamelan", "Jl. 1", ""],
        ["Halaman 1 dari 2"],
        [],
        ["DATA IKM (lanjutan)"],
        HEAD,
        [2, "Ismi", "Topeng", "Jl. 3", ""],
        ["B. INDUSTRI PANGAN"],
        [3, "Jono", "Roti", "Jl. 4", ""],
    )
    assert [row.commodity for row in sheet.rows] == [None, None, "INDUSTRI PANGAN"]


def test_a_product_alone_belongs_to_the_ikm_above_and_to_no_one_else() -> None:
    sheet = workbook(
        ["No", "Nama Usaha", "Pemilik", "Produk", "Kapasitas/Th"],
        [1, "Susu Segar", "Lilik", "Susu", 7300],
        [None, None, None, "Yoghurt", None],
        [2, "Aneka", "Karto", None, 10],
        [None, None, None, "Keju", None],
    )
    assert [(row.product, [more.name for more in row.more_products]) for row in sheet.rows] == [
        ("Susu", ["Yoghurt"]),
        (None, ["Keju"]),
    ]


def test_sparse_rows_below_a_gap_are_left_aside_with_a_complaint() -> None:
    full = [["", f"Orang {n}", f"Usaha {n}", f"Jl. {n}", f"08120000000{n}"] for n in range(1, 4)]
    rest = [[], ["", "Darto", "Las", "Jl. 4", ""], [], ["", "Mengetahui", "", "Petugas", ""]]
    sheet = workbook(HEAD, *full, *rest)
    assert len(sheet.rows) == 3 and complained(sheet) == ["B6"]
    assert [item.row for item in sheet.left_aside if item.row] == [6, 8]


@pytest.mark.parametrize("heading", ["Nama lengkap (sesuai KTP)", "Nama Pemilik sesuai NIB"])
def test_a_name_as_on_a_document_is_a_name(heading: str) -> None:
    sheet = listing(["No", heading, "Alamat", "No HP"], [1, "Tini", "Jl. A", "081200000001"])
    assert (sheet.rows[0].owner, sheet.rows[0].nik, sheet.rows[0].nib) == ("Tini", None, None)


def test_a_numbered_list_of_names_with_one_more_known_column() -> None:
    head = ["NO", "NAMA PENERIMA", "NAMA KELOMPOK", "ALAMAT", "JENIS BANTUAN"]
    assert [row.owner for row in listing(head, [1, "Siti Mengetahui", "KUB", "Joho", "Mesin"]).rows] == [
        "Siti Mengetahui"
    ]


def test_a_remark_that_says_closed_is_asked_about() -> None:
    sheet = listing(
        [*HEAD, "Ket"], [1, "Tini", "Roti", "Jl. A", "", "sudah tutup"], [2, "Joko", "Mebel", "Jl. B", "", "baik"]
    )
    assert len(sheet.rows) == 2 and complained(sheet) == ["F2"]


def test_errors_of_an_old_workbook_are_complained_of() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("Data é")
    for number, row in enumerate(
        [[*HEAD, "Pekerja"], [1, "Tini", "Roti", "Jl. A", "", 2], [2, "", "Mebel", "Jl. B", "", ""]]
    ):
        for column, cell in enumerate(row):
            if cell != "":
                page.write(number, column, cell)
    page.row(2).set_cell_error(1, "#N/A!")
    page.row(2).set_cell_error(5, "#DIV/0!")
    out = io.BytesIO()
    book.save(out)
    sheet = checked(read_register(out.getvalue(), "data.xls"))
    assert [(row.owner, row.name) for row in sheet.rows] == [("Tini", "Roti"), ("", "Mebel")]
    assert sorted(complained(sheet)) == ["B3", "F3"]
