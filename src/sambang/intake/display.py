"""Items as text for the office's pages: each submitted value with the title of its field."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from sambang.intake.kinds import kinds
from sambang.intake.kinds.profile import field_title
from sambang.intake.merging import Value
from sambang.intake.models import Received

HIDDEN = frozenset({"code"})  # the owner's code: never shown
KEYS = frozenset({"visit", "business", "cluster", "action", "line"})  # ids: the page shows the rows to which they refer


def field_titles() -> dict[str, Any]:
    """The titles of all fields of a body, over all kinds."""
    return {name: title for kind in kinds().values() for name, title in kind.field_titles.items()}


def kind_name(kind: str) -> str:
    known = kinds().get(kind)
    return str(known.title if known else kind or _("tidak terbaca"))


def body_of(row: Received) -> dict[str, Any] | None:
    """The body of the stored text, or None if the text cannot be parsed."""
    try:
        body = json.loads(bytes(row.text))["body"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def submitted_fields(row: Received) -> list[tuple[str, str]]:
    """(title, value) of every field of the item, except ids and the owner's code."""
    body = body_of(row)
    return [] if body is None else list(_pairs(body))


def _pairs(fields: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in fields.items():
        if name in HIDDEN or name in KEYS or value in (None, "", []):
            continue
        if name == "field":
            yield str(field_titles()[name]), _field(value)
        else:
            yield str(field_titles().get(name, name)), _plain(value)


def _field(name: Any) -> str:
    try:
        return field_title(str(name))
    except Exception:  # not the name of a column
        return str(name)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, list):
        return "; ".join(_plain(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(text for _name, text in _pairs(value))
    return str(value)


def value_as_text(kind: str, value: Value) -> list[tuple[str, str]]:
    """The value of a merge target: a report by product; of a single column, the value itself."""
    known = kinds().get(kind)
    if known is not None and known.display_value is not None:
        return known.display_value(value)
    if isinstance(value, dict):
        return [
            (str(field_titles().get(name, name)), _plain(part))
            for name, part in value.items()
            if part not in (None, "")
        ]
    return [("", str(value) if value not in (None, "") else _("(kosong)"))]
