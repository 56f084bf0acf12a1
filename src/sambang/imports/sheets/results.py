"""The result of reading a workbook: rows, members, duplicates, errors and columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _


class SheetError(ValueError):
    """The file cannot be read; the message is a sentence for the user."""


@dataclass(frozen=True)
class CellError:
    """A cell that could not be read: position, text, and how to correct it."""

    sheet: str
    row: int
    cell: str
    value: str
    message: str


class PermitCells(NamedTuple):
    """One permit of a row. `kind` as in registry.Permit; days as ISO 8601, '' where the row has none."""

    kind: str
    number: str
    issued_on: str = ""
    valid_until: str = ""


class ProductCells(NamedTuple):
    """A further product of a row's IKM, from a row below it that names nothing else. Per year, as in RegisterRow."""

    name: str
    unit: str | None = None
    capacity: int | None = None
    annual_value: int | None = None


@dataclass(frozen=True)
class RegisterRow:
    """One IKM of the workbook. Money in whole rupiah, capacity and value per year; None is absent."""

    sheet: str
    row: int
    name: str
    owner: str
    nik: str | None = None
    nib: str | None = None
    npwp: str | None = None
    phone: str | None = None
    address: str | None = None
    village: str | None = None
    district: str | None = None
    regency: str | None = None
    gender: str | None = None  # "male" or "female"
    commodity: str | None = None
    kbli: str | None = None
    kbli_version: str | None = None  # "2020" or "2025" if the heading names it
    product: str | None = None
    workers_male: int | None = None
    workers_female: int | None = None
    workers: int | None = None
    investment: int | None = None  # without land and buildings
    investment_land: int | None = None
    capacity: int | None = None
    unit: str | None = None
    annual_value: int | None = None
    marketing: str | None = None
    established: int | None = None
    cluster: str | None = None
    group: str | None = None  # kelompok
    office: str | None = None  # in the kelompok, as in MemberRow
    education: str | None = None  # of the owner, as in registry.Education
    disability: str | None = None  # of the owner, as in registry.Disability
    permits: tuple[PermitCells, ...] = ()
    more_products: tuple[ProductCells, ...] = ()
    remarks: tuple[str, ...] = ()  # what was left out of a cell whose value is stored
    left: str = ""  # the first column of its table, where two stand beside each other
    title: str = ""  # the lines above the table


@dataclass(frozen=True)
class LeftAside:
    """Filled cells that are in no value: of a row, a column (`row` 0) or a sheet, with their text and the reason."""

    sheet: str
    row: int
    text: str
    reason: str
    cells: int

    @property
    def described(self) -> str:
        """Position, text, number of cells and reason, in one line."""
        place = _("%(sheet)s baris %(row)d") % {"sheet": self.sheet, "row": self.row} if self.row else self.sheet
        cells = _("%(count)d sel") % {"count": self.cells}
        text = f" “{self.text}”" if self.text else ""
        return f"{place}{text} ({cells}): {self.reason}"


@dataclass(frozen=True)
class MemberRow:
    """A member of a group, matched to a row of the register (`register` is its index in `rows`) or not (None)."""

    sheet: str
    row: int
    group: str
    name: str
    office: str  # "chair", "secretary", "treasurer" or "member"
    register: int | None


@dataclass(frozen=True)
class Duplicate:
    """Two rows of the workbook that may be one IKM. `certain`: the second is not in `rows` but fills the first."""

    first: RegisterRow
    second: RegisterRow
    because: tuple[str, ...]
    certain: bool


def column_key(sheet: str, letter: str, row: int) -> str:
    """`IKM!E3`: the cell of a column's heading."""
    return f"{sheet}!{letter}{row}"


@dataclass(frozen=True)
class SheetColumn:
    """One column: its heading as written, the field it was read as ('' for none), and its factor. The others are as in
    `table.ColumnNote`."""

    sheet: str
    letter: str
    row: int  # of the heading
    heading: str
    field: str
    factor: int = 1
    basis: str = ""
    doubt: str = ""
    doubted: str = ""
    examples: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key of the column in `Choices.by_column`."""
        return column_key(self.sheet, self.letter, self.row)


@dataclass
class CellCounts:
    """Counts of filled cells: `filled` equals the sum of the others. A cell that a merged range or "sda" copies
    downwards counts once."""

    filled: int = 0
    values: int = 0
    errors: int = 0
    headings: int = 0
    left_aside: int = 0

    def as_dict(self) -> dict[str, int]:
        return dict(vars(self))


@dataclass(frozen=True)
class RegisterSheet:
    rows: tuple[RegisterRow, ...]
    members: tuple[MemberRow, ...]
    duplicates: tuple[Duplicate, ...]
    errors: tuple[CellError, ...]
    columns: tuple[SheetColumn, ...]
    titles: tuple[str, ...] = field(default=())  # the lines above the tables: they often name the place
    remarks: tuple[str, ...] = ()  # about the file as a whole
    filename: str = ""
    left_aside: tuple[LeftAside, ...] = ()
    cells: CellCounts = field(default_factory=CellCounts)
    rows_in: int = 0  # filled rows below the headings of every table
    continued: int = 0  # rows that are another product of the IKM above
