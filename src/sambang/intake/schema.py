"""Reading JSON into dataclasses: one reader for all kinds of items, and a sentence for whoever wrote what cannot be
read."""

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

GREATEST = 10**15
LONGEST_LIST = 200
Name = Annotated[str, 120]
ShortText = Annotated[str, 200]
Text = Annotated[str, 2000]
LongText = Annotated[str, 6000]
Month = Annotated[date, "month"]
Code = Annotated[str, 20]
Scalar = str | int | None


class ItemError(ValueError):
    """The item is not what the table says; the message is for the person who wrote it."""


def read[T](kind: type[T], given: Mapping[str, Any]) -> T:
    """A dataclass from what was given, every field by its type. Raises ItemError."""
    hints = _hints(kind)  # type: ignore[arg-type]  # classes are hashable
    if unknown := sorted(set(given) - set(hints)):
        raise ItemError(_("Isian “%(name)s” tidak dikenal.") % {"name": str(unknown[0])[:40]})
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if given.get(field.name) is not None:
            values[field.name] = _value(hints[field.name], given[field.name], field.name)
        elif field.default is MISSING:
            raise ItemError(_("Isian “%(name)s” belum ada.") % {"name": field.name})
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _value(hint: Any, given: Any, name: str) -> Any:
    if get_origin(hint) in {Union, UnionType}:
        return _one_of(hint, given, name)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], part, name) for part in _list(given, name))
    base, *meaning = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if base is str:
        return _text(given, name, meaning[0] if meaning else None)
    if base is int or base is bool:
        return _number(base, given, name)
    if is_dataclass(base) and isinstance(base, type):
        return read(base, _object(given, name))
    if get_origin(base) is dict:
        return _object(given, name)
    return _from_text(base, given, name, month="month" in meaning)


def _list(given: Any, name: str) -> list[Any]:
    if not isinstance(given, list) or len(given) > LONGEST_LIST:
        raise _unreadable(name)
    return given


def _object(given: Any, name: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _unreadable(name)
    return given


def _number(base: type[int], given: Any, name: str) -> int:
    """A whole number or a boolean; JSON's true is no number here."""
    if type(given) is not base or abs(given) > GREATEST:
        raise _unreadable(name)
    return given


def _one_of(hint: Any, given: Any, name: str) -> Any:
    trouble = _unreadable(name)
    for choice in set(get_args(hint)) - {NoneType}:
        try:
            return _value(choice, given, name)
        except ItemError as wrong:
            trouble = wrong
    raise trouble


def _text(given: Any, name: str, longest: int | None) -> str:
    """Text that every database can store: without NUL and lone surrogates."""
    if not isinstance(given, str) or "\0" in given:
        raise _unreadable(name)
    try:
        given.encode()
    except UnicodeEncodeError:
        raise _unreadable(name) from None
    text = given.strip()
    if longest and len(text) > longest:
        raise ItemError(
            _("Isian “%(name)s” terlalu panjang: paling banyak %(longest)s huruf.") % {"name": name, "longest": longest}
        )
    return text


def _from_text(base: Any, given: Any, name: str, *, month: bool) -> Any:
    if not isinstance(given, str):
        raise _unreadable(name)
    try:
        if base is UUID:
            return UUID(given)
        if month:
            return parse_month(given)
        found = base.fromisoformat(given)
    except ValueError:
        raise _unreadable(name) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR or (base is datetime and found.tzinfo is None):
        raise _unreadable(name)
    return found


def _unreadable(name: str) -> ItemError:
    return ItemError(_("Isian “%(name)s” tidak terbaca.") % {"name": name})
