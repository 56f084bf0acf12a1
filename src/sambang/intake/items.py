"""Parsing of items (docs/decisions/0018-field-protocol.md): the envelope first, then the body by the schema of its
kind."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from sambang.intake.envelope import Envelope
from sambang.intake.kinds import kinds
from sambang.intake.kinds.base import Item
from sambang.intake.schema import GREATEST, ItemError, read

SCHEMA = 1  # the newest version of the table below; every older one is taken too
LARGEST = 64 * 1024  # bytes of one item


def parse(text: bytes) -> Item:
    """The item that these bytes are. Raises ItemError with a sentence."""
    head: Envelope = read(Envelope, loaded(text))
    if not 1 <= head.schema <= SCHEMA:
        raise ItemError(_("Catatan ini dari aplikasi yang lebih baru daripada kantor: perbarui Sambang di kantor."))
    kind = kinds().get(head.kind)
    if kind is None:
        raise ItemError(_("Jenis catatan “%(kind)s” tidak dikenal.") % {"kind": head.kind})
    if head.sequence is not None and not 1 <= head.sequence <= GREATEST:
        raise ItemError(_("Nomor urut catatan tidak mungkin %(number)s.") % {"number": head.sequence})
    wanted = 1 if kind.has_file else 0
    if len(head.files) != wanted:
        raise ItemError(
            _("Catatan jenis ini harus membawa tepat satu berkas.")
            if wanted
            else _("Catatan jenis ini tidak membawa berkas: kirim fotonya sebagai catatan foto.")
        )
    for file in head.files:
        if len(file.sha256) != 64 or set(file.sha256) - set("0123456789abcdef") or file.size < 1:
            raise ItemError(_("Sidik berkas pada catatan tidak terbaca."))
    return Item(head, read(kind.schema, head.body), kind)


def loaded(text: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are. Raises ItemError."""
    if len(text) > LARGEST:
        raise ItemError(_("Catatan terlalu besar: paling banyak 64 KB, tanpa fotonya."))
    try:
        found = json.loads(text.decode("utf-8"), parse_constant=_no_number)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise ItemError(_("Catatan rusak: isinya tidak terbaca.")) from None
    if not isinstance(found, dict):
        raise ItemError(_("Catatan rusak: isinya tidak terbaca."))
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)
