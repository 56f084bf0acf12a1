"""A batch is one transaction, and each of its items a savepoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration
from sambang.audit.models import Entry
from sambang.audit.verification import first_chain_break
from sambang.intake import receiving
from sambang.intake.models import Conflict, Received
from sambang.intake.receiving import Sender, receive_items
from sambang.production.amounts import Amount
from sambang.production.cell_rebuild import verify
from sambang.production.models import CellChange, CellEvent, CellSum, Report
from sambang.production.operations import submit_report
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Attendance, Photo, Visit
from tests.intake.conftest import Phone

pytestmark = pytest.mark.django_db


def wish(phone: Phone, visit: Visit, business: Business, words: str, **head: Any) -> bytes:
    return phone.write(
        "aspiration", visit=visit.pk, business=business.pk, kind="aspiration", text=words, difficulty="capital", **head
    )


def outcomes(phone: Phone, texts: list[bytes]) -> list[str]:
    return [str(receipt.outcome) for receipt in phone.send_all(texts)]


def report(phone: Phone, business: Business, month: str, amount: str, minutes: int = 0) -> bytes:
    [line] = business.product_lines.all()
    amounts = [{"line": line.pk, "amount": amount}]
    return phone.write("report", minutes=minutes, business=business.pk, month=month, amounts=amounts)


def test_the_refused_one_pulls_nobody_down(
    phone: Phone, visit: Visit, business: Business, make_business: Callable[..., Business]
) -> None:
    other = make_business("Lain")
    lines = Entry.objects.count()
    texts = [
        wish(phone, visit, business, "Modal"),
        phone.write("attend", minutes=9, visit=visit.pk, business=business.pk, present=True, pulse=1001),
        phone.write("attend", visit=visit.pk, business=other.pk, present=True),
        b"{",
        phone.write("attend", visit=visit.pk, business=business.pk, present=False),
    ]
    assert outcomes(phone, texts) == ["stored", "refused", "stored", "refused", "stored"]
    assert {bytes(row.text) for row in Received.objects.all()} == set(texts)
    assert set(Attendance.objects.values_list("business", "present")) == {(business.pk, False), (other.pk, True)}
    assert Entry.objects.count() == lines + 3
    assert first_chain_break() == ""
    numbers = [row.number for row in Received.objects.in_order()]
    assert numbers == list(range(numbers[0] or 0, (numbers[0] or 0) + 5))
    assert outcomes(phone, texts) == ["already", "refused", "already", "refused", "already"]


def test_several_words_about_one_thing_in_one_sending_are_heard_in_their_order(
    phone: Phone, new_phone: Callable[..., Phone], rina: Person, visit: Visit, business: Business
) -> None:
    def pulse_item(minutes: int, pulse: int) -> bytes:
        return phone.write("attend", minutes=minutes, visit=visit.pk, business=business.pk, present=True, pulse=pulse)

    other = new_phone(rina)
    other.say("attend", minutes=2, visit=visit.pk, business=business.pk, present=True, pulse=20)
    refused = phone.write("attend", minutes=9, visit=visit.pk, business=business.pk, present=True, pulse=5000)
    assert outcomes(phone, [pulse_item(3, 30), pulse_item(1, 10), refused, pulse_item(4, 40)]) == [
        "stored",
        "stored",
        "refused",
        "stored",
    ]
    assert Attendance.objects.get().pulse == 40
    assert Conflict.objects.count() == 1
    assert [row.submitted["value"]["pulse"] for row in Received.objects.stored().in_order() if row.submitted] == [
        20,
        30,
        10,
        40,
    ]


def test_reports_together_leave_the_cells_as_one_by_one(
    phone: Phone, visit: Visit, business: Business, make_business: Callable[..., Business], sari: Person
) -> None:
    other = make_business("Lain")
    for each in (business, other):
        [line] = each.product_lines.all()
        submit_report(
            each,
            sari,
            month=phone_month("2021-12"),
            amounts={line: Amount(Decimal(100), 2_000_000, "100")},
            source="officer",
        )
    before = CellEvent.objects.count()
    texts = [
        report(phone, business, "2022-01", "90"),
        report(phone, other, "2022-01", "3 kodi"),
        report(phone, business, "2022-02", "99999999999"),  # worth more than anybody makes: refused
        report(phone, business, "2022-02", "80"),
        report(phone, other, "2022-01", "70", minutes=1),  # the same phone mends its word: a new version
        report(phone, business, "2021-11", "60"),  # a month that lies before
    ]
    assert outcomes(phone, texts) == ["stored", "stored", "refused", "stored", "stored", "stored"]
    assert CellEvent.objects.count() == before + 5
    assert verify() == ""
    assert Report.objects.filter(replaced_by=None).count() == 6
    sums: dict[tuple[int, int, int], int] = {}
    for change in CellChange.objects.all():
        key = change.cell_id, change.month, change.gap
        sums[key] = sums.get(key, 0) + change.num
    assert {key: num for key, num in sums.items() if num} == {
        (row.cell_id, row.month, row.gap): row.num for row in CellSum.objects.exclude(num=0)
    }


def phone_month(written: str) -> Any:
    from sambang.lib.months import parse_month

    return parse_month(written)


def test_an_id_twice_in_one_sending(phone: Phone, visit: Visit, business: Business) -> None:
    key = uuid4()
    text, other = (wish(phone, visit, business, words, id=key) for words in ("Modal", "Lain"))
    assert outcomes(phone, [text, text, other, text]) == ["stored", "already", "refused", "already"]
    assert Aspiration.objects.get().text == "Modal"
    assert {bytes(row.text) for row in Received.objects.all()} == {text, other}


def test_a_new_business_and_what_is_said_of_it_in_one_sending(phone: Phone, visit: Visit, cluster: Cluster) -> None:
    new, line = uuid4(), uuid4()
    business = phone.write(
        "business",
        business=new,
        cluster=cluster.pk,
        name="Jahit Baru",
        owner_name="Bu Baru",
        lines=[{"line": line, "name": "Kaos", "unit": "potong"}],
    )
    record_attendance = phone.write("attend", visit=visit.pk, business=new, present=True)
    monthly = phone.write("report", business=new, month="2022-02", amounts=[{"line": line, "amount": "3 kodi"}])
    assert outcomes(phone, [business, record_attendance, monthly]) == ["stored"] * 3
    assert (Attendance.objects.get().business_id, Report.objects.get().business_id) == (new, new)
    assert Received.objects.filter(business=new).count() == 3


def test_a_picture_goes_by_itself_and_is_answered_in_its_place(
    phone: Phone, visit: Visit, business: Business, picture: Any
) -> None:
    told = phone.bring(picture())
    missing = {"sha256": "0" * 64, "size": 9, "name": "b.jpg"}
    texts = [
        phone.write("photo", visit=visit.pk, files=[told]),
        wish(phone, visit, business, "Modal"),
        phone.write("photo", visit=visit.pk, files=[missing]),
    ]
    receipts = phone.send_all(texts)
    assert [str(receipt.outcome) for receipt in receipts] == ["stored", "stored", "incomplete"]
    assert [receipt.files for receipt in receipts] == [((told["sha256"], True),), (), (("0" * 64, False),)]
    assert Photo.objects.count() == 1


def test_a_sending_in_any_order_and_in_parts_ends_the_same(
    phone: Phone, visit: Visit, business: Business, picture: Any
) -> None:
    told = phone.bring(picture("navy"))
    texts = [wish(phone, visit, business, words) for words in ("Satu", "Dua")]
    texts += [phone.write("photo", visit=visit.pk, files=[told]), texts[0]]
    assert outcomes(phone, texts[::-1]) == ["stored", "stored", "stored", "already"]
    assert outcomes(phone, texts) == ["already"] * 4
    assert (Aspiration.objects.count(), Photo.objects.count(), Received.objects.count()) == (2, 1, 3)


def test_other_bytes_under_a_files_name_are_not_taken_for_it(
    phone: Phone, new_phone: Callable[..., Phone], rina: Person, visit: Visit, picture: Any
) -> None:
    """Two pictures that both phones call foto.jpg are two; one whose bytes are another's hash is not here."""
    mine, theirs = phone.bring(picture("red")), new_phone(rina).bring(picture("green"))
    assert mine["name"] == theirs["name"] and mine["sha256"] != theirs["sha256"]
    texts = [phone.write("photo", visit=visit.pk, files=[file]) for file in (mine, theirs)]
    assert outcomes(phone, texts) == ["stored", "incomplete"]
    assert Photo.objects.count() == 1


def failing_once(error: Exception) -> Callable[[Any], None]:
    """Stands for what is done at the end of a transaction: it fails the first time."""
    real, failures = receiving._number, [error]

    def settle(rows: Any) -> None:
        real(rows)
        if failures:
            raise failures.pop()

    return settle


def test_a_group_that_fails_is_taken_one_by_one(
    phone: Phone, visit: Visit, business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_number", failing_once(IntegrityError("nobody foresaw")))
    texts = [wish(phone, visit, business, words) for words in ("Satu", "Dua", "Tiga")]
    receipts = receive_items(texts, Sender(phone.person, phone.device))
    assert [str(receipt.outcome) for receipt in receipts] == ["stored"] * 3
    assert Aspiration.objects.count() == 3
    assert first_chain_break() == ""
    assert len({receipt.number for receipt in receipts}) == 3
    assert [json.loads(bytes(row.text))["body"]["text"] for row in Received.objects.in_order()] == [
        "Satu",
        "Dua",
        "Tiga",
    ]


def test_a_database_out_of_reach_is_no_answer(
    phone: Phone, visit: Visit, business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_number", failing_once(OperationalError("database is locked")))
    with pytest.raises(OperationalError):
        phone.send_all([wish(phone, visit, business, words) for words in ("Satu", "Dua")])
    assert not Received.objects.exists() and not Aspiration.objects.exists()


@pytest.mark.parametrize(
    ("state", "alone"), [("40P01", True), ("40001", True), ("57014", False), ("", False), (None, False)]
)
def test_only_a_group_that_met_another_one_is_taken_one_by_one(state: str | None, alone: bool) -> None:
    """The states of PostgreSQL: deadlock, serialization failure, cancelled."""
    error = OperationalError()
    if state is not None:
        error.__cause__ = Exception()
        error.__cause__.sqlstate = state  # type: ignore[attr-defined]
    assert receiving._may_succeed_alone(error) is alone
