"""Reads `table.txt`: the expected status of every URL for every reader. Also the source of docs/reach.md
(tools/reach_page.py)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "table.txt"

# The meaning of each cell of the table.
ANSWERS: dict[str, str] = {
    "200": "the page, with the values that this reader may see",
    "done": "the operation was executed and logged",
    "302": "redirected without a write",
    "login": "redirected to the sign-in page",
    "403": "within reach, without the verb",
    "404": "out of reach, like a row that does not exist",
    "401": "a phone has to sign in",
    "405": "method not allowed",
    "410": "no longer available",
    "422": "the form has errors: a row that it refers to is out of reach or does not exist",
    "same": "the status of the same role here",
    "same/422": "the same, but 422 instead of `done`: the form refers to a row of another council",
    "same/302": "the same, but 302 instead of `done`: the form refers to a row of another council",
    "same/200": "the same, but 200 instead of `done`: the form refers to a row of another council",
    "same/404": "the same, but 404 instead of `done` and 200",
    "refused": "403 for readers without access to the desk, 404 for another council",
}
# The readers. The requested row belongs to one regency, `here`.
COLUMNS: dict[str, str] = {
    "officer": "field officer of the council here",
    "staff": "staff of the council here",
    "leader": "its leader",
    "admin": "its administrator",
    "head": "head of the sentra, with an account",
    "owner": "owner of the IKM, with an account",
    "link": "the same, by personal link",
    "neighbour": "owner of another IKM of the sentra, with an account",
    "other-link": "owner of another IKM, here or elsewhere, by personal link",
    "elsewhere": "any role of another council, in the same province and in another one; heads and owners there",
    "above-officer": "field officer of the province, or of the ministry",
    "above-staff": "staff of the province, or of the ministry",
    "above-leader": "leader of the province, or of the ministry",
    "above-admin": "administrator of the province",
    "ministry": "administrator of the ministry, who keeps the reference tables",
    "no-council": "signed in, and in no council",
    "anonymous": "not signed in",
}
METHODS = ("GET", "POST")


class TableError(ValueError):
    """The table is not written as it should be."""


@dataclass(frozen=True)
class Row:
    name: str
    method: str
    cells: dict[str, str]


def read(text: str | None = None) -> dict[str, dict[str, Row]]:
    """By name of the address, then by method. Raises TableError."""
    found: dict[str, dict[str, Row]] = {}
    lines = (text if text is not None else FILE.read_text(encoding="utf-8")).splitlines()
    for number, line in enumerate(lines, 1):
        name, *rest = line.partition("#")[0].split() or [""]
        if not name:
            continue
        method, *cells = rest
        if len(cells) == 1:
            cells *= len(COLUMNS)
        if len(cells) != len(COLUMNS) or set(cells) - set(ANSWERS) or method not in (*METHODS, "BOTH"):
            raise TableError(f"line {number}: {line}")
        for one in METHODS if method == "BOTH" else (method,):
            if one in found.setdefault(name, {}):
                raise TableError(f"line {number}: {name} {one} stands there twice")
            found[name][one] = Row(name, one, dict(zip(COLUMNS, cells, strict=True)))
    return found


def answer_to(rows: dict[str, Row], method: str, column: str, like: str) -> set[str]:
    """The answers that the table allows to a reader. `like`: the column of the same role here."""
    row = rows.get(method)
    if row is None:  # not served: 405 to whoever is let in, and to others what the other method tells them
        [other] = rows.values()
        return {"405"} | ({other.cells[column]} & {"login", "302", "401", "404"})
    word = row.cells[column]
    if word == "refused":
        return {"403", "404"}
    if not word.startswith("same"):
        return {word}
    here, instead = row.cells[like], word.partition("/")[2]
    turned = {"422": {"done"}, "302": {"done"}, "200": {"done"}, "404": {"done", "200"}}.get(instead, set())
    return {instead if here in turned else here}
