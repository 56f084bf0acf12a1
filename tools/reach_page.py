"""Writes docs/reach.md from the tables of tests/reach. Run by `make docs`; a test compares."""

from itertools import groupby
from pathlib import Path

from tests.reach.commands import COMMANDS
from tests.reach.table import COLUMNS, METHODS, WORDS, Row, read

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reach.md"


def page() -> str:
    table = read()
    lines = [
        "# What every address answers to every reader",
        "",
        (
            "Written by `make docs` from `tests/reach/table.txt`, which `tests/reach` holds against the site: "
            "every address, every"
        ),
        (
            "reader, every method, in one world with three regencies. An address without a row fails the build. "
            "Beside the answer,"
        ),
        "the test looks for names, numbers and words of families in what came, and for lines in the journal.",
        "",
        "## Readers",
        "The address asked for is about one regency, *here*.",
        "",
        *(f"- **{name}**: {meaning}" for name, meaning in COLUMNS.items()),
        "",
        "## Answers",
        *(f"- `{word}`: {meaning}" for word, meaning in WORDS.items()),
        "",
        "A method that is not listed is not taken: 405, or what the other one answers to whoever is not let in.",
    ]
    for step, names in groupby(sorted(table), key=lambda name: name.partition(":")[0]):
        lines += ["", f"## {step}", "| address | | " + " | ".join(COLUMNS) + " |", "|---|---|" + ":-:|" * len(COLUMNS)]
        for name in names:
            lines += [_line(row) for row in _rows(table[name])]
    lines += [
        "",
        "## Commands",
        "A command is typed at the machine by whoever may read the keys and the database there: it",
        "has no reader. What it does is written under the system's name, or that of the person named on the line.",
        "",
    ]
    lines += [f"- `sambang {name}`: {why}" for name, why in sorted(COMMANDS.items())]
    return "\n".join(lines) + "\n"


def _rows(rows: dict[str, Row]) -> list[Row]:
    """Table rows; a path whose GET and POST have the same result has one row."""
    if len(rows) == 2 and rows["GET"].cells == rows["POST"].cells:
        return [Row(rows["GET"].name, "GET, POST", rows["GET"].cells)]
    return [rows[method] for method in METHODS if method in rows]


def _line(row: Row) -> str:
    name = row.name.replace("<", "&lt;").replace(">", "&gt;")
    return f"| {name} | {row.method} | " + " | ".join(row.cells[column] for column in COLUMNS) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"docs/{PAGE.name} written")
