"""After a restore from a backup phones detect the new epoch and send their items again; nothing is lost or doubled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from sambang.aspirations.models import Aspiration
from sambang.intake.epochs import begin_epoch, current_epoch, detect_restoration
from sambang.intake.models import Epoch, Received
from sambang.registry.models import Business
from sambang.visits.models import Visit
from tests.intake.conftest import Phone

SEND = "/lapangan/kirim.json"


class Backup:
    """A copy of the whole database, by the means of the database itself."""

    def __init__(self) -> None:
        self.name = connection.settings_dict["NAME"]
        if connection.vendor == "sqlite":
            self.copy = sqlite3.connect(":memory:")
            connection.ensure_connection()
            connection.connection.backup(self.copy)
        else:
            self.command(f'CREATE DATABASE "{self.name}_copy" TEMPLATE "{self.name}"')

    def restore(self) -> None:
        if connection.vendor == "sqlite":
            self.copy.backup(connection.connection)
        else:
            self.command(f'DROP DATABASE "{self.name}"', f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_copy"')

    def throw_away(self) -> None:
        if connection.vendor == "sqlite":
            self.copy.close()
        else:
            self.command(f'DROP DATABASE "{self.name}_copy"')

    @staticmethod
    def command(*statements: str) -> None:
        connection.close()
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            for statement in statements:
                cursor.execute(statement)


@contextmanager
def backed_up() -> Iterator[Backup]:
    backup = Backup()
    try:
        yield backup
    finally:
        backup.throw_away()


class App:
    """The phone's side of the protocol: remembers the highest number it saw, and forgets no item."""

    def __init__(self, client: Client, phone: Phone) -> None:
        client.force_login(phone.person)
        self.client, self.phone = client, phone
        self.log: dict[str, bytes] = {}
        self.waiting: list[str] = []
        self.epoch, self.seen = "", {}

    def write(self, **facts: Any) -> None:
        text = self.phone.write("aspiration", **facts)
        key = json.loads(text)["id"]
        self.log[key] = text
        self.waiting.append(key)

    def sync(self) -> list[str]:
        """The outcomes of one sending; a new epoch puts everything back into the queue."""
        said = {
            "device": str(self.phone.device.pk),
            "seen": self.seen,
            "items": [self.log[key].decode() for key in self.waiting],
        }
        answer = self.client.post(SEND, json.dumps(said), content_type="application/json").json()
        for receipt in answer["answers"]:
            assert receipt["outcome"] in {"stored", "already"}, receipt
            self.waiting.remove(receipt["id"])
            if receipt["epoch"] == answer["epoch"] and receipt["number"] > self.seen.get("number", 0):
                self.seen = {"epoch": receipt["epoch"], "number": receipt["number"], "item": receipt["id"]}
        if self.epoch and answer["epoch"] != self.epoch:
            self.waiting, self.seen = list(self.log), {}
        self.epoch = answer["epoch"]
        return [receipt["outcome"] for receipt in answer["answers"]]


@pytest.mark.django_db(transaction=True)
def test_after_a_restoration_nothing_is_lost_and_nothing_doubled(
    client: Client, phone: Phone, visit: Visit, business: Business
) -> None:
    app = App(client, phone)
    facts = {"visit": visit.pk, "business": business.pk, "kind": "aspiration", "difficulty": "capital"}
    for number in range(3):
        app.write(text=f"Sebelum {number}", **facts)
    assert app.sync() == ["stored"] * 3
    with backed_up() as backup:
        for number in range(4):
            app.write(text=f"Sesudah {number}", **facts)
        assert app.sync() == ["stored"] * 4
        backup.restore()
    assert Aspiration.objects.count() == 3
    app.write(text="Sekarang", **facts)
    assert app.sync() == ["stored"]  # the answer tells the new epoch
    assert Epoch.objects.count() == 2
    assert app.sync() == ["already"] * 3 + ["stored"] * 4 + ["already"]
    assert Aspiration.objects.count() == Received.objects.count() == 8
    assert app.sync() == []
    assert Epoch.objects.count() == 2


@pytest.mark.django_db
def test_a_number_that_another_item_has_tells_it_too(phone: Phone, visit: Visit, business: Business) -> None:
    """Other phones have brought the count past what this one saw, since the restoration."""
    facts = {"visit": visit.pk, "business": business.pk, "present": True}
    receipt = phone.say("attend", **facts)
    epoch = current_epoch()
    assert detect_restoration(epoch=epoch.pk, number=receipt.number, item=receipt.id) == epoch
    stranger = UUID(int=7)
    assert detect_restoration(epoch=epoch.pk, number=receipt.number, item=stranger) != epoch
    assert Epoch.objects.count() == 2


@pytest.mark.django_db
def test_what_proves_nothing_begins_nothing(phone: Phone, visit: Visit, business: Business) -> None:
    receipt = phone.say("attend", visit=visit.pk, business=business.pk, present=True)
    epoch = current_epoch().pk
    for number, item in ((None, None), (0, None), (1, receipt.id), (1, None)):
        assert detect_restoration(epoch=epoch, number=number, item=item).pk == epoch
    assert detect_restoration(epoch=UUID(int=7), number=99, item=None).pk == epoch
    assert detect_restoration(epoch=None, number=99, item=None).pk == epoch


@pytest.mark.django_db
def test_the_first_number_that_was_not_given_out_proves_a_restoration(
    phone: Phone, visit: Visit, business: Business
) -> None:
    last = phone.say("attend", visit=visit.pk, business=business.pk, present=True).number
    assert last is not None
    epoch = current_epoch()
    assert detect_restoration(epoch=epoch.pk, number=last, item=None) == epoch
    assert detect_restoration(epoch=epoch.pk, number=last + 1, item=None) != epoch


@pytest.mark.django_db
def test_two_phones_that_notice_begin_one_epoch(phone: Phone) -> None:
    epoch = current_epoch()
    first = detect_restoration(epoch=epoch.pk, number=5, item=None)
    assert detect_restoration(epoch=epoch.pk, number=9, item=None) == first


@pytest.mark.django_db
def test_the_command_begins_an_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    before = current_epoch()
    call_command("new_epoch", because="dipulihkan dari cadangan Senin")
    after = current_epoch()
    assert (after.ordinal, after.because) == (before.ordinal + 1, "dipulihkan dari cadangan Senin")
    assert str(after.pk) in capsys.readouterr().out


@pytest.mark.django_db
def test_numbers_begin_anew_and_old_receipts_keep_theirs(phone: Phone, visit: Visit, business: Business) -> None:
    text = phone.write("attend", visit=visit.pk, business=business.pk, present=True)
    first = phone.send(text)
    begin_epoch("uji")
    assert phone.send(text).epoch == first.epoch
    assert (
        phone.say("attend", minutes=1, visit=visit.pk, business=business.pk, present=False).epoch == current_epoch().pk
    )
