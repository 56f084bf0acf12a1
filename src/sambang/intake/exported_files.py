"""Importing the file that a phone exported: decrypted with the stored keys, each item through `receiving.take`.

Its form is in docs/decisions/0018-field-protocol.md.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.intake import uploads
from sambang.intake.items import SCHEMA
from sambang.intake.models import Device, DeviceKey
from sambang.intake.operations import begin_import
from sambang.intake.queries import desk
from sambang.intake.receiving import take
from sambang.registry.encryption import DEVICE_KEY, decrypt

LARGEST = 200 * 1024 * 1024  # bytes of an exported file
TAG, NONCE = 16, 12


@dataclass
class Imported:
    """The number of items of a file by outcome; `unread`: those that could not be decrypted or read."""

    device: Device
    outcomes: Counter[str] = field(default_factory=Counter)
    unread: int = 0


def import_file(content: bytes, by: Person) -> Imported:
    """Import every item that can be read. Raises ValidationError where it is no such file, or where the council does
    not know the device, and PermissionDenied."""
    content_json = _read(content)
    key = _key(content_json.get("device"))
    device = desk(by, Device).filter(pk=key).first() if key else None
    if device is None:
        raise ValidationError(_("HP yang membuat berkas ini tidak dikenal di kantor ini."))
    begin_import(device, by)
    keys = {
        row.person_id: (row.person, AESGCM(decrypt(row.sealed, purpose=DEVICE_KEY)))
        for row in DeviceKey.objects.filter(device=device).select_related("person")
    }
    done = Imported(device)
    for entry in content_json["files"]:
        opened = _unsealed(entry, keys)
        if opened is None or not _keep(*opened):
            done.unread += 1
    for entry in content_json["items"]:
        opened = _unsealed(entry, keys)
        if opened is None:
            done.unread += 1
        else:
            done.outcomes[take(opened[1], by=opened[0], device=device, brought_by=by).outcome] += 1
    return done


def _read(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
        is_export = (
            data["sambang"] == "lapangan" and isinstance(data["items"], list) and isinstance(data["files"], list)
        )
        is_newer = data["schema"] > SCHEMA
    except (ValueError, KeyError, TypeError, RecursionError):
        is_export = is_newer = False
    if not is_export:
        raise ValidationError(_("Ini bukan berkas yang disimpan dari aplikasi lapangan Sambang."))
    if is_newer:
        raise ValidationError(
            _("Berkas ini dari aplikasi yang lebih baru daripada kantor: perbarui Sambang di kantor.")
        )
    return dict(data)


def _key(written: Any) -> UUID | None:
    try:
        return UUID(written)
    except (ValueError, TypeError, AttributeError):
        return None


def _unsealed(entry: Any, keys: dict[UUID, tuple[Person, AESGCM]]) -> tuple[Person, bytes] | None:
    """Who wrote it and what; None where it cannot be opened, or is not what its hash says."""
    try:
        person, key = keys[UUID(entry["by"])]
        nonce, encrypted = (base64.b64decode(entry[name], validate=True) for name in ("iv", "sealed"))
        if len(nonce) != NONCE or len(encrypted) < TAG:
            return None
        content = key.decrypt(nonce, encrypted, None)
        right = hashlib.sha256(content).hexdigest() == entry["sha256"]
    except (KeyError, TypeError, ValueError, AttributeError, InvalidTag):
        return None
    return (person, content) if right else None


def _keep(person: Person, content: bytes) -> bool:
    """Into the staging where a file that came by itself would lie, whatever was there of it before."""
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        begun = uploads.state_of(person, sha256).received
        if begun < len(content):
            uploads.take_piece(person, sha256, uploads.Piece(begun, len(content), content[begun:]))
    except uploads.PieceError:
        return False
    return uploads.state_of(person, sha256).complete
