"""Parsers from a cell to a value. An unreadable cell becomes an error and None; its row stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction
from math import log

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import CellValue, SheetGrid, text_of
from sambang.imports.sheets.results import CellError
from sambang.lib import clock
from sambang.lib.numbers import MAX_VALUE, Number, NumberError, format_number, read_number, split_period
from sambang.lib.units import MULTIPLIERS, WHOLE_DIMENSIONS, find_unit, in_first_unit, read_quantity
from sambang.registry.id_numbers import clean_nib, clean_nik, clean_npwp, strip_invisible

ABSENT_VALUES = frozenset(
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
        "false",
        "salah",
    }
)
EXCEL_ERROR = re.compile(
    r"#(N/A|VALUE!|REF!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|ERROR!|GETTING_DATA|RUMUS)|Err:\d{3}"
)
NOT_YET = re.compile(r"^(tidak|tdk|belum|blm|dalam|sedang|masih)\b[^\d]*$")
AFFIRMED = re.compile(r"^(ada|sudah|sdh|punya|ya|true|benar|v|√|✓|✔)\b|^[√✓✔]$")
MALE, FEMALE = (
    frozenset({"l", "lk", "lki", "laki-laki", "laki", "laki2", "pria", "male", "m"}),
    frozenset({"p", "pr", "prp", "prm", "perempuan", "wanita", "wnt", "w", "female", "f"}),
)
TICK_SIGNS = frozenset({"√", "✓", "✔", "v", "V"})
TICKS = frozenset({"x", "1", "l", "p", "*", "•", "●", "■"})
NIK_WORDS = re.compile(r"^(?:no(?:mor)?\b|nik\b|e?-?ktp\b|[\s.:/])+|\(?\b(?:e-?ktp|ktp|nik)\b\)?\s*$", re.I)
NUMBER_PAIR, MAX_DIVISOR = re.compile(r"\d+ ?/ ?(\d+)"), 4
MIN_PERMIT_DIGITS = 5
SCIENTIFIC, EXACT_DIGITS = re.compile(r"(\d)[.,](\d+)[eE]\+?(\d{1,2})"), 15  # Excel keeps 15 digits of a number
NUMBER_ALONE, MIN_NUMBER_DIGITS = re.compile(r"[+(]?\d[\d\s().+-]*"), 9
PERMIT_TERM = re.compile(r"[\s(,;]+(?:masa )?(?:berlaku|sampai|s ?[./]? ?d\b|exp\w*|kada?lu?\w*|berakhir)[^\d]*", re.I)
PERMIT_PREFIX = re.compile(r"^(?:(?:s?pp?-?irt|p-?irt|halal|sertifikat|nomor|no)\b[\s.:]*)+(?=[A-Z]{0,4}\W?\d)", re.I)
TIMES_A_YEAR = {"minggu": 52, "bulan": 12, "tahun": 1}
TOO_SMALL = 1000  # a column's usual amount is more than so many times an amount: millions were meant
# Rupiah: twice what a medium enterprise may sell in a year (PP 7/2021), so thousands were not meant.
BEYOND_IKM = 10**11


@dataclass
class CellReader:
    """Reads cells of one sheet and collects its errors."""

    grid: SheetGrid
    errors: list[CellError] = field(default_factory=list)

    def add_error(self, row: int, column: int, cell: CellValue, message: str) -> None:
        name = self.grid.cell_name(row, column)
        self.errors.append(CellError(self.grid.name, row, name, text_of(cell), message))

    def read[T](self, row: int, column: int, cell: CellValue, parse: Callable[[CellValue], T | None]) -> T | None:
        """`parse(cell)`, or None with an error if it raises ValueError."""
        try:
            if isinstance(cell, str) and EXCEL_ERROR.match(cell.strip()):
                raise ValueError(_("Sel ini berisi kesalahan Excel atau rumus yang belum dihitung: tulis isinya."))
            return parse(without_exponent(cell))
        except ValueError as wrong:
            self.add_error(row, column, cell, str(wrong))
            return None


def without_exponent(cell: CellValue) -> CellValue:
    """ "6.281327117003E+12" has all its digits. Raises ValueError where some are lost: "8,13E+10"."""
    match = SCIENTIFIC.fullmatch(cell.strip(" '\"")) if isinstance(cell, str) else None
    if match is None:
        return cell
    digits = match[1] + match[2]
    if len(digits) != int(match[3]) + 1 or len(digits) > EXACT_DIGITS:
        text = _(
            "“%(text)s” dipendekkan Excel, angkanya hilang: ubah kolomnya menjadi Teks, lalu ketik atau simpan ulang."
        )
        raise ValueError(text % {"text": cell[:40]})
    return digits


def is_absent(cell: CellValue) -> bool:
    text = text_of(cell).strip(" '\"()").lower()
    return text in ABSENT_VALUES or bool(NOT_YET.match(text))


def text_value(cell: CellValue) -> str | None:
    """Raises ValueError for a date, which Excel makes of "02/05" and "3-4"."""
    if isinstance(cell, date | time):
        raise ValueError(_("Excel mengubah isian ini menjadi tanggal: ubah kolomnya menjadi Teks, ketik ulang."))
    text = strip_invisible(text_of(cell)).strip(" '")
    return None if text.lower() in ABSENT_VALUES - {"0"} else text


def plain_text(cell: CellValue) -> str | None:
    """Raises ValueError for a telephone or another long number, which is in a wrong column, and for a tick."""
    text = text_value(cell)
    if text in TICK_SIGNS:
        raise ValueError(_("“%(text)s” hanya centang: tulis isinya.") % {"text": text})
    if text and NUMBER_ALONE.fullmatch(text) and sum(map(str.isdigit, text)) >= MIN_NUMBER_DIGITS:
        raise ValueError(
            _("“%(text)s” adalah nomor, bukan tulisan: mungkin isian baris ini tertukar kolom.") % {"text": text[:40]}
        )
    return text


def nik(cell: CellValue) -> str | None:
    if is_absent(cell):
        return None
    if isinstance(cell, float) and cell >= 10**15 and int(cell) % 10 == 0:
        raise ValueError(
            _(
                "NIK tersimpan sebagai angka sehingga digit terakhirnya hilang: ubah kolomnya menjadi Teks, "
                "lalu ketik ulang."
            )
        )
    number = clean_nik(NIK_WORDS.sub("", text_of(cell)))
    if len(set(number)) == 1:
        raise ValueError(_("“%(text)s” hanya pengisi tempat: tulis nomornya, atau kosongkan.") % {"text": number})
    if number.endswith("0000"):
        raise ValueError(
            _("NIK tidak berakhir 0000: digit terakhirnya hilang di Excel. Ubah kolomnya menjadi Teks, ketik ulang.")
        )
    return number or None


def nib(cell: CellValue) -> str | None:
    """13 digits; '' for *ada* without a number."""
    text = re.sub(r"^nib\b[\s.:]*(no(mor)?\b[\s.:]*)?", "", text_of(cell), flags=re.I)
    if is_absent(cell) or is_absent(text):
        return None
    if is_ticked(text):
        return ""
    if isinstance(cell, int | float) and len(text) == 12:
        text = "0" + text  # a number cell loses the 0 with which most of the older ones begin
    return clean_nib(text) or None


def is_ticked(text: str) -> bool:
    """*Ada*, a tick or the 1 of a form: there is a number, and it is not said."""
    return text == "1" or bool(AFFIRMED.match(text.lower()) and not re.search(r"\d", text))


def npwp(cell: CellValue) -> str | None:
    text = text_of(cell)
    if is_absent(cell) or is_ticked(text):
        return None
    if isinstance(cell, int | float) and len(text) == 14:
        text = "0" + text
    return clean_npwp(text) or None


def permit_and_term(cell: CellValue) -> tuple[str, str]:
    """ "P-IRT No. 2063402010123-28 (s.d. 12 Maret 2028)" is its number and "12 Maret 2028"."""
    number, *term = PERMIT_TERM.split(strip_invisible(text_of(cell)), maxsplit=1)
    number = PERMIT_PREFIX.sub("", number.strip(" ,;:(-"))
    return number, term[0].strip(" ,;:.)") if term else ""


def permit_number(cell: CellValue) -> str | None:
    """The number of a permit, without its kind and its term; '' for *ada* without a number."""
    text = permit_and_term(cell)[0]
    if not is_absent(cell) and is_ticked(text):
        return ""
    if is_absent(cell) or not re.search(r"\d", text):
        return None
    if sum(mark.isdigit() for mark in text) < MIN_PERMIT_DIGITS:
        raise ValueError(_("Nomor izin “%(text)s” terlalu pendek: salin dari suratnya.") % {"text": text[:40]})
    return text[:60]


def kbli(cell: CellValue) -> str | None:
    if is_absent(cell):
        return None
    text = re.sub(r"(?<=\d)\.0$", "", strip_invisible(text_of(cell)))
    if codes := kbli_codes(text) or kbli_codes(re.sub(r"(?<=\d)[.\s](?=\d)", "", text)):
        return codes[0]
    raise ValueError(_("KBLI “%(text)s” bukan lima angka: lihat kodenya di surat NIB.") % {"text": text[:40]})


def kbli_codes(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"(?<!\d)\d{5}(?!\d)", text)))


def year(cell: CellValue) -> int | None:
    if is_absent(cell):
        return None
    if isinstance(cell, datetime | date):
        return _past(cell.year, cell)
    text = text_of(cell)
    match = re.search(r"(?<![\w])(19|20)\d{2}(?![\w])", text)
    if match and not re.search(r"\d{3,}", text.replace(match[0], "", 1)):
        return _past(int(match[0]), cell)
    raise ValueError(_("Tahun “%(text)s” tidak terbaca: tulis empat angka, misalnya 2016.") % {"text": text[:40]})


def _past(number: int, cell: CellValue) -> int:
    if number > clock.today().year:
        raise ValueError(_("Tahun “%(text)s” belum terjadi: periksa angkanya.") % {"text": text_of(cell)[:40]})
    return number


def gender(cell: CellValue) -> str | None:
    text = re.sub(r"\s*-\s*", "-", text_of(cell).strip(" .()").lower())
    if is_absent(cell) or text in {"l/p", "p/l"}:  # a form on which nothing was struck out
        return None
    if text not in MALE | FEMALE:
        raise ValueError(_("Jenis kelamin “%(text)s” tidak terbaca: tulis L atau P.") % {"text": text_of(cell)[:40]})
    return "male" if text in MALE else "female"


def tick(cell: CellValue) -> bool | None:
    """Whether a cell is ticked, None for an empty one. Raises ValueError for another text."""
    if tick_or_none(cell):
        return True
    if is_absent(cell):
        return None
    raise ValueError(_("“%(text)s” bukan centang: tulis √ atau kosongkan.") % {"text": text_of(cell)[:40]})


def tick_or_none(cell: CellValue) -> bool | None:
    text = text_of(cell).lower()
    return True if text in TICKS or AFFIRMED.fullmatch(text) else None


def number_in(cell: CellValue, *, money: bool = False) -> Number | None:
    """A number cell or a text that holds one. Raises ValueError."""
    if isinstance(cell, bool | datetime | date):
        raise ValueError(
            _("“%(text)s” bukan angka: mungkin Excel mengubahnya menjadi tanggal.") % {"text": text_of(cell)}
        )
    if isinstance(cell, int | float):
        if cell < 0:
            raise NumberError("negative", text_of(cell))
        if cell >= MAX_VALUE:
            raise NumberError("too_large", text_of(cell))
        return Number(Fraction(str(cell)))
    if is_absent(cell) and text_of(cell) != "0":
        return None
    cell = str(cell).strip(" '’‘`")
    if sum(bool(re.search(r"\d", line)) for line in cell.splitlines()) > 1:
        raise NumberError("several", text_of(cell))  # "200" above "100" is not 200.100
    # "10/60" is two numbers, as of a heading "Investasi/Omset"; "1/2" may be a half where no money is meant.
    if (pair := NUMBER_PAIR.fullmatch(text_of(cell))) and (money or int(pair[1]) > MAX_DIVISOR):
        raise NumberError("several", text_of(cell))
    return read_number(text_of(cell), money=money)


def plain_number(cell: CellValue) -> float | None:
    """The number of a cell that is nothing but a number; None for "Rp 3 juta", "40/bln" or a text."""
    try:
        number = number_in(cell, money=True)
    except ValueError:
        return None
    is_plain = number is not None and not (number.unit or number.period or number.is_currency or number.is_scaled)
    return float(number.value) if number is not None and is_plain else None


def times_a_year(period: str) -> int:
    """0 where a cell names no period."""
    if period == "hari":
        raise ValueError(_("Angka per hari tidak dapat dijadikan setahun: tulis jumlah sebulan atau setahun."))
    return TIMES_A_YEAR.get(period, 0)


def unit_and_period(cell: CellValue) -> tuple[str, str] | None:
    """ "kg/bln" under *Satuan*: the unit, and the period of the quantity beside it."""
    text = text_value(cell)
    return split_period(text) if text else None


def yearly_quantity(
    factor: int, unit: str | None, period: str = ""
) -> Callable[[CellValue], tuple[int, str | None] | None]:
    """A year's quantity and its unit: the column's `unit`, else the unit that the cell names ("2.400 potong"). `period`
    is what the unit's own cell says ("kg/bln").

    A multiplier in a column of pieces is counted ("2 kodi" are 40); a part of a unit is given in the first unit of its
    dimension (half a ton is 500 kg).
    """

    def parse(cell: CellValue) -> tuple[int, str | None] | None:
        number = number_in(cell)
        if number is None:
            return None
        _refuse_as_unit(number, cell)
        total = number.value * (times_a_year(number.period or period) or factor)
        total, named = _in_unit(total, number.unit, unit)
        unit_of_number = find_unit(unit or number.unit)
        if unit_of_number and total.denominator != 1 and unit_of_number.dimension not in WHOLE_DIMENSIONS:
            total, named = in_first_unit(total, unit_of_number)
        else:
            named = unit or named
        return _as_integer(total, cell), named

    return parse


def _refuse_as_unit(number: Number, cell: CellValue) -> None:
    if number.unit == "%" or number.is_currency or "(" in number.unit:
        raise NumberError("unit_unknown", text_of(cell), unit=number.unit or "Rp")


def _in_unit(total: Fraction, named: str, unit: str | None) -> tuple[Fraction, str]:
    """A quantity of the unit that the cell names, in the column's unit where the two are comparable."""
    if not (unit and named):
        return total, named
    named_unit, own = find_unit(named), find_unit(unit)
    if named_unit != own and named in MULTIPLIERS:
        return total * MULTIPLIERS[named], unit
    if named_unit and own:
        return Fraction(read_quantity(f"{format_number(total)} {named}", unit)), unit
    return total, named


def amount(factor: int, times: int, usual: float | None) -> Callable[[CellValue], int | None]:
    """Whole rupiah. In a column of thousands a text with its own scale ("1,5 juta") is not scaled, and one with "Rp" is
    read as the nearer of the two readings to the column's `usual` amount: both occur."""

    def parse(cell: CellValue) -> int | None:
        number = number_in(cell, money=True)
        if number is None:
            return None
        if number.unit not in {"", "rupiah", "rp"}:
            raise NumberError("unit_unknown", text_of(cell), unit=number.unit)
        yearly = number.value * (times_a_year(number.period) or times)
        scaled = yearly * (factor // times)
        if number.is_scaled or (scaled > BEYOND_IKM >= yearly):
            return round(yearly)
        if number.is_currency and usual and yearly and _distance(yearly, usual) < _distance(scaled, usual):
            return round(yearly)
        if usual and 0 < scaled * TOO_SMALL < usual:
            text = _("“%(text)s” terlalu kecil di kolom ini: mungkin dalam ribuan atau jutaan.")
            raise ValueError(text % {"text": text_of(cell)[:40]})
        return round(scaled)

    return parse


def _as_integer(total: Fraction, cell: CellValue) -> int:
    if total.denominator != 1:
        raise NumberError("not_whole", text_of(cell))
    return int(total)


def _distance(amount: Fraction, usual: float) -> float:
    return abs(log(amount) - log(usual))
