"""Numbers and units have one reader: no second copy of its words or rules in Python, JavaScript or templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import sambang
from sambang.lib.numbers import MONEY_SCALES, NUMBER_WORDS
from sambang.lib.units import UNITS

SOURCE = Path(sambang.__file__).parent
READERS = {
    "lib/numbers.py",
    "lib/units.py",
    "lib/number_words.py",  # spells numbers out, and lends its words to the reader
    "field/static/field/tables.js",  # made from them
    "field/static/field/numbers.js",
}
GROUPS = re.compile(r"(\\?[.,]|\[[.,]+\])\)?(\\d|\[0-9\])\{3\}|replace(All)?\(\"\.\", \"\"\)")
# Region codes are written 34.04.07; they are no numbers.
REGION_CODE = re.compile(r"\b(code|within|region|words)\.replace\(\"\.\", \"\"\)")
TYPED_TO_NUMBER = re.compile(r"\b(Number\(|parseInt|parseFloat|valueAsNumber)")
# Where JavaScript makes a number of a text that nobody typed, and of what.
CONVERTS = {
    "field/static/field/format.js": "a quantity of the offline bundle, to be shown",
    "field/static/field/form.js": "the longest text of a field, from the tables",
    "field/static/field/cache_backup.js": "a counter in an address",
}
# Where several of the words stand outside the reader, and why they are no second table.
LISTS_WORDS = {
    "imports/sheets/headings.py": "what a heading says of its whole column: (Rp ribuan), (juta)",
    "imports/sheets/heading_rules.py": "the unit that a heading names for its whole column",
    "home/demo/registry.py": "the demo's own products and what they are counted in",
}


def sources(*kinds: str) -> Iterator[tuple[str, str]]:
    for kind in kinds:
        for path in SOURCE.rglob(kind):
            name = path.relative_to(SOURCE).as_posix()
            if "migrations" not in name and name not in READERS:
                yield name, path.read_text(encoding="utf-8")


def lists_words(text: str) -> bool:
    """Do at least three units, scales or number words stand side by side as alternatives or keys?"""
    words = {*UNITS, *MONEY_SCALES, *NUMBER_WORDS}
    lines = (set(re.findall(r"(?<=[\"'|(/])([a-z]+)(?=[\"'|)/])", line)) for line in text.splitlines())
    return any(len(line & words) > 2 for line in lines)


def test_nobody_else_takes_grouped_digits_apart() -> None:
    found = dict(sources("*.py", "*.js", "*.html"))
    assert len(found) > 400
    assert [name for name, text in found.items() if GROUPS.search(REGION_CODE.sub("", text))] == []


def test_nobody_else_lists_units_scales_or_number_words() -> None:
    found = {name for name, text in sources("*.py", "*.js", "*.html") if lists_words(text)}
    assert found <= LISTS_WORDS.keys()


def test_the_phone_makes_numbers_of_typed_texts_in_one_place() -> None:
    scripts = dict(sources("*.js"))
    assert len(scripts) > 25
    assert {name for name, text in scripts.items() if TYPED_TO_NUMBER.search(text)} <= CONVERTS.keys()


def test_the_search_sees_a_second_copy() -> None:
    assert GROUPS.search(r'written = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")')
    assert GROUPS.search(r'typed.replaceAll(".", "")')
    assert lists_words('COUNTED = {"lusin": 12, "kodi": 20, "gros": 144}')
    assert lists_words("/nol|satu|dua|tiga/")
    assert TYPED_TO_NUMBER.search("const value = Number(text);")
