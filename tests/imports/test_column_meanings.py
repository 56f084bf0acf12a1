"""What a column is: its heading weighed against its cells, corrected by a click, remembered for the office."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.imports.models import HeadingChoice, ImportBatch
from sambang.imports.sheets import ColumnChoices, RegisterSheet, dump_sheet, load_sheet, read_register
from sambang.registry.models import Business, Cluster

from . import workbooks
from .test_lists_of_other_offices import checked

NAMES = ("Tini", "Joko", "Wati", "Sri", "Budi")


def column(heading: str, cells: list[Any], choices: ColumnChoices | None = None) -> RegisterSheet:
    """A list of five IKM with one more column."""
    rows = [[n, f"{name} {n}", f"Usaha {n}", f"Jl. Kenanga {n}"] for n, name in enumerate(NAMES, 1)]
    lines = [
        ["No", "Nama Pemilik", "Nama Usaha", "Alamat", heading],
        *[[*row, cell] for row, cell in zip(rows, cells, strict=True)],
    ]
    return checked(read_register(workbooks.lines(lines).encode(), "daftar.csv", choices=choices))


def of_column(sheet: RegisterSheet, letter: str = "E") -> tuple[str, str, bool]:
    [found] = [column for column in sheet.columns if column.letter == letter]
    return found.field, found.basis, bool(found.doubt)


PHONES = [f"0812-0000-000{n}" for n in range(5)]
NIKS = [f"340407120580000{n}" for n in range(1, 6)]


@pytest.mark.parametrize(
    ("heading", "cells", "field"),
    [
        ("Hubungi", PHONES, "phone"),
        ("", PHONES, "phone"),
        ("NIK", PHONES, "phone"),
        ("Identitas", NIKS, "nik"),
        ("No Telepon", NIKS, "nik"),
        ("Sex", ["L", "P", "P", "L", "P"], "gender"),
        ("Seks", ["Laki-laki", "Perempuan", "Perempuan", "P", "L"], "gender"),
        ("Nomor Induk", [f"91200000000{n}" for n in range(5)], ""),  # twelve digits
        ("Nomor Izin Usaha", [f"912000000000{n}" for n in range(5)], "nib"),
        ("Nama Usaha (sesuai NIB)", ["Batik", "Roti", "Tahu", "Jamu", "Kopi"], "name"),
        ("Surat", [f"2063404010{n}01-28" for n in range(5)], "pirt"),
        ("Legalitas", [f"ID3411000000000{n}" for n in range(5)], "halal"),
    ],
)
def test_cells_decide_where_the_heading_cannot(heading: str, cells: list[str], field: str) -> None:
    found, basis, doubted = of_column(column(heading, cells))
    assert (found, doubted) == (field, False)
    assert not field or basis in {"cells", "heading"}


@pytest.mark.parametrize("heading", ["No KK", "Nomor Kartu Keluarga", "No Rekening", "HP Pendamping"])
def test_a_number_of_something_else_is_nobodys_nik_or_telephone(heading: str) -> None:
    for cells in (NIKS, PHONES):
        sheet = column(heading, cells)
        assert of_column(sheet)[0] == ""
        assert {(row.nik, row.phone) for row in sheet.rows} == {(None, None)}


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Omset per Tahun", ["kecil", "kecil", "sedang", "besar", "kecil"]),
        ("Omset per Tahun", [12, 25, 8, 40, 15]),
        ("Nilai Investasi", ["2.500", "1.000", "750", "3.000", "1.200"]),
        ("Jumlah Tenaga Kerja", [2016, 2017, 2018, 2019, 2015]),
        ("No HP", ["ada", "ada", "punya", "punya", "ada"]),
        ("Desa", [3404072003, 3404072003, 3404072001, 3404072001, 3404072002]),
        ("Tahun Berdiri", ["5 tahun", "3 tahun", "10 tahun", "2 tahun", "1 tahun"]),
        ("Produk", [100, 200, 300, 120, 90]),
    ],
)
def test_an_implausible_column_is_asked_about_once(heading: str, cells: list[Any]) -> None:
    sheet = column(heading, cells)
    assert of_column(sheet) == ("", "heading", True)
    assert [(error.cell, error.value) for error in sheet.errors] == [("E1", heading)]
    [aside] = [item for item in sheet.left_aside if item.text.startswith("E ")]
    assert aside.cells == 5
    assert load_sheet(dump_sheet(sheet)) == sheet


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Omset per Tahun", ["25 juta", "12.000.000", "40 jt", 8_000_000, "Rp 15.000.000"]),
        ("Omset (Rp 000)", [25_000, 12_000, 40_000, 8_000, 15_000]),
        ("No HP", [81200000001, 81200000002, "", "-", 81200000003]),
        ("NIB", ["ada", "belum", "ada", "ada", "belum ada"]),
        ("Jumlah Tenaga Kerja", [1, 2, 1, 3, 12]),
        ("Tahun Berdiri", [2016, 2017, "2018", "th 2019", 2015]),
    ],
)
def test_a_plausible_column_is_not(heading: str, cells: list[Any]) -> None:
    assert of_column(column(heading, cells))[2] is False


def test_a_choice_decides_and_nik_are_not_shown() -> None:
    thousands = ColumnChoices(by_column={"CSV!E1": "annual_value:12000"})
    sheet = column("Omset", [12, 25, 8, 40, 15], thousands)
    assert [row.annual_value for row in sheet.rows] == [144_000, 300_000, 96_000, 480_000, 180_000]
    assert of_column(sheet) == ("annual_value", "clerk", False)
    office = ColumnChoices(by_heading={"omset": "annual_value:1000000"})
    assert column("OMSET", [12, 25, 8, 40, 15], office).rows[0].annual_value == 12_000_000
    assert column("Omset", [12, 25, 8, 40, 15], ColumnChoices(by_column={"CSV!E1": ""})).errors == ()
    [secret] = [found for found in column("NIK", NIKS).columns if found.letter == "E"]
    assert secret.examples == ("••••••••••••0001", "••••••••••••0002", "••••••••••••0003")


HEAD = "No;Nama Pemilik;Nama Usaha;Alamat;Pagu\n"
ROWS = "".join(f"{n};{name} {n};Usaha {n};Jl. Kenanga {n};{n * 5}\n" for n, name in enumerate(NAMES, 1))


def upload(client: Client, content: str, cluster: Cluster) -> ImportBatch:
    file = SimpleUploadedFile("daftar.csv", content.encode())
    client.post(reverse("imports:batch_create"), {"workbook": file, "cluster": cluster.pk})
    return ImportBatch.objects.latest("uploaded_at")


@pytest.mark.django_db
def test_a_click_corrects_a_column_and_the_office_need_not_click_again(
    signed_in: Any, rina: Person, cluster: Cluster
) -> None:
    client = signed_in(rina)
    batch = upload(client, HEAD + ROWS, cluster)
    columns = {"keadaan": "columns"}
    page = client.get(reverse("imports:batch_detail", args=[batch.pk]), columns).text
    assert 'name="kolom-CSV!E1"' in page and "5; 10; 15" in page
    correct = reverse("imports:batch_columns", args=[batch.pk])
    client.post(correct, {"kolom-CSV!E1": "annual_value:1000000"})
    batch = ImportBatch.objects.get()
    assert [row.annual_value for row in batch.sheet.rows] == [5_000_000 * n for n in range(1, 6)]
    assert list(HeadingChoice.objects.values_list("heading", "choice")) == [("pagu", "annual_value:1000000")]
    assert not Business.objects.exists()
    again = upload(client, HEAD.replace("Pagu", "PAGU") + ROWS, cluster)
    assert again.sheet.rows[4].annual_value == 25_000_000
    page = client.get(reverse("imports:batch_detail", args=[again.pk]), columns).text
    assert "pilihan kantor pada daftar sebelumnya" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"kolom-CSV!B1": "", "kolom-CSV!C1": ""}, "harus nama pemilik atau nama usaha"),
        ({"kolom-CSV!E1": "gaji"}, "tidak dikenal"),
    ],
)
def test_a_choice_that_leaves_no_list_changes_nothing(
    signed_in: Any, rina: Person, cluster: Cluster, chosen: dict[str, str], said: str
) -> None:
    client = signed_in(rina)
    batch = upload(client, HEAD + ROWS, cluster)
    answer = client.post(reverse("imports:batch_columns", args=[batch.pk]), chosen, follow=True)
    assert said in answer.text
    assert ImportBatch.objects.get().sheet == batch.sheet
    assert not HeadingChoice.objects.exists()


@pytest.mark.django_db
def test_another_councils_choice_is_not_ours(signed_in: Any, rina: Person, cluster: Cluster, citra: Person) -> None:
    [council] = {membership.council for membership in citra.memberships.all()}
    HeadingChoice.objects.create(council=council, heading="pagu", choice="annual_value:1000000")
    batch = upload(signed_in(rina), HEAD + ROWS, cluster)
    assert batch.sheet.rows[0].annual_value is None


def test_of_two_tables_only_the_chosen_ones_column_changes() -> None:
    head = ["No", "Nama Pemilik", "Nama Usaha", "Pagu", "Alamat"]
    rows = [
        head,
        [1, "Tini", "Roti", 5, "Jl. A"],
        [],
        ["No", "Nama Usaha", "Nama Pemilik", "Pagu", "Alamat"],
        [1, "Mebel", "Joko", 7, "Jl. B"],
    ]
    content = workbooks.xlsx({"IKM": rows})
    sheet = checked(
        read_register(content, "a.xlsx", choices=ColumnChoices(by_column={"IKM!D4": "annual_value:1000000"}))
    )
    assert [(row.owner, row.annual_value) for row in sheet.rows] == [("Tini", None), ("Joko", 7_000_000)]
