"""The key that seals what lies on a phone: made once for a person on a phone, kept here sealed."""

from __future__ import annotations

import os

from sambang.access.models import Person
from sambang.intake.models import Device, DeviceKey
from sambang.registry.encryption import DEVICE_KEY, decrypt, encrypt

SIZE = 32  # bytes: AES-256


def key_for(device: Device, person: Person) -> bytes:
    """The same at every asking."""
    new_key = encrypt(os.urandom(SIZE), purpose=DEVICE_KEY)
    row, _made = DeviceKey.objects.get_or_create(device=device, person=person, defaults={"sealed": new_key})
    return decrypt(row.sealed, purpose=DEVICE_KEY)
