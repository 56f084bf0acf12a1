"""Where a workbook says that its sentra is."""

from __future__ import annotations

from typing import Any

import pytest

from sambang.imports.business_data import BusinessDataReader, RowNotice
from sambang.imports.region_lookup import UnknownRegionError, region_named_in, village_by
from sambang.imports.sheets import RegisterRow, RegisterSheet
from sambang.registry.models import Region

pytestmark = pytest.mark.django_db


def sheet(*titles: str, addresses: tuple[str, ...] = (), **columns: str) -> RegisterSheet:
    rows = [RegisterRow("IKM", number, "A", "A", address=text, **columns) for number, text in enumerate(addresses, 2)]
    return RegisterSheet(tuple(rows), (), (), (), (), titles)


@pytest.mark.parametrize(
    ("titles", "code"),
    [
        (["DATA IKM", "KALURAHAN CONDONGCATUR, KAPANEWON DEPOK, KABUPATEN SLEMAN — KEADAAN MARET 2022"], "3404072003"),
        (["Data IKM Desa Condongcatur Kec. Depok Kab. Sleman Tahun 2021"], "3404072003"),
        (["DESA PALBAPANG KECAMATAN BANTUL KABUPATEN BANTUL"], "3402082001"),
        (["Ds. Palbapang", "Kec. Bantul"], "3402082001"),
        (["DAFTAR IKM KAPANEWON DEPOK KABUPATEN SLEMAN"], "340407"),
        (["DAFTAR IKM KAB. SLEMAN 2020"], "3404"),
        (["DAFTAR IKM KOTA YOGYAKARTA 2020"], "3471"),
        (["DAFTAR IKM"], None),
        (["DESA ENTAH KECAMATAN MANA"], None),
    ],
)
def test_titles(all_regions_of_yogyakarta: None, titles: list[str], code: str | None) -> None:
    found = region_named_in(sheet(*titles))
    assert (found.code if found else None) == code


def test_columns_and_addresses(all_regions_of_yogyakarta: None) -> None:
    by_column = region_named_in(sheet(addresses=("RT 1", "RT 2"), village="Condongcatur", district="Depok"))
    assert by_column is not None and by_column.code == "3404072003"
    by_address = region_named_in(sheet(addresses=("Joho RT 1, Condongcatur", "Joho RT 2, Condongcatur", "Gejayan")))
    assert by_address is not None and by_address.code == "3404072003"


@pytest.mark.parametrize(
    "words", ["34.04.07.2003", "3404072003", "condongcatur", "Kalurahan Condongcatur, Kapanewon Depok, Kab. Sleman"]
)
def test_a_village_by_its_code_or_name(all_regions_of_yogyakarta: None, words: str) -> None:
    assert village_by(words).code == "3404072003"


@pytest.mark.parametrize("words", ["Entah", "99.99.99.9999", "", "Condongcatur, Bantul"])
def test_a_place_that_is_none(all_regions_of_yogyakarta: None, words: str) -> None:
    with pytest.raises(UnknownRegionError):
        village_by(words)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("Joho RT 2, Condongcatur", "3404072003"),
        ("Joho RT 02/RW 57 Condongcatur", "3404072003"),
        ("Joho, Ds. Condongcatur Kec. Depok, Kab. Sleman", "3404072003"),
        ("Condongcatur, Depok", "3404072003"),
        ("Jl. Condongcatur", None),
        ("Condongcatur, Mlati", None),
        ("Joho RT 2", None),
        ("", None),
    ],
)
def test_a_row_without_a_village_takes_it_from_its_address(
    all_regions_of_yogyakarta: None, address: str, code: str | None
) -> None:
    notices: list[RowNotice] = []
    reader = BusinessDataReader(Region.objects.get(code="3404"), notices, None)
    data = reader.business_data(RegisterRow("IKM", 2, "A", "A", address=address))
    assert data.region is not None
    assert data.region.code == (code or "3404")
    assert [notice.text for notice in notices] == (["Desa/kalurahan menurut alamatnya: Condongcatur."] if code else [])


def test_several_of_one_name_are_asked_about(places: Any) -> None:
    Region.objects.create(code="3402082002", name="Condongcatur", level="village", parent_id="340208", source="uji")
    with pytest.raises(UnknownRegionError, match=r"34\.02\.08\.2002"):
        village_by("Condongcatur")
    assert village_by("Condongcatur, Depok").code == "3404072003"
    assert region_named_in(sheet("DESA CONDONGCATUR")) is None
