"""Submitted values of several parts: a part that a later item leaves out stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from sambang.access.models import Person
from sambang.intake.models import Conflict, Received
from sambang.intake.operations import decide_conflict
from sambang.production.models import Report
from sambang.registry.models import Business, ProductLine
from sambang.registry.operations import add_product_line
from sambang.visits.models import Attendance, Visit
from tests.intake.conftest import Phone

pytestmark = pytest.mark.django_db

PRESENT = {"present": True, "represented_by": ""}
ABSENT = {"present": False, "represented_by": ""}
CASES: list[tuple[list[dict[str, Any]], tuple[bool, str, int | None, int | None]]] = [
    ([{"present": True, "represented_by": "Bu Yem", "workers_seen": 7}, {"pulse": 80}], (True, "Bu Yem", 7, 80)),
    ([{"pulse": 0}, {"workers_seen": 0}], (True, "", 0, 0)),
    ([ABSENT, {"pulse": 40}], (False, "", None, 40)),
    ([PRESENT, {"workers_seen": 5, "pulse": 90}, ABSENT], (False, "", None, None)),
    ([ABSENT, {"present": True, "represented_by": "Pak Min"}], (True, "Pak Min", None, None)),
    ([{"present": True, "represented_by": "Pak Min", "pulse": 60}, PRESENT], (True, "", None, 60)),
]


@pytest.mark.parametrize(("parts", "expected"), CASES)
def test_details_of_an_attendance_merge_whatever_the_order_of_arrival(
    phone: Phone, visit: Visit, business: Business, parts: list[dict[str, Any]], expected: tuple[Any, ...]
) -> None:
    about = {"visit": visit.pk, "business": business.pk}
    for order in permutations(range(len(parts))):
        Attendance.objects.all().delete()
        Received.objects.all().delete()
        texts = [phone.write("attend", minutes=minutes, **about, **part) for minutes, part in enumerate(parts)]
        assert [phone.send(texts[place]).outcome for place in order] == ["stored"] * len(parts)
        row = Attendance.objects.get()
        assert (row.present, row.represented_by, row.workers_seen, row.pulse) == expected, order
    assert not Conflict.objects.exists()


@pytest.fixture
def lines(business: Business, rina: Person) -> list[ProductLine]:
    [first] = business.product_lines.all()
    second = add_product_line(business, rina, name="Celana", unit="potong")
    return [first, second]


def figures() -> dict[str, int]:
    report = Report.objects.get(replaced_by=None)
    return {line.product_line.name: int(line.quantity) for line in report.lines.select_related("product_line")}


@pytest.mark.parametrize("backwards", [False, True])
def test_a_product_that_a_later_report_leaves_out_keeps_its_figure(
    phone: Phone, business: Business, lines: list[ProductLine], backwards: bool
) -> None:
    first, second = lines

    def report(minutes: int, amounts: dict[ProductLine, str]) -> bytes:
        said = [{"line": line.pk, "amount": amount} for line, amount in amounts.items()]
        return phone.write("report", minutes=minutes, business=business.pk, month="2022-02", amounts=said)

    texts = [report(1, {first: "1269", second: "12 kodi"}), report(2, {first: "1300"})]
    order = texts[::-1] if backwards else texts
    assert [phone.send(text).outcome for text in order] == ["stored", "stored"]
    assert figures() == {first.name: 1300, second.name: 240}


def test_deciding_for_one_part_leaves_the_others(
    phone: Phone, new_phone: Callable[..., Phone], rina: Person, business: Business, lines: list[ProductLine]
) -> None:
    first, second = lines
    amounts = [{"line": first.pk, "amount": "100"}, {"line": second.pk, "amount": "50"}]
    phone.say("report", minutes=1, business=business.pk, month="2022-02", amounts=amounts)
    theirs = [{"line": first.pk, "amount": "900"}]
    new_phone(rina).say("report", minutes=2, business=business.pk, month="2022-02", amounts=theirs)
    assert figures() == {first.name: 900, second.name: 50}
    conflict = Conflict.objects.get()
    decide_conflict(conflict, rina, chosen=Received.objects.get(person=phone.person))
    assert figures() == {first.name: 100, second.name: 50}
