"""Classifies the rows below the headings: IKM (or members), or left aside as numbering, total, title or signature.

A row is classified by its shape: which columns are filled, whether it is numbered in a numbered table, whether it is
below the last full row. No word in a name decides, and no row ends the table. Every row that is left aside is returned
with its reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil, isclose
from statistics import median

from django.utils.translation import gettext as _

from sambang.imports.sheets.grid import CellValue, text_of
from sambang.imports.sheets.grouped_places import PLACE_FIELDS, places_from_above
from sambang.imports.sheets.headings import BULLET, PLACE_KINDS, named_place, normalised_heading
from sambang.imports.sheets.results import LeftAside
from sambang.imports.sheets.sums import TOTAL_LABEL, TOTAL_OF, figure, is_total_label, numbers_of_row, rows_summed
from sambang.imports.sheets.table import DataRow, Table

# Notes, and titles of pages: they name neither a kind of industry nor a place.
NOTE = re.compile(
    r"^(ket|keterangan|catatan|sumber|nb|note|hal|halaman|page|lampiran|daftar|data|rekap\w*)\b"
    r"|\b(lanjutan|sambungan)\b"
)
EXAMPLE_MARK = re.compile(r"(contoh|cth|misal\w*)\b")
INSTRUCTION = re.compile(r"(di)?(isi|tulis|pilih)(kan)? ")  # "diisi nama sesuai KTP"
PRODUCTION = frozenset({"product", "commodity", "capacity", "unit", "annual_value", "kbli"})
MAX_TITLE_CELLS = 2
MIN_DOUBTED = 3  # known cells of a row below the table that may be an IKM; a signature has fewer
DITTO = re.compile(
    r"s\W?d\W?a\W?|idem|id\.|\"|''|„|〃|″|-(\"|'')-|,,|”"
    r"|(sama|seperti|spt)( (dengan|dgn|dg))?( (yang|yg|baris))?( ?di)? ?atas(nya)?"
)
COPIED_BY_DITTO = frozenset(
    [
        "owner",
        "name",
        "owner_and_name",
        "address",
        "village",
        "district",
        "regency",
        "hamlet",
        "rt",
        "commodity",
        "product",
        "unit",
        "kbli",
        "marketing",
        "cluster",
        "established",
        "gender",
    ]
)


@dataclass
class Rows:
    """The data rows of a table, and the others with their reasons."""

    data: list[DataRow] = field(default_factory=list)
    aside: list[LeftAside] = field(default_factory=list)
    doubtful: list[tuple[int, int]] = field(default_factory=list)  # rows left aside that may be IKM: index and column


def split_rows(table: Table) -> Rows:
    return _RowReader(table).split()


class _RowReader:
    """Classifies rows from top to bottom."""

    def __init__(self, table: Table) -> None:
        self.table, self.rows = table, Rows()
        self.named = [*table.columns("owner"), *table.columns("name"), *table.columns("owner_and_name")]
        self.numbers, self.offices = table.columns("number"), table.columns("office")
        self.known = {column for column, meaning in table.head.meanings.items() if meaning.field} - set(self.numbers)
        self.headings = {
            normalised_heading(part) for heading in table.head.headings.values() for part in heading.split(" > ")
        }
        self.block = self.place = ""
        self.places = self._sentra_above()
        self.above: dict[int, CellValue] = {}
        self.sums: list[dict[int, float]] = [defaultdict(float), defaultdict(float)]  # of the block, of the table
        self.summed = [0, 0]
        self.indexes = range(table.head.last + 1, len(table.grid.cells))
        self.merged_down = _merged_down(table, self.indexes)
        self._measure()
        named = [index for index in self.indexes if self._has_name(_filled(table.grid.cells[index]))]
        self.from_above = places_from_above(table, [index for index in named if index <= self.last_full])

    def _sentra_above(self) -> dict[str, str]:
        """The sentra that the sheet is named after, or the title above the headings where further ones follow below."""
        rows = [
            _filled(self.table.grid.cells[row]) for row in range(self.table.head.last + 1, len(self.table.grid.cells))
        ]
        single = [text_of(cell) for cells in rows if len(cells) == 1 for cell in cells.values()]
        titles = self.table.titles[-1:] if any(map(_named_sentra, single)) else []
        named = next(filter(None, map(_named_sentra, (*titles, self.table.grid.name))), "")
        return {"cluster": named} if named else {}

    def _measure(self) -> None:
        """Typical number of filled cells, whether rows are numbered, and the last full row."""
        rows = [_filled(self.table.grid.cells[index]) for index in self.indexes]
        full = self._typical_rows([cells for cells in rows if self._has_name(cells) and self._is_full(cells, 2)])
        self.is_numbered = sum(map(self._is_counted, full)) * 2 > len(full)
        names = [text_of(cells[column]) for cells in full for column in self.named if column in cells]
        self.names_are_capitals = sum(map(str.isupper, names)) * 2 > len(names)
        self.usual = median(len(self._filled_columns(cells)) for cells in full) if full else 0
        blanks = sum(not above and bool(below) for above, below in pairwise(rows))
        self.min_doubted = MIN_DOUBTED - (blanks * 2 > len(full))  # where blank rows divide the rows, one more is one
        self.last_full = self._last_full_row(rows, self.usual)

    def _typical_rows(self, full: list[dict[int, CellValue]]) -> list[dict[int, CellValue]]:
        """Of rows with numbers: without those of a label and figures, and up to the last number where all below it are
        emptier. Sums and signatures are not measured."""
        if not any(map(self._is_counted, full)):
            return full
        rows = [cells for cells in full if self._is_counted(cells) or len(cells) - len(numbers_of_row(cells)) > 1]
        last = max(at for at, cells in enumerate(rows) if self._is_counted(cells))
        usual = median(len(self._filled_columns(cells)) for cells in rows[: last + 1])
        are_emptier = all(len(self._filled_columns(cells)) < usual for cells in rows[last + 1 :])
        return rows[: last + 1] if are_emptier else rows

    def _last_full_row(self, rows: list[dict[int, CellValue]], usual: float) -> int:
        """After an empty row, and without a number where the others have one, only a row that is as full as the usual
        one belongs to the table."""
        last, gap = -1, False
        for index, cells in zip(self.indexes, rows, strict=True):
            must_be_full = gap or (self.is_numbered and not self._is_counted(cells))
            least = max(2, usual if must_be_full else ceil(usual / 2))
            if cells and self._is_full(cells, least) and not is_total_label(cells):
                last, gap = index, False
            else:
                gap = gap or not cells
        return last

    def _is_full(self, cells: dict[int, CellValue], least: float) -> bool:
        """Numbered and more than a number, or a name among at least so many known cells."""
        if self._is_counted(cells):
            return len(cells) > 1
        return self._has_name(cells) and len(self._filled_columns(cells)) >= least

    def split(self) -> Rows:
        gap = ended = False
        for index in self.indexes:
            cells = _filled(self.table.grid.cells[index])
            if not cells:
                gap = gap or index > self.last_full
                continue
            counted = self._is_counted(cells)
            reason = self._noise(cells, counted=counted) or ("" if counted else self._sums_below(index, cells))
            if not reason and index > self.last_full and not counted and self._is_below(cells, gap=gap or ended):
                ended = True
                reason = _("di bawah tabel: keterangan atau tanda tangan")
                self._doubt(index, cells)
            if reason:
                self._leave(index, cells, reason)
            else:
                self._take(index, cells, counted=counted)
        return self.rows

    def _is_below(self, cells: dict[int, CellValue], *, gap: bool) -> bool:
        """Whether a row after the last full one stands below the table; a product of the last IKM does not."""
        if not gap and self.rows.data and _is_another_product(self.table, cells):
            return False
        return gap or self.is_numbered or not self._has_name(cells)

    def _noise(self, cells: dict[int, CellValue], *, counted: bool) -> str:
        """Why the row is no data regardless of its neighbours; '' if it may be data."""
        if (not self.rows.data or set(self.named) & set(cells)) and _is_numbering(cells):
            return _("nomor kolom")
        if _repeats_headings(self.headings, cells):
            return _("judul kolom yang diulang")
        if counted and set(cells) <= set(self.numbers):
            return _("nomor yang sudah disiapkan, tanpa isi")
        if _is_instruction(cells, self.numbers):
            return _("contoh atau petunjuk pengisian")
        return _("jumlah dari baris di atasnya") if not counted and self._is_total(cells) else ""

    def _take(self, index: int, cells: dict[int, CellValue], *, counted: bool) -> None:
        filled = self._filled_columns(cells)
        row = DataRow(index + 1, cells, self.block, self.place, dict(self.places), own=frozenset(cells))
        if self.rows.data and not counted and _is_another_product(self.table, cells):
            self.rows.data.append(replace(row, continues=True))
        elif self._has_name(cells) and (counted or len(filled) > 1 or not self._is_title(index, cells)):
            self._add(replace(row, only_name=len(filled) == 1, lacks_number=self._lacks_number(cells, counted=counted)))
        elif counted or sum(cells[column] != 0 for column in filled) > 2:
            self._add(row)  # an IKM without a name: the reader adds an error
        elif not self._may_be_title(index, cells):
            self._leave(index, cells, _("isian tunggal, mungkin lanjutan baris di atasnya"))
        else:
            self._leave(index, cells, self._start_block(cells))

    def _lacks_number(self, cells: dict[int, CellValue], *, counted: bool) -> bool:
        """Whether a row of a numbered table is without a number, and half empty: perhaps the second line of the row
        above it."""
        return self.is_numbered and not counted and 1 < len(self._filled_columns(cells)) <= self.usual / 2

    def _add(self, row: DataRow) -> None:
        merged = self.merged_down.get(row.number - 1, {})
        places = {c: cell for c, cell in self.from_above.get(row.number - 1, {}).items() if c not in merged}
        ditto = {column: self.above[column] for column in row.cells if self._is_ditto(row, column)}
        merged = {column: cell for column, cell in merged.items() if column in self.known}
        cells = {**places, **merged, **row.cells, **ditto}
        self.above = cells
        for sums in self.sums:
            for column, cell in cells.items():
                sums[column] += figure(cell) or 0
        self.summed = [count + 1 for count in self.summed]
        self.rows.data.append(replace(row, cells=cells, from_above=frozenset(places)))

    def _is_ditto(self, row: DataRow, column: int) -> bool:
        meaning = self.table.head.meanings.get(column)
        if meaning is None or meaning.field not in COPIED_BY_DITTO or column not in self.above:
            return False
        text = text_of(row.cells[column]).lower()
        is_same = text in {"sama", "s d a"} and meaning.field in PLACE_FIELDS  # "Sama" may be somebody's name
        return is_same or DITTO.fullmatch(text) is not None

    def _leave(self, index: int, cells: dict[int, CellValue], reason: str) -> None:
        text = " | ".join(text_of(cell) for cell in cells.values())
        self.rows.aside.append(LeftAside(self.table.grid.name, index + 1, text[:200], reason, len(cells)))

    def _doubt(self, index: int, cells: dict[int, CellValue]) -> None:
        """A name beside two other known cells may be an IKM of which little is known."""
        named = [column for column in self.named if column in cells]
        is_total = any(TOTAL_LABEL.fullmatch(normalised_heading(text_of(cells[column]))) for column in named)
        if self._has_name(cells) and not is_total and len(self._filled_columns(cells)) >= self.min_doubted:
            self.rows.doubtful.append((index, named[0]))

    def _filled_columns(self, cells: dict[int, CellValue]) -> list[int]:
        return [column for column in cells if column in self.known]

    def _is_counted(self, cells: dict[int, CellValue]) -> bool:
        return any(
            re.fullmatch(r"[1-9]\d{0,5}[.)]?", text_of(cells[column])) for column in self.numbers if column in cells
        )

    def _has_name(self, cells: dict[int, CellValue]) -> bool:
        return any(any(map(str.isalpha, text_of(cells[column]))) for column in self.named if column in cells)

    def _is_title(self, index: int, cells: dict[int, CellValue]) -> bool:
        """A name alone in its row: a title when merged across, lettered, in capitals among names that are not, or a
        place in a numbered table."""
        [column] = [column for column in cells if column in self.named][:1]
        text = text_of(cells[column])
        merged = self.table.grid.merged_range(index, column)
        lettered = any(other in self.numbers for other in cells) or bool(re.match(r"^([A-Z]|[IVX]+)[.)]\s", text))
        capitals = text.isupper() and not self.names_are_capitals
        is_place = self.is_numbered and named_place(text) is not None
        return bool(merged and merged[3] > merged[1]) or lettered or capitals or is_place

    def _may_be_title(self, index: int, cells: dict[int, CellValue]) -> bool:
        """A title names a place, stands at the left of its table or is merged across; the second line of an address
        does none of these."""
        left, merged = min(cells), self.table.grid.merged_range(index, min(cells))
        is_left = left <= min(self.named, default=0) or left not in self.known
        return is_left or bool(merged and merged[3] > merged[1]) or named_place(text_of(cells[left])) is not None

    def _is_total(self, cells: dict[int, CellValue]) -> bool:
        """One label beside numbers only, which are the sums of the rows above (or the label says nothing but total, or
        also names the block)."""
        figures = numbers_of_row(cells)
        labels = [normalised_heading(text_of(cell)) for column, cell in cells.items() if column not in figures]
        if is_total_label(cells):
            return True
        if len(labels) > 1:
            return False
        total = TOTAL_OF.match(labels[0]) if labels else None
        if total and figures and total["of"] in self._titles():
            return True
        return len(figures) >= (1 if total else 2) and any(figures.values()) and self._are_sums(figures)

    def _are_sums(self, figures: dict[int, float]) -> bool:
        return any(
            count > 1 and all(isclose(number, sums[column]) for column, number in figures.items())
            for sums, count in zip(self.sums, self.summed, strict=True)
        )

    def _label_of_sums_below(self, index: int, cells: dict[int, CellValue]) -> dict[int, CellValue]:
        """The one label of a row of sums of the rows below it; else nothing."""
        figures = {column: number for column, number in numbers_of_row(cells).items() if column not in self.numbers}
        labels = {column: cell for column, cell in cells.items() if column not in (*figures, *self.numbers)}
        if not any(figures.values()) or len(labels) != 1 or not self._has_name(labels):
            return {}
        label = text_of(*labels.values())
        is_title = named_place(label) is not None or TOTAL_OF.match(normalised_heading(label)) is not None
        least = 1 if is_title else 2
        count = rows_summed(figures, self._rows_below(index)) if len(figures) >= least else 0
        return labels if count >= least else {}

    def _sums_below(self, index: int, cells: dict[int, CellValue]) -> str:
        """Why a row of sums of the block that it names, or of all rows, is no IKM; '' if it is none."""
        if label := self._label_of_sums_below(index, cells):
            self._start_block(label)
        return _("jumlah dari baris di bawahnya") if label else ""

    def _rows_below(self, index: int) -> Iterator[dict[int, CellValue]]:
        """The rows below one that name somebody; of a numbered table those with a number."""
        for below in range(index + 1, len(self.table.grid.cells)):
            cells = _filled(self.table.grid.cells[below])
            if self._has_name(cells) and (self._is_counted(cells) or not self.is_numbered):
                yield cells

    def _titles(self) -> set[str]:
        """The names of the places and the block in which the rows stand."""
        return {normalised_heading(title) for title in (self.block, self.place, *self.places.values()) if title}

    def _start_block(self, cells: dict[int, CellValue]) -> str:
        """A title gives the commodity or the place of the rows below it; a note gives neither. Returns what it is."""
        first, reason = normalised_heading(text_of(next(iter(cells.values())))), _("judul kelompok baris di bawahnya")
        if len(cells) > MAX_TITLE_CELLS or NOTE.match(first) or TOTAL_OF.match(first):
            return reason
        title = BULLET.sub("", max(map(text_of, cells.values()), key=len)).strip(" :")
        self.sums[0], self.summed[0] = defaultdict(float), 0
        if place := named_place(title):
            kinds = list(PLACE_KINDS)
            wider = kinds[: kinds.index(place[0])]
            self.place = title if place[0] != "cluster" else self.place
            self.places = {kind: name for kind, name in self.places.items() if kind in wider} | {place[0]: place[1]}
            return reason
        self.block = title
        return _("judul, dicatat sebagai jenis industri baris di bawahnya")


def _named_sentra(title: str) -> str:
    place = named_place(title)
    return place[1] if place and place[0] == "cluster" else ""


def _merged_down(table: Table, indexes: range) -> dict[int, dict[int, CellValue]]:
    """For rows below the first of a range merged downwards: column → the range's cell. A row whose name is merged
    belongs to the business above; one with a name of its own may have the same owner."""
    merged: dict[int, dict[int, CellValue]] = defaultdict(dict)
    named = {"owner", "name", "owner_and_name"}
    for top, left, bottom, _right in table.grid.merged:
        if top in indexes and left < len(table.grid.cells[top]) and table.grid.cells[top][left] != "":
            meaning = table.head.meanings.get(left)
            if meaning is None or meaning.field in named - {"owner"}:
                continue
            for row in range(top + 1, bottom + 1):
                if meaning.field != "owner" or any(table.grid.text(row, column) for column in table.columns("name")):
                    merged[row][left] = table.grid.cells[top][left]
    return merged


def _filled(cells: list[CellValue]) -> dict[int, CellValue]:
    return {column: cell for column, cell in enumerate(cells) if cell != "" and text_of(cell) != ""}


def _is_another_product(table: Table, cells: dict[int, CellValue]) -> bool:
    """A product, alone or with its figures, below a business whose name is not repeated (often in a merged cell)."""
    fields = {table.head.meanings[column].field if column in table.head.meanings else "" for column in cells}
    if fields == {"product"}:
        return min(cells) > min(table.head.meanings, default=0)
    return len(fields) >= 2 and fields <= PRODUCTION and bool(fields & {"product", "commodity"})


def _is_instruction(cells: dict[int, CellValue], numbers: list[int]) -> bool:
    """An example, or what to fill in: "diisi nama sesuai KTP"."""
    texts = {column: text_of(cell).lower() for column, cell in cells.items()}
    is_example = any(EXAMPLE_MARK.match(texts[column]) for column in numbers if column in texts)
    instructions = sum(bool(INSTRUCTION.match(text)) for text in texts.values())
    return is_example or (instructions > 1 and instructions * 2 > len(texts))


def _is_numbering(cells: dict[int, CellValue]) -> bool:
    """(1) (2) (3) … under the headings."""
    if len(cells) < 3 or not all(re.fullmatch(r"\(?\d{1,2}\)?", text_of(cell)) for cell in cells.values()):
        return False
    digits = [int(re.sub(r"\D", "", text_of(cell))) for cell in cells.values()]
    return digits == sorted(set(digits))


def _repeats_headings(own: set[str], cells: dict[int, CellValue]) -> bool:
    texts = [normalised_heading(text_of(cell)) for cell in cells.values() if isinstance(cell, str)]
    return sum(text in own for text in texts) * 2 > len(cells) and len(cells) >= 2
