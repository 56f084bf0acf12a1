"""Parsing of items (docs/decisions/0018-field-protocol.md): first the envelope, then the body by the schema of its
kind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sambang.intake.envelope import Envelope
from sambang.intake.kinds import kinds
from sambang.intake.kinds.base import FieldItem, ItemKind
from sambang.intake.schema import MAX_NUMBER, ItemError, read_dataclass

PROTOCOL_VERSION = 1  # the newest version of the protocol; older versions are accepted too
MAX_ITEM_SIZE = 64 * 1024  # maximum size of one item in bytes
HEX_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class ParsedItem:
    """The result of parsing an item. `id` and `envelope` are set if they are readable, even if the rest is not; `error`
    then gives the reason."""

    id: UUID | None = None
    envelope: Envelope | None = None
    item: FieldItem | None = None
    error: str = ""


def parse(text: bytes) -> ParsedItem:
    parsed = ParsedItem()
    try:
        fields = loaded(text)
        parsed = ParsedItem(id=_id_of(fields))
        envelope = _envelope(fields)
        parsed = ParsedItem(envelope.id, envelope)
        return ParsedItem(envelope.id, envelope, _item(envelope))
    except ItemError as error:
        return ParsedItem(parsed.id, parsed.envelope, error=str(error))


def parse_item(text: bytes) -> FieldItem:
    """Parse the text of a stored item. Raises ItemError."""
    return _item(_envelope(loaded(text)))


def _id_of(fields: dict[str, Any]) -> UUID | None:
    try:
        return UUID(fields["id"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _envelope(fields: dict[str, Any]) -> Envelope:
    envelope: Envelope = read_dataclass(Envelope, fields)
    if envelope.sequence is not None and not 1 <= envelope.sequence <= MAX_NUMBER:
        raise ItemError(_("Nomor urut catatan tidak mungkin %(number)s.") % {"number": envelope.sequence})
    return envelope


def _item(envelope: Envelope) -> FieldItem:
    if not 1 <= envelope.schema <= PROTOCOL_VERSION:
        raise ItemError(_("Catatan ini dari aplikasi yang lebih baru daripada kantor: perbarui Sambang di kantor."))
    kind = kinds().get(envelope.kind)
    if kind is None:
        raise ItemError(_("Jenis catatan “%(kind)s” tidak dikenal.") % {"kind": envelope.kind})
    _require_files(envelope, kind)
    return FieldItem(envelope, read_dataclass(kind.schema, envelope.body), kind)


def _require_files(envelope: Envelope, kind: ItemKind) -> None:
    if len(envelope.files) != (1 if kind.has_file else 0):
        raise ItemError(
            _("Catatan jenis ini harus membawa tepat satu berkas.")
            if kind.has_file
            else _("Catatan jenis ini tidak membawa berkas: kirim fotonya sebagai catatan foto.")
        )
    for file in envelope.files:
        if len(file.sha256) != 64 or set(file.sha256) - HEX_DIGITS or file.size < 1:
            raise ItemError(_("Sidik berkas pada catatan tidak terbaca."))


def loaded(text: bytes) -> dict[str, Any]:
    """Decode bytes as a JSON object. Raises ItemError."""
    if len(text) > MAX_ITEM_SIZE:
        raise ItemError(_("Catatan terlalu besar: paling banyak 64 KB, tanpa fotonya."))
    try:
        content = json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise ItemError(_("Catatan rusak: isinya tidak terbaca.")) from None
    if not isinstance(content, dict):
        raise ItemError(_("Catatan rusak: isinya tidak terbaca."))
    return content


def _refuse_constant(word: str) -> None:
    """Reject NaN and Infinity, which are not valid JSON."""
    raise ValueError(word)
