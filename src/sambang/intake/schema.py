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
Name = Annotated[str, 120]
Place = Annotated[str, 200]
Words = Annotated[str, 2000]
Talk = Annotated[str, 6000]
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
        if not isinstance(given, list) or len(given) > 200:
            raise _unreadable(name)
        return tuple(_value(get_args(hint)[0], part, name) for part in given)
    base, *meaning = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if is_dataclass(base) and isinstance(base, type):
        if not isinstance(given, dict):
            raise _unreadable(name)
        return read(base, given)
    if base is str:
        return _text(given, name, meaning[0] if meaning else None)
    if base is int or base is bool or get_origin(base) is dict:
        wanted: type = dict if get_origin(base) is dict else base
        if type(given) is not wanted or (isinstance(given, int) and abs(given) > GREATEST):
            raise _unreadable(name)
        return given
    return _from_text(base, given, name, month="month" in meaning)


def _one_of(hint: Any, given: Any, name: str) -> Any:
    trouble = _unreadable(name)
    for choice in set(get_args(hint)) - {NoneType}:
        try:
            return _value(choice, given, name)
        except ItemError as wrong:
            trouble = wrong
    raise trouble


def _text(given: Any, name: str, longest: int | None) -> str:
    """Text as it can be kept everywhere: without NUL and half characters."""
    if not isinstance(given, str) or "\0" in given:
        raise _unreadable(name)
    try:
        given.encode()
    except UnicodeEncodeError:
        raise _unreadable(name) from None
    words = given.strip()
    if longest and len(words) > longest:
        raise ItemError(
            _("Isian “%(name)s” terlalu panjang: paling banyak %(longest)s huruf.") % {"name": name, "longest": longest}
        )
    return words


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
