"""An action that 32 IKM were asked about, that 20 call solved and one does not, is shown so wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader

from sambang.access.models import Council, Person
from sambang.actions.models import Action, Confirmation
from sambang.actions.operations import claim_action, confirm_action, dispute_action
from sambang.aspirations.models import Idea
from sambang.registry.models import Business

ASKED, SOLVED = 32, 20


@pytest.fixture
def raisers(make_business: Callable[..., Business]) -> list[Business]:
    return [make_business(f"Jahit {number:02}") for number in range(ASKED)]


@pytest.fixture
def answered(idea: Idea, action: Action, raisers: list[Business], rina: Person) -> Action:
    claim_action(action, rina, claim="Etalase sudah berdiri")
    rows = list(Confirmation.objects.filter(action=action).select_related("business__owner").order_by("business__name"))
    for row in rows[:SOLVED]:
        confirm_action(row, row.business.owner)
    dispute_action(rows[SOLVED], rows[SOLVED].business.owner, text="Etalasenya kosong")
    return action


def test_the_many_are_shown_everywhere(
    answered: Action, rina: Person, sleman: Council, signed_in: Callable[[Person], Client]
) -> None:
    client = signed_in(rina)
    for address in (
        "/tindakan/",
        "/tindakan/daftar/",
        "/tindakan/terlambat/",
        f"/aspirasi/{answered.matter_id}/",
        f"/hasil/layar/?dewan={sleman.pk}",
        "/hari-saya/",
    ):
        page = " ".join(client.get(address).text.split())
        assert "20 dari 32 IKM menyatakan selesai" in page, address
        assert "1 menyatakan belum" in page, address
    page = client.get(f"/tindakan/{answered.pk}/").text
    assert "Etalasenya kosong" in page and "11" in page  # who has not answered
    book = load_workbook(BytesIO(client.get("/tindakan/daftar/?format=xlsx").content)).active
    assert book is not None
    headings, row = list(book.iter_rows(values_only=True))[:2]
    assert {20, 32, 1} <= {int(cell) for cell in row if str(cell).isdecimal()}, (headings, row)
    results = client.get(f"/hasil/?dewan={sleman.pk}").text
    assert "20 dari 32" in results and "1 dijawab belum" in results
    paper = client.get(f"/hasil/laporan.pdf?dewan={sleman.pk}").content
    text = "\n".join(one.extract_text() for one in PdfReader(BytesIO(paper)).pages)
    assert "20 dari 32" in text
    assert "Etalasenya kosong" in client.get("/hari-saya/").text
