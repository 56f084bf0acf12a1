"""Late items of an IKM that was merged into another meanwhile are taken onto the one that stands."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from sambang.field.models import Received
from sambang.people.models import Person
from sambang.production.models import Report
from sambang.registry.models import Business, FormerKey, ProductLine
from sambang.registry.operations import merge
from sambang.visits.models import Visit
from tests.field.conftest import Phone

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
        phone.write("aspiration", visit=visit.pk, business=double.pk, kind="aspiration", words="Butuh kain", difficulty="material"),
        phone.write("report", business=double.pk, month="2022-02", amounts=[
            {"line": joined.pk, "amount": "7"}, {"line": moved.pk, "amount": "2 kodi"}]),
        phone.write("profile", business=double.pk, field="commodity", base="", value="seragam"),
    ]  # fmt: skip
    merge(business, rina, duplicate=double)
    merge(third, rina, duplicate=business)  # and once more: one step still leads to what stands
    assert [phone.send(text).outcome for text in late] == ["stored"] * 4
    third.refresh_from_db()
    assert third.commodity == "seragam"
    assert third.attendances.get(visit=visit).present
    assert third.aspirations.get().words == "Butuh kain"
    report = Report.objects.get(business=third)
    assert {(line.product_line.name, line.quantity) for line in report.lines.all()} == {
        ("Seragam", Decimal(7)), ("Kaos", Decimal(2)),
    }  # fmt: skip
    assert set(Received.objects.values_list("business", flat=True)) == {third.pk}


def test_a_former_name_opens_nothing_that_the_phone_s_officer_does_not_reach(
    new_phone: Callable[[Person], Phone], visit: Visit, business: Business, make_business: Make, rina: Person, citra: Person
) -> None:  # fmt: skip
    double = make_business("Jahit Rahasia (lama)")
    gone = double.pk
    merge(business, rina, duplicate=double)
    assert FormerKey.objects.get(pk=gone).business == business
    hers = new_phone(citra)
    receipt = hers.say("profile", business=gone, field="commodity", base="", value="x")
    assert (receipt.outcome, receipt.waits_for) == ("refused", gone)
    assert str(business.pk) not in str(receipt.as_json())


def test_one_product_said_twice_in_a_report_is_asked_about(phone: Phone, business: Business) -> None:
    [line] = business.product_lines.all()
    twice = [{"line": line.pk, "amount": "7"}, {"line": line.pk, "amount": "9"}]
    receipt = phone.say("report", business=business.pk, month="2022-02", amounts=twice)
    assert receipt.outcome == "refused" and "dua kali" in receipt.why
    assert not Report.objects.exists()
