"""Which rows below the headings are IKM (or members), and which are numbering, totals, titles or signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sambang.imports.sheets.grid import Cell, text_of
from sambang.imports.sheets.headings import plain
from sambang.imports.sheets.table import DataRow, Table

TOTAL = re.compile(
    r"^(sub ?total|sub ?jumlah|sub ?jml|grand total|total|jumlah|jml|jlh|rata rata|rerata|rekap|jumlah "
    r"total|jumlah seluruhnya)\b"
)
SIGNATURE = re.compile(
    r"mengetahui|menyetujui|^ketua|^kepala|\bnip\b|^sekretaris|^bendahara|dibuat oleh|petugas "
    r"pendata|^plt\b|^an |^pendata"
    r"|^[a-z .]+ \d{1,2} "
    r"(januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember) \d{4}$"
)
PLACE = re.compile(
    r"^(dusun|dsn|padukuhan|pedukuhan|dukuh|kampung|lingkungan|desa|kalurahan|kelurahan|rt|rw|kec|kecamatan|kapanewon)\b"
)
BULLET = re.compile(r"^([A-Z]|[IVX]+|\d+)[.)]\s*")
NOTE = re.compile(r"^(ket|keterangan|catatan|sumber|nb|note)\b")
PRODUCTION = frozenset({"product", "commodity", "capacity", "unit", "annual_value", "kbli"})


def data_rows(table: Table) -> Iterator[DataRow]:
    """Repeated headings, numbering, totals, block titles and signatures are left out."""
    reader = _RowReader(table)
    for index in range(table.head.last + 1, len(table.grid.cells)):
        if row := reader.read(index):
            yield row


@dataclass
class _RowReader:
    """Classifies rows from top to bottom. `begun`: an IKM was read; `ended`: a signature was read."""

    table: Table
    block: str = ""
    place: str = ""
    begun: bool = False
    ended: bool = False

    def __post_init__(self) -> None:
        table = self.table
        self.named = [*table.columns("owner"), *table.columns("name"), *table.columns("owner_and_name")]
        self.numbers, self.offices = table.columns("number"), table.columns("office")
        self.known = set(table.head.meanings) - set(self.numbers)
        self.headings = {plain(part) for heading in table.head.headings.values() for part in heading.split(" > ")}

    def read(self, index: int) -> DataRow | None:
        """The row as data, or None; a title or a signature changes how the rows below it are read."""
        cells = _filled(self.table.grid.cells[index])
        texts = [plain(text_of(cell)) for column, cell in cells.items() if column not in self.offices]
        facts = [column for column in cells if column in self.known]
        counted = self._is_counted(cells)
        if self._is_noise(cells, texts, counted=counted):
            return None
        if self._is_signature(texts, facts, counted=counted):
            self.ended = True
            return None
        row = DataRow(index + 1, cells, self.block, self.place)
        if self._has_name(cells) and (counted or (len(facts) > 1 and not self.ended)):
            self.begun = True
            return row
        return self._without_name(row, texts, facts, counted=counted)

    def _is_noise(self, cells: dict[int, Cell], texts: list[str], *, counted: bool) -> bool:
        """Empty, numbering, headings repeated on a new page, or a total."""
        if not cells or _is_numbering(cells) or _repeats_headings(self.headings, cells):
            return True
        return not counted and any(map(TOTAL.match, texts[:3]))

    def _without_name(self, row: DataRow, texts: list[str], facts: list[int], *, counted: bool) -> DataRow | None:
        if self.begun and not self.ended and not counted and _is_another_product(self.table, row.cells):
            return replace(row, continues=True)
        if len(row.cells) <= 2 and not any(map(NOTE.match, texts[:1])):
            self._start_block(row.cells)
            return None
        # Zeros are formulas that wait for their row. An IKM without a name is complained of by the reader.
        filled = sum(row.cells[column] != 0 for column in facts)
        return row if filled > 2 and not self.ended else None

    def _is_signature(self, texts: list[str], facts: list[int], *, counted: bool) -> bool:
        return not counted and len(facts) <= 2 and any(map(SIGNATURE.search, texts))

    def _is_counted(self, cells: dict[int, Cell]) -> bool:
        return any(re.fullmatch(r"\d+[.)]?", text_of(cells[column])) for column in self.numbers if column in cells)

    def _has_name(self, cells: dict[int, Cell]) -> bool:
        return any(any(map(str.isalpha, text_of(cells[column]))) for column in self.named if column in cells)

    def _start_block(self, cells: dict[int, Cell]) -> None:
        title = BULLET.sub("", max(map(text_of, cells.values()), key=len)).strip(" :")
        if PLACE.match(plain(title)):
            self.place = title
        else:
            self.block = title


def _filled(cells: list[Cell]) -> dict[int, Cell]:
    return {column: cell for column, cell in enumerate(cells) if text_of(cell) != ""}


def _is_another_product(table: Table, cells: dict[int, Cell]) -> bool:
    """A product and its figures under a business whose name is not said again (often a cell merged downwards)."""
    fields = {table.head.meanings[column].field if column in table.head.meanings else "" for column in cells}
    return len(fields) >= 2 and fields <= PRODUCTION and bool(fields & {"product", "commodity"})


def _is_numbering(cells: dict[int, Cell]) -> bool:
    """(1) (2) (3) … under the headings."""
    digits = [re.sub(r"\D", "", text_of(cell)) for cell in cells.values()]
    plainly = all(re.fullmatch(r"\(?\d{1,2}\)?", text_of(cell)) for cell in cells.values())
    return len(cells) >= 3 and plainly and [int(digit) for digit in digits] == sorted({int(digit) for digit in digits})


def _repeats_headings(own: set[str], cells: dict[int, Cell]) -> bool:
    said = [plain(text_of(cell)) for cell in cells.values()]
    return sum(words in own for words in said) * 2 > len(said) and len(said) >= 2
