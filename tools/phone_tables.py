"""Writes the tables that the phone shares with Python as a JavaScript module: numbers, units, plausibility questions
and kinds of items.

`python tools/phone_tables.py` after a change of lib/numbers.py, lib/units.py, production/plausibility.py or
intake/kinds; a test compares.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import django
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext

WIDTH = 118  # of a line
TARGET = Path(__file__).parents[1] / "src/sambang/field/static/field/tables.js"


def lengths_of(schema: type) -> dict[str, int]:
    """The maximum length of every text field of a body, items of lists included."""
    found: dict[str, int] = {}
    for name, hint in get_type_hints(schema, include_extras=True).items():
        for part in (hint, *get_args(hint)):
            if get_origin(part) is Annotated and get_args(part)[0] is str:
                found[name] = get_args(part)[1]
            elif is_dataclass(part) and isinstance(part, type):
                found |= {key: longest for key, longest in lengths_of(part).items() if key not in found}
    return found


def tables() -> dict[str, Any]:
    from sambang.intake.kinds import kinds  # after django.setup()
    from sambang.lib import numbers, units
    from sambang.production import plausibility

    with translation.override("id"):
        sentences = {code: gettext(sentence) for code, sentence in numbers.NUMBER_ERRORS.items()}
        labels = {kind.name: capfirst(str(kind.title)) for kind in kinds().values()}
    return {
        "KIND_LABELS": labels,
        "LENGTHS": {kind.name: lengths_of(kind.schema) for kind in kinds().values()},
        "MAX_LENGTH": numbers.MAX_LENGTH,
        "MAX_VALUE": str(numbers.MAX_VALUE),
        "MAX_PEOPLE": numbers.MAX_PEOPLE,
        "MAX_PERCENT": numbers.MAX_PERCENT,
        "SCALES": numbers.SCALE_WORDS,
        "MONEY_SCALES": numbers.MONEY_SCALES,
        "NUMBER_WORDS": numbers.NUMBER_WORDS,
        "WORDS": {name: list(words) for name, words in numbers.WORD_SETS.items()},
        "ONE_OF": numbers.ONE_OF,
        "FRACTION_SIGNS": numbers.FRACTION_SIGNS,
        "PERIODS": numbers.PERIOD_WORDS,
        "SENTENCES": sentences,
        "PATTERNS": numbers.PATTERNS,
        "UNITS": [
            {
                "name": unit.name,
                "dimension": unit.dimension,
                "factor": [str(unit.factor.numerator), str(unit.factor.denominator)],
                "isMultiplier": unit.is_multiplier,
                "isPackage": unit.is_package,
                "synonyms": [name for name, known in units.UNITS.items() if known is unit],
            }
            for unit in dict.fromkeys(units.UNITS.values())
        ],
        "UNUSUAL_FACTOR": int(plausibility.UNUSUAL_FACTOR),
        "ZERO_TOO_MANY": int(plausibility.ZERO_TOO_MANY),
        "MULTIPLIERS": units.MULTIPLIERS,
        "QUESTIONS": plausibility.QUESTION_SENTENCES,
        "WHOLE": sorted(units.WHOLE_DIMENSIONS),
        "NOTHING": sorted(units.ZERO_WORDS),
        "MAX_QUANTITY": str(units.MAX_QUANTITY),
    }


def module() -> str:
    text = "// Made by tools/phone_tables.py from lib/numbers.py, lib/units.py, production and intake/kinds.\n"
    for name, table in tables().items():
        words = f"export const {name} = {json.dumps(table, ensure_ascii=False)};"
        # A space inside quotes is no place to break a line.
        line, *parts = re.split(r'(?<=[,{\[]) (?=["\[{\]}0-9])', words)
        for part in parts:
            if len(line) + len(part) < WIDTH:
                line = f"{line} {part}"
            else:
                text += f"{line}\n"
                line = f"  {part}"
        text += f"{line}\n"
    return text


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
    django.setup()
    TARGET.write_text(module(), encoding="utf-8")
