"""Submissions of a council's own form as CSV and JSON, streamed row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator

from django.utils import timezone

from sambang.lib.exports import harmless
from sambang.odk.models import Submission
from sambang.odk.reading import UnreadableError, leaves, tree

METADATA = ("_instance_id", "_received_at", "_by", "_phone", "_files")


class _Echo:
    """A file object for csv.writer: write returns the line."""

    def write(self, line: str) -> str:
        return line


def as_csv(rows: Iterable[Submission]) -> Iterator[str]:
    """One line for each submission, one column for each path of an answer, in the order of first appearance. `rows` is
    read twice: turns of a repeat are part of a path, so the columns are known only after reading all rows."""
    columns: dict[str, None] = {}
    for row in rows:
        columns.update(dict.fromkeys(_answers(row)))
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([harmless(name) for name in (*METADATA, *columns)])
    for row in rows:
        answers = _answers(row)
        cells = [*_metadata(row).values(), *(answers.get(name, "") for name in columns)]
        yield writer.writerow([harmless(cell) for cell in cells])


def as_json(rows: Iterable[Submission]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + json.dumps({**_metadata(row), **_answers(row)}, ensure_ascii=False)
    yield "\n]\n"


def _answers(row: Submission) -> dict[str, str]:
    try:
        return dict(leaves(tree(bytes(row.xml))))
    except UnreadableError:
        return {}


def _metadata(row: Submission) -> dict[str, str]:
    files = " ".join(sorted(file.name for file in row.files.all()))
    moment = timezone.localtime(row.received_at).isoformat(timespec="seconds")
    return dict(zip(METADATA, (row.instance_id, moment, row.key.person.name, row.key.phone, files), strict=True))
