"""A whole regency's list: many sentra and IKM outside any, villages by columns, permits, other regencies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sambang.access.models import Person
from sambang.imports.models import ImportBatch
from sambang.registry.models import Business, Cluster, Permit

from .test_import_command import run

pytestmark = pytest.mark.django_db
HEAD = "No;Nama Sentra;Kabupaten;Kecamatan;Desa;Nama Pemilik;Nama Usaha;P-IRT;Akun SIINas\n"
ROWS = (
    "1;Sentra Batik;Kab. Sleman;Depok;Condongcatur;Tini;Batik Tini;;Ya\n"
    "2;;Sleman;Kec. Mlati;Desa Sinduadi;Joko;Tahu Joko;2063404010001-28;Belum\n"
    "3;Sentra Batik;Sleman;Kapanewon Depok;Kal. Caturtunggal;Wati;Batik Wati;;Ya\n"
    "4;Non sentra;Sleman;Mlati;Sindu Adi;Sri;Roti Sri;;Ya\n"
    "5;Sentra Gerabah;Kab. Bantul;Kasihan;Bangunjiwo;Ayu;Gerabah Ayu;;Ya\n"
)


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "daftar.csv"
    file.write_text(HEAD + ROWS, encoding="utf-8")
    return str(file)


def test_a_list_of_many_sentra_splits_by_its_columns(all_regions_of_yogyakarta: None, path: str) -> None:
    found = json.loads(run(path, "--village", "Condongcatur, Depok", "--dry-run", "--json")[1])
    assert list(found["new_clusters"]) == ["Sentra Batik"]
    assert [item["row"] for item in found["refused"]] == ["CSV!6"]
    assert any("Sindu Adi" in notice["message"] and "Sinduadi" in notice["message"] for notice in found["notices"])
    assert {column["heading"] for column in found["columns"] if column["field"] is None} == set()
    assert any("Akun SIINas" in str(item) for item in found["left_aside"])
    sums = found["sums"]["rows"]
    assert (sums["in"], sums["read"], sums["asked"], sums["left_aside"]) == (5, 4, 0, 1)
    assert run(path, "--village", "Condongcatur, Depok")[0] == 0
    places = dict(Business.objects.values_list("owner__name", "region__name"))
    assert places == {"Tini": "Condongcatur", "Joko": "Sinduadi", "Wati": "Caturtunggal", "Sri": "Mlati"}
    assert set(Business.objects.filter(cluster=None).values_list("owner__name", flat=True)) == {"Joko", "Sri"}
    assert Cluster.objects.get().businesses.count() == 2
    permits = Permit.objects.exclude(kind="siinas").values_list("kind", "number", "business__owner__name")
    assert [*permits] == [("pirt", "2063404010001-28", "Joko")]
    assert {*Permit.objects.filter(kind="siinas").values_list("number", flat=True)} == {""}  # "Ya"
    again = run(path, "--village", "Condongcatur, Depok")[1]
    assert "0 IKM baru, 0 dilengkapi, 4 tetap" in again


def test_another_persons_telephone_lands_on_nobody(all_regions_of_yogyakarta: None, tmp_path: Path) -> None:
    head = "Nama Pemilik;Desa;Kecamatan;Produk;No HP\n"
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(head + "Sutini;Condongcatur;Depok;Batik;\n", encoding="utf-8")
    second.write_text(
        head + "Sutini;Sinduadi;Mlati;Keripik;081200000009\nSutini;Condongcatur;Depok;Roti;081200000008\n"
    )
    assert run(str(first))[0] == 0
    found = json.loads(run(str(second), "--dry-run", "--json")[1])
    assert {pair["decision"] for pair in found["duplicates"]} == {"ask"}
    assert run(str(second))[0] == 2
    assert Business.objects.get().phone == ""


def test_another_offices_misspelt_row_is_a_question(all_regions_of_yogyakarta: None, tmp_path: Path) -> None:
    first, second = tmp_path / "dinas.csv", tmp_path / "koperasi.csv"
    others = "".join(f"Orang {n};Usaha {n};Sinduadi;Mlati;Barang {n};Gang {n}\n" for n in range(30))
    head = "Nama Pemilik;Nama Usaha;Desa;Kecamatan;Produk;Alamat\n"
    first.write_text(f"{head}Sri Lestari;Batik Kenanga;Condongcatur;Depok;Batik;Jl. Mawar 4\n{others}")
    second.write_text(
        f"{head}Sri Lestarie;Batik Kenangga;Condongcatur;Depok;Batik;\nSri Lestari;Mebel Jati;Sinduadi;Mlati;Kursi;\n"
    )
    assert run(str(first))[0] == 0
    found = json.loads(run(str(second), "--dry-run", "--json")[1])
    assert [(pair["row"], pair["decision"]) for pair in found["duplicates"]] == [("CSV!2", "ask")]
    assert run(str(second), "--duplicates", "new")[0] == 0
    assert Business.objects.count() == 33


def test_a_clerk_imports_it_with_a_mouse(signed_in: Any, rina: Person, places: dict[str, Any]) -> None:
    client = signed_in(rina)
    content = (
        "No;Nama Sentra;Desa;Nama Pemilik;Nama Usaha;Alamat\n"
        "1;;Condongcatur;Tini;Roti;Jl. A\n"
        "2;Sentra Tahu;Condongcatur;Tini;Tahu;Jl. B\n"
        "3;;Condongcatur;Tini;Roti;Jl. C\n"
    )
    file = SimpleUploadedFile("daftar.csv", content.encode())
    client.post(reverse("imports:batch_create"), {"workbook": file, "placement": "columns"})
    [batch] = ImportBatch.objects.all()
    page = client.get(reverse("imports:batch_detail", args=[batch.pk])).text
    assert "checked" not in page
    assert "Sentra Tahu (Condongcatur)" in page
    assert "Jl. A" in page and "Jl. C" in page
    take = reverse("imports:batch_import", args=[batch.pk])
    answer = client.post(take, {"putusan-CSV!4": "new"})
    assert answer["Location"] == reverse("registry:business_list")
    assert Business.objects.count() == 3
    assert Business.objects.get(name="Tahu").cluster == Cluster.objects.get(name="Sentra Tahu")


@pytest.mark.parametrize("said", [{}, {"placement": "none", "name": "Sentra X"}, {"placement": "cluster"}])
def test_the_placement_is_chosen(signed_in: Any, rina: Person, places: Any, said: dict[str, str]) -> None:
    file = SimpleUploadedFile("daftar.csv", b"Nama Pemilik;Nama Usaha;Alamat\nTini;Roti;Jl. A\n")
    assert signed_in(rina).post(reverse("imports:batch_create"), {"workbook": file, **said}).status_code == 422
