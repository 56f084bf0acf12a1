"""Parsers of days, sentra, accounts, and facts about an owner. As in values.py, ValueError is an error of the cell."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.values import AFFIRMED, is_absent, is_ticked, permit_and_term, text_value
from sambang.registry.id_numbers import strip_invisible

MONTH_NUMBERS = {
    word: number
    for number, spellings in enumerate(
        (
            "jan",
            "feb peb",
            "mar",
            "apr",
            "mei may",
            "jun",
            "jul",
            "agu ags agt aug",
            "sep",
            "okt oct",
            "nov nop",
            "des dec",
        ),
        1,
    )
    for word in spellings.split()
}
WEEKDAYS = r"senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad"
FIRST_DETAIL_YEAR, LAST_DETAIL_YEAR = 1950, 2100
WITHOUT_EXPIRY = re.compile(r"seumur hidup|selamanya|selama (usaha|tidak)|tidak terbatas|tanpa batas|seterusnya")
EDUCATION = (  # the first pattern found applies
    ("none", r"(tidak|tdk|tak|belum|blm) (tamat|lulus|sekolah|pernah)|putus sekolah"),
    ("s2", r"\bs ?[23]\b|\bstrata [23]\b|magister|master|doktor\b|pasca"),
    ("s1", r"\bs ?1\b|\bd ?(4|iv)\b|\bstrata 1\b|sarjana|diploma (4|iv)\b"),
    ("diploma", r"\bd ?([123]|i{1,3})\b|diploma|akademi|ahli madya"),
    ("sma", r"\bs(lta|ma|mk|mu|mea|tm|pg)\b|\bma\b|\bman\b|aliyah|paket c|menengah atas|kejuruan"),
    ("smp", r"\bs(ltp|mp)\b|\bmts\b|tsanawiyah|paket b|menengah pertama"),
    ("sd", r"\bsd\b|\bmi\b|\bsr\b|ibtidaiyah|paket a|sekolah (dasar|rakyat)"),
)
DISABILITY = (
    ("multiple", r"ganda|multi"),
    ("sensory", r"sensori|netra|rungu|wicara|\btuli\b|\bbuta\b|\bbisu\b"),
    ("intellectual", r"intelektual|grahita|\bdown\b|lambat belajar"),
    ("mental", r"mental|psikososial|laras|autis"),
    ("physical", r"fisik|daksa|amputasi|lumpuh|polio|kursi roda"),
)
OFFICES = (
    ("wakil", "member"),
    ("ketua", "chair"),
    ("sekretaris", "secretary"),
    ("bendahara", "treasurer"),
    ("anggota", "member"),
)
NO_DISABILITY = frozenset({"tidak", "tdk", "tidak ada", "tdk ada", "bukan", "non", "non disabilitas", "t", "no"})


def day(cell: CellValue) -> date | None:
    """`12-03-2027`, `12 Maret 2027`, `s.d. 2027-03-12`; *seumur hidup* has no day."""
    if isinstance(cell, datetime):
        return _plausible(cell.date(), cell)
    if isinstance(cell, date):
        return _plausible(cell, cell)
    text = strip_invisible(text_of(cell)).strip(" '").lower()
    if is_absent(cell) or WITHOUT_EXPIRY.search(text):
        return None
    date_text = re.sub(r"^(s\W*d\b\.?|sampai( dengan)?|hingga|tgl\.?|tanggal)\W*", "", text)
    date_text = re.sub(r"\s*[–—-]\s*", "-", re.sub(rf"^({WEEKDAYS})\W+", "", date_text))
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})( 00:00(:00)?)?", date_text):
        return _date(int(match[1]), int(match[2]), int(match[3]), cell)
    if match := re.fullmatch(r"(\d{1,2})[-/. ]+(\d{1,2}|[a-z]{3,9})[-/. ]+(\d{4})", date_text):
        month = int(match[2]) if match[2].isdigit() else MONTH_NUMBERS.get(match[2][:3], 0)
        return _date(int(match[3]), month, int(match[1]), cell)
    if match := re.fullmatch(r"(\d{1,2})[-/. ]+([a-z]{3,9})[-/. ]+'?(\d{2})", date_text):
        return _date(2000 + int(match[3]), MONTH_NUMBERS.get(match[2][:3], 0), int(match[1]), cell)
    raise _unreadable_day(cell)


def term_of_permit(cell: CellValue) -> date | None:
    """The last day of a permit that its number's cell names: "… (s.d. 12 Maret 2028)"."""
    text = permit_and_term(cell)[1]
    return day(text) if text else None


def _date(year: int, month: int, day_of_month: int, cell: CellValue) -> date:
    try:
        return _plausible(date(year, month, day_of_month), cell)
    except ValueError as wrong:
        raise _unreadable_day(cell) from wrong


def _plausible(day_value: date, cell: CellValue) -> date:
    if not FIRST_DETAIL_YEAR <= day_value.year <= LAST_DETAIL_YEAR:
        raise _unreadable_day(cell)
    return day_value


def _unreadable_day(cell: CellValue) -> ValueError:
    text = _("Tanggal “%(text)s” tidak terbaca: tulis hari, bulan, dan tahun empat angka, misalnya 12-03-2027.")
    return ValueError(text % {"text": text_of(cell)[:40]})


def cluster(cell: CellValue) -> str | None:
    """The name of a sentra; *non sentra* and *di luar sentra* are none."""
    text = text_value(cell)
    if text is not None and re.fullmatch(rf"sentra|dalam sentra|{AFFIRMED.pattern}", text.lower()):
        raise ValueError(_("“%(text)s” tidak menyebut nama sentranya: tulis namanya.") % {"text": text[:40]})
    is_outside = text is not None and bool(re.match(r"^(non|bukan|di ?luar|luar|tanpa)\b", text.lower()))
    return None if is_outside or is_absent(cell) else text


def siinas(cell: CellValue) -> str | None:
    """The number or name of an account; '' for *ya* without it."""
    text = strip_invisible(text_of(cell)).strip(" '")
    if is_absent(cell) or not (is_ticked(text) or re.search(r"[\d@]", text)):
        return None
    return "" if is_ticked(text) else text[:60]


def education(cell: CellValue) -> str | None:
    """A value of registry.Education."""
    text = " ".join(re.sub(r"[^\w]+", " ", text_of(cell).lower()).split())
    level = next((grade for grade, pattern in EDUCATION if re.search(pattern, text)), None)
    if level is None and not is_absent(cell):
        wrong = _("Pendidikan “%(text)s” tidak dikenal: tulis SD, SMP, SMA/SMK, D3, S1, atau S2.")
        raise ValueError(wrong % {"text": text_of(cell)[:40]})
    return level


def disability(cell: CellValue) -> str | None:
    """A value of registry.Disability; blank and `-` are unknown, *tidak* is none."""
    text = " ".join(re.sub(r"[^\w]+", " ", text_of(cell).lower()).split())
    if text in NO_DISABILITY:
        return "none"
    category = next((kind for kind, pattern in DISABILITY if re.search(pattern, text)), None)
    if category is None and not is_absent(cell):
        wrong = _(
            "Disabilitas “%(text)s” tidak menyebut ragamnya: tulis fisik, intelektual, mental, sensorik, atau ganda."
        )
        raise ValueError(wrong % {"text": text_of(cell)[:40]})
    return category


def office(cell: CellValue) -> str | None:
    """An office in a kelompok; None for another text."""
    text = text_of(cell).lower()
    return next((code for word, code in OFFICES if word in text), None)
