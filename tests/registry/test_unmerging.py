"""A merge is undone within thirty days: both IKM have their own records again, and later records stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.urls import reverse

from sambang.access.models import Person
from sambang.lib import clock
from sambang.production.amounts import Amount
from sambang.production.cell_rebuild import rebuild, verify
from sambang.production.models import Report, ReportLine
from sambang.production.operations import correct_report, submit_report
from sambang.registry.encryption import decrypt_nik, digest, encrypt_nik
from sambang.registry.models import Business, Cluster, FormerKey, MergeRecord, Permit, ProductLine
from sambang.registry.operations import form_group, merge_businesses, name_group_officer, unmerge_businesses
from sambang.registry.row_snapshots import relations_to, take_snapshot
from sambang.visits.models import Attendance, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
Make = Callable[..., Business]
NIK = "3404072502869997"


def rows_of(*businesses: Business) -> dict[Any, Any]:
    """Every row of these IKM and their product lines, but the records of merges."""
    keys = [business.pk for business in businesses]
    lines = [*ProductLine.objects.filter(business__in=keys).values_list("pk", flat=True)]
    querysets: list[models.QuerySet[Any]] = [
        Business.objects.filter(pk__in=keys),
        Person.objects.filter(pk__in=Business.objects.filter(pk__in=keys).values("owner")),
    ]
    for model, found in ((Business, keys), (ProductLine, lines)):
        for relation in relations_to(model):
            if relation.related_model is not MergeRecord:
                rows = relation.related_model._base_manager
                querysets.append(rows.filter(**{f"{relation.field.name}__in": found}))
    # Computed anew: links of a report's lines and prices. Of a telephone the digest is compared.
    left_out = {"gap", "volume", "volume_before", "phone"}
    snapshot = take_snapshot(querysets)
    return {
        key: {name: row[name] for name in row.keys() - left_out}
        for key, row in snapshot.items()
        if key[0] != "production.Price"
    }


@pytest.fixture
def pair(make_business: Make, cluster: Cluster, rina: Person) -> tuple[Business, Business]:
    """Two IKM with the same product, a product of one's own, permits, a group, reports of two months and a visit."""
    kept = make_business("Mekar", marketing="Pasar")
    other = make_business("Mekar (lama)", marketing="Daring", established=1999)
    Business.objects.filter(pk=kept.pk).update(phone="", phone_digest="")
    kept.refresh_from_db()
    other.phone = "+6281200000009"
    other.save(update_fields=["phone", "phone_digest"])
    other.nik_encrypted, other.nik_digest = encrypt_nik(NIK), digest(NIK)
    other.save(update_fields=["nik_encrypted", "nik_digest"])
    group = form_group(cluster, rina, name="KUB Mekar")
    visit = Visit.objects.create(region=cluster.region, cluster=cluster, planned_by=rina, planned_for=date(2026, 6, 1))
    for at, business in enumerate((kept, other), start=1):
        line = ProductLine.objects.create(business=business, name="Tas", unit="potong", capacity=[None, 500][at - 1])
        ProductLine.objects.create(business=business, name=f"Topi {at}", unit="potong")
        report = Report.objects.create(business=business, month=date(2026, at, 1), source="officer", by=rina)
        ReportLine.objects.create(report=report, product_line=line, quantity=Decimal(at), value=at * 1000)
        Permit.objects.create(business=business, kind="halal", number="ID1")
        name_group_officer(group, rina, business=business, office="chair" if at == 2 else "member")
        Attendance.objects.create(visit=visit, business=business, present=at == 2, noted_by=rina)
    return kept, other


def test_both_have_their_own_records_again(pair: tuple[Business, Business], rina: Person) -> None:
    kept, other = pair
    key, before = other.pk, rows_of(kept, other)
    merge_businesses(kept, rina, duplicate=other)
    assert Business.objects.get().phone == "+6281200000009"
    [record] = MergeRecord.objects.all()
    restored = unmerge_businesses(record, rina)
    assert restored.pk == key
    assert rows_of(kept, restored) == before
    assert len(before) > 15
    assert (restored.phone, decrypt_nik(restored.nik_encrypted)) == ("+6281200000009", NIK)
    assert restored.owner.name == pair[1].owner.name
    assert not FormerKey.objects.exists()
    record.refresh_from_db()
    assert (bytes(record.content), record.undone_at is None) == (b"", False)


def test_what_was_recorded_since_stays(pair: tuple[Business, Business], rina: Person) -> None:
    kept, other = pair
    merge_businesses(kept, rina, duplicate=other)
    Business.objects.update(address="Jl. Baru 1", established=2001)
    later = Report.objects.create(business_id=kept.pk, month=date(2026, 7, 1), source="officer", by=rina)
    unmerge_businesses(MergeRecord.objects.get(), rina)
    kept.refresh_from_db()
    later.refresh_from_db()
    assert (kept.address, kept.established, kept.phone) == ("Jl. Baru 1", 2001, "")
    assert later.business_id == kept.pk
    assert Report.objects.exclude(business=kept).count() == 1


def figures_of(business: Business) -> dict[int, dict[str, int]]:
    """Month → product → quantity of the current reports; every product must be the business's own."""
    lines = ReportLine.objects.filter(report__business=business, report__replaced_by=None)
    assert {line.product_line.business_id for line in lines.select_related("product_line")} == {business.pk}
    figures: dict[int, dict[str, int]] = {}
    for line in lines.select_related("report", "product_line"):
        figures.setdefault(line.report.month.month, {})[line.product_line.name] = int(line.quantity)
    return figures


def test_later_reports_belong_to_whose_products_they_name(pair: tuple[Business, Business], rina: Person) -> None:
    kept, other = pair
    Report.objects.filter(business=other).update(month=date(2026, 3, 1))
    rebuild()
    merge_businesses(kept, rina, duplicate=other)
    lines = {line.name: line for line in ProductLine.objects.all()}

    def amounts(**quantities: int) -> dict[ProductLine, Amount]:
        named = {name.replace("_", " "): quantity for name, quantity in quantities.items()}
        return {lines[name]: Amount(Decimal(number), number * 1000) for name, number in named.items()}

    for month, named in ((4, {"Topi_1": 3, "Topi_2": 4}), (5, {"Topi_2": 5}), (6, {"Tas": 6})):
        submit_report(kept, rina, month=date(2026, month, 1), amounts=amounts(**named), source="officer")
    former = Report.objects.get(month=date(2026, 3, 1))
    correct_report(former, rina, amounts=amounts(Tas=7, Topi_2=8), source="officer")
    restored = unmerge_businesses(MergeRecord.objects.get(), rina)
    assert figures_of(restored) == {3: {"Tas": 7, "Topi 2": 8}, 4: {"Topi 2": 4}, 5: {"Topi 2": 5}}
    assert figures_of(kept) == {1: {"Tas": 1}, 4: {"Topi 1": 3}, 6: {"Tas": 6}}
    assert verify() == ""


def test_it_is_undone_once_and_within_thirty_days(pair: tuple[Business, Business], rina: Person) -> None:
    kept, other = pair
    merge_businesses(kept, rina, duplicate=other)
    record = MergeRecord.objects.get()
    MergeRecord.objects.update(merged_at=clock.now() - timedelta(days=30, minutes=1))
    with pytest.raises(ValidationError, match="30 hari"):
        unmerge_businesses(record, rina)
    MergeRecord.objects.update(merged_at=clock.now() - timedelta(days=29))
    unmerge_businesses(record, rina)
    with pytest.raises(ValidationError, match="sudah dibatalkan"):
        unmerge_businesses(record, rina)


def test_the_last_merge_is_undone_first(pair: tuple[Business, Business], rina: Person, make_business: Make) -> None:
    kept, other = pair
    merge_businesses(kept, rina, duplicate=other)
    first = MergeRecord.objects.get()
    third = make_business("Mekar Tiga")
    merge_businesses(third, rina, duplicate=kept)
    second = MergeRecord.objects.exclude(pk=first.pk).get()
    first.refresh_from_db()
    with pytest.raises(ValidationError, match="digabung lagi"):
        unmerge_businesses(first, rina)
    unmerge_businesses(second, rina)
    first.refresh_from_db()
    unmerge_businesses(first, rina)
    assert Business.objects.count() == 3


def test_on_the_page(
    signed_in: Any, pair: tuple[Business, Business], rina: Person, sari: Person, citra: Person
) -> None:
    kept, other = pair
    other_key = other.pk
    merge_businesses(kept, rina, duplicate=other)
    undo = reverse("registry:business_unmerge", args=[MergeRecord.objects.get().pk])
    detail = reverse("registry:business_detail", args=[kept.pk])
    assert "Mekar (lama)" in signed_in(rina).get(detail).text
    assert undo not in signed_in(sari).get(detail).text
    assert signed_in(sari).post(undo).status_code == 403
    assert signed_in(citra).post(undo).status_code == 404
    assert signed_in(rina).get(undo).status_code == 405
    Report.objects.create(business_id=kept.pk, month=date(2026, 7, 1), source="officer", by=rina)
    answer = signed_in(rina).post(undo, follow=True)
    assert answer.redirect_chain == [(reverse("registry:business_detail", args=[other_key]), 302)]
    said = " ".join(re.findall(r'<p class="note[^>]*>(.*?)</p>', answer.text))
    assert "Kembali ke Mekar (lama): 3 produk, " in said
    for records in ("1 anggota kelompok", "1 izin", "1 laporan bulanan", "1 kehadiran"):
        assert records in said
    assert "Dicatat sesudah digabung dan tetap di Mekar: 1 laporan bulanan." in said
    assert Business.objects.count() == 2
    with pytest.raises(PermissionDenied):
        unmerge_businesses(MergeRecord.objects.get(), sari)
