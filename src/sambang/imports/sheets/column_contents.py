"""Recognises a column's contents from its cells, and detects cells that contradict the heading."""

from __future__ import annotations

import re
from collections.abc import Callable
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.imports.sheets import detail_values, people_values, status_values, values
from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.heading_rules import PERMIT_PATTERNS
from sambang.imports.sheets.headings import MONEY, Meaning
from sambang.registry.id_numbers import strip_invisible

MIN_CELLS = 3
MOSTLY, HARDLY = 0.8, 0.2
MIN_RUPIAH = 100_000  # a year's sales or an investment below it: the column counts thousands or millions
MAX_PLAUSIBLE_WORKERS = 500
NAME_FIELDS = frozenset({"name", "owner", "owner_and_name"})
CONTENT_TEXTS = NAME_FIELDS | {
    "address",
    "owner_address",
    "village",
    "district",
    "product",
    "commodity",
    "marketing",
    "cluster",
    "group",
}
TICKED_FIELDS = frozenset({"product", "commodity", "marketing"})  # a tick under a heading that names one of them
WORKER_FIELDS = frozenset({"workers", "workers_part", "workers_male", "workers_female"})
NUMBERED_FIELDS = frozenset({"nib", "npwp", *PERMIT_PATTERNS})
DAY_FIELDS = frozenset({f"{kind}_{which}" for kind in PERMIT_PATTERNS for which in ("issued", "until")})
SIZE_WORDS = frozenset({"mikro", "kecil", "menengah", "besar", "usaha mikro", "usaha kecil", "usaha menengah"})
READERS: dict[str, Callable[[CellValue], object]] = {
    **dict.fromkeys(DAY_FIELDS, detail_values.day),
    "education": detail_values.education,
    "disability": detail_values.disability,
    "commodity": lambda text: (any(map(str.isalpha, text)) and text.lower() not in SIZE_WORDS) or None,
}


def is_nik(text: str) -> bool:
    match = re.fullmatch(r"[1-9]\d{5}(\d\d)(\d\d)\d{6}", text)
    return match is not None and 1 <= int(match[1]) % 40 <= 31 and 1 <= int(match[2]) <= 12


def _is_phone(text: str) -> bool:
    digits = re.sub(r"[\s().-]", "", re.split(r"[/;,]", text)[0])
    return bool(re.fullmatch(r"(\+?62|0)?8\d{8,11}|0[2-79]\d{7,10}", digits))


def _is_npwp(text: str) -> bool:
    """Fifteen digits with four dots and a hyphen."""
    return sum(map(str.isdigit, text)) == 15 and re.sub(r"\d", "", text) == "...-."


# Patterns by which cells alone determine the field, the narrowest first.
RECOGNISED: dict[str, Callable[[str], bool]] = {
    "nik": is_nik,
    "npwp": _is_npwp,
    "pirt": lambda text: bool(re.fullmatch(r"\d{12,15}-\d{2}", text)),
    "halal": lambda text: bool(re.fullmatch(r"ID\d{14,20}", text.upper())),
    "phone": _is_phone,
    "nib": lambda text: bool(re.fullmatch(r"\d{13}", text)),
    "gender": lambda text: text.lower().strip(" .") in values.MALE | values.FEMALE,
}
DIGITS_AT_LEAST = {"phone": 6, "nik": 10, "nib": 8, "npwp": 8, "kbli": 4, "pirt": 5, "halal": 5}
CONTENT_LABELS = {
    "phone": gettext_lazy("nomor HP"),
    "nik": gettext_lazy("NIK"),
    "nib": gettext_lazy("NIB"),
    "npwp": gettext_lazy("NPWP"),
    "kbli": gettext_lazy("kode KBLI"),
    "pirt": gettext_lazy("nomor P-IRT"),
    "halal": gettext_lazy("nomor halal"),
    "gender": gettext_lazy("jenis kelamin"),
    "education": gettext_lazy("pendidikan"),
    "disability": gettext_lazy("ragam disabilitas"),
    **dict.fromkeys(DAY_FIELDS, gettext_lazy("tanggal")),
    "established": gettext_lazy("tahun berdiri"),
    "status": gettext_lazy("keadaan usaha"),
    **dict.fromkeys(MONEY, gettext_lazy("nilai rupiah")),
    "capacity": gettext_lazy("jumlah produksi"),
    **dict.fromkeys(WORKER_FIELDS, gettext_lazy("jumlah orang")),
    **dict.fromkeys(CONTENT_TEXTS, gettext_lazy("nama atau tulisan")),
}


def texts_of(cells: list[CellValue]) -> list[str]:
    return [text for cell in cells if (text := strip_invisible(text_of(cell)).strip(" '"))]


def recognised(cells: list[CellValue]) -> str:
    """The field determined by the cells alone; '' for none."""
    texts = texts_of(cells)
    return next((name for name, fits in RECOGNISED.items() if _share(texts, fits) >= MOSTLY), "")


def doubt(meaning: Meaning, cells: list[CellValue]) -> str:
    """Why the cells contradict the column's field; '' if they do not."""
    texts = texts_of(cells)
    if meaning.field in NUMBERED_FIELDS:
        texts = [text for text in texts if not values.AFFIRMED.match(text.lower())]
    if meaning.part and not meaning.is_complete:
        return _("isinya sebagian tahun saja (bulan, triwulan, semester), bukan setahun")
    if len(texts) < MIN_CELLS or meaning.field not in CONTENT_LABELS:
        return ""
    if _share(texts, lambda text: _may_be(meaning.field, text)) < HARDLY:
        return _("isinya tidak seperti %(what)s") % {"what": CONTENT_LABELS[meaning.field]}
    return _doubt_of_size(meaning, cells) if meaning.field in MONEY | WORKER_FIELDS else ""


def _doubt_of_size(meaning: Meaning, cells: list[CellValue]) -> str:
    numbers = [number for cell in cells if (number := _number(cell, meaning)) is not None]
    if len(numbers) < MIN_CELLS:
        return ""
    usual = median(numbers)
    if meaning.field in MONEY and 0 < usual < MIN_RUPIAH:
        return _("nilainya terlalu kecil untuk rupiah setahun: mungkin dalam ribuan atau jutaan")
    if meaning.field in WORKER_FIELDS and usual > MAX_PLAUSIBLE_WORKERS:
        return _("angkanya terlalu besar untuk jumlah orang satu IKM")
    return ""


def _share(texts: list[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, texts)) / len(texts) if len(texts) >= MIN_CELLS else 0.0


def _may_be(name: str, text: str) -> bool:
    digits = sum(mark.isdigit() for mark in text)
    if name in DIGITS_AT_LEAST:
        return digits >= DIGITS_AT_LEAST[name]
    if name in TICKED_FIELDS and text in values.TICK_SIGNS:
        return True
    if name in READERS:
        return _reads(READERS[name], text)
    if name == "gender":
        return _reads(values.gender, text)
    if name == "established":
        return bool(re.search(r"\d{4}", text))
    if name == "status":
        return status_values.is_status(text.lower())
    if name in CONTENT_TEXTS:
        return any(map(str.isalpha, text))
    return digits > 0 or _reads(values.number_in, text)


def _reads(parse: Callable[[CellValue], object], text: str) -> bool:
    try:
        return parse(text) is not None
    except ValueError:
        return False


def _number(cell: CellValue, meaning: Meaning) -> float | None:
    try:
        if meaning.field in MONEY:
            return values.amount(meaning.factor, meaning.times, None)(cell)
        return people_values.people(cell)
    except ValueError:
        number_text = text_of(cell)
        return float(number_text) if number_text.isascii() and number_text.isdigit() and len(number_text) < 16 else None
