"""What an owner writes ("3 kodi 5 potong", "2,5 lusin", "± 2.400") as an exact number in the product line's own unit.

Multipliers (lusin, kodi, gros) count whatever the line counts; units turn into each other only within one dimension.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from sambang.lib.number_words import spelled

COUNTED, SETS, PAIRS, LENGTH, MASS, VOLUME, AREA = "counted", "sets", "pairs", "length", "mass", "volume", "area"
WHOLE = frozenset({COUNTED, SETS, PAIRS})  # half a shirt is not sewn


class QuantityError(ValueError):
    """What was written is no quantity of this line; the message is for the person who wrote it."""


@dataclass(frozen=True)
class Unit:
    name: str
    dimension: str
    factor: Fraction  # how many of the dimension's first unit
    multiplies: bool = False  # lusin, kodi, gros: dozens of anything that is counted


def _unit(name: str, dimension: str, factor: str | int, *synonyms: str) -> dict[str, Unit]:
    unit = Unit(name, dimension, Fraction(factor))
    return dict.fromkeys((name, *synonyms), unit)


def _multiplier(name: str, factor: int, *synonyms: str) -> dict[str, Unit]:
    return dict.fromkeys((name, *synonyms), Unit(name, COUNTED, Fraction(factor), multiplies=True))


UNITS: dict[str, Unit] = {
    **_unit(
        "potong",
        COUNTED,
        1,
        "ptg",
        "pcs",
        "pc",
        "pce",
        "piece",
        "buah",
        "bh",
        "biji",
        "bj",
        "unit",
        "lembar",
        "lbr",
        "helai",
        "item",
        "bungkus",
        "bks",
        "pak",
        "pack",
        "dus",
        "botol",
        "toples",
        "kotak",
    ),
    **_multiplier("lusin", 12, "lsn", "dosin", "dozen"),
    **_multiplier("kodi", 20, "kd"),
    **_multiplier("gros", 144, "gross", "grs"),
    **_unit("stel", SETS, 1, "setel", "set", "stelan", "setelan"),
    **_unit("pasang", PAIRS, 1, "psg", "pair"),
    **_unit("meter", LENGTH, 1, "m", "mtr"),
    **_unit("yard", LENGTH, "0.9144", "yd", "yar"),
    **_unit("cm", LENGTH, "0.01", "sentimeter"),
    **_unit("kg", MASS, 1, "kilo", "kilogram"),
    **_unit("gram", MASS, "0.001", "gr", "g"),
    **_unit("ons", MASS, "0.1"),
    **_unit("kuintal", MASS, 100, "kwintal", "kw"),
    **_unit("ton", MASS, 1000),
    **_unit("liter", VOLUME, 1, "ltr", "l", "lt"),
    **_unit("ml", VOLUME, "0.001", "mililiter", "cc"),
    **_unit("m2", AREA, 1, "meter persegi", "m²"),
}
# Things that are counted too, but are not pieces: ten boxes are not ten shirts.
PACKED = frozenset({"bungkus", "bks", "pak", "pack", "dus", "botol", "toples", "kotak"})
GREATEST = Decimal(10) ** 10  # of a month; the column holds eleven digits before the comma
LONGEST = 60
FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
ONE_OF = {"selusin": "1 lusin", "sekodi": "1 kodi", "segros": "1 gros", "setengah": "1/2", "seperempat": "1/4"}
NOTHING = frozenset({"nol", "nihil", "kosong", "tidak ada", "tidak produksi", "libur"})
ABOUT = re.compile(r"^(±|\+/-|\+-|~|≈|kurang lebih|kira-kira|kira kira|sekitar|hampir|lebih kurang|krg lbh|kl\.?)\s*")
PER_MONTH = re.compile(r"(/|\bper\b|\bse)\s*(bulan|bln)\b")
PART = re.compile(r"(?P<number>\d+\s+\d+/\d+|\d+/\d+|\d[\d.,]*)\s*(?P<scale>ribu|rb|juta|jt)?\s*(?P<unit>[a-z²2]*)")
SCALES = {"ribu": 1000, "rb": 1000, "juta": 1_000_000, "jt": 1_000_000}


def known_unit(name: str) -> Unit | None:
    return UNITS.get(" ".join(name.lower().split()).rstrip("."))


WRITTEN = {spelled(number): str(number) for number in range(1, 100)}  # "tiga kodi" is what people say
IN_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(WRITTEN, key=len, reverse=True))})\b")


def parse_quantity(text: str, unit: str) -> Decimal:
    """The quantity in `unit`, to three decimals. Raises QuantityError with a sentence.

    A line whose unit is not in the table takes plain numbers and its own word only.
    """
    words = _plain(text)
    if words in NOTHING:
        return Decimal(0)
    if not words:
        raise QuantityError(_("Jumlah belum diisi: tulis 0 bila tidak berproduksi."))
    if words.startswith("-"):
        raise QuantityError(_("“%(text)s” tidak dapat diterima: jumlah tidak boleh kurang dari nol.") % {"text": text})
    if len(words) > LONGEST:
        raise QuantityError(_("“%(text)s…” terlalu panjang: tulis satu jumlah saja.") % {"text": text[:20]})
    total, parts = Fraction(0), _parts(words, text)
    for number, name in parts:
        if not name and len(parts) > 1:
            raise QuantityError(
                _("Pada “%(text)s” ada angka tanpa satuan: tulis misalnya 3 kodi 5 potong.") % {"text": text}
            )
        total += number * _factor(name, unit, text)
    return _checked(total, unit, text)


def _plain(text: str) -> str:
    words = unicodedata.normalize("NFC", text).strip().lower()
    for sign, written in FRACTIONS.items():
        words = words.replace(sign, f" {written}")
    words = IN_WORDS.sub(lambda found: WRITTEN[found[0]], words)
    for word, written in ONE_OF.items():
        words = re.sub(rf"\b{word}\b", written, words)
    words = PER_MONTH.sub(" ", ABOUT.sub("", words.strip()))
    return " ".join(re.sub(r"(\s(dan|plus)\s|\s*\+\s*|,-$|\.$)", " ", words).split())


def _parts(words: str, text: str) -> list[tuple[Fraction, str]]:
    """Numbers with the unit's word behind each; '' where none stands."""
    found, at = [], 0
    for part in PART.finditer(words):
        if words[at : part.start()].strip(" ,"):
            break
        number = parse_number(part["number"]) * SCALES.get(part["scale"] or "", 1)
        found.append((number, part["unit"]))
        at = part.end()
    if not found or words[at:].strip(" .,"):
        raise QuantityError(
            _("“%(text)s” tidak terbaca sebagai jumlah: tulis angka dan satuannya, misalnya 300 atau 3 kodi 5 potong.")
            % {"text": text}
        )
    return found


def parse_number(written: str) -> Fraction:
    """Indonesian writing: 1.200 is one thousand two hundred, 2,5 is two and a half, 1/2 and 1 1/2. Raises
    QuantityError."""
    written = written.strip().rstrip(".,")
    if "/" in written:
        whole, _space, part = written.rpartition(" ")
        above, below = part.split("/")
        if int(below) == 0:
            raise QuantityError(_("“%(text)s” bukan pecahan: pembaginya nol.") % {"text": written})
        return Fraction(int(whole or 0)) + Fraction(int(above), int(below))
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", written):
        raise QuantityError(
            _("“%(text)s” dapat berarti %(thousand)s atau %(part)s: tulis %(thousand)s tanpa koma, atau %(part)s.")
            % {"text": written, "thousand": written.replace(",", ""), "part": written.rstrip("0").rstrip(",")}
        )
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", written):
        return Fraction(written.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d{1,3}(,\d{3}){2,}", written):
        return Fraction(written.replace(",", ""))
    if re.fullmatch(r"\d+([.,]\d+)?", written):
        return Fraction(written.replace(",", "."))
    raise QuantityError(_("Angka “%(text)s” tidak terbaca: tulis misalnya 1.200 atau 2,5.") % {"text": written})


def _factor(name: str, unit: str, text: str) -> Fraction:
    """How many of the line's unit one `name` is."""
    own = known_unit(unit)
    if not name or name == unit.strip().lower():
        return Fraction(1)
    said = known_unit(name)
    if said is None:
        raise QuantityError(
            _("Satuan “%(name)s” pada “%(text)s” tidak dikenal: tulis dalam %(unit)s.")
            % {"name": name, "text": text, "unit": unit}
        )
    packed = PACKED & {name, unit.strip().lower()}
    if said.multiplies and (own is None or own.dimension in WHOLE):
        return said.factor / (own.factor if own else 1)
    if own is None or own.dimension != said.dimension or packed:
        raise QuantityError(
            _("%(unit)s tidak dapat dihitung dari %(name)s (“%(text)s”): tulis jumlahnya dalam %(unit)s.")
            % {"unit": unit, "name": name, "text": text}
        )
    return said.factor / own.factor


def _checked(total: Fraction, unit: str, text: str) -> Decimal:
    own = known_unit(unit)
    if own and own.dimension in WHOLE and (total * own.factor).denominator != 1:
        raise QuantityError(
            _("“%(text)s” bukan bilangan bulat: %(unit)s dihitung utuh, tulis tanpa pecahan.")
            % {"text": text, "unit": own.name if own.factor == 1 else "potong"}
        )
    if total >= GREATEST:  # before rounding, which a number of thirty digits does not survive
        raise QuantityError(_("“%(text)s” terlalu besar untuk sebulan: periksa angkanya.") % {"text": text})
    return (Decimal(total.numerator) / Decimal(total.denominator)).quantize(Decimal("0.001"))


def parse_rupiah(text: str) -> int | None:
    """Whole rupiah: "Rp1.250.000,-", "1,25 juta", "750 rb"; None for an empty text. Raises QuantityError."""
    words = re.sub(r"^(rp|idr)\.?\s*", "", ABOUT.sub("", text.strip().lower()))
    words = re.sub(r"(,-|,00|\.-)$", "", words.strip()).strip()
    if not words:
        return None
    if len(words) > LONGEST:
        raise QuantityError(_("Nilai “%(text)s…” terlalu panjang: periksa angkanya.") % {"text": text[:20]})
    found = re.fullmatch(r"(\d[\d.,]*)\s*(ribu|rb|juta|jt|miliar|milyar|m)?", words)
    if not found:
        raise QuantityError(
            _("Nilai “%(text)s” tidak terbaca: tulis rupiah seperti 1.250.000 atau 1,25 juta.") % {"text": text}
        )
    scale = {**SCALES, "miliar": 10**9, "milyar": 10**9, "m": 10**9}.get(found[2] or "", 1)
    amount = parse_number(found[1]) * scale
    if amount >= 10**15:
        raise QuantityError(_("Nilai “%(text)s” terlalu besar: periksa angkanya.") % {"text": text})
    return round(amount)
