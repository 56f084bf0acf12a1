"""A phone of Sari and its items. All people are made up."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from sambang.access.models import Person
from sambang.actions.models import Confirmation
from sambang.actions.operations import claim_action, promise_action
from sambang.intake import uploads
from sambang.intake.devices import device_of
from sambang.intake.models import Device
from sambang.intake.receiving import Receipt, Sender, receive_item, receive_items
from sambang.production.amounts import Amount
from sambang.production.models import Report
from sambang.production.operations import submit_report
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit
from sambang.visits.operations import plan_visit, record_attendance

NOON = datetime(2022, 3, 31, 12, tzinfo=UTC)


@dataclass
class Phone:
    """Writes items as the app does: numbered, never changed."""

    person: Person
    device: Device
    numbers: Any = field(default_factory=lambda: count(1))

    def write(self, kind: str, /, *, minutes: int = 0, **facts: Any) -> bytes:
        """The text of an item, recorded so many minutes after noon. `files`, `id`, `corrects` go into its head."""
        number = next(self.numbers)
        head = {name: facts.pop(name) for name in ("files", "id", "corrects", "by", "schema") if name in facts}
        item = {
            "id": uuid4(),
            "sequence": number,
            "device": self.device.pk,
            "by": self.person.pk,
            "schema": 1,
            "kind": kind,
            "recorded_at": (NOON + timedelta(minutes=minutes)).isoformat(),
            "body": facts,
            **head,
        }
        return json.dumps(item, default=str).encode()

    def send(self, text: bytes) -> Receipt:
        return receive_item(text, by=self.person, device=self.device)

    def send_all(self, texts: Sequence[bytes]) -> list[Receipt]:
        return receive_items(texts, Sender(self.person, self.device))

    def say(self, kind: str, /, **facts: Any) -> Receipt:
        return self.send(self.write(kind, **facts))

    def bring(self, content: bytes) -> dict[str, Any]:
        """A file, sent whole; what the item says of it."""
        sha256 = hashlib.sha256(content).hexdigest()
        uploads.append_chunk(self.person, sha256, uploads.Chunk(0, len(content), content))
        return {"sha256": sha256, "size": len(content), "name": "foto.jpg"}


@pytest.fixture
def new_phone(db: None) -> Callable[[Person], Phone]:
    def make(person: Person, key: UUID | None = None) -> Phone:
        return Phone(person, device_of(person, key or uuid4(), name=f"HP {person.name}"))

    return make


@pytest.fixture
def phone(new_phone: Callable[[Person], Phone], sari: Person) -> Phone:
    return new_phone(sari)


@pytest.fixture
def visit(cluster: Cluster, sari: Person) -> Visit:
    return plan_visit(cluster, sari, planned_for=date(2022, 3, 31), purpose="Mendengar rahasia", place="Rumah ketua")


@pytest.fixture
def picture() -> Callable[..., bytes]:
    def make(colour: str = "teal", kind: str = "JPEG") -> bytes:
        drawn = io.BytesIO()
        Image.new("RGB", (320, 240), colour).save(drawn, kind)
        return drawn.getvalue()

    return make


@pytest.fixture
def claimed(business: Business, visit: Visit, sari: Person, rina: Person) -> Confirmation:
    """A promise of the visit that the council says is done; the IKM is asked."""
    record_attendance(visit, sari, business=business, present=True, noted_at=NOON - timedelta(hours=1))
    action = promise_action(visit, rina, title="Pelatihan", responsible_name="Dinas", due_on=date(2022, 6, 30))
    claim_action(action, rina, claim="Sudah dilatih")
    return action.confirmations.get()


@pytest.fixture
def report_february(business: Business, sari: Person, monkeypatch: pytest.MonkeyPatch) -> Report:
    """February 2022, told in March of that year."""
    [line] = business.product_lines.all()
    report = submit_report(
        business,
        sari,
        month=date(2022, 2, 1),
        amounts={line: Amount(Decimal(400), 8_000_000, "400")},
        source=Report.Source.OFFICER,
    )
    monkeypatch.setattr("sambang.field.offline_bundle.today_in", lambda region, now=None: NOON.date())
    return report
