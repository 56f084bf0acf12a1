"""The encryption key of a person's data on one phone: created once, stored encrypted at the office."""

from __future__ import annotations

import os

from sambang.access.models import Person
from sambang.intake.models import Device, DeviceKey
from sambang.registry.encryption import DEVICE_KEY, decrypt, encrypt

AES_KEY_BYTES = 32  # bytes: AES-256


def key_for(device: Device, person: Person) -> bytes:
    """The key of this person on this device. It is created on the first call; every later call returns the same key."""
    new_key = encrypt(os.urandom(AES_KEY_BYTES), purpose=DEVICE_KEY)
    row, _created = DeviceKey.objects.get_or_create(device=device, person=person, defaults={"encrypted_key": new_key})
    return decrypt(row.encrypted_key, purpose=DEVICE_KEY)
