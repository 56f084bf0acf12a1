"""A workbook into the register: what is new, what is known, what a person decides, and that nothing is overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied, ValidationError

from sambang.access.models import Person
from sambang.audit.models import Entry
from sambang.imports.operations import import_register
from sambang.imports.plan import plan_import
from sambang.imports.sheets import RegisterSheet, read_register
from sambang.registry.encryption import decrypt_nik
from sambang.registry.load_industries import load_industries
from sambang.registry.models import Business, Cluster, Group, Industry, ProductLine

pytestmark = pytest.mark.django_db
JOHO = Path(__file__).parents[2] / "src/sambang/home/demo/ikm-joho.xlsx"
HEADINGS = ["Nama Usaha", "Nama Pemilik", "NIK", "No HP", "Produk", "Satuan", "Kapasitas/Th", "Pemasaran", "KBLI"]
NIK = "3404072502869997"


def workbook(tmp_path: Path, *rows: list[Any]) -> RegisterSheet:
    path = tmp_path / "ikm.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("IKM")
    for number, row in enumerate([HEADINGS, *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return read_register(path)


def row(name: str, owner: str, nik: str = "", phone: str = "", **more: Any) -> list[Any]:
    known = {"product": "Seragam", "unit": "stel", "capacity": 1200, "marketing": "Lokal", "kbli": "14111", **more}
    return [name, owner, nik, phone, *known.values()]


def register_now() -> tuple[int, int, int, int]:
    return Business.objects.count(), ProductLine.objects.count(), Person.objects.count(), Entry.objects.count()


def test_the_workbook_of_joho(cluster: Cluster, rina: Person) -> None:
    load_industries()
    sheet = read_register(JOHO)
    result = import_register(cluster, rina, sheet=sheet, decisions={})
    assert (result.businesses, result.members) == (36, 9)
    assert Business.objects.filter(industry__version="2020", industry__code="13912").count() == 12
    [group] = Group.objects.all()
    assert (group.members.count(), group.members.filter(office="chair").count()) == (9, 1)
    first = Business.objects.get(owner__name="Suparjo Hidayat")
    assert (first.workers, first.investment, first.annual_sales) == (2, 39_000_000, 162_000_000)
    assert decrypt_nik(first.nik_encrypted) == NIK
    assert (first.phone, first.region, first.cluster) == ("+6281200028025", cluster.region, cluster)
    [line] = first.product_lines.all()
    assert (line.name, line.unit, line.capacity, line.annual_value) == ("Seragam sekolah", "stel", 3600, 162_000_000)
    assert Entry.objects.about(first).get().verb == "imports.import_register"


def test_the_same_file_again_adds_nothing(cluster: Cluster, rina: Person) -> None:
    sheet = read_register(JOHO)
    import_register(cluster, rina, sheet=sheet, decisions={})
    before = register_now()
    assert plan_import(sheet, region=cluster.region, cluster=cluster).questions == []
    result = import_register(cluster, rina, sheet=sheet, decisions={})
    assert (result.businesses, result.filled, result.unchanged) == (0, 0, 36)
    assert register_now()[:3] == before[:3]
    assert Group.objects.get().members.count() == 9


def test_who_may_import(cluster: Cluster, sari: Person, budi: Person, citra: Person) -> None:
    sheet = read_register(JOHO)
    for person in (sari, budi, citra):
        with pytest.raises(PermissionDenied):
            import_register(cluster, person, sheet=sheet, decisions={})
    assert not Business.objects.exists()


def test_filled_facts_stay_and_empty_ones_are_filled(cluster: Cluster, rina: Person, tmp_path: Path) -> None:
    import_register(cluster, rina, sheet=workbook(tmp_path, row("Mekar", "Wati", NIK, marketing="")), decisions={})
    business = Business.objects.get()
    business.phone = "+6281111111111"
    business.save(update_fields=["phone"])
    second = workbook(tmp_path, row("Mekar", "Wati", NIK, "081200000002", marketing="Daring", product="Kaos"))
    [planned] = plan_import(second, region=cluster.region, cluster=cluster).rows
    [difference] = planned.differences
    assert (difference.old, difference.new) == ("+6281111111111", "+6281200000002")
    result = import_register(cluster, rina, sheet=second, decisions={})
    business.refresh_from_db()
    assert (business.phone, business.marketing, result.filled) == ("+6281111111111", "Daring", 1)
    assert sorted(business.product_lines.values_list("name", flat=True)) == ["Kaos", "Seragam"]


def test_what_looks_alike_is_decided_by_a_person(cluster: Cluster, rina: Person, tmp_path: Path) -> None:
    import_register(cluster, rina, sheet=workbook(tmp_path, row("Mekar", "Wati", "", "081200000001")), decisions={})
    again = workbook(tmp_path, row("Mekar Jaya", "Wati Utami", "", "081200000001"))
    before = register_now()
    with pytest.raises(ValidationError, match="diputuskan"):
        import_register(cluster, rina, sheet=again, decisions={})
    assert register_now() == before
    import_register(cluster, rina, sheet=again, decisions={"IKM!2": "skip"})
    import_register(cluster, rina, sheet=again, decisions={"IKM!2": "merge"})
    assert Business.objects.count() == 1
    import_register(cluster, rina, sheet=again, decisions={"IKM!2": "new"})
    assert sorted(Business.objects.values_list("name", flat=True)) == ["Mekar", "Mekar Jaya"]


def test_a_person_pasted_twice_is_one(cluster: Cluster, rina: Person, tmp_path: Path) -> None:
    sheet = workbook(
        tmp_path, row("Mekar", "Wati", NIK), row("Layu", "Tuti"), row("Mekar", "WATI", NIK, product="Kaos")
    )
    import_register(cluster, rina, sheet=sheet, decisions={})
    assert sorted(Business.objects.values_list("name", flat=True)) == ["Layu", "Mekar"]
    assert sorted(Business.objects.get(name="Mekar").product_lines.values_list("name", flat=True)) == [
        "Kaos",
        "Seragam",
    ]
    import_register(cluster, rina, sheet=sheet, decisions={"IKM!4": "new@IKM!2"})
    assert Business.objects.filter(name="Mekar").count() == 2
    assert Person.objects.filter(name__iexact="wati").count() <= 2


def test_a_business_of_another_council_is_not_looked_at(
    cluster: Cluster, rina: Person, citra: Person, places: dict[str, Any], tmp_path: Path
) -> None:
    theirs = Cluster.objects.create(name="Sentra Bantul", region=places["3402082001"])
    sheet = workbook(tmp_path, row("Mekar", "Wati", NIK, "081200000001"))
    import_register(theirs, citra, sheet=sheet, decisions={})
    assert plan_import(sheet, region=cluster.region, cluster=cluster).questions == []
    import_register(cluster, rina, sheet=sheet, decisions={})
    assert Business.objects.count() == 2
    assert Business.objects.filter(name="Mekar").values("owner").distinct().count() == 2


def test_an_error_in_the_middle_leaves_nothing(
    cluster: Cluster, rina: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sambang.imports.operations import importing

    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 1)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise RuntimeError("listrik padam")

    sheet = workbook(tmp_path, row("A", "A"), row("B", "B"), row("C", "C"))
    with pytest.raises(RuntimeError):
        import_register(cluster, rina, sheet=sheet, decisions={}, progress=stop)
    assert (Business.objects.count(), ProductLine.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_an_unknown_code_is_stored_and_reported(cluster: Cluster, rina: Person, tmp_path: Path) -> None:
    load_industries()
    sheet = workbook(tmp_path, row("A", "A", kbli="99911"), row("B", "B", kbli="99911"), row("C", "C", kbli="31011"))
    plan = plan_import(sheet, region=cluster.region, cluster=cluster)
    assert [notice.row.name for notice in plan.notices] == ["A"]
    import_register(cluster, rina, sheet=sheet, decisions={})
    assert Business.objects.get(name="A").industry == Business.objects.get(name="B").industry
    known = Business.objects.get(name="C").industry
    assert known is not None and known.version == "2025"
    assert Industry.objects.get(code="99911").version == "2020"


def test_values_too_long_or_too_large_are_cut_and_reported(cluster: Cluster, rina: Person, tmp_path: Path) -> None:
    load_industries()
    sheet = workbook(tmp_path, row("A", "A", product="Kaos " * 60, capacity=9_000_000_000))
    plan = plan_import(sheet, region=cluster.region, cluster=cluster)
    assert len(plan.notices) == 2
    import_register(cluster, rina, sheet=sheet, decisions={})
    [line] = ProductLine.objects.all()
    assert (len(line.name), line.capacity) == (120, None)
