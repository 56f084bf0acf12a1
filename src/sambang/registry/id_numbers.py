"""NIK, NIB, NPWP and telephone numbers as people type them, made into the text we keep.

Each function returns '' for an empty text and raises ValueError with one sentence for the person who typed it.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

PUNCTUATION = re.compile(r"[\s.\-/()']+")


def clean_nik(text: str) -> str:
    """16 digits. The birth date inside is not judged: the office's own lists hold valid cards with odd ones."""
    return _digits(text, {16}, _("NIK harus 16 angka, yang tertulis %(count)d angka: periksa KTP-nya."))


def clean_nib(text: str) -> str:
    return _digits(text, {13}, _("NIB harus 13 angka, yang tertulis %(count)d angka: periksa surat NIB-nya."))


def clean_npwp(text: str) -> str:
    """15 digits (the old number), 16 (NIK as NPWP, or a body's) or 22 (NITKU, a branch)."""
    return _digits(text, {15, 16, 22}, _("NPWP harus 15, 16, atau 22 angka, yang tertulis %(count)d angka."))


def _digits(text: str, lengths: set[int], complaint: str) -> str:
    digits = PUNCTUATION.sub("", text)
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(_("Tulis angka saja: “%(text)s” berisi huruf atau tanda lain.") % {"text": text.strip()[:40]})
    if len(digits) not in lengths:
        raise ValueError(complaint % {"count": len(digits)})
    if not digits.strip("0"):
        raise ValueError(_("Nomor tidak boleh nol semua; kosongkan bila belum ada."))
    return digits


def clean_phone(text: str) -> str:
    """`+62…` for every Indonesian style: 0812…, 812…, 62812…, +62 812-…, (0274) 123456. Land lines are numbers too."""
    digits = PUNCTUATION.sub("", text)
    if not digits:
        return ""
    plus = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(
            _("Nomor telepon “%(text)s” berisi huruf atau tanda lain: tulis satu nomor saja.") % {"text": text[:40]}
        )
    national = re.sub(r"^(00)?62", "", digits) if plus or digits.startswith(("62", "0062")) else digits
    national = national.removeprefix("0")
    if not 7 <= len(national) <= 12 or national.startswith("0"):
        raise ValueError(_("Nomor telepon “%(text)s” terlalu pendek atau terlalu panjang.") % {"text": text[:40]})
    return f"+62{national}"
