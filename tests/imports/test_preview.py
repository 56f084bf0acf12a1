"""The preview of an import: every row with its state before anything is written, and a second year's list."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.imports.models import ImportBatch
from sambang.imports.operations import import_register
from sambang.imports.plan import plan_import
from sambang.imports.preview import RowState, balance, preview_rows, preview_tabs
from sambang.imports.sheets import dump_sheet, load_sheet, read_register
from sambang.imports.views import batches, preview
from sambang.imports.views.preview import MAX_CELLS_NAMED, PREVIEW_PAGE_SIZE
from sambang.registry.models import Business, Cluster
from tests.markup import compact

pytestmark = pytest.mark.django_db
HEAD = "No;Nama Usaha;Nama Pemilik;NIK;No HP;Alamat;Produk;Satuan;Kapasitas/Th\n"
FIRST = HEAD + (
    "1;Batik Sari;Sari;3404071205800001;081200000001;Jl. Kenanga 1;Batik;potong;1200\n"
    "2;Tahu Maju;Tono;3404071205800002;081200000002;;Tahu;kg;500\n"
    "3;Roti Enak;Tini;3404071205800003;081200000003;Jl. Mawar 3;Roti;bungkus;\n"
)
SECOND = HEAD + (
    "1;Batik Sari;Sari;3404071205800001;081200000001;Jl. Kenanga 1;Batik;potong;1200\n"
    "2;Tahu Maju;Tono;3404071205800002;081200000009;Jl. Melati 2;Tahu;kg;500\n"
    "3;Roti Enak;Tini;3404071205800003;081200000003;Jl. Mawar 3;Roti;bungkus;300\n"
    "4;Keripik Baru;Wati;3404071205800004;081200000004;Jl. Cempaka 4;Keripik;bungkus;80\n"
    "5;Kopi Tini;Tuti;;081200000003;Jl. Kopi 5;Kopi;bungkus;90\n"
    ";Jumlah;;;;;;;2170\n"
)


def upload(client: Client, content: str, cluster: Cluster) -> ImportBatch:
    file = SimpleUploadedFile("ikm-2027.csv", content.encode())
    client.post(reverse("imports:batch_create"), {"workbook": file, "cluster": cluster.pk})
    return ImportBatch.objects.get()


@pytest.fixture
def registered(cluster: Cluster, rina: Person) -> Cluster:
    import_register(cluster, rina, sheet=read_register(FIRST.encode(), "ikm-2026.csv"), decisions={})
    return cluster


def test_only_what_changed_is_asked_in_the_second_year(registered: Cluster) -> None:
    sheet = read_register(SECOND.encode(), "ikm-2027.csv")
    plan = plan_import(sheet, region=registered.region, cluster=registered)
    rows = preview_rows(sheet, plan)
    assert {row.row: row.state.value for row in rows} == {
        2: "same",
        3: "changed",
        4: "changed",
        5: "new",
        6: "asked",
        7: "left_aside",
    }
    by_row = {row.row: [str(change) for change in row.changes] for row in rows}
    assert by_row[3] == ["nomor HP/WA: +6281200000002 → +6281200000009", "alamat: – → Jl. Melati 2"]
    assert by_row[4] == ["Roti: kapasitas setahun: – → 300"]
    assert [planned.row.row for planned in plan.questions] == [6]
    assert [planned.row.row for planned in plan.differing] == [3]
    sums = balance(sheet, rows)["rows"]
    assert sums == {"in": 6, "read": 4, "asked": 1, "left_aside": 1}
    assert sum(tab.count for tab in preview_tabs(sheet, plan, rows) if tab.state in {*RowState}) == sums["in"]


@pytest.mark.parametrize(
    ("decisions", "phone"),
    [
        ({}, "+6281200000002"),
        ({"*": "keep"}, "+6281200000002"),
        ({"*": "replace"}, "+6281200000009"),
        ({"*": "replace", "CSV!3": "keep"}, "+6281200000002"),
        ({"*": "keep", "CSV!3": "replace"}, "+6281200000009"),
    ],
)
def test_a_stored_value_is_replaced_only_where_the_clerk_says_so(
    registered: Cluster, rina: Person, decisions: dict[str, str], phone: str
) -> None:
    sheet = read_register(SECOND.encode(), "ikm-2027.csv")
    result = import_register(registered, rina, sheet=sheet, decisions={"CSV!6": "new", **decisions})
    tahu = Business.objects.get(name="Tahu Maju")
    assert (tahu.phone, tahu.address) == (phone, "Jl. Melati 2")
    assert (result.businesses, result.filled, result.unchanged) == (2, 2, 1)
    assert Business.objects.get(name="Kopi Tini").phone == "+6281200000003"
    again = plan_import(sheet, region=registered.region, cluster=registered)
    assert len(again.new) == 0


def test_a_stored_reading_is_the_reading() -> None:
    sheet = read_register(SECOND.encode(), "ikm-2027.csv")
    assert load_sheet(dump_sheet(sheet)) == sheet


@pytest.mark.parametrize("state", [*RowState])
def test_the_page_filters_the_rows_and_writes_nothing(
    signed_in: Any, rina: Person, registered: Cluster, state: RowState
) -> None:
    client = signed_in(rina)
    batch = upload(client, SECOND, registered)
    before = sorted(Business.objects.values_list("name", "address"))
    page = client.get(reverse("imports:batch_detail", args=[batch.pk]), {"keadaan": state})
    assert {row.state for row in page.context["page"]} == {state}
    assert "Baris terisi: 6 = 4 dibaca + 1 ditanyakan + 1 dikesampingkan." in compact(page.text)
    assert reverse("imports:batch_import", args=[batch.pk]) not in page.text  # the questions stand first
    decisions = client.get(reverse("imports:batch_detail", args=[batch.pk])).text
    assert " checked" not in decisions and " selected" not in decisions
    assert sorted(Business.objects.values_list("name", "address")) == before


def test_the_clerk_decides_on_the_page(signed_in: Any, rina: Person, registered: Cluster) -> None:
    client = signed_in(rina)
    batch = upload(client, SECOND, registered)
    page = client.get(reverse("imports:batch_detail", args=[batch.pk])).text
    assert 'name="putusan-*"' in page and 'name="putusan-CSV!3"' in page and 'name="putusan-CSV!6"' in page
    take = reverse("imports:batch_import", args=[batch.pk])
    client.post(take, {"putusan-*": "keep", "putusan-CSV!3": "replace", "putusan-CSV!6": "skip"})
    assert Business.objects.get(name="Tahu Maju").phone == "+6281200000009"
    assert not Business.objects.filter(name="Kopi Tini").exists()
    batch.refresh_from_db()
    assert (bytes(batch.workbook), bytes(batch.reading)) == (b"", b"")


@pytest.mark.django_db(transaction=True)
def test_a_long_list_is_previewed_with_progress(
    signed_in: Any, rina: Person, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MANY_ROWS", 3)
    client = signed_in(rina)
    rows = "".join(f"{n};Usaha {n};Orang {n};;0812000{n:05d};Jl. {n};Batik;potong;{n}\n" for n in range(1, 301))
    batch = upload(client, HEAD + rows, cluster)
    answer = client.get(reverse("imports:batch_detail", args=[batch.pk]))
    page = b"".join(answer.streaming_content).decode()
    assert "<li>250 dari 300 baris</li>" in page
    assert page.index("250 dari 300") < page.index("Baris terisi: 300 = 300 dibaca")
    assert page.rstrip().endswith("</html>")


def test_cells_with_the_same_error_are_one_line(signed_in: Any, rina: Person, cluster: Cluster) -> None:
    """Twenty limits in a column are one line of the page, and twenty errors in the file."""
    rows = "".join(f"{n};Usaha {n};Pemilik {n};;;Jl. {n};Batik;potong;> 100\n" for n in range(1, 21))
    client = signed_in(rina)
    batch = upload(client, HEAD + rows + "21;Usaha 21;Pemilik 21;;;Jl. 21;Batik;potong;2+3\n", cluster)
    page = client.get(reverse("imports:batch_detail", args=[batch.pk]), {"keadaan": "errors"})
    assert [len(alike.cells) for alike in page.context["page"]] == [20, 1]
    assert f"I2, I3, I4, I5, I6, I7, I8, I9 dan {20 - MAX_CELLS_NAMED} sel lain" in compact(page.text)
    assert len(batch.sheet.errors) == 21


def test_changes_beyond_the_page_are_counted(
    signed_in: Any, rina: Person, registered: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "MAX_PREVIEW_ITEMS", 1)
    client = signed_in(rina)
    changed = FIRST.replace(";Jl. Kenanga 1", ";Jl. Anggrek 7").replace(";Jl. Mawar 3", ";Jl. Anggrek 8")
    batch = upload(client, changed, registered)
    page = client.get(reverse("imports:batch_detail", args=[batch.pk]))
    assert (len(page.context["plan"].differing), len(page.context["differing"])) == (2, 1)
    assert "dan 1 IKM lagi, yang mengikuti pilihan di atas" in compact(page.text)


def test_every_pane_is_short_and_has_its_tab(signed_in: Any, rina: Person, registered: Cluster) -> None:
    """A second list of many rows: what is to decide comes first, the rest is counted and a page at a time."""
    client = signed_in(rina)
    rows = "".join(f"{n};Usaha {n};Orang {n};;0812000{n:05d};Jl. {n};Batik;potong;> {n}\n" for n in range(10, 90))
    batch = upload(client, SECOND + rows, registered)
    address = reverse("imports:batch_detail", args=[batch.pk])
    page = client.get(address)
    assert page.context["state"] == "decide"
    assert [(tab.state.value, tab.count) for tab in page.context["tabs"]][:2] == [("decide", 2), ("new", 81)]
    assert "Usaha 10" not in page.text and 'name="putusan-*"' in page.text
    for tab in page.context["tabs"]:
        pane = client.get(address, {"keadaan": tab.state.value})
        assert pane.text.count("<tr") <= PREVIEW_PAGE_SIZE + 1 or tab.state == "columns"
        assert f'href="?keadaan={tab.state.value}"' in pane.text
        assert 'aria-current="true">' in compact(pane.text)
    assert "Usaha 89" in client.get(address, {"keadaan": "new", "halaman": "4"}).text


def test_a_list_without_questions_shows_its_rows_and_the_button(signed_in: Any, rina: Person, cluster: Cluster) -> None:
    batch = upload(client := signed_in(rina), FIRST, cluster)
    page = client.get(reverse("imports:batch_detail", args=[batch.pk]))
    assert page.context["state"] == "new" and "Batik Sari" in page.text
    assert reverse("imports:batch_import", args=[batch.pk]) in page.text
