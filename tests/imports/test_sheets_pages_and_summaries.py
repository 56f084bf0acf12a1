"""Sheets that continue each other, stand in one column, sum themselves up, explain their headings or are no list."""

from __future__ import annotations

from typing import Any

import pytest

from sambang.imports.sheets import SheetError, read_register

from . import workbooks
from .test_lists_of_other_offices import HEAD, checked, complained, listing

SUTINI = [1, "Sutini", "Roti", "Joho, RT 2", "081200000001"]
PARJO = [2, "Parjo", "Kayu", "Gejayan", "081200000002"]
TITLES = ["No", "Nama Pemilik", "Nama Usaha", "Tenaga Kerja", "Omzet"]


def test_a_sheet_without_headings_continues_the_list_before_it() -> None:
    pages: dict[str, workbooks.Rows] = {
        "Hal 1": [HEAD, SUTINI, PARJO],
        "Hal 2": [[3, "Wati", "Tahu", "Damai", "081200000003"]],
    }
    sheet = checked(read_register(workbooks.xlsx(pages), "daftar.xlsx"))
    assert [(row.sheet, row.owner, row.phone) for row in sheet.rows][2] == ("Hal 2", "Wati", "+6281200000003")
    assert any("Hal 2" in remark and "tanpa judul kolom" in remark for remark in sheet.remarks)


@pytest.mark.parametrize(
    "rows",
    [
        [["Depok", 12, 30], ["Ngaglik", 9, 21]],
        [["Sutini", "Roti", "Joho", "081200000001", "Sleman"]],
        [[1, "081200000001", "Roti", "Joho", "Sutini"]] * 3,
    ],
)
def test_another_sheet_without_headings_does_not(rows: list[list[Any]]) -> None:
    sheet = checked(read_register(workbooks.xlsx({"Hal 1": [HEAD, SUTINI], "Lain": rows}), "daftar.xlsx"))
    assert [row.owner for row in sheet.rows] == ["Sutini"]
    assert any(item.text == "Lain" for item in sheet.left_aside)


def quoted(row: list[Any]) -> str:
    return ",".join(f'"{cell}"' if "," in str(cell) else str(cell) for cell in row)


def test_rows_that_stand_whole_in_one_column() -> None:
    """A CSV that Excel opened undivided, and one in which it then quoted every line."""
    lines = [quoted(row) for row in (HEAD, SUTINI, PARJO)]
    twice = "\n".join('"' + line.replace('"', '""') + '"' for line in lines)
    for content, name in ((workbooks.xlsx({"A": [[line] for line in lines]}), "a.xlsx"), (twice.encode(), "a.csv")):
        sheet = checked(read_register(content, name))
        assert [(row.owner, row.address, row.phone) for row in sheet.rows] == [
            ("Sutini", "Joho, RT 2", "+6281200000001"),
            ("Parjo", "Gejayan", "+6281200000002"),
        ]
        assert "satu kolom" in sheet.remarks[0]


@pytest.mark.parametrize(
    ("notes", "units"),
    [
        (["", "(sesuai NIB)", "(sesuai KTP)", "(orang)", "(Rp 000)", "(ton)"], 1000),
        (["", "", "", "orang", "Rp. Juta", "ton"], 1_000_000),
        (["(No)", "(Business Name)", "(Owner)", "(Workers)", "(Investment)", "(Capacity, ton)"], 1),
    ],
)
def test_a_row_below_the_headings_explains_them(notes: list[str], units: int) -> None:
    sheet = listing(
        ["No", "Nama Usaha", "Pemilik", "Tenaga Kerja", "Investasi", "Kapasitas"],
        notes,
        [1, "Tahu", "Sutini", 3, 500, 12],
    )
    [row] = sheet.rows
    assert (row.name, row.owner, row.workers, row.investment) == ("Tahu", "Sutini", 3, 500 * units)
    assert (row.capacity, row.unit) == (12, "ton")
    assert complained(sheet) == []


def test_sums_stand_above_the_rows_that_they_sum() -> None:
    sheet = listing(
        TITLES,
        ["", "TOTAL KABUPATEN SLEMAN", "", 12, 65_000_000],
        ["A", "KECAMATAN DEPOK", "", 7, 55_000_000],
        [1, "Sutini", "Roti", 3, 25_000_000],
        [2, "Parjo", "Kayu", 4, 30_000_000],
        ["B", "KECAMATAN NGAGLIK", "", 5, 10_000_000],
        [1, "Wati", "Tahu", 5, 10_000_000],
        ["", "Terbanyak", "", 5, 30_000_000],
    )
    assert [(row.owner, row.district) for row in sheet.rows] == [
        ("Sutini", "DEPOK"),
        ("Parjo", "DEPOK"),
        ("Wati", "NGAGLIK"),
    ]


def test_figures_that_are_no_sums_are_an_ikm() -> None:
    """Each row as full as the others, and one as large as the two below it."""
    rows = [["Sutini", 8, 60_000_000], ["Parjo", 3, 25_000_000], ["Wati", 4, 30_000_000]]
    zeros = [["Sutini", 0, 0], ["Parjo", 0, 0], ["Wati", 0, 0], ["Joko", 0, 0]]
    for lines in (rows, zeros):
        assert len(listing(["Nama Pemilik", "Tenaga Kerja", "Omzet"], *lines).rows) == len(lines)


def test_signatures_outnumber_the_rows_of_a_short_list() -> None:
    sheet = listing(
        HEAD,
        [1, "Sutini", "Roti", "Joho", ""],
        [2, "Parjo", "Kayu", "Gejayan", ""],
        ["", "Mengetahui,", "", "Yang mendata,", ""],
        ["", "Kepala Dinas", "", "Petugas", ""],
        ["", "Drs. SUKARNO", "", "Budi Utomo", ""],
        ["", "NIP. 196501011990031005", "", "NIP. 198001012005011001", ""],
    )
    assert [row.owner for row in sheet.rows] == ["Sutini", "Parjo"]


def test_a_sparse_last_row_of_rows_divided_by_blanks_is_asked_about() -> None:
    rows = [["Sutini", "Roti", "Joho"], ["Parjo", "Kayu", "Gejayan"], ["Wati", "Tahu", "Damai"], ["Joko", "Besi", ""]]
    sheet = listing(["Nama", "Usaha", "Alamat"], *[line for row in rows for line in (row, ["", "", ""])])
    assert [row.owner for row in sheet.rows] == ["Sutini", "Parjo", "Wati"]
    assert complained(sheet) == ["A8"]


def test_a_title_says_what_it_is_recorded_as() -> None:
    sheet = listing(HEAD, ["ANYAMAN"], SUTINI, ["KEC. DEPOK"], PARJO)
    assert [(row.commodity, row.district) for row in sheet.rows] == [("ANYAMAN", None), ("ANYAMAN", "DEPOK")]
    reasons = [item.reason for item in sheet.left_aside if item.row]
    assert "jenis industri" in reasons[0] and "jenis industri" not in reasons[1]


RECAP = [["Depok", 30, 90, 5000], ["Ngaglik", 12, 40, 1000], ["Jumlah", 42, 130, 6000]]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["Desa", "Batik", "Mebel", "Tahu"], *RECAP], "rekap"),
        ([["Kecamatan", "Unit Usaha", "Tenaga Kerja", "Nilai Investasi"], *RECAP], "rekap"),
        ([["Jenis Industri", "Unit Usaha", "Tenaga Kerja", "Investasi"], *RECAP], "rekap"),
        ([["DATA KELOMPOK"], ["No", "Nama KUB", "Nama Ketua", "Alamat"], [1, "Maju", "Sutini", "Joho"]], "kelompok"),
        ([["No Nama Usaha HP"], ["1 Sutini Roti 081200000001"], ["2 Parjo Kayu 081200000002"]], "satu kolom"),
        (
            [HEAD, ["diisi nomor", "diisi nama pemilik", "diisi nama usaha", "diisi alamat", "diisi nomor WA"]],
            "satu pun",
        ),
    ],
)
def test_what_is_no_list_is_named(rows: list[list[Any]], words: str) -> None:
    with pytest.raises(SheetError, match=words):
        read_register(workbooks.lines(rows).encode(), "rekap.csv")


def test_a_summary_below_a_list_is_no_part_of_it() -> None:
    """And a row of an IKM whose name says what a summary counts is."""
    recap: list[list[Any]] = [
        ["No", "Kecamatan", "Jumlah IKM", "Tenaga Kerja", ""],
        [1, "Depok", 12, 30, ""],
        [2, "Ngaglik", 3, 9, ""],
    ]
    sheet = listing(HEAD, SUTINI, ["-", "Total Busana", "Desa Sinduadi", "-", "-"], PARJO, [""] * 5, *recap)
    assert [row.owner for row in sheet.rows] == ["Sutini", "Total Busana", "Parjo"]
    assert sum(item.cells for item in sheet.left_aside if not item.text.startswith("A No")) >= 12


def test_an_owner_merged_over_two_businesses_owns_both() -> None:
    rows: workbooks.Rows = [HEAD, SUTINI, ["", "", "Batik Ayu", "Joho", ""], PARJO]
    sheet = checked(read_register(workbooks.xlsx({"IKM": rows}, {"IKM": ["B2:B3"]}), "daftar.xlsx"))
    assert [(row.owner, row.name) for row in sheet.rows] == [
        ("Sutini", "Roti"),
        ("Sutini", "Batik Ayu"),
        ("Parjo", "Kayu"),
    ]


def test_numbers_before_names_are_no_part_of_them() -> None:
    rows = [["1. Sutini", "2 Putra Jaya", "Joho"], ["2. Parjo", "7 Seas", "Gejayan"]]
    sheet = listing(["Nama Pemilik", "Nama Usaha", "Alamat"], *rows)
    assert [(row.owner, row.name) for row in sheet.rows] == [("Sutini", "2 Putra Jaya"), ("Parjo", "7 Seas")]


@pytest.mark.parametrize("content", [b"RIFF\0\0\0\0WEBPVP8 ", b"II*\0\x08\0\0\0", b"BM\x8a\0\0\0\0\0"])
def test_pictures_are_named(content: bytes) -> None:
    with pytest.raises(SheetError, match="gambar"):
        read_register(content, "daftar.csv")


def test_entities_of_a_web_page_in_a_csv() -> None:
    sheet = listing(HEAD, [1, "Sutini", "Roti &amp; Kue", "R&D; lt 2", ""], separator=",")
    assert [(row.name, row.address) for row in sheet.rows] == [("Roti & Kue", "R&D; lt 2")]
