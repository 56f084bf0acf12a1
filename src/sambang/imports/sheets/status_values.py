"""Parsers of cells that say whether an IKM is active. As in values.py, ValueError is an error of the cell."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.values import tick

CLOSED_WORDS = re.compile(
    r"\b(tutup|bangkrut|gulung tikar"
    r"|(tidak|tdk|non|belum|tak) ?-?(lagi )?(aktif|berproduksi|produksi|jalan|berusaha|beroperasi|operasi"
    r"|ditemukan|ketemu|ada di tempat)|(ganti|alih|beralih) (usaha|profesi|pekerjaan)|berhenti|vakum|bubar|pailit"
    r"|mati suri|libur|off|pindah|meninggal|wafat|almh?)\b"
)
DOUBLE_WORDS = re.compile(r"\b(dobel|double|ganda|duplikat|sama (dengan|dgn|dg) (no|nomor|baris))\b")
ACTIVE_WORDS = re.compile(
    r"(masih )?(aktif|berproduksi|produksi|produktif|berjalan|jalan|lancar|buka|beroperasi|ya|ada)\b"
)
NOT_ACTIVE, NO_STATUS = re.compile(r"(tidak|tdk|mati|no)\b"), frozenset({"", "-", "--", "?", "n/a", "null", "kosong"})


def status(cell: CellValue) -> str | None:
    """*Aktif*. Raises ValueError for a closed business, since closing needs a date, and for a text that is no state."""
    text = text_of(cell).lower().strip(" .")
    if is_closed(text):
        raise ValueError(
            _("Usaha ini tertulis tutup: setelah diimpor, catat tutupnya dengan tanggal di halaman IKM-nya.")
        )
    if not ACTIVE_WORDS.match(text) and text not in NO_STATUS:
        raise ValueError(_("Keadaan “%(text)s” tidak dikenal: tulis aktif atau tutup.") % {"text": text[:40]})
    return "active" if text not in NO_STATUS else None


def is_closed(text: str) -> bool:
    """Whether a text under *status*, in lower case, says that the IKM is closed."""
    return bool(CLOSED_WORDS.search(text) or NOT_ACTIVE.match(text))


def question_of_remark(remark: str) -> str:
    """What a remark, in lower case, asks to do by hand; '' for nothing."""
    if CLOSED_WORDS.search(remark):
        return _("Keterangan ini tidak disimpan. Bila IKM ini tutup atau pindah, catat di halaman IKM-nya.")
    if DOUBLE_WORDS.search(remark):
        return _("Keterangan ini tidak disimpan. Bila IKM ini tercatat dua kali, gabungkan di halaman IKM-nya.")
    return ""


def is_status(text: str) -> bool:
    return is_closed(text) or ACTIVE_WORDS.match(text) is not None


def active_tick(cell: CellValue) -> bool | None:
    """A tick under *aktif*. Raises ValueError for *tidak*."""
    return tick(cell) if not is_closed(text_of(cell).lower()) else bool(status(cell))


def closed_tick(cell: CellValue) -> None:
    """Raises ValueError for a tick under *tidak aktif*."""
    if tick(cell):
        status("tutup")
