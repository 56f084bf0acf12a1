"""One cell into one fact. What cannot be understood becomes a complaint and an absent fact; the row always stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import log

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import Cell, letter, text_of
from sambang.imports.sheets.results import Complaint
from sambang.lib.numbers import Written, parse_written
from sambang.registry.id_numbers import clean_nib, clean_nik, clean_npwp, clean_phone

ABSENT = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "–",
        "n/a",
        "na",
        "nihil",
        "tidak ada",
        "tdk ada",
        "belum ada",
        "belum",
        "blm ada",
        "blm",
        "kosong",
        "null",
        "none",
        "?",
        ".",
        "..",
        "0",
        "x",
        "tidak punya",
        "belum punya",
        "proses",
    }
)
NOT_YET = re.compile(r"^(tidak|tdk|belum|blm|dalam|sedang|masih)\b[^\d]*$")
SAID_TO_BE_THERE = re.compile(r"^(ada|sudah|sdh|punya|ya|v|√|✓|✔)\b|^[√✓✔]$")
MALE, FEMALE = (
    frozenset({"l", "lk", "laki-laki", "laki", "pria", "male", "m"}),
    frozenset({"p", "pr", "perempuan", "wanita", "w", "female", "f"}),
)
FIRST_YEAR, LAST_YEAR = 1900, 2099
COUNTED = {"lusin": 12, "kodi": 20, "gros": 144}  # pieces
LARGEST = 10**15  # rupiah or units: beyond it a number is a slip
BEYOND_IKM = (
    10**11
)  # rupiah: twice what a medium enterprise may sell in a year (PP 7/2021), so thousands were not meant


@dataclass
class Reader:
    """Reads cells of one sheet and gathers its complaints."""

    sheet: str
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, row: int, column: int, cell: Cell, message: str) -> None:
        self.complaints.append(Complaint(self.sheet, row, f"{letter(column)}{row}", text_of(cell), message))

    def read[T](self, row: int, column: int, cell: Cell, parse: Callable[[Cell], T | None]) -> T | None:
        """`parse` of the cell, or None with a complaint of what it said."""
        try:
            return parse(cell)
        except ValueError as wrong:
            self.complain(row, column, cell, str(wrong))
            return None


def is_absent(cell: Cell) -> bool:
    text = text_of(cell).strip(" '\"()").lower()
    return text in ABSENT or bool(NOT_YET.match(text))


def words(cell: Cell) -> str | None:
    text = text_of(cell).strip(" '")
    return None if text.lower() in ABSENT - {"0"} else text


def nik(cell: Cell) -> str | None:
    if is_absent(cell):
        return None
    if isinstance(cell, float) and cell >= 10**15 and int(cell) % 10 == 0:
        raise ValueError(
            _(
                "NIK tersimpan sebagai angka sehingga digit terakhirnya hilang: ubah kolomnya menjadi Teks, "
                "lalu ketik ulang."
            )
        )
    return clean_nik(text_of(cell)) or None


def nib(cell: Cell) -> str | None:
    """13 digits. *Ada* without the number is not complained of: the column then says who has one, not which."""
    text = re.sub(r"^nib\b[\s.:]*(no(mor)?\b[\s.:]*)?", "", text_of(cell), flags=re.I)
    if is_absent(cell) or is_absent(text) or (SAID_TO_BE_THERE.match(text.lower()) and not re.search(r"\d", text)):
        return None
    if isinstance(cell, int | float) and len(text) == 12:
        text = "0" + text  # a number cell loses the 0 with which most of the older ones begin
    return clean_nib(text) or None


def npwp(cell: Cell) -> str | None:
    text = text_of(cell)
    if is_absent(cell) or (SAID_TO_BE_THERE.match(text.lower()) and not re.search(r"\d", text)):
        return None
    if isinstance(cell, int | float) and len(text) == 14:
        text = "0" + text
    return clean_npwp(text) or None


def phone(cell: Cell) -> str | None:
    """+62…; of several numbers in a cell the first mobile one, else the first."""
    if is_absent(cell):
        return None
    text = re.sub(r"\(0\)", "", text_of(cell))
    if re.search(r"\d[oO]+\d", text):
        raise ValueError(_("Nomor telepon “%(text)s” berisi huruf O: tulis angka nol.") % {"text": text[:40]})
    text = re.sub(r"^(\(?0\d{2,3}\)?)\s*/\s*(?=\d{5,8}\b)", r"\1 ", text)  # 0274/123456 is one number
    text = re.sub(r"[A-Za-z.:]+(?=[\s:]*[+(\d])", " ", text)
    parts = [part.strip(" '") for part in re.split(r"[/,;&|]|\bdan\b|\batau\b|\n|\s{2,}|(?<=\d)\s+(?=\+?62|08)", text)]
    parts = [part for part in parts if sum(mark.isdigit() for mark in part) >= 6] or [text]
    cleaned = [clean_phone(re.sub(r"\([A-Za-z ]*\)|[A-Za-z]+", "", part)) for part in parts[:3]]
    return next((number for number in cleaned if number.startswith("+628")), cleaned[0]) or None


def kbli(cell: Cell) -> str | None:
    if is_absent(cell):
        return None
    text = text_of(cell)
    digits = re.sub(r"(?<=\d)[.\s](?=\d)", "", text)
    if found := re.search(r"(?<!\d)\d{5}(?!\d)", digits):
        return found[0]
    raise ValueError(_("KBLI “%(text)s” bukan lima angka: lihat kodenya di surat NIB.") % {"text": text[:40]})


def year(cell: Cell) -> int | None:
    if is_absent(cell):
        return None
    if isinstance(cell, datetime | date):
        return cell.year
    text = text_of(cell)
    found = re.search(r"(?<![\w])(19|20)\d{2}(?![\w])", text)
    if found and not re.search(r"\d{3,}", text.replace(found[0], "", 1)):
        return int(found[0])
    raise ValueError(_("Tahun “%(text)s” tidak terbaca: tulis empat angka, misalnya 2016.") % {"text": text[:40]})


def gender(cell: Cell) -> str | None:
    text = re.sub(r"\s*-\s*", "-", text_of(cell).strip(" .").lower())
    return "male" if text in MALE else "female" if text in FEMALE else None


def number_in(cell: Cell) -> Written | None:
    """A number cell or a text that holds one. Raises ValueError."""
    if isinstance(cell, bool | datetime | date):
        raise ValueError(
            _("“%(text)s” bukan angka: mungkin Excel mengubahnya menjadi tanggal.") % {"text": text_of(cell)}
        )
    if isinstance(cell, int | float):
        if cell < 0:
            raise ValueError(_("“%(text)s” negatif: periksa angkanya.") % {"text": text_of(cell)})
        return Written(Decimal(str(cell)))
    if is_absent(cell) and text_of(cell) != "0":
        return None
    return parse_written(text_of(cell))


def whole(number: Decimal, cell: Cell) -> int:
    if number > LARGEST:
        raise ValueError(_("“%(text)s” terlalu besar: periksa angkanya.") % {"text": text_of(cell)[:40]})
    return int(number.to_integral_value())


def people(cell: Cell) -> int | None:
    found = number_in(cell)
    if found is None:
        return None
    if found.number != found.number.to_integral_value() or found.number > 100_000:
        raise ValueError(_("Jumlah orang “%(text)s” tidak wajar: tulis bilangan bulat.") % {"text": text_of(cell)[:40]})
    return int(found.number)


def men_and_women(cell: Cell) -> tuple[int, int] | int | None:
    """ "2/3", "L2 P3", "2L, 3P": men, then women. A single number is all of them together."""
    text = text_of(cell)
    found = re.fullmatch(r"(?:l|lk)?\.?[ :=]*(\d+) ?(?:l|lk)?\W*(?:p|pr)?\.?[ :=]*(?<!\d)(\d+) ?(?:p|pr)?", text, re.I)
    return (int(found[1]), int(found[2])) if found and isinstance(cell, str) else people(cell)


def per_year(words: str) -> tuple[int, str]:
    """How often in a year, said in the cell itself, and the words without it: "pcs/bln" is (12, "pcs")."""
    found = re.search(
        r"(?:\s*(?:/|\bper\b|\btiap\b)\s*|^|\bse)(bulan|bln|bl|minggu|mgg|hari|hr|tahun|thn|th)\b\.?", words, re.I
    )
    if not found:
        return 0, words
    period = found[1].lower()
    if period in {"hari", "hr"}:
        raise ValueError(_("Angka per hari tidak dapat dijadikan setahun: tulis jumlah sebulan atau setahun."))
    times = 12 if period.startswith("b") else 52 if period.startswith("m") else 1
    return times, words[: found.start()].strip(" /.")


def quantity(factor: int) -> Callable[[Cell], tuple[int, str] | None]:
    """Number of units a year, and the unit if the cell names it ("2.400 potong")."""

    def parse(cell: Cell) -> tuple[int, str] | None:
        found = number_in(cell)
        if found is None:
            return None
        times, unit = per_year(found.words)
        return whole(found.number * (times or factor), cell), unit

    return parse


def amount(factor: int, times: int, usual: float | None) -> Callable[[Cell], int | None]:
    """Whole rupiah. In a column of thousands a text with its own scale ("1,5 juta") is taken as it stands, and one with
    "Rp" as whichever of the two readings is nearer to the column's `usual` amount: clerks mean both."""

    def parse(cell: Cell) -> int | None:
        found = number_in(cell)
        if found is None:
            return None
        said, _unit = per_year(found.words)
        full, scaled = found.number * (said or times), found.number * (factor // times) * (said or times)
        if found.scaled or (scaled > BEYOND_IKM >= full):
            return whole(full, cell)
        if found.currency and usual and found.number and _distance(full, usual) < _distance(scaled, usual):
            return whole(full, cell)
        return whole(scaled, cell)

    return parse


def _distance(number: Decimal, usual: float) -> float:
    return abs(log(float(number)) - log(usual))
