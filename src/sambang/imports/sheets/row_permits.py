"""The NIB, the NPWP and the permits of one row, from the columns of one kind each and from those that name several."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from sambang.imports.sheets import detail_values, values
from sambang.imports.sheets.heading_rules import PERMIT_PATTERNS
from sambang.imports.sheets.permit_cells import PermitsRead, permits_in
from sambang.imports.sheets.results import PermitCells
from sambang.imports.sheets.row_cells import RowCells


def read_permits(row: RowCells) -> dict[str, Any]:
    """Fields of RegisterRow. A permit without a number is left out where the row has one of its kind with a number."""
    named = _named_permits(row)
    nib, npwp = row.first("nib", values.nib), row.first("npwp", values.npwp)
    account = row.first("siinas", detail_values.siinas)
    numbers = [PermitCells(kind, text) for kind, text in (("siinas", account), ("nib", nib)) if text is not None]
    permits = [*filter(None, (_permit(row, kind) for kind in PERMIT_PATTERNS)), *numbers, *named.permits]
    numbered = {permit.kind: permit.number for permit in reversed(permits) if permit.number}
    distinct = [permit for permit in permits if permit.kind not in numbered or (permit.number and permit.kind != "nib")]
    return {"nib": numbered.get("nib"), "npwp": npwp or named.npwp, "permits": tuple(dict.fromkeys(distinct))}


def _named_permits(row: RowCells) -> PermitsRead:
    """The permits of columns that name several, with an error for what is left of a cell."""
    named = PermitsRead()
    for column in row.table.columns("permits"):
        heading = row.table.head.headings.get(column, "")
        read = row.first_of(column, partial(permits_in, heading=heading)) or PermitsRead()
        unread = [*read.unread, *_other_nibs(row, read)]
        named.permits += read.permits
        named.npwp = named.npwp or read.npwp
        if unread:
            text = _("Tidak dicatat sebagai izin: “%(text)s”. Tulis jenis dan nomornya, atau “belum”.")
            row.refuse(column, text % {"text": "”, “".join(unread)})
    return named


def _other_nibs(row: RowCells, read: PermitsRead) -> list[str]:
    """The NIB that a text names beside another one in its own column, or a second one in the text."""
    numbers = [row.first("nib", values.nib), *(permit.number for permit in read.permits if permit.kind == "nib")]
    first, *others = [number for number in numbers if number] or [""]
    return [f"NIB {number}" for number in others if number != first]


def _permit(row: RowCells, kind: str) -> PermitCells | None:
    """The permit with its days, '' for a number that is not said, as where only a day is. None where there is none, and
    its days are errors then."""
    number = row.first(kind, values.permit_number)
    issued, until = (row.first(f"{kind}_{which}", detail_values.day) for which in ("issued", "until"))
    if (number := _number_beside(row, kind, (issued, until)) if number is None else number) is None:
        return None
    until = until or (row.first(kind, detail_values.term_of_permit) if number else None)
    if issued and until and until < issued:
        for column in row.table.columns(f"{kind}_until"):
            row.refuse(column, _("Izin ini berakhir sebelum terbit: periksa tanggalnya."))
        until = None
    return PermitCells(kind, number, *(day.isoformat() if day else "" for day in (issued, until)))


def _number_beside(row: RowCells, kind: str, days: tuple[date | None, ...]) -> str | None:
    """'' for a blank number beside a day; None where its cell says that there is none, which makes errors of the
    days."""
    if any(days) and all(row.line.cells.get(column, "") == "" for column in row.table.columns(kind)):
        return ""
    for column in (*row.table.columns(f"{kind}_issued"), *row.table.columns(f"{kind}_until")):
        row.refuse(column, _("Tanggal ini tanpa nomor izin, sehingga tidak dicatat: tulis nomornya."))
    return None
