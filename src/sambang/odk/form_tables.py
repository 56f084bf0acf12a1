"""The tables of a council's own form: one for the submissions, one for each repeat, with columns in form order.

A row of a repeat has the key of its parent row, as in the exports of ODK Central. A question with several choices has
a column for its answer and one for each choice (1 chosen, 0 not chosen, blank unanswered); a place has four.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from sambang.odk.reading import text_at

METADATA = ("_instance_id", "_received_at", "_by", "_phone", "_files")
POINT = ("Latitude", "Longitude", "Altitude", "Accuracy")  # the parts of a place, in the order of its answer
POINT_BLANK = ("",) * len(POINT)
KEY_COLUMNS = ("_key", "_parent_key")  # of a row of a repeat
NUMBER_TYPES = ("int", "integer", "decimal")
RENAMED = "isian:"  # before a question named like one of ours: an XML name contains no colon here
INSTANCE = re.compile(r"instance\('([^']+)'\)")
type AnswerCells = dict[str, str]  # by column
type AnswerRow = tuple[str, tuple[str, str], AnswerCells]  # table, (key, key of the parent row), answers


@dataclass
class Structure:
    """The union of all versions of a form. Paths are below the root of a submission."""

    tables: dict[str, dict[str, None]] = field(default_factory=lambda: {"": {}})  # columns by path of the repeat
    choices: dict[str, list[str]] = field(default_factory=dict)  # by path of a question with several choices
    points: set[str] = field(default_factory=set)  # paths of questions for a place
    numbers: set[str] = field(default_factory=set)  # paths of integer and decimal questions, and parts of places

    def add_version(self, xform: Element) -> None:
        model = xform.find("head/model")
        root = xform.find("head/model/instance/*")
        if model is None or root is None:
            return
        for repeat in xform.iter("repeat"):
            self.tables.setdefault(_below_root(repeat.get("nodeset", "")), {})
        for question in xform.iter("select"):
            self.choices.setdefault(_below_root(question.get("ref", "")), []).extend(_choices(model, question))
        types = {_below_root(bind.get("nodeset", "")): bind.get("type") for bind in model.iterfind("bind")}
        self.points |= {path for path, kind in types.items() if kind == "geopoint"}
        self.numbers |= {path for path, kind in types.items() if kind in NUMBER_TYPES}
        self.numbers |= {f"{path}/{part}" for path in self.points for part in POINT}
        self._add_columns(root, "", "")

    def _add_columns(self, element: Element, prefix: str, table: str) -> None:
        for child in element:
            path = f"{prefix}{child.tag}"
            if path in self.tables:
                self._add_columns(child, f"{path}/", path)
            elif len(child):
                self._add_columns(child, f"{path}/", table)
            else:
                own = [f"{path}/{part}" for part in POINT] if path in self.points else [path]
                columns = [*own, *(f"{path}/{choice}" for choice in self.choices.get(path, ()))]
                self.tables[table].update(dict.fromkeys(_in_table(name, table) for name in columns))

    def add_answers(self, root: Element, key: str) -> None:
        """Columns for answers of which no version of the form has a question."""
        for table, _keys, cells in self.rows(root, key):
            self.tables[table].update(dict.fromkeys(name for name in cells if name not in self.tables[table]))

    def rows(self, root: Element, key: str) -> Iterator[AnswerRow]:
        """A row comes before the rows of its repeats."""
        yield from self._rows(root, "", (key, ""))

    def _rows(self, element: Element, table: str, keys: tuple[str, str]) -> Iterator[AnswerRow]:
        cells: AnswerCells = {}
        turns: list[tuple[str, Element]] = []
        self._read(element, f"{table}/" if table else "", table, (cells, turns))
        yield table, keys, cells
        counts: dict[str, int] = {}
        for path, turn in turns:
            counts[path] = counts.get(path, 0) + 1
            yield from self._rows(turn, path, (f"{keys[0]}/{_in_table(path, table)}[{counts[path]}]", keys[0]))

    def _read(
        self, element: Element, prefix: str, table: str, target: tuple[AnswerCells, list[tuple[str, Element]]]
    ) -> None:
        cells, turns = target
        for child in element:
            path = f"{prefix}{child.tag}"
            if path in self.tables and not text_at(child, "."):  # a text: in another version no repeat
                turns.append((path, child))
            elif len(child):
                self._read(child, f"{path}/", table, target)
            else:
                cells.update(self._cells(path, text_at(child, "."), table, cells))

    def _cells(self, path: str, answer: str, table: str, used_names: AnswerCells) -> AnswerCells:
        name, turn = _in_table(path, table), 2
        while name in used_names or f"{name}/{POINT[0]}" in used_names:
            name, turn = f"{_in_table(path, table)}[{turn}]", turn + 1
        if path in self.points:
            return dict(zip((f"{name}/{part}" for part in POINT), (*answer.split(), *POINT_BLANK), strict=False))
        if path not in self.choices or not answer:
            return {name: answer}
        chosen = answer.split()
        choices = dict.fromkeys([*self.choices[path], *chosen])
        return {name: answer, **{f"{name}/{choice}": "01"[choice in chosen] for choice in choices}}


def answer_column(name: str) -> str:
    """The column of a question, renamed if it collides with a column of ours."""
    return f"{RENAMED}{name}" if name in (*METADATA, *KEY_COLUMNS) else name


def _below_root(path: str) -> str:
    return path.strip("/").partition("/")[2]


def _in_table(path: str, table: str) -> str:
    return path.removeprefix(f"{table}/") if table else path


def _choices(model: Element, question: Element) -> Iterable[str]:
    for item in question.iterfind("item"):
        yield text_at(item, "value")
    itemset = question.find("itemset")
    name = INSTANCE.search(itemset.get("nodeset", "")) if itemset is not None else None
    for instance in model.iterfind("instance") if name else ():
        if name and instance.get("id") == name[1]:
            yield from (text_at(item, "name") for item in instance.iterfind("root/item"))
