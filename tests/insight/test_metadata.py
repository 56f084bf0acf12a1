"""Metadata by Peraturan BPS 5/2020, generated from the tables that exist."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from sambang.access.models import Council, Person
from sambang.indicators.operations import define_indicator
from sambang.insight.statistical_metadata import metadata_forms, texts
from sambang.papers.operations import set_letterhead

type In = Callable[[Person], Client]
PAGE = "insight:metadata_detail"


def test_every_variable_is_a_field_and_every_indicator_has_its_variables() -> None:
    variables, activities = texts()["variables"], {row["key"] for row in texts()["activities"]}
    for row in variables:
        label, _dot, name = row["field"].rpartition(".")
        assert apps.get_model(label)._meta.get_field(name) and row["activity"] in activities
    concepts = {row["concept"] for row in variables}
    for row in texts()["indicators"]:
        assert set(row["built_from"]) <= concepts


HEADS = (
    *("1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "3.3", "3.4"),
    *(f"4.{number}" for number in range(1, 9)),
    "5",
    *(f"6.{number}" for number in range(1, 8)),
    *("7.1", "7.2", "7.3", "7.4", "8.1", "8.2"),
)


@pytest.mark.django_db
def test_every_head_of_the_forms_is_there(sleman: Council, rina: Person) -> None:
    for form in metadata_forms(sleman, rina):
        if form.form == "MS-Keg":
            assert tuple(dict.fromkeys(item.split()[0] for item in form.items if item[0].isdigit())) == HEADS
            assert form.items["7.2 Metode analisis"] and not form.items["6.7 Pelatihan petugas"]
        if form.form == "MS-Var":
            assert {"Referensi pemilihan", "Referensi waktu", "Kalimat pertanyaan"} <= set(form.items)


@pytest.mark.django_db
def test_forms_follow_fields_letterhead_and_indicators(sleman: Council, rina: Person) -> None:
    set_letterhead(sleman, rina, town="Sleman", address="Jalan Parasamya 1")
    define_indicator(
        sleman, rina, objective="Pembinaan", name="IKM dibina", measure="coached_share", unit="persen", code="3.31.02"
    )
    forms = {(form.form, form.name): form.items for form in metadata_forms(sleman, rina)}
    assert forms["MS-Keg", "Pendataan Industri Kecil dan Menengah"]["1.2 Alamat"] == "Jalan Parasamya 1"
    workers = forms["MS-Var", "Tenaga kerja"]
    assert (workers["Tipe data"], workers["Alias"], workers["Aturan validasi"]) == (
        "bilangan bulat",
        "jumlah pekerja",
        "tidak kurang dari nol",
    )
    assert "tutup" in forms["MS-Var", "Keadaan usaha"]["Klasifikasi isian"]
    assert forms["MS-Var", "Produksi"]["Aturan validasi"] == "wajib diisi; paling banyak 3 angka di belakang koma"
    coached = forms["MS-Ind", "IKM dibina"]
    assert (coached["Kode nasional"], coached["Ukuran"], coached["Satuan"]) == ("3.31.02", "persentase", "persen")
    assert ("MS-Ind", "Indeks Produksi IKM") not in forms  # nothing is computed yet


def test_page_and_files_say_the_same_in_indonesian(sleman: Council, rina: Person, signed_in: In) -> None:
    define_indicator(sleman, rina, objective="Pembinaan", name="IKM dibina", measure="coached", unit="IKM")
    client = signed_in(rina)
    client.cookies["django_language"] = "en"
    page = client.get(reverse(PAGE)).text
    content = client.get(reverse(PAGE, query={"format": "json"})).json()
    assert content["kode_wilayah"] == "3404" and len(content["kegiatan"]) == 2
    assert [row["Nama"] for row in content["indikator"]] == ["IKM dibina"]
    sheet = load_workbook(BytesIO(client.get(reverse(PAGE, query={"format": "xlsx"})).content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    variables = [row["Definisi"] for row in content["variabel"]]
    assert variables == [row[3] for row in rows if row[0] == "MS-Var" and row[2] == "Definisi"]
    assert all(definition in page for definition in variables)
    alias = next(row["Alias"] for row in content["variabel"] if row["Nama"] == "Tenaga kerja")
    assert alias == "jumlah pekerja"


def test_of_the_own_council_only(sleman: Council, rina: Person, citra: Person, signed_in: In) -> None:
    define_indicator(sleman, rina, objective="Pembinaan", name="IKM rahasia", measure="coached", unit="IKM")
    assert "IKM rahasia" not in signed_in(citra).get(reverse(PAGE)).text
    assert signed_in(citra).get(reverse(PAGE, query={"dewan": str(sleman.pk)})).status_code == 404
