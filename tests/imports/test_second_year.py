"""Next year's list: what was renamed, moved or left out is shown and asked about, and only that."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sambang.access.models import Council, Person
from sambang.imports.models import ImportBatch, Placement
from sambang.imports.operations import Destination, import_register
from sambang.imports.plan import Plan, plan_import
from sambang.imports.preview import preview_rows
from sambang.imports.sheets import read_register
from sambang.registry.models import Business, Cluster, Group, GroupMember, Region
from sambang.registry.operations import move_business

pytestmark = pytest.mark.django_db
HEAD = "No;Sentra;Desa;Nama Usaha;Nama Pemilik;NIK;NIB;Alamat\n"
FIRST = HEAD + (
    "1;Sentra Batik;Condongcatur;Batik Sari;Sari;3404071205800001;;Jl. 1\n"
    "2;Sentra Batik;Condongcatur;Tahu Maju;Tono;3404071205800002;;Jl. 2\n"
    "3;;Condongcatur;Roti Enak;Tini;3404071205800003;;Jl. 3\n"
    "4;;Condongcatur;Kopi Tua;Tuti;3404071205800004;;Jl. 4\n"
    "5;;Condongcatur;Sabun Wangi;Wagiyem;;9120201234567;Jl. 5\n"
    "6;;Condongcatur;Keripik Ayu;Ayu;3404071205800006;;Jl. 6\n"
)
SECOND = HEAD + (
    "1;Sentra Bordir;Condongcatur;Batik Sari;Sari;3404071205800001;;Jl. 1\n"
    "2;Sentra Batik;Condongcatur;Tahu Barokah;Tono;3404071205800002;;Jl. 2\n"
    "3;;Caturtunggal;Roti Enak;Tini;3404071205800003;;Jl. 3\n"
    "5;;Condongcatur;Sabun Wangi;Rini;;9120201234567;Jl. 5\n"
    "6;;Condongcatur;KERIPIK AYU;Ayu;3404071205800006;;Jl. 6\n"
    "7;;Condongcatur;Mebel Baru;Joko;3404071205800007;;Jl. 7\n"
)


@pytest.fixture
def office(all_regions_of_yogyakarta: None, db: None) -> Council:
    return Council.objects.create(name="Dekranasda Sleman", region_code="3404")


@pytest.fixture
def clerk(office: Council, member: Any) -> Person:
    person: Person = member("Rina", office, "staff")
    take(office, person, FIRST, {})
    return person


def take(office: Council, by: Person, content: str, decisions: dict[str, str]) -> None:
    region = Region.objects.get(code="3404")
    sheet = read_register(content.encode(), "ikm.csv")
    import_register(office, by, sheet=sheet, decisions=decisions, destination=Destination(region, Placement.COLUMNS))


def plan_of(content: str) -> Plan:
    region = Region.objects.get(code="3404")
    sheet = read_register(content.encode(), "ikm.csv")
    return plan_import(sheet, region=region, cluster=None, placement=Placement.COLUMNS)


def test_only_what_is_renamed_moved_or_new_is_not_the_same(clerk: Person) -> None:
    plan = plan_of(SECOND)
    states = {row.row: row.state.value for row in preview_rows(read_register(SECOND.encode(), "ikm.csv"), plan)}
    assert states == {2: "changed", 3: "asked", 4: "changed", 5: "changed", 6: "same", 7: "new"}
    changes = {planned.row.row: [str(change) for change in planned.changes] for planned in plan.rows}
    assert changes == {
        2: ["sentra: Sentra Batik → Sentra Bordir"],
        3: ["nama usaha: Tahu Maju → Tahu Barokah"],
        4: ["desa/kalurahan: Condongcatur → Caturtunggal"],
        5: ["pemilik: Wagiyem → Rini"],
        6: [],
        7: [],
    }
    assert [business.name for business in plan.missing] == ["Kopi Tua"]


def test_a_list_of_one_sentra_misses_no_ikm_of_another(clerk: Person) -> None:
    lines = SECOND.splitlines()
    assert plan_of("\n".join([lines[0], lines[2], lines[1]])).missing == []
    assert [business.name for business in plan_of("\n".join([lines[0], lines[2]])).missing] == ["Batik Sari"]


@pytest.mark.parametrize("decision", ["keep", "replace"])
def test_the_clerk_decides_which_of_both_is_right(office: Council, clerk: Person, decision: str) -> None:
    batik = Business.objects.get(name="Batik Sari")
    assert batik.cluster is not None
    group = Group.objects.create(cluster=batik.cluster, name="KUB Batik")
    member = GroupMember.objects.create(group=group, business=batik)
    question = {"CSV!3": {"keep": "merge", "replace": "replace"}[decision]}
    take(office, clerk, SECOND, {"*": decision, **question})
    found = {
        row.address: (row.name, row.owner.name, row.region.name, row.cluster and row.cluster.name)
        for row in Business.objects.select_related("owner", "region", "cluster")
    }
    member.refresh_from_db()
    assert len(found) == 7
    assert (member.left_on is not None) is (decision == "replace")
    moved = {
        "keep": ["Sentra Batik", "Tahu Maju", "Condongcatur", "Wagiyem"],
        "replace": ["Sentra Bordir", "Tahu Barokah", "Caturtunggal", "Rini"],
    }[decision]
    assert [found["Jl. 1"][3], found["Jl. 2"][0], found["Jl. 3"][2], found["Jl. 5"][1]] == moved
    assert found["Jl. 6"][0] == "Keripik Ayu"
    again = plan_of(SECOND)
    assert (len(again.questions), len(again.differing)) == ((0, 0) if decision == "replace" else (1, 3))


def test_a_new_owner_of_one_ikm_does_not_rename_the_owner_of_another(office: Council, clerk: Person) -> None:
    soap, roti = Business.objects.get(name="Sabun Wangi"), Business.objects.get(name="Roti Enak")
    roti.owner = soap.owner
    roti.save(update_fields=["owner"])
    take(office, clerk, SECOND, {"*": "keep", "CSV!5": "replace", "CSV!3": "skip"})
    owners = dict(Business.objects.values_list("name", "owner__name"))
    assert (owners["Sabun Wangi"], owners["Roti Enak"]) == ("Rini", "Wagiyem")


def test_an_ikm_without_a_sentra_gets_the_one_that_the_list_names(office: Council, clerk: Person) -> None:
    take(office, clerk, HEAD + "3;Sentra Roti;Condongcatur;Roti Enak;Tini;3404071205800003;;Jl. 3\n", {})
    assert Business.objects.get(name="Roti Enak").cluster == Cluster.objects.get(name="Sentra Roti")


def test_the_page_shows_both_sides_of_a_renamed_ikm_and_who_is_missing(signed_in: Any, clerk: Person) -> None:
    client = signed_in(clerk)
    file = SimpleUploadedFile("ikm-2027.csv", SECOND.encode())
    client.post(reverse("imports:batch_create"), {"workbook": file, "placement": "columns"})
    batch = ImportBatch.objects.get()
    address = reverse("imports:batch_detail", args=[batch.pk])
    assert [business.name for business in client.get(address, {"keadaan": "missing"}).context["page"]] == ["Kopi Tua"]
    page = client.get(address)
    assert "Tahu Maju" in page.text and "Tahu Barokah" in page.text
    assert page.text.count('name="putusan-CSV!3"') == 4
    assert "Kopi Tua" in str(_cells(client.get(address, {"format": "xlsx"}).content))
    client.post(reverse("imports:batch_import", args=[batch.pk]), {"putusan-*": "keep", "putusan-CSV!3": "replace"})
    assert Business.objects.filter(name="Tahu Barokah").exists()
    assert Business.objects.get(name="Batik Sari").cluster == Cluster.objects.get(name="Sentra Batik")


def _cells(content: bytes) -> list[list[Any]]:
    from sambang.imports.sheets.grid import read_grids

    return [row for grid in read_grids(content, "keluhan.xlsx") for row in grid.cells]


def test_an_ikm_moves_by_hand_into_a_sentra_of_its_regency_and_out(
    signed_in: Any, sari: Person, business: Business, cluster: Cluster, bantul: Council
) -> None:
    other = Cluster.objects.create(name="Sentra Bordir", region=cluster.region)
    address = reverse("registry:business_move", args=[business.pk])
    client = signed_in(sari)
    client.post(address, {"cluster": other.pk})
    assert Business.objects.get().cluster == other
    client.post(address, {"cluster": ""})
    assert Business.objects.get().cluster is None
    far = Cluster.objects.create(name="Sentra Jauh", region=Region.objects.filter(code__startswith="3402").last())
    assert client.post(address, {"cluster": far.pk}).status_code == 422
    with pytest.raises(Exception, match="kabupaten/kota lain"):
        move_business(business, sari, cluster=far)


def test_a_column_of_kelompok_makes_members_once(office: Council, clerk: Person) -> None:
    head = "Sentra;Desa;Nama Usaha;Nama Pemilik;NIK;Nama Kelompok;Jabatan\n"
    content = head + (
        "Sentra Batik;Condongcatur;Batik Sari;Sari;3404071205800001;KUB Canting;Ketua\n"
        "Sentra Batik;Condongcatur;Tahu Maju;Tono;3404071205800002;KUB  canting;Ketua\n"
        ";Condongcatur;Roti Enak;Tini;3404071205800003;KUB Roti;Anggota\n"
        "Sentra Batik;Condongcatur;Batik Baru;Nur;3404071205800009;-;\n"
    )
    plan = plan_of(content)
    assert [[str(change) for change in planned.changes] for planned in plan.rows] == [
        ["kelompok: – → KUB Canting"],
        ["kelompok: – → KUB canting"],
        [],
        [],
    ]
    [notice] = [notice.text for notice in plan.notices if "Kelompok" in notice.text]
    assert "KUB Roti" in notice and "di luar sentra" in notice
    for _year in range(2):
        take(office, clerk, content, {})
        members = GroupMember.objects.order_by("business__name").values_list("group__name", "business__name", "office")
        assert [*members] == [("KUB Canting", "Batik Sari", "chair"), ("KUB Canting", "Tahu Maju", "member")]
        assert all(not planned.changes for planned in plan_of(content).rows)
    assert Group.objects.count() == 1
