"""What reading a workbook gives: rows, members, duplicates, complaints, and what was made of each column."""

from __future__ import annotations

from dataclasses import dataclass, field


class SheetError(ValueError):
    """The file cannot be read at all; the message is one sentence for the person who sent it."""


@dataclass(frozen=True)
class Complaint:
    """One cell that could not be understood: which, what stands there, what is wrong and how to mend it."""

    sheet: str
    row: int
    cell: str
    value: str
    message: str


@dataclass(frozen=True)
class RegisterRow:
    """One IKM as the workbook has it. Money in whole rupiah, capacity and value a year; None is absent."""

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
    kbli_version: str | None = None  # "2020" or "2025" where the heading says so
    product: str | None = None
    workers_male: int | None = None
    workers_female: int | None = None
    workers: int | None = None
    investment: int | None = None
    capacity: int | None = None
    unit: str | None = None
    annual_value: int | None = None
    marketing: str | None = None
    established: int | None = None


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
    """Two rows of the workbook that look like one IKM. `certain` ones were left out of `rows` until somebody says
    no."""

    first: RegisterRow
    second: RegisterRow
    because: tuple[str, ...]
    certain: bool


@dataclass(frozen=True)
class Column:
    """What was made of one column: its heading as written, the field it fills ('' when ignored), and its factor."""

    sheet: str
    letter: str
    heading: str
    field: str
    factor: int = 1


@dataclass(frozen=True)
class RegisterSheet:
    rows: tuple[RegisterRow, ...]
    members: tuple[MemberRow, ...]
    duplicates: tuple[Duplicate, ...]
    complaints: tuple[Complaint, ...]
    columns: tuple[Column, ...]
    titles: tuple[str, ...] = field(default=())  # the lines above the tables: they often name the place
