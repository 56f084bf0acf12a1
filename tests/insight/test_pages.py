"""The leader's page, its chart, its paper: for whom, and what they say."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from sambang.access.models import Council, Person, Role
from sambang.insight.charts import CHART_LAYOUTS, SCREEN, WIDE, describe
from sambang.insight.models import Run, Series
from sambang.insight.operations import compute
from tests.insight.conftest import TODAY

type SignedIn = Callable[[Person], Client]


@pytest.fixture
def run(reported: Any, sleman: Council, rina: Person) -> Run:
    reported(6, source="simulation")
    return compute(sleman, rina, today=TODAY)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_one_look_says_the_figure_and_that_it_is_simulated(signed_in: SignedIn, budi: Person, run: Run) -> None:
    page = signed_in(budi).get("/hasil/").content.decode()
    assert "Produksi Desember 2020" in page
    assert "di bawah 2019" in page
    assert "Simulasi" in page
    assert "Hitung ulang" not in page  # a leader reads
    assert "Pemilik" not in page  # and needs no owner's name


@pytest.mark.slow
def test_the_chart_is_for_those_who_reach_it(signed_in: SignedIn, budi: Person, citra: Person, run: Run) -> None:
    series = Series.objects.get(run=run, kind="volume", cluster=None, industry="")
    addresses = [f"/hasil/deret/{series.pk}/{layout}.svg" for layout in CHART_LAYOUTS]
    client = signed_in(budi)
    for address in addresses:
        answer = client.get(address)
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer.content.startswith(b"<svg")
        assert "SIMULASI" in answer.content.decode()
        assert "private" in answer["Cache-Control"]
    assert client.get(f"/hasil/deret/{series.pk}/besar.svg").status_code == 404
    stranger = signed_in(citra)
    for address in (*addresses, f"/hasil/deret/{series.pk}/"):
        assert stranger.get(address).status_code == 404
    assert "Belum ada sentra" in stranger.get("/hasil/").content.decode()


def test_the_chart_of_the_projector_shows_the_newest_years_alone(run: Run) -> None:
    series = Series.objects.get(run=run, kind="volume", cluster=None, industry="")
    points = list(series.points.all())
    brief = replace(SCREEN, months=12)
    chart = describe(series, points, brief, {}).to_dict()
    months = {row["month"][:7] for rows in chart["datasets"].values() for row in rows if "index" in row}
    assert months == {f"{point.month:%Y-%m}" for point in points[-12:]} and len(points) > 12
    whole = describe(series, points, WIDE, {}).to_dict()
    assert len(whole["vconcat"]) == 2 and "vconcat" not in chart  # without the response


def test_the_table_beneath_the_chart_has_every_month(signed_in: SignedIn, budi: Person, run: Run) -> None:
    series = Series.objects.get(run=run, kind="volume", cluster__isnull=False)
    page = signed_in(budi).get(f"/hasil/deret/{series.pk}/").content.decode()
    assert page.count('<th scope="row" class="nowrap">') == 24
    assert 'alt="Produksi Desember 2020' in page
    sheet = signed_in(budi).get(f"/hasil/deret/{series.pk}/?format=xlsx")
    assert sheet["Content-Type"].startswith("application/vnd.openxmlformats")


def test_not_enough_data_is_said_and_not_drawn(
    signed_in: SignedIn, reported: Any, sleman: Council, rina: Person
) -> None:
    reported(2)
    compute(sleman, rina, today=TODAY)
    page = signed_in(rina).get("/hasil/").content.decode()
    assert "Belum cukup data" in page
    assert '.svg"' not in page.replace("icon.svg", "")
    assert "Belum cukup data" in text_of(signed_in(rina).get("/hasil/laporan.pdf").content)


def test_the_paper_says_what_the_page_says(signed_in: SignedIn, budi: Person, run: Run) -> None:
    answer = signed_in(budi).get("/hasil/laporan.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for words in (
        "angka pertama",
        "Laporan pembinaan IKM",
        "Dekranasda Sleman",
        "Simulasi",
        "Sentra Joho Rahasia",
        "Desember 2020",
    ):
        assert words in text
    assert "Pemilik" not in text


def test_before_any_computing_the_page_stands(signed_in: SignedIn, budi: Person, rina: Person, sleman: Council) -> None:
    assert "Indeks belum dihitung" in signed_in(budi).get("/hasil/").content.decode()
    assert "Indeks belum dihitung" in text_of(signed_in(budi).get("/hasil/laporan.pdf").content)
    answer = signed_in(rina).post(f"/hasil/hitung/{sleman.pk}/", follow=True)
    assert "Belum dapat dihitung" in answer.content.decode()


def test_recompute_is_for_staff_of_the_council(
    signed_in: SignedIn, reported: Any, rina: Person, budi: Person, citra: Person, sleman: Council
) -> None:
    reported(6)
    assert signed_in(budi).post(f"/hasil/hitung/{sleman.pk}/").status_code == 403
    assert signed_in(citra).post(f"/hasil/hitung/{sleman.pk}/").status_code == 404
    assert list(Run.objects.all()) == []
    assert signed_in(rina).get(f"/hasil/hitung/{sleman.pk}/").status_code == 405
    assert signed_in(rina).post(f"/hasil/hitung/{sleman.pk}/").status_code == 302
    assert Run.objects.count() == 1


def test_a_province_sees_regencies_and_nobody_by_name(
    signed_in: SignedIn, reported: Any, member: Any, yogyakarta: Council
) -> None:
    reported(6)
    compute(yogyakarta, member("Eka", yogyakarta, Role.ADMINISTRATOR), today=TODAY)
    client = signed_in(member("Dewi", yogyakarta, Role.LEADER))
    for content in (client.get("/hasil/").content.decode(), text_of(client.get("/hasil/laporan.pdf").content)):
        assert "Sleman" in content
        assert "Jahit Rahasia" not in content
    assert client.get("/hasil/?format=xlsx").status_code == 200


def test_someone_of_no_council_finds_nothing(signed_in: SignedIn, run: Run, db: None) -> None:
    owner = Person.objects.create_user("tamu@contoh.test", "rahasia-sekali", name="Tamu")
    assert signed_in(owner).get("/hasil/").status_code == 404


def test_unknown_council_is_404(signed_in: SignedIn, budi: Person, bantul: Council) -> None:
    assert signed_in(budi).get(f"/hasil/?dewan={bantul.pk}").status_code == 404
    assert signed_in(budi).get("/hasil/?dewan=bukan").status_code == 404


def test_number_of_queries_is_independent_of_length(
    signed_in: SignedIn, budi: Person, run: Run, places: Any, django_assert_max_num_queries: Any
) -> None:
    from sambang.registry.models import Cluster

    for number in range(5):
        Cluster.objects.create(name=f"Sentra {number}", region=places["3404072003"])
    client = signed_in(budi)
    with django_assert_max_num_queries(36):
        client.get("/hasil/")
    assert run.computed_at.date() >= date(2020, 1, 1)


def test_headings_name_the_year_that_is_compared_with(signed_in: SignedIn, budi: Person, run: Run) -> None:
    assert "Terhadap 2019" in signed_in(budi).get("/hasil/").text
    # Where 2019 was not observed.
    Series.objects.filter(run=run).update(base_first=date(2020, 1, 1), base_last=date(2020, 12, 1))
    page = signed_in(budi).get("/hasil/").text
    assert "Terhadap 2020" in page
    assert "Terhadap 2019" not in page
