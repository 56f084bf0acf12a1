"""Reads one row of a table as one IKM."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from sambang.imports.sheets import detail_values, people_values, phone_values, status_values, values
from sambang.imports.sheets.composite_cells import has_footnote, name_part, other_part
from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.heading_rules import PART_OF_WORKERS
from sambang.imports.sheets.headings import normalised_heading
from sambang.imports.sheets.product_rows import is_numbered
from sambang.imports.sheets.results import RegisterRow
from sambang.imports.sheets.row_cells import RowCells
from sambang.imports.sheets.row_permits import read_permits

REMARK_HEADING = re.compile(
    r"(ket|keterangan|catatan|verifikasi|validasi|temuan|hasil (verifikasi|validasi|pendataan))\b"
)
MOSTLY_FILLED = 0.5  # a column filled in a larger share of rows is expected to be filled


class RowReader(RowCells):
    """Reads one row's fields."""

    def read_names_only(self) -> None:
        """Leave all cells but the names aside, with an error: the row's cells may have shifted."""
        fields = ("owner", "name", "owner_and_name")
        named = {column for field in fields for column in self.table.columns(field)}
        cells = self.line.cells
        last = max(cells)
        message = _(
            "Baris ini lebih panjang daripada judul kolomnya, mungkin karena koma di dalam isian: hanya namanya yang "
            "dibaca. Beri tanda kutip, atau simpan sebagai XLSX."
        )
        self.reader.add_error(self.line.number, last, cells[last], message)
        self.outcomes = {column: "ragged" for column in cells if column not in named}
        self.line = replace(self.line, cells={column: cell for column, cell in cells.items() if column in named})

    def texts(self, field_name: str) -> str | None:
        """The first filled column of a field; or the last parts of the headings that are ticked: Pangan, Sandang."""
        ticked, text = list[str](), None
        for column in self.table.columns(field_name):
            _parent, divides, own = self.table.head.headings.get(column, "").rpartition(" > ")
            if divides and self.first_of(column, values.tick_or_none):
                ticked.append(own)
            elif text is None and not (divides and values.is_absent(self.line.cells.get(column, ""))):
                text = self.first_of(column, values.plain_text)
        return text or ", ".join(ticked) or None

    def names(self) -> tuple[str, str] | None:
        """Owner and business name, either standing in for the other; None where the row has neither."""
        both = self.first("owner_and_name", values.plain_text)
        owner, name = self.name("owner") or both, self.name("name") or both
        if any(self.outcomes.get(column) == "error" for column in self.table.columns("owner")) and name:
            return "", name  # the owner's cell could not be read: the business name is not the owner's
        if owner or name:
            return owner or name, name or owner
        return ("…", "…") if self.line.continues else None  # joined to the row above

    def name(self, field_name: str) -> str | None:
        """The first filled column of names, without what else its cells hold."""
        for column in self.table.columns(field_name):
            beside = self.table.head.meanings[column].beside
            text: str | None = self.first_of(column, partial(name_part, other=beside))
            if text:
                return text
        return None

    def beside_name(self, field_name: str, parse: Callable[[CellValue], str | None]) -> str | None:
        """What the cells of names say of the address or the telephone, parsed; None for nothing."""
        for column, meaning in self.table.head.meanings.items():
            if meaning.beside == field_name and column in self.line.cells:
                text = other_part(self.line.cells[column], field_name)
                if value := self.reader.read(self.line.number, column, text, parse):
                    return value
        return None

    def read(self, shares: dict[str, float]) -> RegisterRow | None:
        names = self.names()
        if names is None:
            self.add_name_error(
                _("Baris ini berisi data tetapi nama pemilik dan nama usahanya kosong: isi salah satunya.")
            )
            return None
        owner, name = names
        if self.line.only_name:
            self.add_name_error(
                _(
                    "Baris ini hanya berisi nama dan dibaca sebagai IKM: bila ini judul kelompok atau tanda tangan, "
                    "hapus barisnya."
                )
            )
        if self.line.lacks_number:
            text = _("Baris ini tanpa nomor dan dibaca sebagai IKM: bila ini lanjutan baris di atasnya, gabungkan.")
            self.add_name_error(text)
        self.add_further_name_errors()
        for column in sorted(self.line.from_above):
            place = text_of(self.line.cells[column])
            self.remarks.append(_("Tempatnya kosong, dibaca seperti baris di atasnya: %(place)s.") % {"place": place})
        self.first("status", status_values.status)
        self.first("status_active", status_values.active_tick)
        self.first("status_closed", status_values.closed_tick)
        self.add_remark_errors()
        product, commodity = self.texts("product"), self.texts("commodity")
        commodity = commodity or self.line.block or None
        row = RegisterRow(
            sheet=self.table.grid.name,
            row=self.line.number,
            name=name,
            owner=owner,
            nik=self.first("nik", values.nik),
            phone=self.phone(),
            address=self.address(),
            village=self.first("village", values.text_value) or self.line.places.get("village"),
            district=self.first("district", values.text_value) or self.line.places.get("district"),
            regency=self.first("regency", values.text_value),
            gender=self.gender(),
            education=self.first("education", detail_values.education),
            disability=self.first("disability", detail_values.disability),
            commodity=commodity,
            kbli=self.kbli(shares.get("kbli", 0.0)),
            kbli_version=next(
                (self.table.head.meanings[column].version for column in self.table.columns("kbli")), None
            ),
            product=product or commodity,
            marketing=self.texts("marketing"),
            established=self.first("established", values.year),
            cluster=self.first("cluster", detail_values.cluster) or self.line.places.get("cluster"),
            **self.membership(),
            title=" / ".join(self.table.titles),
            left=self.table.grid.left,
            **read_permits(self),
            **self.workers(),
            **self.production(),
        )
        return replace(row, remarks=tuple(self.remarks))

    def add_remark_errors(self) -> None:
        """Remarks are not stored; one that says closed, moved, dead or double is asked about."""
        for column, heading in self.table.head.headings.items():
            if column not in self.line.cells or not REMARK_HEADING.match(normalised_heading(heading)):
                continue
            cell = self.line.cells[column]
            if question := status_values.question_of_remark(text_of(cell).lower()):
                self.reader.add_error(self.line.number, column, cell, question)

    def gender(self) -> str | None:
        """A word, or a tick under L or P; an error where both are ticked."""
        ticked = [sex for sex in ("male", "female") if self.first(f"gender_{sex}", values.tick)]
        if len(ticked) == 2:
            for column in self.table.columns("gender_female"):
                self.refuse(column, _("L dan P sama-sama dicentang: pilih salah satunya."))
            return None
        word: str | None = self.first("gender", values.gender)
        return word or (ticked[0] if ticked else None)

    def phone(self) -> str | None:
        number: str | None = self.first("phone", phone_values.phone)
        if number is None and (beside := self.beside_name("phone", phone_values.phone)):
            return beside
        for column in self.table.columns("phone") if number else ():
            cell = self.line.cells.get(column, "")
            if self.outcomes.get(column) != "value":
                continue
            if len(phone_values.phones(cell)) > 1:
                self.remarks.append(_("Beberapa nomor HP dalam satu sel: yang disimpan %(kept)s.") % {"kept": number})
            elif not self.is_address(column) and (beside := phone_values.text_beside_phone(cell)):
                self.remarks.append(
                    _("Tulisan di samping nomor HP tidak disimpan: “%(text)s”.") % {"text": beside[:40]}
                )
        return number

    def is_address(self, column: int) -> bool:
        """Whether a column of telephones also holds the address, which no other column does: "Alamat/No. HP"."""
        has_other = self.table.columns("address") or self.table.columns("owner_address")
        return not has_other and "alamat" in self.table.head.headings.get(column, "").lower()

    def add_name_error(self, message: str) -> None:
        columns = (
            self.table.columns("owner") or self.table.columns("name") or self.table.columns("owner_and_name") or [0]
        )
        filled = [column for column in columns if column in self.line.cells] or columns
        self.reader.add_error(self.line.number, filled[0], self.line.cells.get(filled[0], ""), message)

    def add_further_name_errors(self) -> None:
        """A second name under the same heading ("Usaha 1", "Usaha 2") or in one cell ("1. Sutini 2. Wagiyem") may be
        another IKM, which has no row."""
        for column in (*self.table.columns("owner"), *self.table.columns("name")):
            if has_footnote(cell := self.line.cells.get(column, "")):
                text = _("Tanda di belakang nama ini menunjuk catatan, yang tidak dicatat: periksa artinya.")
                self.reader.add_error(self.line.number, column, cell, text)
            if is_numbered(cell):
                text = _(
                    "Beberapa nama dalam satu sel, dicatat sebagai satu IKM: bila IKM yang berbeda, pisahkan barisnya."
                )
                self.reader.add_error(self.line.number, column, cell, text)
        for column in (*self.table.repeated("name")[1:], *self.table.repeated("owner")[1:]):
            if self.line.cells.get(column, "") != "" and self.first_of(column, values.plain_text):
                self.refuse(
                    column,
                    _("Nama kedua di baris ini tidak dicatat: bila itu IKM lain, tulis di barisnya sendiri."),
                )

    def address(self) -> str | None:
        parts = [
            self.first("address", values.plain_text)
            or self.first("owner_address", values.plain_text)
            or self.beside_name("address", values.plain_text),
            self.first("hamlet", values.plain_text),
        ]
        shared = [column for column in self.table.columns("phone") if self.is_address(column)]
        parts += [phone_values.text_beside_phone(self.line.cells.get(column, "")) for column in shared]
        parts += [self.first_of(column, partial(self.rt_or_rw, column)) for column in self.table.columns("rt")]
        address = ", ".join(filter(None, parts))
        # An address that names its place stays as it was written; a bare RT/RW needs the place of its block.
        is_hamlet = "hamlet" in self.line.places
        if self.line.place and (address or is_hamlet) and re.fullmatch(r"(rt|rw|[\s\d./,])*", address.lower()):
            address = ", ".join(filter(None, (address, self.line.place)))
        return address or None

    def rt_or_rw(self, column: int, cell: CellValue) -> str | None:
        """`3` under RW becomes `RW 3`; a text with letters or a slash stays as it was written."""
        text = values.text_value(cell)
        if not text or re.search(r"[a-z/]", text.lower()):
            return text
        heading = self.table.head.headings[column].lower()
        return f"RW {text}" if "rw" in heading and "rt" not in heading else f"RT {text}"

    def kbli(self, filled: float) -> str | None:
        code: str | None = self.first("kbli", values.kbli)
        columns = self.table.columns("kbli")
        if self.line.continues:  # a further product of the IKM above
            for column in columns:
                self.refuse(column, _("Satu IKM disimpan dengan satu KBLI: yang di baris pertamanya."))
            return None
        if (
            code is None
            and columns
            and filled > MOSTLY_FILLED
            and values.is_absent(self.line.cells.get(columns[0], ""))
        ):
            self.reader.add_error(
                self.line.number,
                columns[0],
                self.line.cells.get(columns[0], ""),
                _("KBLI kosong: isi lima angka kode usahanya seperti di surat NIB."),
            )
        for column in columns if code else ():
            text = text_of(self.line.cells.get(column, ""))
            if self.outcomes.get(column) == "value" and len(values.kbli_codes(text)) > 1:
                self.remarks.append(_("Beberapa KBLI dalam satu sel: yang disimpan %(kept)s.") % {"kept": code})
        return code

    def membership(self) -> dict[str, Any]:
        """The kelompok, and the office in it."""
        group = self.first("group", values.plain_text)
        return {"group": group, "office": self.first("office", detail_values.office) if group else None}

    def workers(self) -> dict[str, Any]:
        male, female = self.people_of_sex("workers_male"), self.people_of_sex("workers_female")
        total: int | None = None
        for written in (
            self.first("workers", people_values.people_by_sex),
            self.first("workers_split", people_values.men_and_women),
        ):
            if isinstance(written, tuple):
                male, female = written
            elif written is not None:
                total = written
        parts = self.worker_parts()
        if male is None and female is None:
            return {"workers_male": None, "workers_female": None, "workers": parts if total is None else total}
        male, female = male or 0, female or 0
        # A total of 0 workers is an uncalculated formula.
        if total and total != male + female:
            column = self.table.columns("workers")[0]
            self.reader.add_error(
                self.line.number,
                column,
                self.line.cells[column],
                _(
                    "Jumlah tenaga kerja %(total)d tidak sama dengan %(male)d laki-laki + %(female)d "
                    "perempuan: yang dipakai jumlah keduanya."
                )
                % {"total": total, "male": male, "female": female},
            )
        return {"workers_male": male, "workers_female": female, "workers": male + female}

    def people_of_sex(self, field_name: str) -> int | None:
        """The men or women of one column, or of several that each count a part: permanent, seasonal …"""
        columns = self.table.columns(field_name)
        parents = {
            normalised_heading(self.table.head.headings.get(column, "").rpartition(" > ")[0]) for column in columns
        }
        if len(parents) < 2 or not all(re.search(PART_OF_WORKERS, parent) for parent in parents):
            count: int | None = self.first(field_name, people_values.people)
            return count
        counts = [self.first_of(column, people_values.people) for column in columns]
        return sum(filter(None, counts)) if any(count is not None for count in counts) else None

    def worker_parts(self) -> int | None:
        """The sum of the columns that each count a part of the workers: permanent, temporary …"""
        parts = [self.first_of(column, people_values.people) for column in self.table.columns("workers_part")]
        filled = [part for part in parts if part is not None]
        return sum(filled) if filled else None

    def production(self) -> dict[str, Any]:
        amounts = {name: self.figures_of_year(name, self.amount) for name in ("investment", "annual_value")}
        columns = self.table.columns("investment_land")  # of the land, of buildings
        land = [self.first_of(column, self.amount(column)) for column in columns]
        amounts["investment_land"] = [amount for amount in land if amount is not None]
        money = {name: sum(parts) if parts else None for name, parts in amounts.items()}
        return {**self.capacity(), **money}

    def capacity(self) -> dict[str, Any]:
        unit, period = self.first("unit", values.unit_and_period) or (None, "")
        unit = unit or None

        def quantity(column: int) -> Callable[[CellValue], Any]:
            return values.yearly_quantity(self.table.head.meanings[column].factor, unit, period)

        quantities = self.figures_of_year("capacity", quantity)
        if not quantities:
            return {"capacity": None, "unit": unit}
        of_heading = next(self.table.head.meanings[column].unit for column in self.table.newest_first("capacity"))
        return {"capacity": sum(number for number, _unit in quantities), "unit": quantities[0][1] or of_heading}

    def amount(self, column: int) -> Callable[[CellValue], int | None]:
        meaning = self.table.head.meanings[column]
        return values.amount(meaning.factor, meaning.times, self.usual[column])

    def figures_of_year(self, field_name: str, parse_of: Callable[[int], Callable[[CellValue], Any]]) -> list[Any]:
        """The first filled column of a year; else those of the parts of the newest year."""
        years, parts = self.table.years_and_parts(field_name)
        for column in years:
            if (value := self.first_of(column, parse_of(column))) is not None:
                self.note_other_column(column, years[0])
                return [value]
        figures = [value for column in parts if (value := self.first_of(column, parse_of(column))) is not None]
        if 0 < len(figures) < len(parts):
            text = _("Setahun dijumlahkan dari %(filled)d kolom, %(blank)d kolom lain kosong.")
            self.remarks.append(text % {"filled": len(figures), "blank": len(parts) - len(figures)})
        return figures
