"""Series by KBLI division and group, and what may be released of them beside sentra and the total."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import numpy as np
import openpyxl
import pytest
from django.test import Client
from pypdf import PdfReader

from sambang.access.models import Council, Person
from sambang.insight.annual_report import annual_report
from sambang.insight.contributions import contributions
from sambang.insight.linked_tables import DIVISION, GROUP, MonthValues, Part, remainders, suppressed_industries
from sambang.insight.models import Point, Series
from sambang.insight.operations import compute
from sambang.papers.blocks import TableBlock
from sambang.production.cell_rebuild import rebuild
from sambang.production.models import ReportLine
from sambang.registry.models import Business, Cluster, Industry
from sambang_stats import By
from tests.insight.conftest import TODAY
from tests.insight.test_release import Reported

pytestmark = pytest.mark.slow

ALL, SENTRA = By(), By(cluster=True)


def month(*owners_by_atom: int, value: float = 10.0) -> MonthValues:
    """So many owners of equal size in atom 0, 1, 2 …"""
    atom = np.repeat(np.arange(len(owners_by_atom)), owners_by_atom)
    equal = np.full(len(atom), value)
    return MonthValues(atom, np.arange(len(atom)), (equal, equal), len(owners_by_atom))


def part(name: str, by: By, *atoms: int) -> Part:
    return Part(name, by, frozenset(atoms))


@pytest.mark.parametrize(
    ("owners", "suppressed"),
    [
        ((6, 6, 6), set()),
        ((6, 6, 2), {"16", "13"}),  # 16 has two makers, and would be the total less the other divisions
        ((6, 6, 0), set()),
    ],
)
def test_divisions_do_not_tell_a_small_one_by_subtraction(owners: tuple[int, ...], suppressed: set[str]) -> None:
    divisions = [part("13", DIVISION, 0), part("14", DIVISION, 1), part("16", DIVISION, 2)]
    there = [one for one, count in zip(divisions, owners, strict=True) if count]
    assert suppressed_industries(month(*owners), there, [part("all", ALL, 0, 1, 2)]) == suppressed


def test_a_division_less_a_sentra_inside_it_is_not_one_maker() -> None:
    """Sentra 0 is released; division 14 is the sentra and one maker outside it."""
    others = [part("all", ALL, 0, 1, 2), part("sentra", SENTRA, 0)]
    divisions = [part("14", DIVISION, 0, 1), part("16", DIVISION, 2)]
    assert "14" in suppressed_industries(month(6, 1, 6), divisions, others)
    assert suppressed_industries(month(6, 4, 6), divisions, others) == set()


def test_groups_do_not_tell_the_rest_of_their_division() -> None:
    parts = [part("14", DIVISION, 0, 1), part("141", GROUP, 0), part("143", GROUP, 1)]
    found = suppressed_industries(month(8, 1), parts, [part("all", ALL, 0, 1)])
    assert "143" in found
    assert "141" in found or "14" in found


def test_sums_that_determine_a_maker_together_are_found() -> None:
    """Neither pair of these overlapping sums differs by one maker, all three together do: a = (ab + ac − bc) / 2."""
    parts = [part("11", DIVISION, 0, 1), part("12", DIVISION, 0, 2), part("13", DIVISION, 1, 2)]
    assert suppressed_industries(month(1, 8, 8), parts, []) != set()
    assert suppressed_industries(month(8, 8, 8), parts, []) == set()


def test_remainders_take_whole_divisions_before_their_groups() -> None:
    whole = part("all", ALL, 0, 1, 2)
    parts = [whole, part("14", DIVISION, 0, 1), part("141", GROUP, 0), part("16", DIVISION, 2)]
    left = [(sorted(atoms), [one.name for one in taken]) for atoms, taken in remainders(parts) if taken[0] is whole]
    assert ([], ["all", "14", "16"]) in left


@pytest.fixture
def two_industries(reported: Reported, cluster: Cluster) -> list[Business]:
    """Six garment makers and six furniture makers, who make 80 in 2020 instead of 50."""
    businesses = reported(12)
    furniture = Industry.objects.create(version="2020", code="31001", title="Furnitur", source="uji")
    others = businesses[6:]
    Business.objects.filter(pk__in=[one.pk for one in others]).update(industry=furniture)
    ReportLine.objects.filter(report__business__in=others, report__month__year=2020).update(
        quantity=Decimal(80), value=1_600_000
    )
    rebuild()
    return businesses


def test_divisions_and_groups_have_their_series(two_industries: list[Business], sleman: Council, rina: Person) -> None:
    run = compute(sleman, rina, today=TODAY)
    rows = Series.objects.filter(run=run, kind="volume").exclude(industry="")
    december = {
        row.industry: Point.objects.get(series=row, month=date(2020, 12, 1)).index for row in rows.order_by("industry")
    }
    assert december == {"14": 50, "141": 50, "31": 80, "310": 80}
    assert {row.share for row in rows} == {50.0}


def test_the_page_the_workbook_and_the_paper_show_industries(
    two_industries: list[Business], sleman: Council, rina: Person, budi: Person, signed_in: Callable[[Person], Client]
) -> None:
    compute(sleman, rina, today=TODAY)
    client = signed_in(budi)
    page = client.get("/hasil/").text
    for words in ("Menurut industri", "KBLI 14, industri pakaian jadi", "KBLI 310", "Yang menarik naik dan turun"):
        assert words in page
    answer = client.get("/hasil/?format=xlsx")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    headings, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.values  # type: ignore[union-attr]
    contributed = {row[0]: row[headings.index("Bagian dari perubahan setahun (poin persen)")] for row in rows}
    assert contributed["KBLI 31, industri furnitur"] == -10
    assert contributed["KBLI 14, industri pakaian jadi"] == -25
    assert contributed["lainnya"] == 0
    sheets = PdfReader(io.BytesIO(client.get("/hasil/laporan.pdf").content)).pages
    report = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    tables = [block.rows for block in annual_report(sleman, rina, 2020, None).blocks if isinstance(block, TableBlock)]
    for name, points in (("KBLI 31, industri furnitur", "−10,0"), ("KBLI 14, industri pakaian jadi", "−25,0")):
        assert f"{name} {points}" in report
        assert (name, points) in [row for rows in tables for row in rows]
    series = Series.objects.get(kind="volume", industry="31")
    assert "KBLI 31, industri furnitur" in client.get(f"/hasil/deret/{series.pk}/").text


def test_contributions_add_up_to_the_growth(two_industries: list[Business], sleman: Council, rina: Person) -> None:
    """From 100 to 65: garments −25, furniture −10."""
    run = compute(sleman, rina, today=TODAY)
    rows = {row.industry: row for row in Series.objects.filter(run=run, kind="volume", cluster=None)}
    points = Point.objects.filter(series__in=rows.values())
    divisions = [(code, rows[code]) for code in ("14", "31")]
    found = {one.name: round(one.points, 6) for one in contributions(rows[""], divisions, points)}
    assert found == {"31": -10.0, "14": -25.0, "": 0.0}


def test_a_division_of_three_makers_has_no_figure(reported: Reported, sleman: Council, rina: Person) -> None:
    businesses = reported(12)
    furniture = Industry.objects.create(version="2020", code="31001", title="Furnitur", source="uji")
    Business.objects.filter(pk__in=[one.pk for one in businesses[:3]]).update(industry=furniture)
    rebuild()
    run = compute(sleman, rina, today=TODAY)
    points = Point.objects.filter(series__run=run, series__kind="volume")
    assert set(points.filter(series__industry__startswith="31").values_list("index", flat=True)) == {None}
    assert set(points.filter(series__industry="14").values_list("index", flat=True)) == {None}  # else the rest is 31
    assert None not in set(points.filter(series__cluster=None, series__industry="").values_list("index", flat=True))
