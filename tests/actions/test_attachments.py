"""Attachments of an action are checked by their content and private; what was spent has a history and a sum."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from sambang.access.models import Council, Person
from sambang.actions.attachments import add_attachment
from sambang.actions.models import Action, Attachment, Confirmation
from sambang.actions.operations import promise_action
from sambang.insight.annual_report import _action_blocks
from sambang.insight.queries import action_counts
from sambang.registry.models import Business, Cluster
from sambang.visits.operations import conduct_visit, plan_visit

DAY = date(2022, 3, 31)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(cluster: Cluster, rina: Person) -> Action:
    visit = conduct_visit(plan_visit(cluster, rina, planned_for=DAY, purpose="Mendengar"), rina, held_on=DAY)
    return promise_action(visit, rina, title="Pameran", responsible_name="Dinas", due_on=date(2022, 9, 1))


def photo() -> bytes:
    stored = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(stored, "PNG")
    return stored.getvalue()


def attach(client: Client, action: Action, content: bytes, name: str = "kuitansi.pdf") -> tuple[int, str]:
    file = SimpleUploadedFile(name, content)
    data = {"title": "Kuitansi sewa balai", "file": file}
    response = client.post(reverse("actions:attachment_add", args=[action.pk]), data)
    return response.status_code, response.content.decode()


def test_a_pdf_and_a_photo_are_stored_and_read_by_members_only(
    signed_in: Callable[[Person], Client], action: Action, sari: Person, citra: Person
) -> None:
    client = signed_in(sari)
    for content, name in ((PDF, "nota.jpg"), (PDF, "sekali-lagi.pdf"), (photo(), "foto.pdf")):
        assert attach(client, action, content, name)[0] == 302
    pdf, picture = Attachment.objects.order_by("added_at")  # the same PDF once; names decide nothing
    assert (pdf.is_pdf, picture.is_pdf) == (True, False)
    page = client.get(reverse("actions:action_detail", args=[action.pk])).content.decode()
    address = reverse("actions:attachment_file", args=[pdf.pk])
    assert address in page and "Kuitansi sewa balai" in page
    response = client.get(address)
    assert response.content == PDF and response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    shown = client.get(reverse("actions:attachment_file", args=[picture.pk]))
    assert shown.content.startswith(b"\xff\xd8\xff") and shown["Content-Type"] == "image/jpeg"
    assert signed_in(citra).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    client = signed_in(sari)
    withdrawn = client.post(reverse("home:row_withdraw", args=["lampiran", pdf.pk]), {"because": "Salah berkas"})
    assert withdrawn.status_code == 302 and client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"MZ\x90\x00 program", "bukan foto yang dapat dibaca"),
        (b"<html><script>alert(1)</script></html>", "bukan foto yang dapat dibaca"),
        (PDF.removesuffix(b"%%EOF\n"), "terpotong"),
        (PDF.replace(b"<<>>", b"<</OpenAction<</S/JavaScript>>>>"), "memuat program"),
        (PDF.replace(b"<<>>", b"x" * 5_300_000), "paling banyak 5 MB"),
    ],
)
def test_what_is_no_photo_and_no_plain_pdf_is_refused(
    signed_in: Callable[[Person], Client], action: Action, sari: Person, content: bytes, error: str
) -> None:
    status, page = attach(signed_in(sari), action, content)
    assert status == 422 and error in page
    assert not Attachment.objects.exists()


def test_a_leader_attaches_nothing(action: Action, budi: Person) -> None:
    with pytest.raises(PermissionDenied):
        add_attachment(action, budi, file=SimpleUploadedFile("a.pdf", PDF), title="Nota")


def test_what_was_spent_has_its_history_and_its_sum(
    signed_in: Callable[[Person], Client],
    action: Action,
    sleman: Council,
    rina: Person,
    sari: Person,
    make_business: Callable[..., Business],
) -> None:
    address = reverse("actions:spent_change", args=[action.pk])
    assert signed_in(sari).post(address, {"spent": "1"}).status_code == 403
    client = signed_in(rina)
    assert client.post(address, {"spent": "-5"}).status_code == 422
    assert client.post(address, {"spent": "Rp2.500.000"}).status_code == 302
    assert client.post(address, {"spent": "3 juta"}).status_code == 302
    page = client.get(reverse("actions:action_detail", args=[action.pk])).content.decode()
    assert "mencatat belanja Rp3.000.000 (semula Rp2.500.000)" in page
    Action.objects.filter(pk=action.pk).update(budget=4_000_000)
    year = Action.objects.get().created_at.year
    texts = [getattr(block, "text", "") for block in _action_blocks(sleman, rina, year, DAY)]
    assert any("Anggaran Rp4.000.000 pada 1 tindakan" in text and "Rp3.000.000 pada 1" in text for text in texts)
    Confirmation.objects.bulk_create(Confirmation(action=action, business=make_business(name)) for name in ("A", "B"))
    [counts] = action_counts(rina, "3404", today=DAY).values()
    assert (counts.budget, counts.spent) == (4_000_000, 3_000_000)  # not once for each IKM that is asked
    assert "Rp3.000.000" in client.get(reverse("actions:action_list")).content.decode()
    export = client.get(reverse("actions:action_list"), {"format": "csv"})
    assert "3000000" in b"".join(export.streaming_content).decode() if export.streaming else export.content.decode()
