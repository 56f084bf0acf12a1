"""Days of permits, SIINas accounts, and what a list says about owners: read, stored with their source, filled later."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sambang.imports.sheets import read_register
from sambang.imports.sheets.detail_values import day, disability, education, siinas
from sambang.imports.sheets.headings import field_of, normalised_heading
from sambang.registry.models import Permit
from sambang.registry.owner_details import OwnerDetail

from . import workbooks
from .test_import_command import run


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12-03-2027", date(2027, 3, 12)),
        ("2 Agustus 2026", date(2026, 8, 2)),
        ("s.d. 05/11/2028", date(2028, 11, 5)),
        ("2027-03-12", date(2027, 3, 12)),
        (
            datetime(2027, 3, 12),  # noqa: DTZ001 as openpyxl reads a cell
            date(2027, 3, 12),
        ),
        ("seumur hidup", None),
        ("-", None),
    ],
)
def test_a_day_is_read(cell: Any, expected: date | None) -> None:
    assert day(cell) == expected


@pytest.mark.parametrize("cell", ["31-02-2027", "12-13-2027", "12-03-27", "5 tahun", 46000, "2027"])
def test_an_unreadable_day_is_refused(cell: Any) -> None:
    with pytest.raises(ValueError, match="Tanggal"):
        day(cell)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SMA/SMK", "sma"),
        ("Tamat S-1", "s1"),
        ("D III", "diploma"),
        ("D4", "s1"),
        ("SLTP", "smp"),
        ("tidak tamat SD", "none"),
        ("SD sederajat", "sd"),
        ("Magister", "s2"),
        ("-", None),
    ],
)
def test_education_is_read(text: str, expected: str | None) -> None:
    assert education(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Tidak", "none"), ("tuna netra", "sensory"), ("Tunadaksa", "physical"), ("ganda (fisik, rungu)", "multiple")],
)
def test_disability_is_read(text: str, expected: str) -> None:
    assert disability(text) == expected
    assert disability("-") is None


def test_what_names_no_kind_is_refused() -> None:
    for parse, text in ((disability, "ya"), (education, "Pesantren X")):
        with pytest.raises(ValueError, match="tulis"):
            parse(text)


def test_an_account_needs_a_number_or_an_address() -> None:
    assert siinas("Ya") == ""
    assert siinas("belum ada") is siinas("aktif") is None
    assert siinas("IKM-3404-00017") == "IKM-3404-00017"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Masa Berlaku PIRT", "pirt_until"),
        ("P-IRT > Berlaku s/d", "pirt_until"),
        ("Tgl Terbit Sertifikat Halal", "halal_issued"),
        ("SNI (kadaluarsa)", "sni_until"),
        ("Merek > Tanggal Terbit", "brand_issued"),
        ("Tahun Terbit PIRT", ""),
        ("Lembaga Penerbit Halal", ""),
        ("Perizinan > P-IRT > Nomor", "pirt"),
        ("Halal > No.", "halal"),
        ("Merek Dagang > Nomor", "brand"),
        ("NIB > No", "nib"),
        ("Data IKM > No", "number"),
        ("Nomor Akun SIINas", "siinas"),
        ("Pendidikan Terakhir", "education"),
        ("Penyandang Disabilitas", "disability"),
        ("Jumlah Tenaga Kerja Disabilitas", ""),
        ("Nama Pendamping Disabilitas", ""),
    ],
)
def test_which_column_it_is(heading: str, field: str) -> None:
    found = field_of(normalised_heading(heading))
    assert found == field or (not field and found in {"", "workers"})


HEAD = (
    "Nama Pemilik;Nama Usaha;Desa;Kecamatan;No P-IRT;Terbit P-IRT;P-IRT berlaku s/d;Akun SIINas;Pendidikan;"
    "Disabilitas\n"
)


def test_a_day_whose_number_is_denied_and_an_end_before_the_beginning_are_complaints() -> None:
    rows = (
        "Tini;Roti Tini;Condongcatur;Depok;belum;;12-03-2027;;;\n"
        "Wati;Roti Wati;Condongcatur;Depok;2063404010001-28;01-02-2027;01-02-2022;;;\n"
        "Nur;Roti Nur;Condongcatur;Depok;;;12-03-2027;;;\n"  # there is one, and its number is not said
    )
    sheet = read_register((HEAD + rows).encode(), "daftar.csv")
    assert [row.permits for row in sheet.rows] == [
        (),
        (("pirt", "2063404010001-28", "2027-02-01", ""),),
        (("pirt", "", "", "2027-03-12"),),
    ]
    assert [error.cell for error in sheet.errors] == ["G2", "G3"]
    cells = sheet.cells
    assert cells.filled == cells.values + cells.errors + cells.headings + cells.left_aside


@pytest.mark.django_db
def test_they_are_stored_with_their_source_and_filled_by_the_next_list(
    all_regions_of_yogyakarta: None, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    row = "Tini;Roti Tini;Condongcatur;Depok;2063404010001-28;{};{};{};{};{}\n"
    first.write_text(HEAD + row.format("02-03-2022", "", "IKM-3404-7", "SMA", ""), encoding="utf-8")
    second.write_text(HEAD + row.format("02-03-2022", "02-03-2027", "IKM-3404-7", "S1", "tuna rungu"), encoding="utf-8")
    place = ("--village", "Condongcatur, Depok")
    assert run(str(first), *place)[0] == 0
    assert set(Permit.objects.values_list("kind", "number", "issued_on", "valid_until", "source")) == {
        ("pirt", "2063404010001-28", date(2022, 3, 2), None, "list"),
        ("siinas", "IKM-3404-7", None, None, "list"),
    }
    assert [(detail.kind, detail.value, detail.source) for detail in OwnerDetail.objects.all()] == [
        ("education", "sma", "list")
    ]
    assert run(str(second), *place)[0] == 0
    assert Permit.objects.get(kind="pirt").valid_until == date(2027, 3, 2)
    found = {detail.kind: detail.value for detail in OwnerDetail.objects.all()}
    assert found == {"education": "sma", "disability": "sensory"}  # a stored fact is replaced only on request


@pytest.mark.parametrize("merged", [[], ["A1:A3", "B1:C1", "B2:C2", "D1:F1", "D2:E2"]])
def test_headings_over_three_rows(merged: list[str]) -> None:
    head = [
        ["NO", "DATA PENGRAJIN", "", "PERIZINAN", "", ""],
        ["", "PEMILIK", "", "P-IRT", "", "HALAL"],
        ["", "NAMA", "NO HP", "NOMOR", "BERLAKU S/D", "NOMOR"],
    ]
    row = [1, "Tini", "081200000001", "2063404010001-28", "12-03-2028", "ID34110000000009"]
    sheet = read_register(workbooks.xlsx({"IKM": [*head, row]}, {"IKM": merged}), "daftar.xlsx")
    assert [(row.owner, row.phone) for row in sheet.rows] == [("Tini", "+6281200000001")]
    assert sheet.rows[0].permits == (
        ("pirt", "2063404010001-28", "", "2028-03-12"),
        ("halal", "ID34110000000009", "", ""),
    )
    assert sheet.errors == ()


def test_days_belong_to_the_one_permit_at_their_left() -> None:
    rows = [
        ["Nama Pemilik", "Nama Usaha", "No. P-IRT", "Tgl Terbit", "Masa Berlaku s/d", "Halal", "Kadaluarsa", "NIB"],
        ["Tini", "Roti", "2063404010001-28", "02-03-2023", "02-03-2028", "ada", "05-06-2027", "1234567890123"],
    ]
    rows = [[*row, text] for row, text in zip(rows, ("Tanggal Terbit", "01-01-2024"), strict=True)]
    sheet = read_register("\n".join(";".join(row) for row in rows).encode(), "daftar.csv")
    assert sheet.rows[0].permits == (
        ("pirt", "2063404010001-28", "2023-03-02", "2028-03-02"),
        ("halal", "", "", "2027-06-05"),
    )
    assert [item.text for item in sheet.left_aside] == ["I Tanggal Terbit"]  # of the NIB no day is stored
