"""What a phone says, item by item (docs/decisions/0018-field-protocol.md): one dataclass a kind, one parser for all,
and a sentence for whoever wrote what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.utils.translation import gettext as _

from sambang.lib.months import FIRST_YEAR, LAST_YEAR, parse_month

SCHEMA = 1  # the newest version of the table below; every older one is taken too
LARGEST = 64 * 1024  # bytes of one item
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


@dataclass(frozen=True)
class Hold:
    visit: UUID
    held_on: date
    summary: Talk = ""
    conclusion: Talk = ""


@dataclass(frozen=True)
class Attend:
    visit: UUID
    business: UUID
    present: bool
    represented_by: Name = ""
    workers_seen: int | None = None
    pulse: int | None = None


@dataclass(frozen=True)
class Aspiration:
    visit: UUID
    business: UUID
    kind: Code
    words: Words
    difficulty: Code
    also_touches: Place = ""


@dataclass(frozen=True)
class AmountSaid:
    """`amount` as it was typed ("3 kodi"); `value` whole rupiah, or as it was typed."""

    line: UUID
    amount: Annotated[str, 60]
    value: int | Annotated[str, 60] = ""


@dataclass(frozen=True)
class Report:
    business: UUID
    month: Month
    amounts: tuple[AmountSaid, ...]


@dataclass(frozen=True)
class Confirm:
    business: UUID
    action: UUID
    solved: bool
    code: Code
    words: Annotated[str, 1000] = ""


@dataclass(frozen=True)
class Photo:
    visit: UUID
    business: UUID | None = None
    caption: Place = ""
    position: Annotated[str, 60] = ""  # a geo URI with its uncertainty (RFC 5870)


@dataclass(frozen=True)
class LineSaid:
    line: UUID
    name: Name
    unit: Code


@dataclass(frozen=True)
class NewBusiness:
    business: UUID
    cluster: UUID
    name: Name
    owner_name: Name
    phone: Annotated[str, 30] = ""
    commodity: Annotated[str, 80] = ""
    lines: tuple[LineSaid, ...] = ()


@dataclass(frozen=True)
class Profile:
    business: UUID
    field: Code
    base: Scalar = None
    value: Scalar = None


@dataclass(frozen=True)
class Signature:
    visit: UUID
    name: Name
    office: Name = ""


type Body = Hold | Attend | Aspiration | Report | Confirm | Photo | NewBusiness | Profile | Signature
KINDS: dict[str, type[Body]] = {
    "hold": Hold,
    "attend": Attend,
    "aspiration": Aspiration,
    "report": Report,
    "confirm": Confirm,
    "photo": Photo,
    "business": NewBusiness,
    "profile": Profile,
    "signature": Signature,
}
WITH_FILE = frozenset({"photo", "signature"})  # exactly one; the others have none


@dataclass(frozen=True)
class File:
    sha256: Annotated[str, 64]
    size: int
    name: Place = ""


@dataclass(frozen=True)
class Envelope:
    """What every item says of itself. `sequence` counts the items of one device from 1; None where nothing counts."""

    id: UUID
    device: UUID
    by: UUID
    schema: int
    kind: Code
    recorded_at: datetime
    body: dict[str, Any]
    sequence: int | None = None
    files: tuple[File, ...] = ()
    mends: UUID | None = None


@dataclass(frozen=True)
class Item:
    head: Envelope
    body: Body


def parse(text: bytes) -> Item:
    """The item that these bytes are. Raises ItemError with a sentence."""
    head: Envelope = read(Envelope, loaded(text))
    if not 1 <= head.schema <= SCHEMA:
        raise ItemError(_("Catatan ini dari aplikasi yang lebih baru daripada kantor: perbarui Sambang di kantor."))
    if head.kind not in KINDS:
        raise ItemError(_("Jenis catatan “%(kind)s” tidak dikenal.") % {"kind": head.kind})
    if head.sequence is not None and not 1 <= head.sequence <= GREATEST:
        raise ItemError(_("Nomor urut catatan tidak mungkin %(number)s.") % {"number": head.sequence})
    wanted = 1 if head.kind in WITH_FILE else 0
    if len(head.files) != wanted:
        raise ItemError(
            _("Catatan jenis ini harus membawa tepat satu berkas.")
            if wanted
            else _("Catatan jenis ini tidak membawa berkas: kirim fotonya sebagai catatan foto.")
        )
    for file in head.files:
        if len(file.sha256) != 64 or set(file.sha256) - set("0123456789abcdef") or file.size < 1:
            raise ItemError(_("Sidik berkas pada catatan tidak terbaca."))
    return Item(head, read(KINDS[head.kind], head.body))


def loaded(text: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are. Raises ItemError."""
    if len(text) > LARGEST:
        raise ItemError(_("Catatan terlalu besar: paling banyak 64 KB, tanpa fotonya."))
    try:
        found = json.loads(text.decode("utf-8"), parse_constant=_no_number)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise ItemError(_("Catatan rusak: isinya tidak terbaca.")) from None
    if not isinstance(found, dict):
        raise ItemError(_("Catatan rusak: isinya tidak terbaca."))
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)


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
