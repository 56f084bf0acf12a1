"""Cells that hold a name and something else, as their heading says: "Nama & Alamat Perusahaan", "Nama / No. HP"."""

from __future__ import annotations

import re

from sambang.imports.sheets.grid import CellValue
from sambang.imports.sheets.values import plain_text

# Where the second part begins: at a line break, else at a comma or dash, or at a word that begins an address.
NAME_ENDS = (
    re.compile(r"\s*\n\s*"),
    re.compile(
        r"\s*[,;|](?!\s*(?-i:[SMA]\.|S[EHTPIK]\b|M[MHT]\b))\s*|\s+[-–/]\s+"  # "Siti, S.E." is one name
        r"|\s+(?=(?:jl|jln|jalan|gg|gang|dusun|dsn|dk|ds|kp|desa|kel|rt)\b)",
        re.IGNORECASE,
    ),
)
FOOTNOTE = re.compile(r"(?<=\w)\s*(\*+\)?|[¹²³†]|\(\*+\))\s*$")  # "Sutini*", "Kayu **)"
ORDINAL = re.compile(r"^\d{1,4}[.)]\s+(?=[^\W\d])")  # "12. Sutini"
NUMBER_AT_END = re.compile(
    r"[\s,;/|(-]*(?:(?:no|hp|wa|telp?|tlp)\b[\s.:]*)*(?=(?:\+?62|0|8)[\d\s.()-]{6,}\)?\s*$)", re.I
)


def name_part(cell: CellValue, other: str) -> str | None:
    """The name without its number and a footnote's mark; `other` is the field of the second part: "address", "phone"
    or ''."""
    text = plain_text(_parts(cell, other)[0] if other else cell)
    return ORDINAL.sub("", FOOTNOTE.sub("", text)) if text else None


def has_footnote(cell: CellValue) -> bool:
    return isinstance(cell, str) and FOOTNOTE.search(cell) is not None


def other_part(cell: CellValue, other: str) -> str:
    """'' where the cell holds nothing but a name."""
    return _parts(cell, other)[1]


def _parts(cell: CellValue, other: str) -> tuple[str, str]:
    text = str(cell).strip()
    ends = NAME_ENDS if other == "address" else (NUMBER_AT_END,)
    for end in ends:
        if (match := end.search(text)) and match.start() > 0:
            return text[: match.start()], " ".join(text[match.end() :].split())
    return text, ""
