"""Tables in HTML and in Excel's XML of 2003, which many public systems export under the name of .xls."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

MAX_TABLE_CELLS = 6_000_000
MAX_SKIPPED_ROWS = 100_000  # rows that an ss:Index leaves out
ROW_TAGS, CELL_TAGS = frozenset({"tr", "row"}), frozenset({"td", "th", "cell"})
INVISIBLE_TAGS = frozenset({"script", "style", "head", "title", "styles", "documentproperties"})


class _OpenTable(NamedTuple):
    at: int
    row: list[str] | None
    text: list[str] | None
    covered: set[tuple[int, int]]
    span: tuple[int, int]


class TableParser(HTMLParser):
    """Gathers rows by sheet; a table inside a cell of another one is a sheet of its own. `too_large`: more cells than a
    list of IKM can have."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[tuple[str, list[list[str]], list[tuple[int, int, int, int]]]] = []
        self.row: list[str] | None = None
        self.text: list[str] | None = None
        self.covered: set[tuple[int, int]] = set()
        self.unseen = self.count = 0
        self.at = -1  # the index of the sheet that is being read
        self.outer: list[_OpenTable] = []  # tables whose cells contain it
        self.name, self.span = "", (1, 1)

    @property
    def too_large(self) -> bool:
        return self.count > MAX_TABLE_CELLS

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag, values = tag.rsplit(":", 1)[-1], {name.rsplit(":", 1)[-1]: value or "" for name, value in attrs}
        self.unseen += tag in INVISIBLE_TAGS
        if tag == "worksheet":
            self.name = values.get("name", "")
        elif tag == "table":
            self._begin_table()
        elif tag in ROW_TAGS and self.at >= 0:
            self._begin_row(values)
        elif tag in CELL_TAGS and self.row is not None:
            self._end_cell()
            self._begin_cell(values)
        elif tag == "br" and self.text is not None:
            self.text.append(" ")

    def _begin_table(self) -> None:
        self.outer.append(_OpenTable(self.at, self.row, self.text, self.covered, self.span))
        self.at, self.row, self.text, self.covered = len(self.sheets), None, None, set()
        self.sheets.append((self.name or f"Tabel {len(self.sheets) + 1}", [], []))

    def _end_table(self) -> None:
        if not self.outer:
            return
        self._end_row()
        self.at, self.row, self.text, self.covered, self.span = self.outer.pop()

    def _begin_row(self, values: dict[str, str]) -> None:
        self._end_row()
        self.row = []
        rows = self.sheets[self.at][1]
        skipped = _number(values.get("index", ""), 1) - 1 - len(rows)
        rows += [[] for _row in range(min(max(skipped, 0), MAX_SKIPPED_ROWS))]

    def _begin_cell(self, values: dict[str, str]) -> None:
        assert self.row is not None
        at = (len(self.sheets[self.at][1]), len(self.row))
        if "index" in values:
            self.row += [""] * min(max(_number(values["index"], 1) - 1 - len(self.row), 0), 1000)
        while at in self.covered:
            self.row.append("")
            at = (at[0], len(self.row))
        right = (
            _number(values.get("colspan", ""), 1)
            if "colspan" in values
            else _number(values.get("mergeacross", ""), 0) + 1
        )
        down = (
            _number(values.get("rowspan", ""), 1)
            if "rowspan" in values
            else _number(values.get("mergedown", ""), 0) + 1
        )
        self.span, self.text = (min(max(down, 1), 1000), min(max(right, 1), 200)), []

    def handle_endtag(self, tag: str) -> None:
        tag = tag.rsplit(":", 1)[-1]
        if tag in INVISIBLE_TAGS:
            self.unseen = max(self.unseen - 1, 0)
        elif tag == "table":
            self._end_table()
        elif tag in ROW_TAGS:
            self._end_row()
        elif tag in CELL_TAGS:
            self._end_cell()

    def close(self) -> None:
        """Also end the tables that the page leaves open."""
        super().close()
        while self.outer:
            self._end_table()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if self.text is not None and not self.unseen:
            self.text.append(data)

    def _end_cell(self) -> None:
        if self.text is None or self.row is None:
            return
        _name, rows, merged = self.sheets[self.at]
        top, left = len(rows), len(self.row)
        down, right = self.span
        self.row += [" ".join("".join(self.text).split()), *[""] * (right - 1)]
        if (down, right) != (1, 1):
            merged.append((top, left, top + down - 1, left + right - 1))
            self.covered |= {
                (row, column) for row in range(top + 1, top + down) for column in range(left, left + right)
            }
        self.count += right
        self.text = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.row is not None:
            self.sheets[self.at][1].append(self.row)
        self.row = None


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else otherwise
