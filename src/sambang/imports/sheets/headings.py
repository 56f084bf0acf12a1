"""What a heading says of its column: its field, its factor and the rest, by heading_rules.HEADING_RULES."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sambang.imports.sheets.heading_rules import (
    ADDRESS_OR_PHONE,
    HEADING_ABBREVIATIONS,
    HEADING_RULES,
    SECRETS,
    UNIT_NAMES,
)
from sambang.imports.sheets.year_parts import part_of_year
from sambang.registry.kbli_versions import KbliVersion

SECRET_HEADING = re.compile(SECRETS)
UNIT = re.compile(rf"\b({UNIT_NAMES})\b")
HEADING_ABBREVIATION = re.compile(rf"\b({'|'.join(map(re.escape, HEADING_ABBREVIATIONS))})\b")
# What a form asks around the words that a list has as its heading.
QUESTION = re.compile(
    r"\b(apa(kah)?( saja)?|siapa(kah)?|berapa(kah)?( banyak)?|di ?mana(kah)?|kapan|sebutkan( semua)?|tuliskan|tolong"
    r"|mohon|bapak ibu|anda|saudara|jika (ada|sudah)|bila (ada|sudah))\b"
)
SPACED_LETTERS = re.compile(r"\b(?:[a-z] ){2,}[a-z]\b")
WORD_BREAK = re.compile(r"\b(\w+)- (?!\1\b)(?=\w)")  # "pro- duk" over two lines of a cell, but not "laki- laki"
COMPILED = tuple((field, re.compile(pattern)) for field, pattern in HEADING_RULES)

THOUSANDS = re.compile(r"\b(rp|rupiah)? ?0{3}\b|\bribu(an)?\b|\bthousands?\b|x ?1 ?000\b|\brb\b")
MILLIONS = re.compile(r"\bjuta(an)?\b|\bmillions?\b|\bjt\b|000 000\b|\brp 000 000\b")
PER_MONTH = re.compile(r"(?<!\d )\b(se)?(bulan|bln|bl|bulanan)\b|\bmonth(ly)?\b|perbulan|perbln")
PER_WEEK = re.compile(r"(?<!\d )\b(se)?(minggu|mgg|mingguan)\b|perminggu")
PER_DAY = re.compile(r"(?<!\d )\b(se)?(hari|hr|harian)\b|perhari")
UNIT_NOTE = re.compile(rf"(orang|org|jiwa|tahun|th|persen|{UNIT_NAMES}|rp|rupiah|(rp )?(000|ribu|juta|jt))( per \w+)?")
MONEY = frozenset({"investment", "investment_land", "annual_value"})
YEARLY = frozenset({"capacity", "annual_value"})
SUBHEADING = re.compile(
    r"^(l|p|w|lk|pr|lki|prp|pria|wanita|laki laki|laki|perempuan|jml|jumlah|total|jlh|satuan|nilai|volume|vol|banyaknya"
    r"|rp|rp 000|rupiah|harga|unit|nama|alamat|nik|hp|no|nomor|rt|rw|desa|kec|kab|dusun|orang|org|tanggal|th|tahun)\b"
)
PLACE_KINDS = {
    "district": r"kecamatan|kec|kapanewon|kemantren|distrik",
    "village": r"desa|kalurahan|kelurahan|kal|ds",
    "hamlet": r"dusun|dsn|padukuhan|pedukuhan|dukuh|kampung|lingkungan|rt|rw",
    "cluster": r"sentra|klaster",
}
TRAILING_COUNT = re.compile(  # "KECAMATAN DEPOK (12 IKM)", "Depok: 12 unit"
    r"\s*[(:=,-]*\s*\d+ ?(ikm|umkm|unit( usaha)?|orang|org|pelaku( usaha)?|usaha)?\W*$", re.IGNORECASE
)
BULLET = re.compile(r"^([A-Z]|[IVX]+|\d+)[.)]\s*")
MIN_FIELDS = 3  # this many different fields known in one row make it a heading


@dataclass(frozen=True)
class Meaning:
    field: str  # '' when the column is left aside
    factor: int = 1  # what a number in it is multiplied by: thousands, millions, twelve months
    times: int = 1  # the part of the factor that turns a month or a week into a year
    version: str | None = None  # of KBLI
    unit: str | None = None  # of capacity, where the heading names it: "(pcs)"
    part: str = ""  # of the year, where the heading names one: see year_parts
    is_complete: bool = False  # the columns of the year's other parts stand beside it
    beside: str = ""  # "address" or "phone": what the cells of a column of names hold too


@lru_cache(maxsize=4096)
def normalised_heading(text: str) -> str:
    """Lower case, punctuation as single spaces; slashes before a period word are kept as 'per'."""
    heading = WORD_BREAK.sub(r"\1", text.lower().replace("\n", " ").replace("_", " ").replace("%", " persen "))
    heading = HEADING_ABBREVIATION.sub(lambda match: HEADING_ABBREVIATIONS[match[0]], heading)
    heading = re.sub(r"/\s*(bulan|bln|tahun|thn|th|hari|hr|minggu|mgg)\b", r" per \1", heading)
    alternatives = {normalised_heading(part) for part in heading.split("/")} if heading.count("/") == 1 else set()
    is_question = "?" in heading
    heading = re.sub(r"[^\w>]+", " ", heading)
    heading = " ".join((QUESTION.sub(" ", heading) if is_question else heading).split())
    heading = SPACED_LETTERS.sub(lambda match: match[0].replace(" ", ""), heading)  # "N A M A", "N I K"
    fields = {_first_rule(alternative) for alternative in alternatives}
    is_bilingual = len(alternatives) == 2 and len(fields) == 1 and fields != {None} and _first_rule(heading) is None
    return min(alternatives) if is_bilingual else heading  # "Produk / Product"


def named_place(title: str) -> tuple[str, str] | None:
    """The kind and the name of the place that a title consists of: "B. KAPANEWON PLERET" is the district Pleret. The
    name of a sentra begins with the word."""
    text = TRAILING_COUNT.sub("", BULLET.sub("", title.strip())).strip(" :")
    for kind, pattern in PLACE_KINDS.items():
        if match := re.match(rf"(?:{pattern})\b[\s.:]*(?=\w)(.+)", text, re.IGNORECASE):
            return kind, text if kind == "cluster" else match[1].strip(" .:")
    return None


# A lower heading that names one of these means it, whatever stands above.
OWN_MEANING = frozenset(
    {"nik", "npwp", "nib", "phone", "village", "district", "regency", "hamlet", "rt", "gender", "kbli", "pirt", "halal"}
)


@lru_cache(maxsize=4096)
def field_of(heading: str) -> str | None:
    """The field of a plain heading; '' known and left aside; None not known."""
    own = heading.rsplit(" > ", 1)[-1]
    if own != heading and (field := _first_rule(own)) in OWN_MEANING:
        return field
    return _first_rule(heading)


def _first_rule(heading: str) -> str | None:
    """Of "Usaha 1" and "Usaha 2" the rule for "Usaha", where no rule knows them as they stand."""
    for variant in dict.fromkeys((heading, re.sub(r" \d{1,2}$", "", heading))):
        for field, pattern in COMPILED:
            if pattern.search(variant):
                return field
    return None


def other_fields(heading: str) -> list[str]:
    """The fields that further rules see in a plain heading: "nama usaha sesuai nib" is first the NIB, then a name."""
    fields = [field for field, pattern in COMPILED if pattern.search(heading)]
    return [field for field in dict.fromkeys(fields) if field and field != field_of(heading)]


def meaning_of(heading: str) -> Meaning | None:
    """Field, factor and the rest of a plain heading. A quantity per day is left aside: a year's working days differ."""
    field = field_of(heading)
    return None if field is None else meaning_as(heading, field)


def meaning_as(heading: str, field: str) -> Meaning:
    """The factor and the rest of a plain heading that is read as `field`."""
    if field in YEARLY and PER_DAY.search(heading):
        return Meaning("")
    part = part_of_year(heading) if field in YEARLY else ""
    times = _times_a_year(heading) if field in YEARLY and not part else 1
    factor = times * (_scale(heading) if field in MONEY else 1)
    version = (
        next((year for year in reversed(KbliVersion.values) if year in heading), None) if field == "kbli" else None
    )
    named = UNIT.search(heading) if field == "capacity" else None
    unit = named[1] if named else None
    return Meaning(field, factor, times, version, unit, part=part, beside=_beside_name(heading, field))


def _beside_name(heading: str, field: str) -> str:
    match = re.search(rf"({ADDRESS_OR_PHONE})\b", heading.rsplit(" > ", 1)[-1]) if field in {"name", "owner"} else None
    return "" if match is None else "address" if match[1].startswith("alamat") else "phone"


def _scale(heading: str) -> int:
    if MILLIONS.search(heading):
        return 1_000_000
    return 1_000 if THOUSANDS.search(heading) else 1


def _times_a_year(heading: str) -> int:
    if PER_MONTH.search(heading):
        return 12
    return 52 if PER_WEEK.search(heading) else 1
