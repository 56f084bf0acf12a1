"""Items as text for the office's pages: each submitted value with the title of its field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from sambang.intake.kinds import kinds
from sambang.intake.kinds.base import ItemKind
from sambang.intake.merging import Value
from sambang.intake.models import Received


def kind_label(name: str) -> str:
    kind = kinds().get(name)
    return str(kind.title if kind else name or _("tidak terbaca"))


def body_of(row: Received) -> dict[str, Any] | None:
    """The body of the stored text, or None if the text cannot be parsed."""
    try:
        body = json.loads(bytes(row.text))["body"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def submitted_fields(row: Received) -> list[tuple[str, str]]:
    """(title, value) of every field of the item that its kind gives a title."""
    body, kind = body_of(row), kinds().get(row.kind)
    return [] if body is None or kind is None else list(_titled(kind, body))


def value_as_text(name: str, value: Value) -> list[tuple[str, str]]:
    """The value of a merge target: a report by product; of a single column, the value itself."""
    kind = kinds()[name]
    if kind.display_value is not None:
        return kind.display_value(value)
    if isinstance(value, dict):
        return list(_titled(kind, value))
    return [("", str(value) if value not in (None, "") else _("(kosong)"))]


def _titled(kind: ItemKind, fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if name in kind.field_titles and value not in (None, "", []):
            yield str(kind.field_titles[name]), kind.field_texts.get(name, lambda value: _text(kind, value))(value)


def _text(kind: ItemKind, value: Any) -> str:
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, list):
        return "; ".join(_text(kind, part) for part in value)
    if isinstance(value, dict):
        return ", ".join(text for _title, text in _titled(kind, value))
    return str(value)
