"""An item in words, for people at the desk: every value that was said, under the name of its field."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.intake.merging import Value
from sambang.intake.models import Received
from sambang.intake.slots import field_title
from sambang.registry.models import ProductLine

KIND_NAMES: dict[str, Any] = {
    "hold": gettext_lazy("pelaksanaan kunjungan"),
    "attend": gettext_lazy("kehadiran"),
    "aspiration": gettext_lazy("aspirasi"),
    "report": gettext_lazy("laporan bulanan"),
    "confirm": gettext_lazy("jawaban pemilik"),
    "photo": gettext_lazy("foto"),
    "business": gettext_lazy("IKM baru"),
    "profile": gettext_lazy("perubahan data IKM"),
    "signature": gettext_lazy("tanda tangan ketua"),
}
FIELD_NAMES: dict[str, Any] = {
    "held_on": gettext_lazy("tanggal"),
    "summary": gettext_lazy("pokok pembicaraan"),
    "conclusion": gettext_lazy("kesimpulan"),
    "present": gettext_lazy("hadir"),
    "represented_by": gettext_lazy("diwakili"),
    "pulse": gettext_lazy("produksi dibanding bulan biasa (%)"),
    "workers_seen": gettext_lazy("pekerja yang ditemui"),
    "words": gettext_lazy("kata-katanya"),
    "difficulty": gettext_lazy("kesulitan"),
    "also_touches": gettext_lazy("siapa lagi yang mengalami"),
    "kind": gettext_lazy("jenis"),
    "month": gettext_lazy("bulan"),
    "amounts": gettext_lazy("jumlah"),
    "amount": gettext_lazy("jumlah"),
    "value": gettext_lazy("nilai"),
    "solved": gettext_lazy("sudah beres"),
    "caption": gettext_lazy("keterangan"),
    "name": gettext_lazy("nama"),
    "owner_name": gettext_lazy("nama pemilik"),
    "phone": gettext_lazy("nomor HP/WA"),
    "commodity": gettext_lazy("jenis industri"),
    "lines": gettext_lazy("produk"),
    "unit": gettext_lazy("satuan"),
    "field": gettext_lazy("yang diubah"),
    "base": gettext_lazy("semula"),
    "office": gettext_lazy("jabatan"),
}
HIDDEN = frozenset({"code"})  # the owner's: not for reading again
KEYS = frozenset({"visit", "business", "cluster", "action", "line"})  # ids; the page shows the rows themselves


def kind_name(kind: str) -> str:
    return str(KIND_NAMES.get(kind, kind or _("tidak terbaca")))


def body_of(row: Received) -> dict[str, Any] | None:
    """What it says as it stands in the text; None where that cannot be read."""
    try:
        body = json.loads(bytes(row.text))["body"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def said_in(row: Received) -> list[tuple[str, str]]:
    """(field, what was said) of everything in the item but ids and the owner's code."""
    body = body_of(row)
    return [] if body is None else list(_pairs(body))


def _pairs(said: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in said.items():
        if name in HIDDEN or name in KEYS or value in (None, "", []):
            continue
        if name == "field":
            yield str(FIELD_NAMES[name]), _field(value)
        else:
            yield str(FIELD_NAMES.get(name, name)), _plain(value)


def _field(name: Any) -> str:
    try:
        return field_title(str(name))
    except Exception:  # a name that no column has: shown as it was said
        return str(name)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, list):
        return "; ".join(_plain(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(words for _name, words in _pairs(value))
    return str(value)


def value_in_words(kind: str, value: Value) -> list[tuple[str, str]]:
    """A slot's value (`slots.py`): of a report by its products, of a fact the fact itself."""
    if kind == "report":
        lines = ProductLine.objects.in_bulk([UUID(key) for key in value])
        return [(str(lines.get(UUID(key), key)), _amount(said)) for key, said in sorted(value.items())]
    if isinstance(value, dict):
        return [
            (str(FIELD_NAMES.get(name, name)), _plain(part)) for name, part in value.items() if part not in (None, "")
        ]
    return [("", str(value) if value not in (None, "") else _("(kosong)"))]


def _amount(said: dict[str, Any]) -> str:
    typed = said["entered"] if said["entered"] not in {"", said["quantity"]} else ""
    parts = [
        said["quantity"],
        f"(“{typed}”)" if typed else "",
        f"Rp{said['value']}" if said["value"] is not None else "",
    ]
    return " ".join(part for part in parts if part)
