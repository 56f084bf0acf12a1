"""Columns of days that do not name their permit: "Tgl Terbit", "Masa Berlaku" beside "No. P-IRT"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sambang.imports.sheets.heading_rules import ISSUED, PERMIT_PATTERNS, UNTIL
from sambang.imports.sheets.headings import Meaning, normalised_heading

BESIDE_DAY = r"tgl|tanggal|masa|sertifikat|izin|ijin|surat|sampai|hingga|dengan|s|d|akhir"
DAY_ALONE = re.compile(
    rf"(({BESIDE_DAY}|kada?lu?warsa|kada?luarsa|\w*berlaku|berakhir|expired?|terbit|dikeluarkan)( |$))+"
)


def mark_permit_days(headings: Mapping[int, str], meanings: dict[int, Meaning]) -> None:
    """The permit of such a column is the nearest one at its left, if that column is of one kind."""
    kind = ""
    for column, heading in sorted(headings.items()):
        field, text = meanings.get(column, Meaning("")).field, normalised_heading(heading)
        if field in PERMIT_PATTERNS or field in {"nib", "npwp", "siinas", "permits"}:
            kind = field
        elif not field and kind in PERMIT_PATTERNS and DAY_ALONE.fullmatch(text):
            which = "until" if re.search(UNTIL, text) else "issued" if re.search(ISSUED, text) else ""
            if which:
                meanings[column] = Meaning(f"{kind}_{which}")
