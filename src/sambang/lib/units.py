"""Units of measure, and the only parser of quantities: "3 kodi 5 potong", "2,5 lusin", "± 2.400".

Multipliers (lusin, kodi, gros) apply to any counted unit; other units convert only within one dimension. The phone's
parser uses the same table (`tools/phone_tables.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sambang.lib.numbers import NumberError, normalised_text, read_numbers

COUNTED, SETS, PAIRS, LENGTH, MASS, VOLUME, AREA = "counted", "sets", "pairs", "length", "mass", "volume", "area"
WHOLE_DIMENSIONS = frozenset({COUNTED, SETS, PAIRS})  # counted units must be whole numbers


@dataclass(frozen=True)
class Unit:
    name: str
    dimension: str
    factor: Fraction = Fraction(1)  # how many of the dimension's first unit
    is_multiplier: bool = False  # lusin, kodi, gros: dozens of anything that is counted
    is_package: bool = False  # counted too, but ten boxes are not ten shirts


UNIT_TABLE: tuple[tuple[Unit, str], ...] = (
    (Unit("potong", COUNTED), "ptg, pcs, pc, pce, piece, buah, bh, biji, bj, unit, lembar, lbr, helai, item"),
    (Unit("bungkus", COUNTED, is_package=True), "bks"),
    (Unit("pak", COUNTED, is_package=True), "pack"),
    *((Unit(name, COUNTED, is_package=True), "") for name in ("dus", "botol", "toples", "kotak")),
    (Unit("lusin", COUNTED, Fraction(12), is_multiplier=True), "lsn, dosin, dozen"),
    (Unit("kodi", COUNTED, Fraction(20), is_multiplier=True), "kd"),
    (Unit("gros", COUNTED, Fraction(144), is_multiplier=True), "gross, grs"),
    (Unit("stel", SETS), "setel, set, stelan, setelan"),
    (Unit("pasang", PAIRS), "psg, pair"),
    (Unit("meter", LENGTH), "m, mtr"),
    (Unit("yard", LENGTH, Fraction("0.9144")), "yd, yar"),
    (Unit("cm", LENGTH, Fraction("0.01")), "sentimeter"),
    (Unit("kg", MASS), "kilo, kilogram"),
    (Unit("gram", MASS, Fraction("0.001")), "gr, g"),
    (Unit("ons", MASS, Fraction("0.1")), ""),
    (Unit("kuintal", MASS, Fraction(100)), "kwintal, kw"),
    (Unit("ton", MASS, Fraction(1000)), ""),
    (Unit("liter", VOLUME), "ltr, l, lt"),
    (Unit("ml", VOLUME, Fraction("0.001")), "mililiter, cc"),
    (Unit("m2", AREA), "m², meter persegi"),
)
UNITS: dict[str, Unit] = {
    name: unit for unit, synonyms in UNIT_TABLE for name in (unit.name, *filter(None, synonyms.split(", ")))
}
MULTIPLIERS = {unit.name: int(unit.factor) for unit in UNITS.values() if unit.is_multiplier}
ZERO_WORDS = frozenset({"nihil", "kosong", "tidak ada", "tidak produksi", "libur"})
MAX_QUANTITY = 10**10  # of a month; the column has eleven digits before the comma
MIN_QUANTITY = Decimal("0.001")


def find_unit(name: str) -> Unit | None:
    return UNITS.get(" ".join(name.lower().split()).rstrip("."))


def read_quantity(text: str, unit: str) -> Decimal:
    """The quantity in `unit`, to three decimals. Raises NumberError.

    For a line whose unit is not in the table only plain numbers, multipliers and that unit are accepted.
    """
    if normalised_text(text) in ZERO_WORDS:
        return Decimal(0)
    numbers = read_numbers(text)
    total = Fraction(0)
    for number in numbers:
        if number.is_currency or number.period not in {"", "bulan"}:
            raise NumberError("other_unit", text, unit=number.period or "Rp", wanted=unit)
        if not number.unit and len(numbers) > 1:
            raise NumberError("no_unit", text)
        total += number.value * _ratio(number.unit, unit, text)
    own = find_unit(unit)
    if own and own.dimension in WHOLE_DIMENSIONS and (total * own.factor).denominator != 1:
        raise NumberError("not_whole", text)
    if total >= MAX_QUANTITY:
        raise NumberError("too_large", text)
    return (Decimal(total.numerator) / Decimal(total.denominator)).quantize(MIN_QUANTITY)


def _ratio(name: str, unit: str, text: str) -> Fraction:
    """How many of the product line's `unit` one `name` is. Raises NumberError."""
    own, other = find_unit(unit), find_unit(name)
    if name in {"", unit.strip().lower()} or (own and own == other):
        return Fraction(1)
    if other is None:
        raise NumberError("unit_unknown", text, unit=name)
    if own is None and other.is_multiplier:
        return other.factor
    if own is None or not _is_convertible(other, own):
        raise NumberError("other_unit", text, unit=name, wanted=unit)
    return other.factor / own.factor


def _is_convertible(unit: Unit, into: Unit) -> bool:
    """Multipliers convert into any counted unit, other units within their dimension, packages into nothing."""
    if unit.is_multiplier:
        return into.dimension in WHOLE_DIMENSIONS
    return unit.dimension == into.dimension and not (unit.is_package or into.is_package)


def in_first_unit(number: Fraction, unit: Unit) -> tuple[Fraction, str]:
    """The same quantity in the first unit of its dimension: half a ton is 500 kg."""
    return number * unit.factor, next(one.name for one, _synonyms in UNIT_TABLE if one.dimension == unit.dimension)
