"""Devices: registration at the first contact, and the status that they report at each contact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.access.row_security import bypass_row_security
from sambang.intake.models import Device
from sambang.lib import clock

MAX_SAFE_INTEGER = 2**53  # JavaScript's Number.MAX_SAFE_INTEGER
MAX_COUNT = 2**31 - 1


def home_code(person: Person) -> str:
    """The region code of the council to which a person's phone belongs; with several councils, the most local one."""
    return max((code for _role, code in reader_for(person).grants), key=lambda code: (code.level, code), default="")


@bypass_row_security(__name__)
def device_of(person: Person, key: UUID, *, name: str = "", version: str = "") -> Device:
    """The device with this key. It is created if it is new, or if it was lost when the office was restored from a
    backup."""
    device = Device.objects.filter(pk=key).first()
    if device is None:
        try:
            with transaction.atomic():
                return Device.objects.create(
                    id=key,
                    name=name[:120],
                    version=version[:60],
                    region_code=home_code(person),
                    first_by=person,
                    last_by=person,
                )
        except IntegrityError:  # a concurrent request created it
            device = Device.objects.get(pk=key)
    if name and device.name != name[:120]:
        device.name = name[:120]
        device.save(update_fields=["name"])
    return device


@bypass_row_security(__name__)
def record_contact(device: Device, person: Person, status: Mapping[str, Any]) -> None:
    """Save the status that a device reports. Unreadable values are ignored and never cause an item to be refused."""
    now = clock.now()
    storage = status.get("storage")
    storage = storage if isinstance(storage, dict) else {}
    device.last_by, device.last_contact = person, now
    device.version = str(status.get("version") or "").replace("\0", "")[:60]
    device.made = max(device.made, _count(status.get("made")) or 0)
    device.waiting = min(_count(status.get("waiting")) or 0, MAX_COUNT)
    device.quarantined = min(_count(status.get("quarantined")) or 0, MAX_COUNT)
    device.storage_used, device.storage_quota = _count(storage.get("used")), _count(storage.get("quota"))
    own_time = _moment(status.get("clock"))
    ahead = round((own_time - now).total_seconds()) if own_time else None
    device.clock_ahead = None if ahead is None else max(-MAX_COUNT, min(ahead, MAX_COUNT))
    device.save(
        update_fields=[
            "last_by",
            "last_contact",
            "version",
            "made",
            "waiting",
            "quarantined",
            "storage_used",
            "storage_quota",
            "clock_ahead",
        ]
    )


def _count(value: Any) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value <= MAX_SAFE_INTEGER else None


def _moment(value: Any) -> datetime | None:
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
