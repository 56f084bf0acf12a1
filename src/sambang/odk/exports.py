"""Submissions of a council's own form as a table and as JSON; both are written row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator

from django.utils import timezone

from sambang.lib.exports import harmless
from sambang.odk.models import Submission
from sambang.odk.reading import UnreadableError, leaves, tree

ABOUT = ("_instance_id", "_received_at", "_by", "_phone", "_files")


class _Echo:
    """Where csv writes: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def as_csv(rows: Iterable[Submission]) -> Iterator[str]:
    """UTF-8 with one line a submission. A column an answer's path, in the order in which the paths were met; repeats have
    their turns in the path, so the columns are known only after a first look at all rows."""
    columns: dict[str, None] = {}
    for row in rows:
        columns.update(dict.fromkeys(_answers(row)))
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([harmless(name) for name in (*ABOUT, *columns)])
    for row in rows:
        answers = _answers(row)
        cells = [*_about(row).values(), *(answers.get(name, "") for name in columns)]
        yield writer.writerow([harmless(cell) for cell in cells])


def as_json(rows: Iterable[Submission]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield (",\n" if number else "\n") + json.dumps({**_about(row), **_answers(row)}, ensure_ascii=False)
    yield "\n]\n"


def _answers(row: Submission) -> dict[str, str]:
    try:
        return dict(leaves(tree(bytes(row.xml))))
    except UnreadableError:
        return {}


def _about(row: Submission) -> dict[str, str]:
    files = " ".join(sorted(file.name for file in row.files.all()))
    moment = timezone.localtime(row.received_at).isoformat(timespec="seconds")
    return dict(zip(ABOUT, (row.instance_id, moment, row.key.person.name, row.key.phone, files), strict=True))
