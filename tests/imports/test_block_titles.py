"""Titles, subtotals and abbreviations between the rows of an office's list."""

from __future__ import annotations

from typing import Any

import pytest

from .test_lists_of_other_offices import listing, workbook


@pytest.mark.parametrize("title", ["B. KAPANEWON PLERET", "II. Kec. Pleret", "KECAMATAN : PLERET"])
@pytest.mark.parametrize("merged", [True, False])
def test_the_first_block_title_below_two_rows_of_headings_is_no_heading(title: str, merged: bool) -> None:
    heads = ("A1:A2", "B1:C1", "D1:E1", *(("A3:E3",) if merged else ()))
    sheet = workbook(
        ["No", "Pemilik", None, "Usaha", None],
        [None, "Nama", "No HP", "Nama", "Alamat"],
        [title],
        [1, "Tukirah", "081200000001", "Tahu Tukirah", "Kerto"],
        [2, "Wasiran", "081200000002", "Bambu Wasiran", "Karet"],
        merged=heads,
    )
    assert [(row.owner, row.name, (row.district or "").upper()) for row in sheet.rows] == [
        ("Tukirah", "Tahu Tukirah", "PLERET"),
        ("Wasiran", "Bambu Wasiran", "PLERET"),
    ]


def test_titles_of_places_hold_until_the_next_of_their_kind() -> None:
    sheet = listing(
        ["No", "Nama Pemilik", "Nama Usaha", "Produk", "Omzet"],
        ["", "Kecamatan Jetis", "", "", ""],
        ["", "Desa Patalan", "", "", ""],
        [1, "Sajiyem", "Emping Sajiyem", "Emping", "4.000.000"],
        ["", "Jumlah Desa Patalan", "", "", "4.000.000"],
        ["", "Desa Canden", "", "", ""],
        [2, "Parjono", "Tahu Parjono", "Tahu", "2.000.000"],
        ["", "Kecamatan Imogiri", "", "", ""],
        [3, "Murjiyo", "Keris Murjiyo", "Keris", "9.000.000"],
        [4, "Jumlah Rejeki", "Jumlah Rejeki", "Gula", "1.000.000"],
    )
    assert [(row.owner, row.district, row.village) for row in sheet.rows] == [
        ("Sajiyem", "Jetis", "Patalan"),
        ("Parjono", "Jetis", "Canden"),
        ("Murjiyo", "Imogiri", None),
        ("Jumlah Rejeki", "Imogiri", None),
    ]


@pytest.mark.parametrize("figure", ["11.700", 11700])
def test_a_subtotal_that_names_its_block_is_no_ikm(figure: Any) -> None:
    sheet = workbook(
        ["No", "Nama Pemilik", "Nama Usaha", "Alamat", "Nilai Produksi (Rp 000)"],
        ["A. KAPANEWON SEYEGAN"],
        [1, "Lasiyem", "Genteng Lasiyem", "Klaci", "4.500"],
        [2, "Mujiman", "Genteng Mujiman", "Klaci", "7.200"],
        ["", "Jumlah Seyegan", "", "", figure],
        ["", "Jumlah semua kapanewon", "", "", figure],
        ["B. KAPANEWON TEMPEL"],
        [3, "Rubiyah", "Salak Rubiyah", "Plumbon", "3.000"],
        merged=("A2:E2", "A7:E7"),
    )
    assert [row.owner for row in sheet.rows] == ["Lasiyem", "Mujiman", "Rubiyah"]


@pytest.mark.parametrize(
    ("cell", "number", "until"),
    [
        ("P-IRT: 2023374010456-26 (s.d. 12 Maret 2026)", "2023374010456-26", "2026-03-12"),
        ("PIRT No. 2063402010123-28, berlaku sampai 01/07/2028", "2063402010123-28", "2028-07-01"),
        ("2063402010123-28 s/d 5 Nov 2028", "2063402010123-28", "2028-11-05"),
        ("2063402010123-28", "2063402010123-28", ""),
    ],
)
def test_the_term_beside_a_permit_number_is_its_term(cell: str, number: str, until: str) -> None:
    sheet = listing(
        ["No", "Nama Pemilik", "Nama Usaha", "Produk", "Ijin PIRT"], [1, "Sumarni", "Peyek Sumarni", "Peyek", cell]
    )
    [permit] = sheet.rows[0].permits
    assert (permit.kind, permit.number, permit.valid_until) == ("pirt", number, until)


def test_abbreviated_headings_are_understood() -> None:
    sheet = listing(
        ["No", "Nm. Pengrajin", "Nm. Ush.", "Almt", "Tenaga Krj (L/P)", "Jns Produk", "Thn. Mulai"],
        [1, "Sugiyem", "Wayang Sugiyem", "Gendeng", "2/1", "Wayang kulit", "2004"],
    )
    [row] = sheet.rows
    assert (row.owner, row.name, row.address, row.workers_male, row.product, row.established) == (
        "Sugiyem",
        "Wayang Sugiyem",
        "Gendeng",
        2,
        "Wayang kulit",
        2004,
    )
