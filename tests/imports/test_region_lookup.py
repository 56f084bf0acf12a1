"""Where a workbook says that its sentra is."""

from __future__ import annotations

from typing import Any

import pytest

from sambang.imports.region_lookup import UnknownRegionError, region_named_in, village_by
from sambang.imports.sheets import RegisterRow, RegisterSheet

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


def test_several_of_one_name_are_asked_about(places: Any) -> None:
    from sambang.registry.models import Region

    Region.objects.create(code="3402082002", name="Condongcatur", level="village", parent_id="340208", source="uji")
    with pytest.raises(UnknownRegionError, match=r"34\.02\.08\.2002"):
        village_by("Condongcatur")
    assert village_by("Condongcatur, Depok").code == "3404072003"
    assert region_named_in(sheet("DESA CONDONGCATUR")) is None
