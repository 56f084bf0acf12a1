"""Normalisation and validation of NIK, NIB, NPWP and telephone numbers.

Each `clean_` function returns '' for an empty text and raises ValueError with a sentence for the user.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _
from lokal.phone import parse_phone

PUNCTUATION = re.compile(r"[\s.\-‐‑‒–—―−/()'’‘`´]+")


def strip_invisible(text: str) -> str:
    """The text without format characters (direction, zero width) and without the `="…"` by which a CSV forces text."""
    text = "".join(mark for mark in text if unicodedata.category(mark) != "Cf").strip()
    forced = re.fullmatch(r'="([^"]*)"', text)
    return forced[1].strip() if forced else text


def clean_nik(text: str) -> str:
    """16 digits. The birth date inside is not checked: valid cards with an impossible one exist."""
    return _digits(text, {16}, _("NIK harus 16 angka, yang tertulis %(count)d angka: periksa KTP-nya."))


def clean_nib(text: str) -> str:
    return _digits(text, {13}, _("NIB harus 13 angka, yang tertulis %(count)d angka: periksa surat NIB-nya."))


def clean_npwp(text: str) -> str:
    """15 digits (the old number), 16 (NIK as NPWP, or a body's) or 22 (NITKU, a branch)."""
    return _digits(text, {15, 16, 22}, _("NPWP harus 15, 16, atau 22 angka, yang tertulis %(count)d angka."))


def _digits(text: str, lengths: set[int], message: str) -> str:
    digits = PUNCTUATION.sub("", re.sub(r"(?<=\d{5})\.0$", "", strip_invisible(text)))
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(_("Tulis angka saja: “%(text)s” berisi huruf atau tanda lain.") % {"text": text.strip()[:40]})
    if len(digits) not in lengths:
        raise ValueError(message % {"count": len(digits)})
    if not digits.strip("0"):
        raise ValueError(_("Nomor tidak boleh nol semua; kosongkan bila belum ada."))
    return digits


def clean_phone(text: str) -> str:
    """E.164 (`+62…`) for 0812…, 812…, 62812…, 0062812…, +62 812-… and (0274) 123456, validated by lokal-id."""
    text = strip_invisible(text)
    number = re.sub(r"^00(?=62)", "+", PUNCTUATION.sub("", text))
    if number.startswith("+") and not number.startswith("+62"):
        raise ValueError(_("Nomor telepon “%(text)s” bukan nomor Indonesia.") % {"text": text[:40]})
    if not number:
        return ""
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or "/" in text:
        raise ValueError(
            _("Nomor telepon “%(text)s” berisi huruf atau tanda lain: tulis satu nomor saja.") % {"text": text[:40]}
        )
    phone = parse_phone(number)
    if not phone.valid:
        raise ValueError(
            _("Nomor telepon “%(text)s” bukan nomor Indonesia, terlalu pendek, atau terlalu panjang.")
            % {"text": text[:40]}
        )
    return str(phone.e164)
