"""The one reader of numbers as Indonesians write them: `45.000`, `Rp 48.000,-`, `± 2.400`, `2 juta 500 ribu`, `2½`.

A text that has two readings, such as `1,250` or `0.500`, raises AmbiguousNumberError, whose sentence offers both.
`number_examples.csv` beside this module lists what is read, asked and refused. The phone's reader,
`field/static/field/numbers.js`, follows the same steps with the tables of this module (`tools/phone_tables.py`)
and passes the same examples.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from sambang.lib.number_words import ONES, number_to_words

MAX_LENGTH = 60  # characters
MAX_VALUE = 10**15  # no number of an office reaches it
MAX_PEOPLE = 100_000  # of one IKM
MAX_PERCENT = 1_000

SCALE_WORDS = {
    "ratus": 10**2,
    "ribu": 10**3,
    "rb": 10**3,
    "k": 10**3,
    "juta": 10**6,
    "jt": 10**6,
    "jta": 10**6,
    "miliar": 10**9,
    "milyar": 10**9,
    "mlyr": 10**9,
}
MONEY_SCALES = {**SCALE_WORDS, "m": 10**9}  # "500 m" of cloth are metres; of money they are miliar
NUMBER_WORDS = {number_to_words(number): number for number in range(100)}
ONE_OF = {
    "selusin": "1 lusin",
    "sekodi": "1 kodi",
    "segros": "1 gros",
    "seribu": "1 ribu",
    "sejuta": "1 juta",
    "setengah": "1/2",
    "seperempat": "1/4",
}
FRACTION_SIGNS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
PERIOD_WORDS = {
    "hari": "hari",
    "hr": "hari",
    "minggu": "minggu",
    "mgg": "minggu",
    "bulan": "bulan",
    "bln": "bulan",
    "bl": "bulan",
    "tahun": "tahun",
    "thn": "tahun",
    "th": "tahun",
}
NUMBER_ERRORS = {
    "empty": _("Angkanya belum diisi."),
    "unreadable": _("“%(text)s” tidak terbaca sebagai angka: tulis misalnya 1.250 atau 2,5."),
    "several": _("“%(text)s” berisi lebih dari satu angka: tulis satu angka saja."),
    "ambiguous": _("“%(text)s” dapat berarti %(first)s atau %(second)s: tulis salah satunya."),
    "limit": _("“%(text)s” menyebut batas, bukan jumlahnya: tulis jumlahnya, atau perkiraannya."),
    "negative": _("“%(text)s” tidak dapat diterima: angkanya tidak boleh kurang dari nol."),
    "zero_divisor": _("“%(text)s” bukan pecahan: pembaginya nol."),
    "too_long": _("“%(text)s…” terlalu panjang: tulis satu angka saja."),
    "too_large": _("“%(text)s” terlalu besar: periksa angkanya."),
    "not_whole": _("“%(text)s” bukan bilangan bulat: tulis tanpa pecahan."),
    "unit_unknown": _("“%(unit)s” pada “%(text)s” tidak dikenal: tulis angkanya saja."),
    "no_unit": _("Pada “%(text)s” ada angka tanpa satuan: tulis misalnya 3 kodi 5 potong."),
    "other_unit": _(
        "“%(unit)s” pada “%(text)s” tidak dapat dihitung dalam %(wanted)s: tulis jumlahnya dalam %(wanted)s."
    ),
}


# `<NAME>` in a pattern is replaced by an alternation of these words.
WORD_SETS: dict[str, Iterable[str]] = {
    "NUMBER": NUMBER_WORDS,
    "ONE_TO_NINE": ONES[1:10],
    "ONE_OF": ONE_OF,
    "SCALE": SCALE_WORDS,
    "PERIOD": PERIOD_WORDS,
}
# Regular expressions that Python and JavaScript read alike; every text is in lower case when they meet it.
PATTERNS = {
    "about": (r"^(?:±|\+/-|\+-|~|≈|kurang lebih|lebih kurang|kira-kira|kira kira|kira2|sekitar|krg lbh|k\.?l\.? )\s*"),
    # "< 50 juta", "10 orang lebih", "5+": between which numbers it lies is all that it says.
    "limit": (
        r"^(?:[<>≤≥]|(?:lebih|kurang) dari\b|(?:di ?|ke ?)?(?:atas|bawah)\b|hampir\b|hingga\b|sampai\b|s ?[/.]? ?d\b"
        r"|max\b|mak[sx]|min\b|minim|paling |setinggi|tidak (?:lebih|kurang))|[0-9]\+$"
        r"|[0-9a-z] (?:lebih|kurang|(?:ke ?|di ?)?(?:atas|bawah)|up)$"
    ),
    "currency": r"^(?:rp|idr|rupiah)\.?\s*",
    # "5 (lima) orang": the same number once more, in words.
    "in_brackets": r"\((?:(?:<NUMBER>|<ONE_OF>|seratus|<SCALE>|rupiah|orang) ?)+\)",
    "hundreds": r"\b(?:(<ONE_TO_NINE>) ratus|seratus)(?: (<NUMBER>))?\b",
    "number_word": r"\b(?:<NUMBER>)\b",
    "one_of": r"\b(?:<ONE_OF>)\b",
    "period": r"(?:\s*(?:/|\bper|\btiap)\s*|^|\bse)(<PERIOD>)\b\.?$",
    "token": (
        r"(?:^|[^0-9a-z.,])([0-9]+ [0-9]+/[0-9]+|[0-9]+/[0-9]+"
        r"|[0-9]{1,3}(?:[ '][0-9]{3})+(?![0-9.])(?:,[0-9]+)?|[0-9](?:[0-9.,]*[0-9])?)"
    ),
    "mark": r"^\s*(?:,-{1,2}|,=|\.-|=|\.(?![0-9])|-{1,2}$|,$)",
    "word": r"^\s*([a-z]+)",
    "joined": r"\s*(?:,|\bdan\b|\bplus\b|\+|&)?\s*$",
    "about_scale": r"^-?(?:ratus|ribu|juta|miliar|milyar)?an\b",  # "5 jutaan", "20-an"
    "fraction": r"^(?:([0-9]+) )?([0-9]+)/([0-9]+)$",
    "grouped": r"^[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?$",
    "grouped_by_comma": r"^[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,}|(?:,[0-9]{3})+\.[0-9]+)$",
    "grouped_by_space": r"^[1-9][0-9]{0,2}(?:[ '][0-9]{3})+(?:,[0-9]+)?$",
    "two_readings": r"^(?:[1-9][0-9]{0,2},[0-9]{3}|(?:0[0-9]*|[0-9]{4,})\.[0-9]{3})$",
    "decimal": r"^[0-9]+(?:[.,][0-9]+)?$",
    "decimal_point": r"^[0-9]+\.[0-9]+$",
}


def _compiled(source: str) -> re.Pattern[str]:
    for name, alternatives in WORD_SETS.items():
        source = source.replace(f"<{name}>", "|".join(sorted(alternatives, key=len, reverse=True)))
    return re.compile(source, re.ASCII)


PATTERN = {name: _compiled(source) for name, source in PATTERNS.items()}


class NumberError(ValueError):
    """The text is no valid number. `code` is a key of NUMBER_ERRORS; the message is its sentence for the user."""

    def __init__(self, code: str, text: str, **params: str) -> None:
        self.code = code
        excerpt = text[:20] if code == "too_long" else text[:40]
        super().__init__(gettext(NUMBER_ERRORS[code]) % {"text": excerpt, **params})


class AmbiguousNumberError(NumberError):
    """The text has two readings; the message offers both."""

    def __init__(self, text: str, readings: tuple[Fraction, Fraction]) -> None:
        self.readings = readings
        first, second = (format_number(reading) for reading in readings)
        super().__init__("ambiguous", text, first=first, second=second)


@dataclass(frozen=True)
class Number:
    """One number of a text, with the words around it."""

    value: Fraction
    unit: str = ""  # text after it, without a period: "potong", "org", "%"
    period: str = ""  # hari, minggu, bulan or tahun, of "/bln"
    is_currency: bool = False  # prefixed "Rp"
    is_scaled: bool = False  # followed by "juta", "ribu" …
    scale: int = 1  # of the last such word, already counted in `value`
    is_decimal_point: bool = False  # written like 2.5


def read_number(text: str, *, money: bool = False) -> Number:
    """The single number of a text. Raises NumberError."""
    numbers = read_numbers(text, money=money)
    if len(numbers) > 1 or re.search(r"[0-9]", numbers[0].unit.replace("m2", "")):
        raise NumberError("several", text)
    return numbers[0]


def read_integer(text: str, *, money: bool = False, units: Collection[str] = (), most: int = MAX_VALUE) -> int:
    """A whole number from 0 to `most`, optionally followed by one of `units`. Raises NumberError."""
    number = read_number(text, money=money)
    allowed = {"", "rupiah", "rp", *units} if money else {"", *units}
    if number.is_currency and not money:
        raise NumberError("unit_unknown", text, unit="Rp")
    if number.period or number.unit not in allowed:
        raise NumberError("unit_unknown", text, unit=number.unit or number.period)
    if number.value.denominator != 1 or (number.is_decimal_point and not number.is_scaled):
        raise NumberError("not_whole", text)
    if number.value > most:
        raise NumberError("too_large", text)
    return int(number.value)


def read_numbers(text: str, *, money: bool = False) -> list[Number]:
    """The numbers of a text with their suffixes: two in "3 kodi 5 potong". Raises NumberError."""
    normal, is_currency = _without_currency(text)
    tokens = list(PATTERN["token"].finditer(normal))
    if not tokens or tokens[0].start(1) != 0:
        raise NumberError("unreadable", text)
    ends = [token.start(1) for token in tokens[1:]] + [len(normal)]
    scales = MONEY_SCALES if money or is_currency else SCALE_WORDS
    numbers: list[Number] = []
    for token, end in zip(tokens, ends, strict=True):
        number = replace(_number(token[1], normal[token.end() : end], scales, text), is_currency=is_currency)
        if numbers and not numbers[-1].unit and numbers[-1].scale > number.value:
            numbers[-1] = _sum(numbers[-1], number, text)
        else:
            numbers.append(number)
    if max(number.value for number in numbers) >= MAX_VALUE:
        raise NumberError("too_large", text)
    return numbers


def _without_currency(text: str) -> tuple[str, bool]:
    """The normalised text without "Rp" and "sekitar" before its number, and whether it was prefixed "Rp". Raises
    NumberError for a text that is empty, too long or negative, or a limit."""
    normal = normalised_text(text)
    if not normal:
        raise NumberError("empty", text)
    if len(normal) > MAX_LENGTH:
        raise NumberError("too_long", text)
    without_currency = PATTERN["currency"].sub("", normal)
    number = PATTERN["about"].sub("", without_currency)
    if PATTERN["limit"].search(number):
        raise NumberError("limit", text)
    if number.startswith("-"):
        raise NumberError("negative", text)
    return number, without_currency != normal


def split_period(text: str) -> tuple[str, str]:
    """A unit and its period: "kg/bln" is "kg" and "bulan"; '' for none."""
    unit = " ".join(text.split())
    period = PATTERN["period"].search(unit.lower())
    return (unit[: period.start()].strip(" .,/()"), PERIOD_WORDS[period[1]]) if period else (unit, "")


def is_approximate(text: str) -> bool:
    """Whether the number says of itself that it is a guess: "± 30", "Rp sekitar 5 juta"."""
    normal = " ".join(text.lower().split())
    return bool(PATTERN["about"].match(PATTERN["currency"].sub("", normal)))


def normalised_text(text: str) -> str:
    """Lower case, single spaces, fractions and number words as digits, no "sekitar" before it."""
    normal = unicodedata.normalize("NFC", text).lower()
    for sign, written in FRACTION_SIGNS.items():
        normal = normal.replace(sign, f" {written}")
    normal = " ".join(PATTERN["in_brackets"].sub(" ", " ".join(normal.split())).split())
    normal = PATTERN["hundreds"].sub(
        lambda match: str(NUMBER_WORDS[match[1] or "satu"] * 100 + NUMBER_WORDS[match[2] or "nol"]), normal
    )
    normal = PATTERN["number_word"].sub(lambda match: str(NUMBER_WORDS[match[0]]), normal)
    normal = PATTERN["one_of"].sub(lambda match: ONE_OF[match[0]], normal)
    return PATTERN["about"].sub("", normal)


def _sum(before: Number, number: Number, text: str) -> Number:
    """ "2 juta 500 ribu" is one number. Raises AmbiguousNumberError for "2 juta 500", which often means 2.500.000."""
    if number.scale == 1 and before.scale > 1_000:
        shortened = before.value + number.value * before.scale / 1_000
        raise AmbiguousNumberError(text, (shortened, before.value + number.value))
    return replace(number, value=before.value + number.value, is_scaled=True)


def _number(token: str, behind: str, scales: dict[str, int], text: str) -> Number:
    """`behind` is the text up to the next number."""
    behind = PATTERN["mark"].sub("", behind)
    scale = 1
    while (word := PATTERN["word"].match(behind)) and word[1] in scales:
        scale, behind = scale * scales[word[1]], behind[word.end() :]
    behind = PATTERN["joined"].sub("", behind).strip()
    if PATTERN["about_scale"].match(behind):
        raise NumberError("unreadable", text)
    period = PATTERN["period"].search(behind)
    unit = (behind[: period.start()] if period else behind).strip(" .,/=()")
    is_point = bool(PATTERN["decimal_point"].match(token)) and not PATTERN["grouped"].match(token)
    value = _value(token, scale, text)
    return Number(
        value,
        unit,
        PERIOD_WORDS[period[1]] if period else "",
        is_scaled=scale > 1,
        scale=scale,
        is_decimal_point=is_point,
    )


def _value(token: str, scale: int, text: str) -> Fraction:
    if fraction := PATTERN["fraction"].match(token):
        if int(fraction[3]) == 0:
            raise NumberError("zero_divisor", text)
        return (Fraction(int(fraction[1] or 0)) + Fraction(int(fraction[2]), int(fraction[3]))) * scale
    if PATTERN["grouped"].match(token):
        return Fraction(token.replace(".", "").replace(",", ".")) * scale
    if PATTERN["grouped_by_comma"].match(token):
        return Fraction(token.replace(",", "")) * scale
    if PATTERN["grouped_by_space"].match(token):
        return Fraction(token.replace(" ", "").replace("'", "").replace(",", ".")) * scale
    # "1,250 juta" has a decimal comma, whatever "1,250" alone would be.
    if PATTERN["two_readings"].match(token) and not (scale > 1 and "," in token):
        integer, part = token.replace(",", ".").split(".")
        raise AmbiguousNumberError(text, (Fraction(integer + part) * scale, Fraction(f"{integer}.{part}") * scale))
    if PATTERN["decimal"].match(token):
        return Fraction(token.replace(",", ".")) * scale
    raise NumberError("unreadable", text)


def format_number(number: Fraction) -> str:
    """The number in a form that `read_number` reads unambiguously: 1250, 1,25, 1,1250. At most six decimals."""
    integer, part = divmod(abs(round(number * 10**6)), 10**6)
    decimals = f"{part:06d}".rstrip("0")
    return f"{integer},{decimals}{'0' if len(decimals) == 3 else ''}" if decimals else str(integer)


def format_grouped(number: int) -> str:
    """1250000 is 1.250.000; four digits stay together, as in a year."""
    return f"{number:,}".replace(",", ".") if abs(number) >= 10_000 else str(number)


def examples() -> Iterator[dict[str, str]]:
    """The rows of number_examples.csv: kind, unit, text, outcome (value, ambiguous or refused) and result."""
    import csv  # for tests and tools only
    from importlib.resources import files

    with (files("sambang.lib") / "number_examples.csv").open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter=";")
