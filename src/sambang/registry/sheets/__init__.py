"""An office's list of IKM, as rows and complaints. Knows no database.

    sheet = read_register(Path("ikm.xlsx"))      # or bytes and a filename; SheetError when it is no list at all
    sheet.rows, sheet.members, sheet.duplicates, sheet.complaints, sheet.columns, sheet.titles

The way of a cell: grid.py (file → cells) → headings.py (words → fields) → table.py (which rows and columns) →
values.py (cell → fact or complaint) → reading.py (row) → duplicates.py, members.py.
"""

from sambang.registry.sheets.reading import read_register
from sambang.registry.sheets.results import (
    Column,
    Complaint,
    Duplicate,
    MemberRow,
    RegisterRow,
    RegisterSheet,
    SheetError,
)

__all__ = [
    "Column",
    "Complaint",
    "Duplicate",
    "MemberRow",
    "RegisterRow",
    "RegisterSheet",
    "SheetError",
    "read_register",
]
