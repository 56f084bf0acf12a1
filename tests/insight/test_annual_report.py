"""The yearly report: counts of one year, the released sentence, letterhead and signer, the same text in both files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from docx import Document
from pypdf import PdfReader

from sambang.access.models import Council, Person
from sambang.aspirations.models import Aspiration
from sambang.insight.annual_report import annual_report
from sambang.insight.models import Run
from sambang.insight.operations import compute
from sambang.lib import clock
from sambang.papers.blocks import TableBlock, Text
from sambang.papers.models import Letterhead, Signer
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Attendance, Visit
from tests.insight.conftest import TODAY

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]


@pytest.fixture
def visited(business: Business, cluster: Cluster, sari: Person) -> Business:
    """Two visits in 2022 with the same IKM present, one in 2023, one planned; an aspiration in 2022 and one in 2023."""
    for day, state in ((date(2022, 3, 31), "signed"), (date(2022, 9, 1), "held"), (date(2023, 1, 1), "signed")):
        visit = Visit.objects.create(
            cluster=cluster,
            region=cluster.region,
            planned_for=day,
            held_on=day,
            state=state,
            purpose="Mendengar",
            planned_by=sari,
            **({"signed_by": sari, "signed_at": datetime(2023, 2, 1, tzinfo=UTC)} if state == "signed" else {}),
        )
        Attendance.objects.create(visit=visit, business=business, present=True, noted_by=sari)
    for year in (2022, 2023):
        Aspiration.objects.create(
            business=business,
            kind="constraint",
            text="Modal kurang",
            difficulty="capital",
            noted_by=sari,
            raised_at=datetime(year, 6, 1, tzinfo=UTC),
        )
    return business


@pytest.fixture
def run(reported: Any, sleman: Council, rina: Person) -> Run:
    reported(6, source="simulation")
    return compute(sleman, rina, today=TODAY)


def sentences(council: Council, person: Person, year: int) -> list[str]:
    return [block.text for block in annual_report(council, person, year, None).blocks if isinstance(block, Text)]


def test_counts_are_of_the_year(visited: Business, rina: Person, sleman: Council) -> None:
    said = sentences(sleman, rina, 2022)
    assert "2 kunjungan ke 1 sentra; 1 IKM hadir." in said
    assert "1 aspirasi dari 1 IKM." in said
    assert "Tidak ada tindakan yang dijanjikan." in said
    assert "1 kunjungan ke 1 sentra; 1 IKM hadir." in sentences(sleman, rina, 2023)
    assert "Tidak ada kunjungan yang tercatat." in sentences(sleman, rina, 2024)


def test_the_table_of_difficulties(visited: Business, rina: Person, sleman: Council) -> None:
    tables = [block for block in annual_report(sleman, rina, 2022, None).blocks if isinstance(block, TableBlock)]
    assert ("modal", "1", "1") in tables[0].rows


def test_another_council_counts_nothing_of_it(visited: Business, citra: Person, bantul: Council) -> None:
    assert "Tidak ada kunjungan yang tercatat." in sentences(bantul, citra, 2022)


@pytest.mark.slow
def test_production_is_the_released_sentence_and_only_of_its_year(
    run: Run, rina: Person, sleman: Council, signed_in: SignedIn
) -> None:
    of_its_year = " ".join(sentences(sleman, rina, 2020))
    [line] = [line for line in of_its_year.split("\n") if "Produksi Desember 2020" in line]
    assert "antara" in line
    page = signed_in(rina).get("/hasil/").content.decode()
    assert line[line.index("Produksi Desember 2020") :] in page
    assert "Produksi Desember 2020" not in " ".join(sentences(sleman, rina, 2019))


def test_both_files_carry_letterhead_and_signer(
    visited: Business, rina: Person, sleman: Council, signed_in: SignedIn
) -> None:
    Letterhead.objects.create(council=sleman, authority="Pemerintah Kabupaten Peraga", address="Jalan Contoh 1")
    signer = Signer.objects.create(council=sleman, name="Dra. Pejabat Peraga", position="Ketua Harian")
    query = {"tahun": clock.today().year, "penandatangan": signer.pk, "dewan": sleman.pk}
    client = signed_in(rina)
    answer = client.get("/hasil/tahunan/", query | {"berkas": "pdf"})
    pdf = PdfReader(BytesIO(answer.content))
    assert 1 <= len(pdf.pages) <= 2
    text = " ".join(page.extract_text() for page in pdf.pages)
    word = Document(BytesIO(client.get("/hasil/tahunan/", query | {"berkas": "docx"}).content))
    written = "\n".join(word.element.body.itertext())
    for words in ("PEMERINTAH KABUPATEN PERAGA", "Jalan Contoh 1", "Dra. Pejabat Peraga", "Ketua Harian", "Kunjungan"):
        assert words in text
        assert words in written


@pytest.mark.parametrize("query", [{"tahun": "1999"}, {"berkas": "exe"}, {"penandatangan": "bukan"}])
def test_a_wrong_choice_is_no_report(query: dict[str, str], rina: Person, signed_in: SignedIn) -> None:
    right = {"tahun": str(clock.today().year), "berkas": "pdf"}
    assert signed_in(rina).get("/hasil/tahunan/", right | query).status_code == 404


def test_the_signer_of_another_council_is_refused(
    rina: Person, bantul: Council, sleman: Council, signed_in: SignedIn
) -> None:
    other = Signer.objects.create(council=bantul, name="Pejabat Bantul", position="Ketua")
    query = {"tahun": str(clock.today().year), "berkas": "pdf", "penandatangan": str(other.pk)}
    assert signed_in(rina).get("/hasil/tahunan/", query).status_code == 404


def test_the_monthly_report_has_the_letterhead(rina: Person, sleman: Council, signed_in: SignedIn) -> None:
    Letterhead.objects.create(council=sleman, authority="Pemerintah Kabupaten Peraga", address="Jalan Contoh 1")
    pages = PdfReader(BytesIO(signed_in(rina).get("/hasil/laporan.pdf").content)).pages
    assert "Pemerintah Kabupaten Peraga" in pages[0].extract_text()
    assert "Jalan Contoh 1" in pages[0].extract_text()
