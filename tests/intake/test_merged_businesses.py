"""Late items of an IKM that was merged meanwhile apply to the remaining IKM."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from sambang.access.models import Person
from sambang.intake.kinds import base
from sambang.intake.models import Received
from sambang.production.models import Report
from sambang.registry.models import Business, Cluster, FormerKey, MergeRecord, ProductLine, Region
from sambang.registry.operations import merge_businesses, unmerge_businesses
from sambang.registry.queries import merged_into
from sambang.visits.models import Visit
from tests.intake.conftest import Phone

pytestmark = pytest.mark.django_db
Make = Callable[..., Business]


def test_what_was_said_of_a_merged_ikm_comes_to_the_standing_one(
    phone: Phone, visit: Visit, business: Business, make_business: Make, rina: Person
) -> None:
    double, third = make_business("Jahit Rahasia (lama)"), make_business("Jahit Rahasia (baru)")
    [joined] = double.product_lines.all()
    moved = ProductLine.objects.create(business=double, name="Kaos", unit="kodi")
    late = [
        phone.write("attend", visit=visit.pk, business=double.pk, present=True),
        phone.write(
            "aspiration",
            visit=visit.pk,
            business=double.pk,
            kind="aspiration",
            text="Butuh kain",
            difficulty="material",
        ),
        phone.write(
            "report",
            business=double.pk,
            month="2022-02",
            amounts=[{"line": joined.pk, "amount": "7"}, {"line": moved.pk, "amount": "2 kodi"}],
        ),
        phone.write("profile", business=double.pk, field="commodity", base="", value="seragam"),
    ]
    merge_businesses(business, rina, duplicate=double)
    merge_businesses(third, rina, duplicate=business)  # and once more: one step still leads to what stands
    assert [phone.send(text).outcome for text in late] == ["stored"] * 4
    third.refresh_from_db()
    assert third.commodity == "seragam"
    assert third.attendances.get(visit=visit).present
    assert third.aspirations.get().text == "Butuh kain"
    report = Report.objects.get(business=third)
    assert {(line.product_line.name, line.quantity) for line in report.lines.all()} == {
        ("Seragam", Decimal(7)),
        ("Kaos", Decimal(2)),
    }
    assert set(Received.objects.values_list("business", flat=True)) == {third.pk}


def test_what_was_said_at_a_visit_stands_where_the_ikm_belongs_to_another_sentra_by_now(
    phone: Phone,
    visit: Visit,
    cluster: Cluster,
    business: Business,
    make_business: Make,
    rina: Person,
    client: Client,
    picture: Callable[..., bytes],
) -> None:
    elsewhere = Cluster.objects.create(name="Sentra Sebelah", region=cluster.region, commodity="Konveksi")
    kept = make_business("Jahit Rahasia (sebelah)", within=elsewhere)
    late = [
        phone.write("attend", visit=visit.pk, business=business.pk, present=True),
        phone.write(
            "aspiration",
            visit=visit.pk,
            business=business.pk,
            kind="aspiration",
            text="Butuh kain",
            difficulty="material",
        ),
        phone.write(
            "photo", visit=visit.pk, business=business.pk, caption="Mesin rusak", files=[phone.bring(picture())]
        ),
    ]
    merge_businesses(kept, rina, duplicate=business)
    assert [(receipt.outcome, receipt.reason) for receipt in map(phone.send, late)] == [("stored", "")] * 3
    assert kept.attendances.get(visit=visit).present
    assert kept.aspirations.get().visit == visit and visit.photos.get().business == kept
    client.force_login(rina)
    page = client.get(reverse("visits:visit_detail", args=[visit.pk])).content.decode()
    assert "Jahit Rahasia (sebelah)" in page, "who came is listed, wherever it belongs by now"
    record = client.get(reverse("aspirations:visit_record", args=[visit.pk, kept.pk]))
    assert record.status_code == 200 and "Butuh kain" in record.content.decode()


def test_an_ikm_of_another_regency_was_not_at_the_visit(
    phone: Phone, visit: Visit, places: dict[str, Region], make_business: Make
) -> None:
    far = Cluster.objects.create(name="Sentra Bantul", region=places["3402082001"], commodity="Konveksi")
    business = make_business("Jahit Bantul", within=far)
    assert phone.say("attend", visit=visit.pk, business=business.pk, present=True).outcome == "refused"


def test_a_former_name_opens_nothing_that_the_phones_officer_does_not_reach(
    new_phone: Callable[[Person], Phone],
    visit: Visit,
    business: Business,
    make_business: Make,
    rina: Person,
    citra: Person,
) -> None:
    double = make_business("Jahit Rahasia (lama)")
    gone = double.pk
    merge_businesses(business, rina, duplicate=double)
    assert FormerKey.objects.get(pk=gone).business == business
    hers = new_phone(citra)
    receipt = hers.say("profile", business=gone, field="commodity", base="", value="x")
    assert (receipt.outcome, Received.objects.get().missing_business) == ("refused", gone)
    assert str(business.pk) not in str(receipt.as_json())


def test_one_product_said_twice_in_a_report_is_asked_about(phone: Phone, business: Business) -> None:
    [line] = business.product_lines.all()
    twice = [{"line": line.pk, "amount": "7"}, {"line": line.pk, "amount": "9"}]
    receipt = phone.say("report", business=business.pk, month="2022-02", amounts=twice)
    assert receipt.outcome == "refused" and "dua kali" in receipt.reason
    assert not Report.objects.exists()


def test_an_item_that_meets_the_undoing_of_a_merge_is_stored(
    phone: Phone, visit: Visit, business: Business, make_business: Make, rina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    double = make_business("Jahit Rahasia (lama)")
    [line] = double.product_lines.all()
    about = {"visit": visit.pk, "business": double.pk}
    late = [
        phone.write("attend", **about, present=True),
        phone.write("aspiration", **about, kind="aspiration", text="Butuh kain", difficulty="material"),
        phone.write("report", business=double.pk, month="2022-02", amounts=[{"line": line.pk, "amount": "7"}]),
        phone.write("profile", business=double.pk, field="commodity", base="", value="seragam"),
    ]
    for text in late:
        merge_businesses(Business.objects.get(pk=business.pk), rina, duplicate=Business.objects.get(pk=double.pk))
        record = MergeRecord.objects.get(undone_at=None)
        looked_up = []

        def undone_meanwhile(key: UUID, record: MergeRecord = record, looked_up: list[UUID] = looked_up) -> UUID | None:
            """The merge is undone after the IKM was not found under its own key."""
            if not looked_up:
                unmerge_businesses(record, rina)
            looked_up.append(key)
            return merged_into(key)

        monkeypatch.setattr(base, "merged_into", undone_meanwhile)
        assert phone.send(text).outcome == "stored"
        assert looked_up
    restored = Business.objects.get(pk=double.pk)
    assert (restored.attendances.count(), restored.aspirations.count(), restored.reports.count()) == (1, 1, 1)
    assert restored.commodity == "seragam"
    assert set(Received.objects.values_list("business", flat=True)) == {restored.pk}
