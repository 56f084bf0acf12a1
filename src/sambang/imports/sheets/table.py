"""Finding the table in a sheet: where the headings are, what each column means, which rows are IKM and which are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sambang.imports.sheets.grid import Cell, Grid
from sambang.imports.sheets.headings import LEAST_FIELDS, Meaning, field_of, meaning_of, plain
from sambang.imports.sheets.results import Column

SEARCHED = 60  # rows from the top in which the headings must begin
DEEPEST = 3  # rows of headings
TOTAL = re.compile(
    r"^(sub ?total|sub ?jumlah|sub ?jml|grand total|total|jumlah|jml|jlh|rata rata|rerata|rekap|jumlah total|jumlah seluruhnya)\b"
)
SIGNATURE = re.compile(
    r"mengetahui|menyetujui|^ketua|^kepala|\bnip\b|^sekretaris|^bendahara|dibuat oleh|petugas pendata|^plt\b|^an |^pendata"
    r"|^[a-z .]+ \d{1,2} (januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember) \d{4}$"
)
PLACE = re.compile(
    r"^(dusun|dsn|padukuhan|pedukuhan|dukuh|kampung|lingkungan|desa|kalurahan|kelurahan|rt|rw|kec|kecamatan|kapanewon)\b"
)
BULLET = re.compile(r"^([A-Z]|[IVX]+|\d+)[.)]\s*")
NOTE = re.compile(r"^(ket|keterangan|catatan|sumber|nb|note)\b")
LONE_MALE = frozenset({"l", "lk", "pria", "laki laki", "laki"})
LONE_FEMALE = frozenset({"p", "pr", "w", "wanita", "perempuan"})
PRODUCTION = frozenset({"product", "commodity", "capacity", "unit", "annual_value", "kbli"})
SUBHEADING = re.compile(
    r"^(l|p|w|lk|pr|lki|prp|pria|wanita|laki laki|laki|perempuan|jml|jumlah|total|jlh|satuan|nilai|volume|vol|banyaknya"
    r"|rp|rp 000|rupiah|harga|unit|nama|alamat|nik|hp|no|nomor|rt|rw|desa|kec|kab|dusun|orang|org|tanggal|th|tahun)\b"
)


@dataclass(frozen=True)
class Head:
    """The headings of one table: rows `first` to `last` (from 0), and the meaning of each column that was known."""

    first: int
    last: int
    headings: dict[int, str]  # column → heading as written, parents first
    meanings: dict[int, Meaning]

    @property
    def fields(self) -> set[str]:
        return {meaning.field for meaning in self.meanings.values()} - {""}


@dataclass(frozen=True)
class DataRow:
    """One IKM's cells by column; `number` is the row as Excel counts, `block` the title of the block it stands in."""

    number: int
    cells: dict[int, Cell]
    block: str = ""
    place: str = ""  # the block is a hamlet's or a village's
    continues: bool = False  # another product of the business in the row above


@dataclass(frozen=True)
class Table:
    grid: Grid
    head: Head
    titles: list[str] = field(default_factory=list)

    def columns(self, wanted: str) -> list[int]:
        return [column for column, meaning in self.head.meanings.items() if meaning.field == wanted]

    def column_list(self) -> list[Column]:
        return [
            Column(
                self.grid.name,
                letter(column),
                heading,
                (meaning := self.head.meanings.get(column, Meaning(""))).field,
                meaning.factor,
            )
            for column, heading in sorted(self.head.headings.items())
        ]


def letter(column: int) -> str:
    """0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def text_of(cell: Cell) -> str:
    """A cell as a clerk reads it: 14111.0 is 14111, a date is its ISO day."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else " ".join(str(cell).split())


def find_table(grid: Grid) -> Table | None:
    """The table of a sheet, or None when no row looks like headings of a list of people or businesses."""
    best: tuple[int, int] | None = None
    for row in range(min(SEARCHED, len(grid.cells))):
        known = {
            found for cell in grid.cells[row] if isinstance(cell, str) and cell and (found := field_of(plain(cell)))
        }
        if len(known - {"number"}) >= LEAST_FIELDS and (best is None or len(known) > best[0]):
            best = (len(known), row)
            if len(known) >= 2 * LEAST_FIELDS:
                break
    if best is None:
        return None
    head = read_head(grid, best[1])
    if not {"name", "owner", "owner_and_name"} & head.fields:
        return None
    titles = [
        text_of(cell) for row in grid.cells[: head.first] for cell in row if isinstance(cell, str) and cell.strip()
    ]
    return Table(grid, head, titles)


def read_head(grid: Grid, row: int) -> Head:
    """Join the rows of headings around `row`: parents above through merged cells, children below."""
    first = row - 1 if row and _is_parent_row(grid, row - 1) else row
    last = row
    while last - first + 1 < DEEPEST and last + 1 < len(grid.cells) and _is_child_row(grid, last + 1, last):
        last += 1
    headings: dict[int, str] = {}
    meanings: dict[int, Meaning] = {}
    for column in range(len(grid.cells[row])):
        parts = _heading_parts(grid, column, first, last)
        if not parts:
            continue
        headings[column] = " > ".join(parts)
        path = " > ".join(plain(part) for part in parts)
        meaning = meaning_of(path)
        if meaning is None and len(parts) > 1:
            meaning = meaning_of(plain(parts[-1]))
        if meaning is not None:
            meanings[column] = meaning
    _find_lone_counts(grid, last, headings, meanings)
    return Head(first, last, headings, _settled(headings, meanings))


def _find_lone_counts(grid: Grid, last: int, headings: dict[int, str], meanings: dict[int, Meaning]) -> None:
    """L beside P with nothing above counts workers, if numbers stand below; ticks or ones alone say the owner's sex."""
    if any(meaning.field.startswith("workers") for meaning in meanings.values()):
        return
    for column, heading in headings.items():
        if plain(heading) not in LONE_MALE or plain(headings.get(column + 1, "")) not in LONE_FEMALE:
            continue
        below = [text_of(cell) for row in grid.cells[last + 1 : last + 60] for cell in row[column : column + 2]]
        said = [text for text in below if text not in {"", "-", plain(heading), heading, headings[column + 1]}]
        if said and all(text.isdigit() for text in said) and max(map(int, said)) > 1:
            meanings[column], meanings[column + 1] = Meaning("workers_male"), Meaning("workers_female")


def _settled(headings: dict[int, str], meanings: dict[int, Meaning]) -> dict[int, Meaning]:
    """What only the neighbours can tell: P beside W is *pria*; a lone *nama* beside *nama pemilik* is the business."""
    pairs = {column: plain(heading).rsplit(" > ", 1)[-1] for column, heading in headings.items()}
    female = [column for column, meaning in meanings.items() if meaning.field == "workers_female"]
    letters = {pairs[column] for column in female}
    if "p" in letters and letters & {"w", "wanita"}:
        for column in female:
            if pairs[column] == "p":
                meanings[column] = Meaning("workers_male")
    fields = [meaning.field for meaning in meanings.values()]
    if "name" not in fields and fields.count("owner") > 1:
        for column, meaning in meanings.items():
            if meaning.field == "owner" and pairs[column] == "nama":
                meanings[column] = Meaning("name")
                break
    return meanings


def _heading_parts(grid: Grid, column: int, first: int, last: int) -> list[str]:
    parts: list[str] = []
    for row in range(first, last + 1):
        text = _through_merges(grid, row, column, first, last)
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return parts


def _through_merges(grid: Grid, row: int, column: int, first: int, last: int) -> str:
    """The text over a column in one row of headings: its own, its merged range's, or (without merges, above a child)
    that of the nearest heading to the left."""
    own = _text(grid, row, column)
    if own:
        return own
    for top, left, bottom, right in grid.merged:
        if top <= row <= bottom and left <= column <= right and top >= first:
            return _text(grid, top, left)
    below = row < last and any(_text(grid, under, column) for under in range(row + 1, last + 1))
    if below and not _merged_at(grid, row, column):
        for nearer in range(column - 1, -1, -1):
            if text := _text(grid, row, nearer):
                # A heading that itself has no child spans nothing.
                has_child = any(_text(grid, under, nearer) for under in range(row + 1, last + 1))
                return text if has_child else ""
    return ""


def _merged_at(grid: Grid, row: int, column: int) -> bool:
    return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in grid.merged)


def _text(grid: Grid, row: int, column: int) -> str:
    cells = grid.cells[row] if row < len(grid.cells) else []
    return text_of(cells[column]) if column < len(cells) and cells[column] != "" else ""


def _is_parent_row(grid: Grid, row: int) -> bool:
    """At least two short texts and no numbers directly above the headings: groups such as IDENTITAS, PRODUKSI."""
    filled = [cell for cell in grid.cells[row] if cell != ""]
    spans = any(top == row and right > left for top, left, _bottom, right in grid.merged)
    return len(filled) >= 2 and all(isinstance(cell, str) and len(cell) < 40 for cell in filled) and spans


def _is_child_row(grid: Grid, row: int, above: int) -> bool:
    filled = [(column, plain(text_of(cell))) for column, cell in enumerate(grid.cells[row]) if cell != ""]
    if not filled or any(not isinstance(cell, str) for cell in grid.cells[row] if cell != ""):
        return False
    below_gap = [column for column, _words in filled if not _text(grid, above, column) or _spans(grid, above, column)]
    like = [words for _column, words in filled if SUBHEADING.match(words) or field_of(words)]
    return len(like) * 2 > len(filled) and bool(below_gap)


def _spans(grid: Grid, row: int, column: int) -> bool:
    return any(
        top <= row <= bottom and left <= column <= right and right > left for top, left, bottom, right in grid.merged
    )


def data_rows(table: Table) -> Iterator[DataRow]:
    """The rows that are IKM (or members): headings said again, numbering, totals, block titles, signatures left out."""
    named = [*table.columns("owner"), *table.columns("name"), *table.columns("owner_and_name")]
    numbers, offices = table.columns("number"), table.columns("office")
    known = set(table.head.meanings)
    own = {plain(part) for heading in table.head.headings.values() for part in heading.split(" > ")}
    block, place, ended, begun = "", "", False, False
    for index in range(table.head.last + 1, len(table.grid.cells)):
        cells = {column: cell for column, cell in enumerate(table.grid.cells[index]) if text_of(cell) != ""}
        if not cells or _is_numbering(cells) or _is_heading_again(own, cells):
            continue
        texts = [plain(text_of(cell)) for column, cell in cells.items() if column not in offices]
        counted = any(re.fullmatch(r"\d+[.)]?", text_of(cells[column])) for column in numbers if column in cells)
        if not counted and any(TOTAL.match(words) for words in texts[:3]):
            continue
        facts = [column for column in cells if column in known and column not in numbers]
        who = [column for column in named if column in cells and any(map(str.isalpha, text_of(cells[column])))]
        signature = not counted and len(facts) <= 2 and _is_signature(texts)
        if who and not signature and (counted or (len(facts) > 1 and not ended)):
            begun = True
            yield DataRow(index + 1, cells, block, place)
        elif signature:
            ended = True
        elif begun and not ended and not counted and _is_more_of_the_same(table, cells):
            yield DataRow(index + 1, cells, block, place, continues=True)
        elif len(cells) <= 2 and not NOTE.match(texts[0]):
            title = BULLET.sub("", text_of(max(cells.values(), key=lambda cell: len(text_of(cell))))).strip(" :")
            block, place = (block, title) if PLACE.match(plain(title)) else (title, place)
        elif sum(cells[column] != 0 for column in facts) > 2 and not ended:  # zeros: formulas waiting for their row
            yield DataRow(index + 1, cells, block, place)  # an IKM without a name: the reader complains of it


def _is_more_of_the_same(table: Table, cells: dict[int, Cell]) -> bool:
    """A product and its figures under a business whose name is not said again (often a cell merged downwards)."""
    fields = {table.head.meanings[column].field if column in table.head.meanings else "" for column in cells}
    return len(fields) >= 2 and fields <= PRODUCTION and bool(fields & {"product", "commodity"})


def _is_signature(texts: list[str]) -> bool:
    return any(SIGNATURE.search(words) for words in texts)


def _is_numbering(cells: dict[int, Cell]) -> bool:
    """(1) (2) (3) … under the headings."""
    digits = [re.sub(r"\D", "", text_of(cell)) for cell in cells.values()]
    plainly = all(re.fullmatch(r"\(?\d{1,2}\)?", text_of(cell)) for cell in cells.values())
    return len(cells) >= 3 and plainly and [int(digit) for digit in digits] == sorted({int(digit) for digit in digits})


def _is_heading_again(own: set[str], cells: dict[int, Cell]) -> bool:
    said = [plain(text_of(cell)) for cell in cells.values()]
    return sum(words in own for words in said) * 2 > len(said) and len(said) >= 2
