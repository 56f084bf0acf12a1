"""Parsers of telephone cells. As in values.py, ValueError is an error of the cell."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.values import is_absent, without_exponent
from sambang.registry.id_numbers import clean_phone, strip_invisible

MIN_PHONE_DIGITS = 6
NUMBER_BREAK = re.compile(r"[/,;&|]|\bdan\b|\batau\b|\n|\s{2,}|(?<=\d)\s+-?(?=\+?62|08)")
# Words beside a number that add nothing to it.
PHONE_WORDS = re.compile(
    r"hp|wa|whatsapp|https?|wa\.?me|te?lp|tlpn?|tel[ef]?|tele?po?n|t|phone|no(mor)?|cp|contact|kontak|dan|atau|rumah"
    r"|kantor|fax"
)


def phone(cell: CellValue) -> str | None:
    """+62…; of several numbers in a cell the first mobile one, else the first."""
    numbers = phones(cell)
    return next((number for number in numbers if number.startswith("+628")), numbers[0] if numbers else None)


def phones(cell: CellValue) -> list[str]:
    """Every number of a cell, each once. Raises ValueError."""
    if is_absent(cell):
        return []
    cell = without_exponent(cell)
    text = re.sub(r"^(\W*\d+)\.0$", r"\1", strip_invisible(re.sub(r"\(0\)", "", text_of(cell))))
    if sum(map(str.isdigit, text)) < MIN_PHONE_DIGITS:
        raise ValueError(_("“%(text)s” bukan nomor telepon.") % {"text": text[:40]})
    if isinstance(cell, int | float) and not text.startswith(("8", "62")):
        text = f"0{text}"  # a number cell loses the 0 of an area code
    _refuse_letters(text)
    text = re.sub(r"^(\(?0\d{2,3}\)?)\s*/\s*(?=\d{5,8}\b)", r"\1 ", text)  # 0274/123456 is one number
    text = re.sub(r"\([A-Za-z ]+\)", ";", text)  # "0812… (istri) 0857… (suami)"
    text = re.sub(r"[A-Za-z.:]+(?=[\s:]*[+(\d])", " ", text)
    parts = [part.strip(" '") for part in NUMBER_BREAK.split(text)]
    parts = [part for part in parts if sum(mark.isdigit() for mark in part) >= 6] or [text]
    cleaned = [clean_phone(re.sub(r"\([A-Za-z ]*\)|[A-Za-z]+", "", part)) for part in parts]
    return list(dict.fromkeys(filter(None, cleaned)))


def text_beside_phone(cell: CellValue) -> str:
    """What a cell says besides its numbers: "(anak)", an address. '' for nothing but "HP", "WA" …"""
    text = strip_invisible(text_of(without_exponent(cell)))
    rest = re.sub(r"(?<!\d)(?:\+?62|0|8)[\d\s().‐-―−-]{6,}\d", " ", text)
    telling = [
        word for word in re.findall(r"[^\W\d_][\w.]*", rest) if not PHONE_WORDS.fullmatch(word.lower().strip("."))
    ]
    telling += re.findall(r"(?<!\d)\d{1,5}(?!\d)", rest)  # "0812-3456-7890 / 91"
    return " ".join(rest.split()).strip(" ,;/()'") if telling else ""


def _refuse_letters(text: str) -> None:
    """Raises ValueError for a letter between digits, which hides a digit."""
    if re.search(r"\d[oO]+\d", text):
        raise ValueError(_("Nomor telepon “%(text)s” berisi huruf O: tulis angka nol.") % {"text": text[:40]})
    bare = re.sub(r"\([^)]*\)", "", text)
    touching = (word[0].lower() for word in re.finditer(r"(?<=\d)[A-Za-z]+|[A-Za-z]+(?=\d)", bare))
    between = (word[1].lower() for word in re.finditer(r"\d[ .-]+([OoIlSBxX]{1,6})[ .-]*(?=\d)", bare))
    if not all(map(PHONE_WORDS.fullmatch, (*touching, *between))):
        raise ValueError(
            _("Nomor telepon “%(text)s” berisi huruf di antara angkanya: tulis angkanya saja.") % {"text": text[:40]}
        )
