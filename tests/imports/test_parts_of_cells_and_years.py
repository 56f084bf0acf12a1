"""Figures of a part of a year, words beside a count or a number, footnotes, and what a repeated row says otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from .test_lists_of_other_offices import HEAD, complained, listing

MONTHS = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nov", "Des"]


@pytest.mark.parametrize(
    ("headings", "cells", "total"),
    [
        ([f"Omzet {month} 2024" for month in MONTHS], [1_000_000] * 12, 12_000_000),
        (
            ["Nilai Produksi TW I", "Nilai Produksi TW II", "Nilai Produksi TW III", "Nilai Produksi TW IV"],
            [1e6] * 4,
            4e6,
        ),
        (["Omzet Semester 1", "Omzet Semester 2", "Omzet 2023"], [1_000_000, 2_000_000, 9_000_000], 9_000_000),
        (["Omzet Jan - Des 2024"], [5_000_000], 5_000_000),
    ],
)
def test_all_parts_of_a_year_are_its_figure(headings: list[str], cells: list[int], total: int) -> None:
    sheet = listing(["No", "Nama Pemilik", "Alamat", *headings], [1, "Wati", "Jl. 1", *map(int, cells)])
    assert sheet.rows[0].annual_value == total
    assert complained(sheet) == []


def test_a_blank_part_is_said() -> None:
    headings = [f"Omzet {month}" for month in MONTHS]
    [row] = listing(["No", "Nama Pemilik", "Alamat", *headings], [1, "Wati", "Jl. 1", *[""] * 10, 50_000, 50_000]).rows
    assert row.annual_value == 100_000
    assert any("2 kolom" in remark and "10 kolom" in remark for remark in row.remarks)


@pytest.mark.parametrize(
    "headings",
    [["Omzet Jan", "Omzet Feb", "Omzet Mar"], ["Omzet s/d Juni 2024"], ["Omzet TW I", "Omzet TW I"], ["Omzet Jan-Jun"]],
)
def test_some_parts_of_a_year_are_asked_about_and_are_no_years_figure(headings: list[str]) -> None:
    cells = [1_000_000] * len(headings)
    sheet = listing(["No", "Nama Pemilik", "Alamat", *headings], [1, "Wati", "Jl. 1", *cells])
    assert sheet.rows[0].annual_value is None
    assert complained(sheet) == [f"{letter}1" for letter in "DEFG"[: len(headings)]]


@pytest.mark.parametrize(
    ("cell", "workers"),
    [
        ("1 (pemilik)", (None, None, 1)),
        ("L=3, P=2", (3, 2, 5)),
        ("5 (3L, 2P)", (3, 2, 5)),
        ("2 laki 1 pr", (2, 1, 3)),
        ("Laki-laki: 2 orang, Perempuan: 1 orang", (2, 1, 3)),
        ("1 pria dan 2 wanita", (1, 2, 3)),
    ],
)
def test_workers_counted_in_words(cell: str, workers: tuple[Any, ...]) -> None:
    sheet = listing(["No", "Nama Pemilik", "Alamat", "Tenaga Kerja"], [1, "Wati", "Jl. 1", cell])
    assert (sheet.rows[0].workers_male, sheet.rows[0].workers_female, sheet.rows[0].workers) == workers
    assert complained(sheet) == []


@pytest.mark.parametrize("cell", ["6 (3L, 2P)", "3L 2P 1L", "2L + keluarga"])
def test_workers_that_do_not_add_up_are_asked_about(cell: str) -> None:
    sheet = listing(["No", "Nama Pemilik", "Alamat", "Tenaga Kerja"], [1, "Wati", "Jl. 1", cell])
    assert (sheet.rows[0].workers, complained(sheet)) == (None, ["D2"])


def test_the_mark_of_a_footnote_is_no_part_of_a_name_and_is_asked_about() -> None:
    sheet = listing(
        HEAD,
        [1, "Sutini*", "Roti", "Jl. 1", ""],
        [2, "Parjo", "Kayu **)", "Jl. 2", ""],
        [3, "Wati", "Bintang *5", "Jl. 3", ""],
        ["*) sudah tidak produksi", "", "", "", ""],
    )
    assert [(row.owner, row.name) for row in sheet.rows] == [
        ("Sutini", "Roti"),
        ("Parjo", "Kayu"),
        ("Wati", "Bintang *5"),
    ]
    assert complained(sheet) == ["B2", "C3"]


def test_an_amount_far_below_the_others_of_its_column_is_asked_about() -> None:
    amounts = [25_000_000, 30_000_000, 25, 40_000_000, 45_000]
    sheet = listing(
        ["No", "Nama Pemilik", "Alamat", "Omzet (Rp)"],
        *[[n, f"Wati {chr(64 + n)}", f"Jl. {n}", amount] for n, amount in enumerate(amounts, 1)],
    )
    assert [row.annual_value for row in sheet.rows] == [25_000_000, 30_000_000, None, 40_000_000, 45_000]
    assert complained(sheet) == ["D4"]


def test_a_permit_that_one_column_affirms_and_another_numbers() -> None:
    sheet = listing(
        ["No", "Nama Pemilik", "Alamat", "Apakah memiliki NIB?", "Jika ya, tuliskan nomor NIB"],
        [1, "Wati", "Jl. 1", "Ya", "1234567890123"],
        [2, "Joko", "Jl. 2", "Tidak", ""],
    )
    assert [row.nib for row in sheet.rows] == ["1234567890123", None]


def test_what_a_repeated_row_says_otherwise_is_said() -> None:
    """A licence with two kinds of industry has a row for each."""
    head = ["NIB", "Nama Usaha", "Pemilik", "Alamat", "KBLI", "Investasi"]
    first = ["1234567890123", "Ayu", "Sutini", "Joho"]
    sheet = listing(head, [*first, "10710", 5_000_000], [*first, "10792", 7_000_000])
    [row] = sheet.rows
    assert (row.kbli, row.investment) == ("10710", 5_000_000)
    assert any("10792" in remark and "7000000" in remark and "Baris 3" in remark for remark in row.remarks)


def test_a_heading_in_two_languages() -> None:
    sheet = listing(
        ["No", "Pemilik / Owner", "Alamat / Address", "Produk / Product", "Sewa/Milik"],
        [1, "Wati", "Jl. 1", "Tahu", "Sewa"],
    )
    assert [(row.owner, row.address, row.product) for row in sheet.rows] == [("Wati", "Jl. 1", "Tahu")]


@pytest.mark.parametrize("cell", ["0812 0000 0001 (istri) 085700000002 (suami)", "0812 0000 0001 -0857 0000 0002"])
def test_two_numbers_between_words_or_a_dash(cell: str) -> None:
    [row] = listing(HEAD, [1, "Wati", "Tahu", "Jl. 1", cell]).rows
    assert row.phone == "+6281200000001"
    assert row.remarks
