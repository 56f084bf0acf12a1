"""Parsing of decimal numbers: point or comma as decimal mark, the other one as thousands separator.
A text may determine the decimal mark (``12,5``, ``1.234.567``), be ambiguous (``1.010``), or contain no mark."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

AMBIGUOUS = r"^-?[1-9][0-9]{0,2}[.,][0-9]{3}$"
"""Either thousands separators or three decimals."""


def _unambiguous_pattern(decimal: str, thousands: str) -> str:
    d, t = re.escape(decimal), re.escape(thousands)
    return "|".join(
        (
            rf"^-?([0-9]*{d}[0-9]{{0,2}}|[0-9]*{d}[0-9]{{4,}}|[0-9]{{4,}}{d}[0-9]{{3}}|0*{d}[0-9]{{3}})$",
            rf"^-?[0-9]*{d}[0-9]*[eE][-+]?[0-9]+$",
            rf"^-?[1-9][0-9]{{0,2}}({t}[0-9]{{3}}){{2,}}$",
            rf"^-?[1-9][0-9]{{0,2}}({t}[0-9]{{3}})+{d}[0-9]+$",
        )
    )


_UNAMBIGUOUS = {".": _unambiguous_pattern(".", ","), ",": _unambiguous_pattern(",", ".")}
"""By decimal mark: the pattern of texts that are numbers with this mark only."""


def determined_marks(column: pa.ChunkedArray) -> set[str]:
    """The decimal marks that at least one text of the column determines."""
    return {mark for mark, pattern in _UNAMBIGUOUS.items() if _any(column, pattern)}


def is_ambiguous(column: pa.ChunkedArray) -> bool:
    """Whether a text can be read both with thousands separators and with decimals."""
    return _any(column, AMBIGUOUS)


def usual_mark(column: pa.ChunkedArray) -> str | None:
    """The decimal mark of a column in which every text is ambiguous with the same mark: a format with three decimals.
    None otherwise."""
    texts = column.drop_null()
    for mark in ".,":
        pattern = AMBIGUOUS.replace("[.,]", re.escape(mark))
        if len(texts) and pc.all(pc.match_substring_regex(texts, pattern)).as_py():
            return mark
    return None


def first_ambiguous(column: pa.ChunkedArray) -> tuple[int, str]:
    """Position and text of the first ambiguous text."""
    at = pc.index(pc.fill_null(pc.match_substring_regex(column, AMBIGUOUS), False), True).as_py()
    return at, column[at].as_py()


def with_decimal_points(column: pa.ChunkedArray, mark: str) -> pa.ChunkedArray:
    """The texts with a decimal point and without thousands separators; other texts stay as they are."""
    thousands = "," if mark == "." else "."
    groups = rf"^-?[1-9][0-9]{{0,2}}({re.escape(thousands)}[0-9]{{3}})+($|{re.escape(mark)})"
    grouped = pc.match_substring_regex(column, groups)
    column = pc.if_else(grouped, pc.replace_substring(column, thousands, ""), column)
    return column if mark == "." else pc.replace_substring(column, ",", ".", max_replacements=1)


def _any(column: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(column, pattern)).as_py())
