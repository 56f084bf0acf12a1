"""Import of the file that a phone exported: its entries are decrypted with the stored keys, and each item is passed to
`receiving.receive_item`. The format is described in docs/decisions/0018-field-protocol.md."""

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
from sambang.intake.items import PROTOCOL_VERSION
from sambang.intake.models import Device, DeviceKey
from sambang.intake.operations import begin_import
from sambang.intake.queries import desk
from sambang.intake.receiving import receive_item
from sambang.registry.encryption import DEVICE_KEY, decrypt

MAX_FILE_SIZE = 200 * 1024 * 1024  # maximum size in bytes
TAG_BYTES, NONCE_BYTES = 16, 12


@dataclass
class ExportedFileResult:
    """The number of imported items by outcome. `unread`: entries that could not be decrypted or parsed."""

    device: Device
    outcomes: Counter[str] = field(default_factory=Counter)
    unread: int = 0


def import_file(content: bytes, by: Person) -> ExportedFileResult:
    """Import every readable item. Raises ValidationError if the content is not an exported file or the council does not
    know the device, and PermissionDenied."""
    content_json = _read(content)
    key = _key(content_json.get("device"))
    device = desk(by, Device).filter(pk=key).first() if key else None
    if device is None:
        raise ValidationError(_("HP yang membuat berkas ini tidak dikenal di kantor ini."))
    begin_import(device, by)
    keys = {
        row.person_id: (row.person, AESGCM(decrypt(row.encrypted_key, purpose=DEVICE_KEY)))
        for row in DeviceKey.objects.filter(device=device).select_related("person")
    }
    done = ExportedFileResult(device)
    for entry in content_json["files"]:
        opened = _decrypted(entry, keys)
        if opened is None or not _store_file(*opened):
            done.unread += 1
    for entry in content_json["items"]:
        opened = _decrypted(entry, keys)
        if opened is None:
            done.unread += 1
        else:
            done.outcomes[receive_item(opened[1], by=opened[0], device=device, brought_by=by).outcome] += 1
    return done


def _read(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
        is_export = (
            data["sambang"] == "lapangan" and isinstance(data["items"], list) and isinstance(data["files"], list)
        )
        is_newer = data["schema"] > PROTOCOL_VERSION
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


def _decrypted(entry: Any, keys: dict[UUID, tuple[Person, AESGCM]]) -> tuple[Person, bytes] | None:
    """Decrypt an entry: (author, content). None if it cannot be decrypted or does not match its hash."""
    try:
        person, key = keys[UUID(entry["by"])]
        nonce, encrypted = (base64.b64decode(entry[name], validate=True) for name in ("iv", "sealed"))
        if len(nonce) != NONCE_BYTES or len(encrypted) < TAG_BYTES:
            return None
        content = key.decrypt(nonce, encrypted, None)
        right = hashlib.sha256(content).hexdigest() == entry["sha256"]
    except (KeyError, TypeError, ValueError, AttributeError, InvalidTag):
        return None
    return (person, content) if right else None


def _store_file(person: Person, content: bytes) -> bool:
    """Store the rest of the file in the upload folder, after the bytes already received. Returns whether it is
    complete."""
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        begun = uploads.state_of(person, sha256).received
        if begun < len(content):
            uploads.append_chunk(person, sha256, uploads.Chunk(begun, len(content), content[begun:]))
    except uploads.ChunkError:
        return False
    return uploads.state_of(person, sha256).complete
