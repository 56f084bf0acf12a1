"""Columns of a part of a year: a month, a quarter, half a year. They are a year's figure only all together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

MONTHS = (
    r"jan(uari|uary)?",
    r"[fp]eb(ruari|ruary)?",
    r"mar(et|ch)?",
    r"apr(il)?",
    r"mei|may",
    r"jun[ie]?",
    r"jul[iy]?",
    r"ag(s|t|u|ust|ustus)|aug(ust)?",
    r"sep(t|tember)?",
    r"o[kc]t(ober)?",
    r"no[vp](ember)?",
    r"de[sc](ember)?",
)
MONTH = tuple(re.compile(rf"\b({pattern})\b") for pattern in MONTHS)
QUARTER = re.compile(r"\b(tw|trw|triwulan|kuartal|quarter|q) ?(i{1,3}|iv|[1-4])\b")
HALF = re.compile(r"\b(semester|smt|sem) ?(i{1,2}|[12])\b")
COUNTS = {"month": 12, "quarter": 4, "half": 2}
OTHER_PART = "other"  # several months, which are no kind of part


def part_of_year(heading: str) -> str:
    """ "month 3", "quarter ii", "half 1" of a plain heading; '' for a year, which "Jan - Des" is too."""
    months = [number for number, pattern in enumerate(MONTH, 1) if pattern.search(heading)]
    if months:
        return f"month {months[0]}" if len(months) == 1 else "" if {1, 12} <= set(months) else OTHER_PART
    for kind, pattern in (("quarter", QUARTER), ("half", HALF)):
        if match := pattern.search(heading):
            return f"{kind} {match[2]}"
    return ""


def incomplete_parts(parts: Mapping[int, tuple[str, str, int]]) -> set[int]:
    """Of columns with field, part and year: those whose parts do not make up their year."""
    columns: dict[tuple[str, str, int], dict[str, int]] = defaultdict(dict)
    for column, (field, part, year) in parts.items():
        columns[field, part.partition(" ")[0], year][part] = column
    complete = {
        column
        for (_field, kind, _year), of_part in columns.items()
        for column in of_part.values()
        if len(of_part) == COUNTS.get(kind)
    }
    return set(parts) - complete
