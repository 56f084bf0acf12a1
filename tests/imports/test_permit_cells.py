"""Cells that name several permits, and permits of which a list says only that there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from sambang.access.models import Person
from sambang.imports.sheets import PermitCells, read_register
from sambang.imports.sheets.headings import field_of, normalised_heading
from sambang.imports.sheets.permit_cells import permits_in
from sambang.registry.models import Business, Permit

from .test_import_command import run

NIB, PIRT, HALAL = "1234567890123", "2063471010203-25", "ID34110001234560921"


@pytest.mark.parametrize(
    ("text", "permits", "unread"),
    [
        (
            f"NIB {NIB}, P-IRT {PIRT}, Halal {HALAL}, Merek terdaftar",
            {"nib": NIB, "pirt": PIRT, "halal": HALAL, "brand": ""},
            [],
        ),
        (f"1. NIB: {NIB}\n2. PIRT No. {PIRT}\n3. Halal", {"nib": NIB, "pirt": PIRT, "halal": ""}, []),
        (f"NIB-{NIB} SPP-IRT-{PIRT}", {"nib": NIB, "pirt": PIRT}, []),
        (f"{PIRT}/{HALAL} + {NIB}", {"pirt": PIRT, "halal": HALAL, "nib": NIB}, []),
        ("PIRT/Halal", {"pirt": "", "halal": ""}, []),
        ("sudah punya NIB dan PIRT", {"nib": "", "pirt": ""}, []),
        ("NIB ada, PIRT proses", {"nib": ""}, []),
        ("NIB, Halal (masih proses)", {"nib": ""}, []),
        ("NIB, PIRT belum", {}, ["NIB"]),  # whether "belum" is said of both is not known
        ("belum ada Halal", None, []),
        ("belum", None, []),
        ("dalam proses", None, []),
        ("BPOM RI MD 231234567890; SNI 01-2973-1992", {"md": "231234567890", "sni": "01-2973-1992"}, []),
        ("SIUP 503/123/2019, TDP", {"other": "TDP"}, []),
        ("503/22/IUI/2019", {"other": "503/22/IUI/2019"}, []),
        ("Merek BATIK JOHO IDM000123456", {"brand": "BATIK JOHO IDM000123456"}, []),
        ("Merek BATIK JOHO", {"brand": ""}, ["Merek BATIK JOHO"]),
        ("NIB 12345, CV", {}, ["CV", "NIB 12345"]),
        ("123456789012", {}, ["123456789012"]),
    ],
)
def test_what_a_cell_says(text: str, permits: dict[str, str] | None, unread: list[str]) -> None:
    read = permits_in(text)
    assert (read and {permit.kind: permit.number for permit in read.permits}) == permits
    assert (read.unread if read else []) == unread


def test_a_text_too_long_to_be_permits_is_asked_about() -> None:
    read = permits_in("NIB 1234567890123 dan " * 1000)
    assert read is not None
    assert (read.permits, [len(text) for text in read.unread]) == ([], [61])


def test_days_belong_to_the_permit_before_them() -> None:
    read = permits_in(f"P-IRT {PIRT} terbit 01-02-2021, s.d. 31/12/2026; Halal {HALAL} berlaku seumur hidup, NIB {NIB}")
    assert read
    assert read.permits == [
        PermitCells("pirt", PIRT, "2021-02-01", "2026-12-31"),
        PermitCells("halal", HALAL),
        PermitCells("nib", NIB),
    ]
    read = permits_in(f"P-IRT {PIRT} exp 2026")
    assert read
    assert (read.permits, read.unread) == ([PermitCells("pirt", PIRT)], ["2026"])


@given(
    st.permutations([f"NIB {NIB}", f"PIRT: {PIRT}", f"Sertifikat Halal {HALAL}", "SNI 01-2973-1992", "SVLK ada"]),
    st.sampled_from([", ", "; ", "\n", " / ", " dan ", " & ", " | ", " "]),
)
def test_every_permit_is_read_in_any_order(items: list[str], between: str) -> None:
    read = permits_in(between.join(items))
    assert read
    found = {permit.kind: permit.number for permit in read.permits}
    assert found == {"nib": NIB, "pirt": PIRT, "halal": HALAL, "sni": "01-2973-1992", "svlk": ""}
    assert read.unread == []


@given(st.text(alphabet="NIBPRThalno, 0123456789-/.;()", max_size=40))
def test_no_long_number_is_lost(text: str) -> None:
    read = permits_in(text)
    kept = "".join([*(permit.number for permit in read.permits), *read.unread, read.npwp or ""]) if read else ""
    for number in "".join(mark if mark.isdigit() else " " for mark in text).split():
        days = "".join(permit.issued_on + permit.valid_until for permit in read.permits) if read else ""
        assert len(number) < 5 or number in kept.replace("-", "").replace(".", "") or number in kept or number in days


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Legalitas", "permits"),
        ("Perizinan yang sudah dimiliki", "permits"),
        ("Legalitas Usaha (NIB, PIRT, Halal, Merek dll)", "permits"),
        ("NIB/PIRT/Halal", "permits"),
        ("Izin / Sertifikat yang dimiliki", "permits"),
        ("Apakah sudah memiliki izin usaha?", "permits"),
        ("No. SIUP", "permits"),
        ("Legalitas > Lainnya", "permits"),
        ("Legalitas > NIB", "nib"),
        ("Sertifikat Halal", "halal"),
        ("Merek/HKI", "brand"),
        ("No. BPOM MD", "md"),
        ("Masa Berlaku Izin", ""),
        ("Sertifikat Pelatihan", ""),
    ],
)
def test_which_headings_name_such_cells(heading: str, field: str) -> None:
    assert field_of(normalised_heading(heading)) == field


def test_a_list_keeps_each_permit_once_and_asks_about_the_rest() -> None:
    rows = [
        ["Nama Pemilik", "Nama Usaha", "NIB", "P-IRT", "Legalitas", "SIUP"],
        ["Tini", "Roti Tini", NIB, PIRT, f"NIB, PIRT, Halal {HALAL}", "ada"],
        ["Wati", "Roti Wati", "ada", "√", "NIB 9120000000001", "belum"],
        ["Sri", "Roti Sri", NIB.replace("1", "2"), "", f"NIB {NIB}", "503/12/2019"],
        ["Nur", "Roti Nur", "", "", "belum", "-"],
    ]
    sheet = read_register("\n".join(";".join(row) for row in rows).encode(), "daftar.csv")
    assert [row.nib for row in sheet.rows] == [NIB, "9120000000001", NIB.replace("1", "2"), None]
    assert [{(permit.kind, permit.number) for permit in row.permits} for row in sheet.rows] == [
        {("pirt", PIRT), ("halal", HALAL), ("other", "SIUP")},
        {("pirt", "")},
        {("other", "SIUP 503/12/2019")},
        set(),
    ]
    assert [(error.cell, NIB in error.message) for error in sheet.errors] == [("E4", True)]
    cells = sheet.cells
    assert cells.filled == cells.values + cells.errors + cells.headings + cells.left_aside


@pytest.mark.django_db
def test_the_next_list_tells_the_number(tmp_path: Path, client: Client, rina: Person) -> None:
    lists = [
        ("belum.csv", "PIRT, NIB ada"),
        ("nomor.csv", f"PIRT {PIRT} s.d. 31/12/2027, NIB {NIB}"),
        ("centang.csv", "PIRT, NIB"),
    ]
    expected: list[list[tuple[Any, ...]]] = [
        [("nib", "", None), ("pirt", "", None)],
        [("nib", "", None), ("pirt", PIRT, "2027-12-31")],
        [("nib", "", None), ("pirt", PIRT, "2027-12-31")],
    ]
    client.force_login(rina)
    pages = []
    for (name, text), permits in zip(lists, expected, strict=True):
        path = tmp_path / name
        head = "Nama Pemilik;Nama Usaha;Desa;Kecamatan;No HP;Legalitas"
        path.write_text(f"{head}\nTini;Roti;Condongcatur;Depok;081200000001;{text}\n")
        said = run(str(path), "--village", "Condongcatur, Depok")
        assert said[0] == 0
        stored = Permit.objects.order_by("kind").values_list("kind", "number", "valid_until")
        assert [(kind, number, day and day.isoformat()) for kind, number, day in stored] == permits
        pages.append((said[1], client.get(f"/daftar/ikm/{Business.objects.get().pk}/").content.decode()))
    assert "0 dilengkapi, 1 tetap" in pages[2][0]
    assert pages[0][1].count("belum diketahui") == pages[1][1].count("belum diketahui") + 2
    assert PIRT in pages[1][1]
