"""Headings in regional languages and abbreviations, and headings that only resemble those of a register."""

from __future__ import annotations

import pytest

from sambang.imports.sheets.headings import field_of, meaning_of, normalised_heading

from .test_lists_of_other_offices import complained, listing

KNOWN = {
    "owner": "Jeneng, Ngaran, Nami, Namo Nan Punyo, Jenenge Sing Duwe, Nama Penjahit, Nama Ketua, PJ, Full Name",
    "name": "Jeneng Usaha, Namo Usaho, Nm. Ush, Nama Warung, Nama Home Industry, Trade Name, Business",
    "village": "Nagari, Gampong, Desa/Gampong, Pekon, Lembang, Kal.",
    "hamlet": "Jorong, Korong, Br. / Lingk., Kp., Kampuang",
    "address": "Panggonan, Alamaik, Tempat Tinggal",
    "product": "Asil Gawean, Hasil Karya, Barang yang diproduksi, Jenis Barang/Jasa",
    "commodity": "Bid. Usaha, Jenis Gawean, Klp. Industri",
    "workers": "Jumlah Buruh",
}
OTHERS = (  # known, and of no field of an IKM
    "Kepemilikan, Kepemilikan Tempat Usaha, Lokasi Pameran, Pelatihan yang diikuti, Bantuan Modal (Rp), Nama RT, "
    "No. HP Saudara/Kerabat, Jam Kerja Karyawan, Upah TK (Rp 000), Tambahan Tenaga Kerja, Laba Penjualan, "
    "Pendapatan Bersih, Target Omzet, Biaya Produksi (Rp), Kapasitas Listrik (VA), Kapasitas Gudang (m2), "
    "Volume Sampah, Akses Permodalan, Jenis Usaha (Mikro/Kecil/Menengah)"
)


@pytest.mark.parametrize("field", KNOWN)
def test_headings_in_the_words_of_an_office(field: str) -> None:
    headings = KNOWN[field].split(", ")
    assert {heading: field_of(normalised_heading(heading)) for heading in headings} == dict.fromkeys(headings, field)


def test_headings_that_only_resemble_those_of_a_register() -> None:
    headings = OTHERS.split(", ")
    assert {heading: field_of(normalised_heading(heading)) for heading in headings} == dict.fromkeys(headings, "")


@pytest.mark.parametrize(
    ("heading", "field", "factor"),
    [
        ("NI (Rp 000)", "investment", 1000),
        ("Inv (Juta)", "investment", 1_000_000),
        ("NP (Rp.000)", "annual_value", 1000),
        ("Monthly Revenue (IDR)", "annual_value", 12),
    ],
)
def test_abbreviated_columns_of_money(heading: str, field: str, factor: int) -> None:
    meaning = meaning_of(normalised_heading(heading))
    assert meaning is not None
    assert (meaning.field, meaning.factor) == (field, factor)


def test_size_classes_are_no_kind_of_industry_and_a_term_in_months_is_no_sex() -> None:
    sheet = listing(
        ["No", "Nama Pemilik", "Alamat", "Kategori", "Jk Waktu (bln)", "L/P"],
        *[[number, name, f"Jl. {number}", "Mikro", 36, "Prp"] for number, name in enumerate(("Ani", "Eni", "Ina"), 1)],
    )
    assert [(row.commodity, row.product, row.gender) for row in sheet.rows] == [(None, None, "female")] * 3
    assert complained(sheet) == ["D1"]  # asked once, for the column
