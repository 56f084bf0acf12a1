"""Parse JSON into dataclasses, for all kinds of items, with an error message for the author of unreadable input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.utils.translation import gettext as _

from sambang.lib.months import FIRST_YEAR, LAST_YEAR, parse_month

MAX_NUMBER = 10**15
MAX_LIST_LENGTH = 200
Name = Annotated[str, 120]
ShortText = Annotated[str, 200]
Text = Annotated[str, 2000]
LongText = Annotated[str, 6000]
Month = Annotated[date, "month"]
Code = Annotated[str, 20]
Scalar = str | int | None


class ItemError(ValueError):
    """The item does not match its schema; the message is for its author."""


def read_dataclass[T](kind: type[T], raw: Mapping[str, Any]) -> T:
    """Parse a mapping into a dataclass, each field by its type. Raises ItemError."""
    hints = _hints(kind)  # type: ignore[arg-type]  # classes are hashable
    if unknown := sorted(set(raw) - set(hints)):
        raise ItemError(_("Isian “%(name)s” tidak dikenal.") % {"name": str(unknown[0])[:40]})
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if raw.get(field.name) is not None:
            values[field.name] = _value(hints[field.name], raw[field.name], field.name)
        elif field.default is MISSING:
            raise ItemError(_("Isian “%(name)s” belum ada.") % {"name": field.name})
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _value(hint: Any, raw: Any, name: str) -> Any:
    if get_origin(hint) in {Union, UnionType}:
        return _one_of(hint, raw, name)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], part, name) for part in _list(raw, name))
    base, *meaning = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if base is str:
        return _text(raw, name, meaning[0] if meaning else None)
    if base is int or base is bool:
        return _number(base, raw, name)
    if is_dataclass(base) and isinstance(base, type):
        return read_dataclass(base, _object(raw, name))
    if get_origin(base) is dict:
        return _object(raw, name)
    return _from_text(base, raw, name, month="month" in meaning)


def _list(raw: Any, name: str) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > MAX_LIST_LENGTH:
        raise _unreadable(name)
    return raw


def _object(raw: Any, name: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _unreadable(name)
    return raw


def _number(base: type[int], raw: Any, name: str) -> int:
    """A whole number, or a boolean for a boolean field. JSON's true is not accepted as a number."""
    if type(raw) is not base or abs(raw) > MAX_NUMBER:
        raise _unreadable(name)
    return raw


def _one_of(hint: Any, raw: Any, name: str) -> Any:
    error = _unreadable(name)
    for choice in set(get_args(hint)) - {NoneType}:
        try:
            return _value(choice, raw, name)
        except ItemError as wrong:
            error = wrong
    raise error


def _text(raw: Any, name: str, longest: int | None) -> str:
    """Text that every database can store: without NUL and lone surrogates."""
    if not isinstance(raw, str) or "\0" in raw:
        raise _unreadable(name)
    try:
        raw.encode()
    except UnicodeEncodeError:
        raise _unreadable(name) from None
    text = raw.strip()
    if longest and len(text) > longest:
        raise ItemError(
            _("Isian “%(name)s” terlalu panjang: paling banyak %(longest)s huruf.") % {"name": name, "longest": longest}
        )
    return text


def _from_text(base: Any, raw: Any, name: str, *, month: bool) -> Any:
    if not isinstance(raw, str):
        raise _unreadable(name)
    try:
        if base is UUID:
            return UUID(raw)
        if month:
            return parse_month(raw)
        parsed = base.fromisoformat(raw)
    except ValueError:
        raise _unreadable(name) from None
    if not FIRST_YEAR <= parsed.year <= LAST_YEAR or (base is datetime and parsed.tzinfo is None):
        raise _unreadable(name)
    return parsed


def _unreadable(name: str) -> ItemError:
    return ItemError(_("Isian “%(name)s” tidak terbaca.") % {"name": name})
