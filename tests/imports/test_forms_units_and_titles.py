"""Forms with an IKM a column, units with their period, titles of sentra, and what a person sees and no cell says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sambang.imports.sheets import SheetError, read_register
from tests.imports import workbooks

from .test_shapes_of_exported_lists import HEAD, read

FORM = [
    ["FORMULIR PENDATAAN"],
    [],
    ["Nama Pemilik", ":", "Suparno", "Tini"],
    ["Nama Usaha", ":", "Las Parno", "Kue Tini"],
    ["Alamat", ":", "Jl. 5", "Jl. 6"],
    ["Omzet/bulan", ":", "< 12 juta", 2_000_000],
]


def test_a_form_with_an_ikm_in_each_column() -> None:
    sheet = read(FORM)
    assert [(row.owner, row.name, row.annual_value) for row in sheet.rows] == [
        ("Suparno", "Las Parno", None),
        ("Tini", "Kue Tini", 24_000_000),
    ]
    assert [error.cell for error in sheet.errors] == ["C6"]
    assert len(sheet.remarks) == 1
    as_csv = read_register(workbooks.lines(FORM).encode(), "ikm.csv")
    assert [row.owner for row in as_csv.rows] == ["Suparno", "Tini"]


@pytest.mark.parametrize(
    "rows",
    [
        [["Nama Pemilik", "diisi sesuai KTP"], ["Nama Usaha", "diisi nama usaha"], ["Alamat", "contoh: Joho"]],
        [["Nama Pemilik", "Ani", "No HP", "0812"], ["Nama Usaha", "A", "Produk", "Tas"], ["Alamat", "Jl. 1", "TK", 3]],
    ],
)
def test_instructions_and_pairs_of_headings_are_no_forms(rows: list[list[Any]]) -> None:
    with pytest.raises(SheetError, match="Tidak ada tabel"):
        read_register(workbooks.xlsx({"IKM": rows}), "ikm.xlsx")


@pytest.mark.parametrize(
    ("village", "owner", "expected"),
    [
        ("sama", "Ina", ("Wedi", "Ina")),
        ("sama dgn atas", "Sama", ("Wedi", "Sama")),
        ("seperti di atas", "Ina", ("Wedi", "Ina")),
    ],
)
def test_the_same_as_above_in_words(village: str, owner: str, expected: tuple[str, str]) -> None:
    sheet = read([[*HEAD, "Desa"], [1, "Ani", "A", "Jl. 1", "Wedi"], [2, owner, "B", "Jl. 2", village]])
    assert (sheet.rows[1].village, sheet.rows[1].owner) == expected


SEEN = [HEAD, [1, "Ani", "A", "Jl. 1"], [2, "Ina", "B", "Jl. 2"], ["", "Merah = tutup"]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ikm.xlsx", workbooks.xlsx({"IKM": SEEN}, struck={(1, 1)}, comments={"B3": "meninggal"})),
        ("ikm.ods", workbooks.ods({"IKM": SEEN}, struck={(1, 1)}, comments={(2, 1): "meninggal"})),
    ],
)
def test_what_a_person_sees_and_no_cell_says(name: str, content: bytes) -> None:
    """A comment, a struck row and a legend of colours are remarked."""
    sheet = read_register(content, name)
    assert [row.owner for row in sheet.rows] == ["Ani", "Ina"]
    struck, comment, legend = sheet.remarks
    assert "baris 2" in struck and "B3" in comment and "meninggal" in comment and "Merah = tutup" in legend


def test_comments_and_struck_texts_of_an_xls_are_remarked() -> None:
    """comments.xls was saved by LibreOffice from made-up rows: no package of ours writes comments into an XLS."""
    struck, first, second = read_register(Path(__file__).with_name("comments.xls")).remarks
    assert "baris 3, 5 dicoret" in struck
    assert "B3" in first and "meninggal" in first and "C5" in second and "pindah ke Bantul" in second
    long = [*SEEN, *([n, f"Orang {n}", f"Usaha {n}", f"Jl. {n}"] for n in range(3, 99))]
    for rows in (SEEN, long):  # a short stream is in the small sectors of its file
        struck, _legend = read_register(workbooks.xls({"IKM": rows}, struck={(1, 1), (2, 0)}), "ikm.xls").remarks
        assert "baris 2, 3 dicoret" in struck
        assert len(read_register(workbooks.xls({"IKM": rows}), "ikm.xls").remarks) == 1


@pytest.mark.parametrize(
    ("unit", "capacity", "expected"),
    [("kg/bln", 1000, (12_000, "kg")), ("buah per tahun", 1000, (1000, "buah")), ("bulan", 10, (120, None))],
)
def test_a_unit_that_names_the_period(unit: str, capacity: int, expected: tuple[int, str | None]) -> None:
    [row] = read([[*HEAD, "Kapasitas", "Satuan"], [1, "Ani", "A", "Jl. 1", capacity, unit]]).rows
    assert (row.capacity, row.unit) == expected


def test_a_quantity_per_day_in_the_unit_is_asked_about() -> None:
    sheet = read([[*HEAD, "Kapasitas", "Satuan"], [1, "Ani", "A", "Jl. 1", 50, "kg/hari"]])
    assert (sheet.rows[0].capacity, [error.cell for error in sheet.errors]) == (None, ["E2"])


def test_of_two_columns_of_one_meaning_it_is_said_which_is_used() -> None:
    heads = [*HEAD, "Omzet Sebelum Pandemi", "Omzet Sesudah Pandemi", "Produk 1", "Produk 2"]
    sheet = read([heads, [1, "Ani", "A", "Jl. 1", 10_000_000, 5_000_000, "Tas", "Topi"]])
    assert sheet.rows[0].annual_value == 10_000_000
    [remark] = sheet.remarks
    assert "Omzet Sesudah Pandemi" in remark


def test_titles_of_sentra_are_the_sentra_of_the_rows_below() -> None:
    titled = [["SENTRA BATIK"], HEAD, [1, "Ani", "A", "Jl. 1"], [], ["SENTRA TAHU"], HEAD, [2, "Ina", "B", "Jl. 2"]]
    assert [(row.cluster, row.commodity) for row in read(titled).rows] == [
        ("SENTRA BATIK", None),
        ("SENTRA TAHU", None),
    ]
    alone = [["SENTRA INDUSTRI TAHUN 2024"], HEAD, [1, "Ani", "A", "Jl. 1"]]
    assert read(alone).rows[0].cluster is None
    sheets = {name: [HEAD, [1, f"Ani {name}", "A", "Jl. 1"]] for name in ("Sentra Batik", "Rekap")}
    rows = read_register(workbooks.xlsx(sheets), "ikm.xlsx").rows
    assert [row.cluster for row in rows] == ["Sentra Batik", None]


def test_totals_carried_over_pages_are_no_kind_of_industry() -> None:
    rows = [[n, f"Ani {n}", f"A {n}", f"Jl. {n}", n] for n in range(1, 5)]
    carried = [["Jumlah dipindahkan", "", "", "", 99], ["Jumlah pindahan", "", "", "", 99]]
    sheet = read([[*HEAD, "TK"], *rows[:2], *carried, *rows[2:]])
    assert [row.commodity for row in sheet.rows] == [None] * 4
    assert [item.row for item in sheet.left_aside if item.row] == [4, 5]


def test_the_second_line_of_a_row_names_nobody_and_no_industry() -> None:
    """Its address alone is left aside; with a name it is an IKM, and asked about."""
    rows = [[1, "Ani", "A", "Jl. 1", "081327110001"], ["", "(Bu Yanto)", "", "RT 2", ""], ["", "", "", "Bayat", ""]]
    sheet = read([[*HEAD, "HP"], *rows, [2, "Ina", "B", "Jl. 2", "081327110002"]])
    assert [(row.owner, row.commodity) for row in sheet.rows] == [("Ani", None), ("(Bu Yanto)", None), ("Ina", None)]
    assert [error.cell for error in sheet.errors] == ["B3"]
    assert [item.row for item in sheet.left_aside if item.row] == [4]


def test_an_example_row_is_no_ikm() -> None:
    sheet = read([HEAD, ["Contoh", "Fulan", "Usaha Contoh", "Jl. 0"], [1, "Ani", "A", "Jl. 1"]])
    assert [row.owner for row in sheet.rows] == ["Ani"]


def test_words_in_brackets_are_no_part_of_a_unit() -> None:
    sheet = read([[*HEAD, "Kapasitas/bln", "Punya NIB"], [1, "Ani", "A", "Jl. 1", "100 kg (musiman)", True]])
    assert (sheet.rows[0].unit, sheet.rows[0].nib, [error.cell for error in sheet.errors]) == (None, None, ["E2"])


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        (
            ["Nama & Alamat Perusahaan", "Nama Pemilik\nNo HP"],
            ["UD Maju\nJl. 5, Wedi", "Ani\n081327110001"],
            "Jl. 5, Wedi",
        ),
        (["Nama Usaha, Alamat", "Nama dan No. Telp Pengusaha"], ["UD Maju Jl. 5", "Ani HP 081327110001"], "Jl. 5"),
        (["Nama dan Alamat Usaha", "Nama Pemilik/HP"], ["UD Maju", "Ani (0813-2711-0001)"], None),
    ],
)
def test_a_name_and_something_else_in_one_cell(headings: list[str], cells: list[str], expected: str | None) -> None:
    [row] = read([["No", *headings, "Produk"], [1, *cells, "Tas"]]).rows
    assert (row.name, row.owner, row.address, row.phone) == ("UD Maju", "Ani", expected, "+6281327110001")


def test_a_part_of_a_name_that_is_no_telephone_is_asked_about() -> None:
    sheet = read([["No", "Nama / No HP", "Nama Usaha", "Alamat"], [1, "Siti, S.E. / 0812345", "A", "Jl. 1"]])
    assert (sheet.rows[0].owner, sheet.rows[0].phone) == ("Siti, S.E.", None)
    assert [error.cell for error in sheet.errors] == ["B2"]


def test_only_the_first_number_of_a_row_counts_it() -> None:
    heads = ["No", "Nama", "Usaha", "Jalan", "No.", "id_kec", "Kelurahan"]
    sheet = read([heads, [1, "Ani", "A", "Jl. Mawar", 5, 340407, "Wedi"], ["", "Ina", "B", "Jl. 2", 7, 340407, "Wedi"]])
    assert [(column.heading, column.field) for column in sheet.columns if not column.field] == [
        ("No.", ""),
        ("id_kec", ""),
    ]
    assert [(row.owner, row.district) for row in sheet.rows] == [("Ani", None), ("Ina", None)]
