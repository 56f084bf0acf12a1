"""What a clerk decided about two rows that may be one IKM is undone within thirty days, as any other merge."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.imports.models import ImportBatch
from sambang.imports.operations import import_register
from sambang.imports.sheets import read_register
from sambang.registry.models import Business, Cluster, MergeRecord
from sambang.registry.operations import unmerge_businesses
from sambang.registry.owner_details import OwnerDetail

pytestmark = pytest.mark.django_db
HEAD = "No;Nama Usaha;Nama Pemilik;Pendidikan Pemilik;No HP;Alamat;NIB;PIRT;Produk;Satuan;Kapasitas/Th\n"
STORED = HEAD + "1;Roti Enak;Tini;SMA;081200000003;;9120201234567;;Roti;bungkus;\n"
SIMILAR = HEAD + "1;Kopi Tini;Tuti;SMP;081200000003;Jl. Kopi 5;;2063471010203-25;Roti;bungkus;300\n"
THIRD = "2;Kopi Tuti;Tuti;;081200000003;;;;Roti;bungkus;500\n"


def take(cluster: Cluster, by: Person, content: str, decisions: dict[str, str]) -> Any:
    return import_register(cluster, by, sheet=read_register(content.encode(), "ikm.csv"), decisions=decisions)


def facts(business: Business) -> tuple[Any, ...]:
    business.refresh_from_db()
    lines = sorted(business.product_lines.values_list("name", "capacity"))
    permits = sorted(business.permits.values_list("kind", "number"))
    latest = OwnerDetail.objects.filter(business=business).order_by("as_of", "recorded_at").last()
    schooling = latest.value if latest else ""
    return business.name, business.owner.name, business.address, business.nib, lines, permits, schooling


@pytest.mark.parametrize("decision", ["merge", "replace"])
def test_a_row_that_was_taken_for_a_stored_ikm(cluster: Cluster, rina: Person, decision: str) -> None:
    take(cluster, rina, STORED, {})
    stored = Business.objects.get()
    before = facts(stored)
    result = take(cluster, rina, SIMILAR, {"CSV!2": decision})
    joined = facts(stored)
    assert (Business.objects.count(), result.businesses, result.filled) == (1, 0, 1)
    assert joined[2:4] == ("Jl. Kopi 5", "9120201234567")
    assert joined[4:6] == ([("Roti", 300)], [("pirt", "2063471010203-25")])
    named = {"merge": ("Roti Enak", "Tini"), "replace": ("Kopi Tini", "Tuti")}
    assert joined[:2] == named[decision]
    assert (joined[6] == before[6]) is (decision == "merge")
    restored = unmerge_businesses(MergeRecord.objects.get(), rina)
    assert facts(stored) == before
    assert facts(restored)[:6] == (
        "Kopi Tini",
        "Tuti",
        "Jl. Kopi 5",
        "",
        [("Roti", 300)],
        [("pirt", "2063471010203-25")],
    )
    assert facts(restored)[6] not in {"", before[6]}
    assert (restored.cluster, Person.objects.filter(name__in=["Tini", "Tuti"]).count()) == (cluster, 2)


def test_rows_that_were_taken_for_one_ikm_of_the_same_list(cluster: Cluster, rina: Person) -> None:
    result = take(cluster, rina, SIMILAR + THIRD, {"CSV!3": "merge"})
    [business] = Business.objects.all()
    assert (facts(business)[0], facts(business)[4], result.businesses) == ("Kopi Tini", [("Roti", 300)], 1)
    restored = unmerge_businesses(MergeRecord.objects.get(), rina)
    assert (facts(restored)[0], facts(restored)[4], facts(business)[4]) == (
        "Kopi Tuti",
        [("Roti", 500)],
        [("Roti", 300)],
    )


def test_two_rows_that_were_taken_for_one_stored_ikm(cluster: Cluster, rina: Person) -> None:
    take(cluster, rina, STORED, {})
    result = take(cluster, rina, SIMILAR + THIRD, {"CSV!2": "merge", "CSV!3": "merge"})
    [stored] = Business.objects.all()
    assert (facts(stored)[4], result.businesses, MergeRecord.objects.count()) == ([("Roti", 300)], 0, 2)
    for record in MergeRecord.objects.order_by("-merged_at"):
        unmerge_businesses(record, rina)
    assert sorted(Business.objects.values_list("name", flat=True)) == ["Kopi Tini", "Kopi Tuti", "Roti Enak"]


def test_the_page_of_the_ikm_offers_to_undo_it(client: Client, cluster: Cluster, rina: Person) -> None:
    take(cluster, rina, STORED, {})
    client.force_login(rina)
    file = SimpleUploadedFile("ikm-2027.csv", SIMILAR.encode())
    client.post(reverse("imports:batch_create"), {"workbook": file, "cluster": cluster.pk})
    batch = ImportBatch.objects.get()
    client.post(reverse("imports:batch_import", args=[batch.pk]), {"putusan-CSV!2": "merge"})
    page = reverse("registry:business_detail", args=[Business.objects.get().pk])
    undo = reverse("registry:business_unmerge", args=[MergeRecord.objects.get().pk])
    assert undo in client.get(page).text
    client.post(undo)
    assert Business.objects.count() == 2
