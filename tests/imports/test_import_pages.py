"""A workbook on a page: uploaded, looked through, taken over or thrown away; pressed twice, taken once."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from sambang.access.models import Person
from sambang.imports.models import ImportBatch
from sambang.imports.views.progress import progress_lines
from sambang.registry.models import Business, Cluster
from tests.markup import compact

pytestmark = pytest.mark.django_db
JOHO = Path(__file__).parents[2] / "src/sambang/home/demo/ikm-joho.xlsx"
Enter = Callable[[Person], Client]
UPLOAD = "imports:batch_create"


def send(client: Client, content: bytes | None = None, **said: Any) -> Any:
    file = SimpleUploadedFile("ikm-joho.xlsx", JOHO.read_bytes() if content is None else content)
    return client.post(reverse(UPLOAD), {"workbook": file, **said})


def test_the_whole_way(signed_in: Enter, rina: Person, citra: Person, cluster: Cluster) -> None:
    client = signed_in(rina)
    answer = send(client, cluster=cluster.pk)
    [batch] = ImportBatch.objects.all()
    there = reverse("imports:batch_detail", args=[batch.pk])
    assert answer["Location"] == there
    page = client.get(there)
    errors, columns = (compact(client.get(there, {"keadaan": pane}).text) for pane in ("errors", "columns"))
    assert all(words in errors for words in ("D19", "340407610364995", "J28", "2o16"))
    assert all(words in columns for words in ("investasi (Rp)", "investasi (Rp), dalam ribuan"))
    assert (len(page.context["plan"].new), page.context["members"]) == (36, 9)
    file = client.get(there, {"format": "xlsx"}).content
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()) == 7
    assert not Business.objects.exists()
    take = reverse("imports:batch_import", args=[batch.pk])
    assert signed_in(citra).post(take).status_code == 404
    client = signed_in(rina)
    assert client.get(take).status_code == 405
    for _press in range(2):
        assert client.post(take)["Location"] == reverse("registry:cluster_detail", args=[cluster.pk])
    assert Business.objects.count() == 36
    batch.refresh_from_db()
    assert bytes(batch.workbook) == b""
    assert client.get(there).status_code == 302


def test_who_may_upload(signed_in: Enter, sari: Person, budi: Person, cluster: Cluster) -> None:
    for person in (sari, budi):
        assert signed_in(person).get(reverse(UPLOAD)).status_code == 403
        assert send(signed_in(person), cluster=cluster.pk).status_code == 403
    assert not ImportBatch.objects.exists()


def test_another_council_cannot_upload_into_this_one(signed_in: Enter, citra: Person, cluster: Cluster) -> None:
    client = signed_in(citra)
    assert send(client, cluster=cluster.pk).status_code == 422
    assert send(client, name="Sentra Joho", village="34.04.07.2003").status_code == 422
    assert not ImportBatch.objects.exists()


def test_a_new_sentra_is_made_where_the_workbook_says(signed_in: Enter, rina: Person, places: Any) -> None:
    client = signed_in(rina)
    send(client, name="Sentra Joho")
    [batch] = ImportBatch.objects.all()
    assert batch.region_id == "3404072003"
    client.post(reverse("imports:batch_import", args=[batch.pk]))
    assert (Cluster.objects.get().name, Business.objects.count()) == ("Sentra Joho", 36)


def test_thrown_away(signed_in: Enter, rina: Person, citra: Person, cluster: Cluster) -> None:
    client = signed_in(rina)
    send(client, cluster=cluster.pk)
    [batch] = ImportBatch.objects.all()
    away = reverse("imports:batch_discard", args=[batch.pk])
    assert signed_in(citra).post(away, {"yakin": "1"}).status_code == 404
    client = signed_in(rina)
    assert client.post(away, {"yakin": "1"}).status_code == 302
    assert client.post(away, {"yakin": "1"}).status_code == 404
    assert not ImportBatch.objects.exists()
    assert not Business.objects.exists()


@pytest.mark.parametrize("content", [b"", b"bukan daftar", b"PK\x03\x04rusak", b"a;b\n1;2\n"])
def test_what_is_no_list_is_refused(signed_in: Enter, rina: Person, cluster: Cluster, content: bytes) -> None:
    page = send(signed_in(rina), content, cluster=cluster.pk)
    assert page.status_code == 422
    assert 'class="error-message"' in page.text
    assert not ImportBatch.objects.exists()


def test_a_sentra_is_chosen_or_named(signed_in: Enter, rina: Person, cluster: Cluster) -> None:
    client = signed_in(rina)
    assert send(client).status_code == 422
    assert send(client, cluster=cluster.pk, name="Lain").status_code == 422


def test_questions_are_asked_and_answered_on_the_page(signed_in: Enter, rina: Person, cluster: Cluster) -> None:
    content = b"Nama Usaha;Nama Pemilik;No HP;Produk\nMekar;Wati;081200000001;Kaos\nLayu;Tuti;081200000001;Topi\n"
    client = signed_in(rina)
    send(client, content, cluster=cluster.pk)
    [batch] = ImportBatch.objects.all()
    take = reverse("imports:batch_import", args=[batch.pk])
    assert 'name="putusan-CSV!3"' in client.get(reverse("imports:batch_detail", args=[batch.pk])).text
    assert client.post(take)["Location"] == reverse("imports:batch_detail", args=[batch.pk])
    assert not Business.objects.exists()
    assert client.post(take, {"putusan-CSV!3": "new"}).status_code == 302
    assert Business.objects.count() == 2


def test_a_decision_holds_for_the_pair_that_was_shown(signed_in: Enter, rina: Person, cluster: Cluster) -> None:
    """Two clerks take the same list over: what the first made is not made again, whatever the second chose before."""
    content = b"Nama Usaha;Nama Pemilik;No HP;Produk\nMekar;Wati;081200000001;Kaos\nLayu;Tuti;081200000001;Topi\n"
    client = signed_in(rina)
    for _clerk in range(2):
        send(client, content, cluster=cluster.pk)
    pages = [client.get(reverse("imports:batch_detail", args=[batch.pk])) for batch in ImportBatch.objects.all()]
    assert all('value="new@CSV!2"' in page.text for page in pages)
    for page in pages:
        take = reverse("imports:batch_import", args=[page.context["batch"].pk])
        answer = client.post(take, {"putusan-CSV!3": "new@CSV!2"}, follow=True)
    assert sorted(Business.objects.values_list("name", flat=True)) == ["Layu", "Mekar"]
    assert "Buku kerja diambil: 2 IKM tetap." in answer.text
    assert not ImportBatch.objects.filter(imported_at=None).exists()


def test_a_workbook_that_waits_is_found_again(signed_in: Enter, rina: Person, citra: Person, cluster: Cluster) -> None:
    send(signed_in(rina), cluster=cluster.pk)
    [batch] = ImportBatch.objects.all()
    there = reverse("imports:batch_detail", args=[batch.pk])
    assert there in signed_in(rina).get(reverse(UPLOAD)).text
    assert there not in signed_in(citra).get(reverse(UPLOAD)).text
    answer = signed_in(rina).post(reverse("imports:batch_import", args=[batch.pk]), follow=True)
    assert "Buku kerja diambil: 36 IKM baru." in answer.text
    assert there not in signed_in(rina).get(reverse(UPLOAD)).text


def test_work_tells_how_far_it_is() -> None:
    def work(tell: Callable[[int, int], None]) -> str:
        tell(500, 1000)
        tell(1000, 1000)
        return "<p>selesai</p>"

    lines = list(progress_lines(work))
    assert [line.strip() for line in lines] == [
        "<li>500 dari 1000 baris</li>",
        "<li>1000 dari 1000 baris</li>",
        "<p>selesai</p>",
    ]


def test_what_work_raises_reaches_the_page() -> None:
    def work(tell: Callable[[int, int], None]) -> str:
        raise RuntimeError("listrik padam")

    with pytest.raises(RuntimeError, match="listrik padam"):
        list(progress_lines(work))
