"""LQ, shift-share and Klassen of districts, computed by hand."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from openpyxl import load_workbook

from sambang.access.models import Council, Person
from sambang.insight.planning_tables import planning_tables
from sambang.lib import clock
from sambang.registry.models import Business, Industry, Region


@pytest.fixture
def districts(places: dict[str, Region]) -> tuple[Region, Region]:
    """Two villages of Sleman, in two districts."""
    first = places["3404072003"]
    Region.objects.get_or_create(code="340408", name="Kecamatan Lain", level="district", parent_id="3404")
    return first, Region.objects.get_or_create(
        code="3404082001", name="Desa Lain", level="village", parent_id="340408"
    )[0]


@pytest.fixture
def register(districts: tuple[Region, Region], rina: Person) -> None:
    """District A: garments 2 → 6, food 2 → 2. District B: garments 2 → 2, food 4 → 5, of which one closed in 2023."""
    here, there = districts
    garments, food = (
        Industry.objects.get_or_create(version="2020", code=code, defaults={"title": code})[0]
        for code in ("14111", "10794")
    )
    owner = Person.objects.create_user(None, name="Pemilik")

    def make(region: Region, industry: Industry | None, established: int | None, count: int, **columns: object) -> None:
        for number in range(count):
            name = f"{region.pk} {established} {number} {len(columns)}"
            Business.objects.create(
                name=name, owner=owner, region=region, industry=industry, established=established, **columns
            )

    make(here, garments, 2010, 2)
    make(here, garments, 2021, 4)
    make(here, food, 2010, 2)
    make(there, garments, 2010, 2)
    make(there, food, 2010, 3)
    make(there, food, 2010, 1, status="closed", closed_on=date(2023, 5, 1))
    make(there, food, 2022, 2)
    make(there, None, 2010, 1)
    make(there, food, None, 1)


def test_measures_agree_with_the_hand(register: None, sleman: Council, rina: Person) -> None:
    tables = planning_tables(sleman, rina, first=2019, last=2024)
    assert (tables.counted, tables.left_out) == (15, 2)
    found = {(row.area, row.industry[:7]): row for row in tables.rows}
    assert len(found) == 4
    garments = next(row for row in tables.rows if (row.before, row.after) == (2, 6))
    # Share of garments: 6 of 8 here, 8 of 15 in the regency.
    assert garments.location_quotient == pytest.approx((6 / 8) / (8 / 15))
    # The regency grew from 10 to 15, its garments from 4 to 8.
    assert garments.national == pytest.approx(2 * 0.5)
    assert garments.mix == pytest.approx(2 * (1.0 - 0.5))
    assert garments.competitive == pytest.approx(6 - 2 * 2.0)
    assert str(garments.klassen) == "maju dan tumbuh cepat"
    classes = {(row.before, row.after): str(row.klassen) for row in tables.rows}
    assert classes == {
        (2, 6): "maju dan tumbuh cepat",
        (2, 2): "relatif tertinggal",
        (4, 5): "maju dan tumbuh cepat",
    }
    for row in tables.rows:
        assert row.national is not None and row.mix is not None and row.competitive is not None
        assert row.national + row.mix + row.competitive == pytest.approx(row.after - row.before)


def test_the_page_and_its_workbook(register: None, rina: Person, signed_in: Callable[[Person], Client]) -> None:
    desk = signed_in(rina)
    years = {"awal": "2019", "akhir": "2024"}
    page = desk.get("/hasil/potensi/", years)
    assert (
        page.status_code == 200 and "1,41" in page.text and "akhir 2019 dan akhir 2024" in " ".join(page.text.split())
    )
    workbook = load_workbook(io.BytesIO(desk.get("/hasil/potensi/", {**years, "format": "xlsx"}).content))
    assert workbook.active is not None and len(list(workbook.active.rows)) == 5
    assert desk.get("/hasil/potensi/", {"awal": "2024", "akhir": "2019"}).status_code == 422
    assert f'name="akhir" value="{clock.today().year - 1}"' in desk.get("/hasil/potensi/").text


def test_an_empty_register_says_what_is_missing(sleman: Council, rina: Person) -> None:
    assert planning_tables(sleman, rina, first=2019, last=2024).rows == []
