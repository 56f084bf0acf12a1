"""Numbers as people in offices type them: `45.000`, `Rp 48.000,-`, `± 2.400`, `1,5 juta`, `12 rb`, `3 org`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

SCALES = {
    "ribu": 1_000,
    "rb": 1_000,
    "k": 1_000,
    "juta": 1_000_000,
    "jt": 1_000_000,
    "jta": 1_000_000,
    "milyar": 1_000_000_000,
    "miliar": 1_000_000_000,
    "mlyr": 1_000_000_000,
    "m": 1_000_000_000,
}
ABOUT = re.compile(
    r"^(±|\+/-|\+-|~|≈|kurang lebih|kira-kira|kira2|sekitar|krg lbh|k\.?l\.?|lebih dari|>|<|hampir)\s*", re.I
)
CURRENCY = re.compile(r"^(rp|idr|rupiah)\.?\s*", re.I)
LETTERS = re.compile(r"[A-Za-z]+")
WRITTEN = re.compile(r"^(?P<number>\d(?:[\d.,\s']*\d)?)\s*(?:,-{1,2}|\.-|-|,)?\s*(?P<words>[^\d\s].*)?$")


@dataclass(frozen=True)
class Written:
    """A number and how it was written."""

    number: Decimal  # with its own scale word already counted
    currency: bool = False  # "Rp" stood before it
    scaled: bool = False  # "juta", "ribu" … stood behind it
    words: str = ""  # whatever else stood behind it: a unit, "org"


def parse_written(text: str) -> Written:
    """The number in a text. Raises ValueError with a sentence for who typed it; never guesses among several numbers."""
    original, text = text, " ".join(text.replace("\xa0", " ").split())
    text = ABOUT.sub("", text)
    currency = bool(CURRENCY.match(text))
    text = ABOUT.sub("", CURRENCY.sub("", text))
    found = WRITTEN.match(text)
    if not found:
        raise ValueError(_("“%(text)s” bukan angka yang dapat dibaca: tulis angkanya saja.") % {"text": original[:40]})
    words = (found["words"] or "").strip()
    first = LETTERS.match(words)
    scale = SCALES.get(first[0].lower()) if first else None
    # "500 m" is metres of cloth; a thousand million is written "M", or after Rp.
    if first and scale and (first[0] != "m" or currency):
        digits = found["number"]
        # "1,250 juta" has a decimal comma, whatever "1,250" alone would be.
        number = Decimal(digits.replace(",", ".")) if re.fullmatch(r"\d+,\d+", digits) else parse_digits(digits)
        return Written(number * scale, currency, scaled=True, words=words[first.end() :].strip(" .,-/"))
    number = parse_digits(found["number"])
    if re.search(r"\d", words):
        raise ValueError(_("“%(text)s” berisi lebih dari satu angka: tulis satu angka saja.") % {"text": original[:40]})
    return Written(number, currency, words=words.strip(" .,-/"))


def parse_digits(text: str) -> Decimal:
    """`45.000` is 45000 and `1,5` is 1.5, as Indonesians write; `1,250,000` and `1.5` are read too. Raises
    ValueError."""
    digits = re.sub(r"[\s']", "", text).rstrip(".,")
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"\d+,\d+", digits):
        digits = digits.replace(",", ".")
    elif not re.fullmatch(r"\d+(\.\d+)?", digits):
        raise ValueError(_("“%(text)s” bukan angka yang dapat dibaca: tulis angkanya saja.") % {"text": text[:40]})
    return Decimal(digits)
