"""Parsers of counts of people. As in values.py, ValueError is an error of the cell."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.heading_rules import FEMALE_PATTERN, MALE_PATTERN
from sambang.imports.sheets.values import number_in
from sambang.lib.numbers import MAX_PEOPLE

PEOPLE_WORDS = frozenset({"", "org", "orang", "jiwa", "tk", "pekerja", "karyawan", "tenaga kerja"})
SEX_WORDS = rf"laki[ -]laki|{MALE_PATTERN}|{FEMALE_PATTERN}"
PEOPLE_OF_SEX = (  # "3L 2P", "1 pria, 2 wanita"; "L=3, P=2", "Laki-laki: 1 org"
    re.compile(rf"(?P<count>\d+) ?(?:org|orang)? ?(?P<sex>{SEX_WORDS})\b\.?[\s,;/&+-]*(?:dan )?", re.I),
    re.compile(rf"(?P<sex>{SEX_WORDS})\.?[\s:=]*(?P<count>\d+) ?(?:orang|org)?[\s,;/&+-]*(?:dan )?", re.I),
)
TOTAL_BEFORE = re.compile(r"(\d+) ?(?:org|orang)? ?[(=:]")
MEN = re.compile(rf"laki[ -]laki|{MALE_PATTERN}", re.I)


def people(cell: CellValue) -> int | None:
    if isinstance(cell, str):
        cell = re.sub(r"\((pemilik|sendiri|pemilik sendiri)\)", "", cell, flags=re.I)
    number = number_in(cell)
    if number is None:
        return None
    if number.value.denominator != 1 or number.value > MAX_PEOPLE or number.unit not in PEOPLE_WORDS or number.period:
        raise ValueError(_("Jumlah orang “%(text)s” tidak wajar: tulis bilangan bulat.") % {"text": text_of(cell)[:40]})
    return int(number.value)


def men_and_women(cell: CellValue) -> tuple[int, int] | int | None:
    """ "2/3", "L2 P3", "2L, 3P": men, then women. A single number is all of them together."""
    if both := _by_sex(text_of(cell)):
        return both
    match = re.fullmatch(r"(\d+)\W+(\d+)", text_of(cell)) if isinstance(cell, str) else None
    return (int(match[1]), int(match[2])) if match else people(cell)


def people_by_sex(cell: CellValue) -> tuple[int, int] | int | None:
    """ "3L/2P" or "5 (3L, 2P)" in a column of all workers: men, then women. Without letters "2/3" is no answer."""
    return _by_sex(text_of(cell)) or people(cell)


def _by_sex(text: str) -> tuple[int, int] | None:
    """Men and women of a text that counts each once, beside a total that is their sum or none."""
    counted_before = TOTAL_BEFORE.match(text)
    total, inner = (counted_before[1], text[counted_before.end() :].rstrip(")")) if counted_before else (None, text)
    for pattern in PEOPLE_OF_SEX:
        counts = [(bool(MEN.fullmatch(match["sex"])), int(match["count"])) for match in pattern.finditer(inner)]
        by_sex = dict(counts)
        if pattern.sub("", inner).strip() or len(by_sex) != 2 or len(counts) != 2:
            continue
        return (by_sex[True], by_sex[False]) if total is None or int(total) == sum(by_sex.values()) else None
    return None
