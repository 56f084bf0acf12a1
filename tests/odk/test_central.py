"""The same answers exported by the rules of ODK Central compare equal with ours, cell by cell.

Central's rules (getodk/central-backend, lib/data/briefcase.js): a table for the submissions and one for each repeat;
columns in the order of the form; groups are flattened to "group-question"; a place is four columns; KEY of a row of a
repeat is "instance/group/repeat[2]", PARENT_KEY the key of the row around it; with split choices, a column
"question/choice" of 1 and 0 for each choice.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from sambang.access.models import Council, Person
from sambang.odk.form_tables import KEY_COLUMNS, METADATA
from sambang.odk.operations import offer_form
from tests.odk.conftest import CollectHere
from tests.odk.test_own_forms import form_workbook

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]
POINT = ("Latitude", "Longitude", "Altitude", "Accuracy")
CHOICES = [("list_name", "name", "label"), ("kain", "lurik", "Lurik"), ("kain", "batik", "Batik"), ("kain", "x", "X")]


@dataclass
class Node:
    """A part of a form: a question, a group or a repeat."""

    kind: str
    name: str
    parts: list[Node] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Of the sheet `survey`."""
        if self.kind not in {"group", "repeat"}:
            yield (self.kind, self.name, self.name.upper())
            return
        yield (f"begin_{self.kind}", self.name, self.name)
        for part in self.parts:
            yield from part.rows()
        yield (f"end_{self.kind}", "", "")


def form(*parts: Node) -> Node:
    return Node("group", "", list(parts))


def q(kind: str, name: str) -> Node:
    return Node(kind, name)


FORMS = [
    form(q("text", "a"), q("integer", "b"), q("geopoint", "tempat"), q("select_multiple kain", "kain")),
    form(
        q("geopoint", "asal"),
        Node(
            "group",
            "usaha",
            [
                q("text", "nama"),
                Node("group", "dalam", [q("decimal", "modal"), q("select_multiple kain", "jenis")]),
                Node(
                    "repeat",
                    "pekerja",
                    [
                        q("text", "nama"),
                        q("geopoint", "rumah"),
                        Node("group", "upah", [q("integer", "hari"), Node("repeat", "bonus", [q("text", "apa")])]),
                        q("select_multiple kain", "bisa"),
                    ],
                ),
            ],
        ),
        Node("repeat", "alat", [q("text", "apa"), q("date", "beli")]),
        q("text", "akhir"),
    ),
]


def answered(node: Node, rng: random.Random) -> str:
    if node.kind == "group":
        content = "".join(answered(part, rng) for part in node.parts)
        return f"<{node.name}>{content}</{node.name}>" if node.name else content
    if node.kind == "repeat":
        content = ["".join(answered(part, rng) for part in node.parts) for _ in range(rng.randint(0, 3))]
        return "".join(f"<{node.name}>{turn}</{node.name}>" for turn in content)
    values = {
        "text": rng.choice(["", "Bu Yem", 'a, "b"', "1.000", "é 🧵"]),
        "integer": rng.choice(["", "0", "12"]),
        "decimal": rng.choice(["", "2.5"]),
        "date": rng.choice(["", "2026-11-29"]),
        "geopoint": rng.choice(["", "-7.7 110.3 0 0", "-7.75 110.31 120.5 4.2"]),
        "select_multiple kain": rng.choice(["", "lurik", "batik x", "x lurik batik"]),
    }
    text = values[node.kind].replace("&", "&amp;").replace("<", "&lt;")
    return f"<{node.name}>{text}</{node.name}>"


type Table = list[dict[str, str]]


def central(node: Node, submissions: dict[str, str]) -> dict[str, Table]:
    """Central's tables by the path of their repeat, from the answers by instance."""
    tables: dict[str, Table] = {}
    _declare(node, "", tables)
    for instance, xml in submissions.items():
        row: dict[str, str] = {}
        _read(node, ET.fromstring(f"<data>{xml}</data>"), (row, ""), ("", instance, instance), tables)
        tables[""].append({**row, "KEY": instance})
    return tables


def _declare(node: Node, path: str, tables: dict[str, Table]) -> None:
    tables.setdefault("", [])
    for part in node.parts:
        inner = f"{path}/{part.name}".strip("/")
        if part.kind == "repeat":
            tables[inner] = []
        _declare(part, inner, tables)


def _read(
    node: Node,
    element: ET.Element,
    target: tuple[dict[str, str], str],
    place: tuple[str, str, str],
    tables: dict[str, Table],
) -> None:
    """`target`: a row and the prefix of its columns; `place`: the path, the key so far, the key of the row."""
    (row, prefix), (path, key, row_key) = target, place
    for part in node.parts:
        inner = f"{path}/{part.name}".strip("/")
        found = element.findall(part.name)
        if part.kind == "group":
            _read(part, found[0], (row, f"{prefix}{part.name}-"), (inner, f"{key}/{part.name}", row_key), tables)
        elif part.kind == "repeat":
            for number, turn in enumerate(found, start=1):
                own: dict[str, str] = {}
                own_key = f"{key}/{part.name}[{number}]"
                at = len(tables[inner])
                _read(part, turn, (own, ""), (inner, own_key, own_key), tables)
                tables[inner].insert(at, {**own, "PARENT_KEY": row_key, "KEY": own_key})
        else:
            row.update(_columns(part, prefix, found[0].text or ""))


def _columns(part: Node, prefix: str, answer: str) -> dict[str, str]:
    name = f"{prefix}{part.name}"
    if part.kind == "geopoint":
        values = [*answer.split(), "", "", "", ""][:4]
        return {f"{name}-{point}": value for point, value in zip(POINT, values, strict=True)}
    columns = {name: answer}
    if part.kind.startswith("select_multiple"):
        for _list, choice, _label in CHOICES[1:]:
            columns[f"{name}/{choice}"] = str(int(choice in answer.split())) if answer else ""
    return columns


def ours(content: bytes, is_archive: bool) -> dict[str, Table]:
    """Our tables with Central's names of columns."""
    if not is_archive:
        return {"": _table(content, "")}
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {
        name.removeprefix("pasar").removesuffix(".csv").strip("-").replace("-", "/"): _table(archive.read(name), name)
        for name in archive.namelist()
    }


def _table(content: bytes, name: str) -> Table:
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    return [{_renamed(column): value for column, value in row.items() if _renamed(column)} for row in rows]


def _renamed(column: str) -> str:
    """ "" for a column that Central does not have, or names after its own office."""
    keys = {"_instance_id": "KEY", KEY_COLUMNS[0]: "KEY", KEY_COLUMNS[1]: "PARENT_KEY"}
    if column in keys:
        return keys[column]
    if column in METADATA or column.startswith("meta/"):
        return ""
    stem, slash, choice = column.rpartition("/")
    is_choice = slash and choice in {name for _list, name, _label in CHOICES[1:]}
    return f"{stem.replace('/', '-')}/{choice}" if is_choice else column.replace("/", "-")


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_an_export_by_centrals_rules_compares_equal(
    phone: CollectHere,
    signed_in: Callable[[Person], Client],
    sari: Person,
    sleman: Council,
    rina: Person,
    number: int,
) -> None:
    asked, rng = FORMS[number], random.Random(number)
    survey = [("type", "name", "label"), *(row for part in asked.parts for row in part.rows())]
    offered = offer_form(sleman, rina, xlsform=form_workbook(survey, choices=CHOICES))
    submissions = {f"uuid:{one}": answered(asked, rng) for one in range(12)}
    for instance, xml in submissions.items():
        meta = f"<meta><instanceID>{instance}</instanceID></meta>"
        assert phone.submit(f'<data id="pasar" version="1">{xml}{meta}</data>'.encode()) == [201]
    answer = signed_in(sari).get(f"/collect/formulir/{offered.pk}/isian.csv")
    content = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    found, expected = ours(content, "zip" in answer.headers["Content-Disposition"]), central(asked, submissions)
    assert found.keys() == expected.keys()
    for name, rows in expected.items():
        assert sorted(found[name], key=lambda row: row["KEY"]) == sorted(rows, key=lambda row: row["KEY"]), name
        for row, other in zip(found[name], rows, strict=True):
            order = [column for column in row if column not in {"KEY", "PARENT_KEY"}]
            assert order == [column for column in other if column not in {"KEY", "PARENT_KEY"}]
