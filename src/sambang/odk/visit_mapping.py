"""Mapping a submission of the visit form to the items of docs/decisions/0018-field-protocol.md.

An item's path names its subject, not its position: `ikm/<id>/aspiration/2`. So a correction in which an IKM was
removed or moved still refers to the same items, and mapping the same submission twice gives the same items with the
same ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element

from sambang.odk.reading import text_at

VISIT_UPLOADS = ("ikm/photo/image", "photo_all/image")
ID_NAMESPACE = UUID("6f3c1d0a-52a7-4d0e-9b52-7c8f0f6f2d31")  # of the UUIDv5 of items received through ODK
FORM_VERSION = 1
MAX_DIGITS = 18  # a bigint of the database; Python refuses to convert more than 4,300
OWNER_CODE = re.compile(rb"(<code>)[^<]+(</code>)")


@dataclass(frozen=True)
class MappedItem:
    """`file` is the name of its photo in the submission, or ''. `checked`: the names of the
    confirmed unusual figures, as "LINE amount" and "LINE value"."""

    path: str
    kind: str
    body: dict[str, Any] = field(default_factory=dict)
    file: str = ""
    checked: frozenset[str] = frozenset()

    def id(self, instance_id: str) -> UUID:
        return uuid5(uuid5(ID_NAMESPACE, instance_id), self.path)


def mapped_items(root: Element) -> list[MappedItem]:
    """In the order of processing: the visit is held before anybody attends it."""
    visit = text_at(root, "visit")
    conducted = _without_blanks(
        visit=visit,
        held_on=text_at(root, "held_on"),
        summary=text_at(root, "summary"),
        conclusion=text_at(root, "conclusion"),
    )
    return [
        MappedItem("visit", "visit", conducted),
        *(item for business, turns in _turns_by_business(root) for item in _business_items(root, business, turns)),
        *_photos(root.iterfind("photo_all"), "photo", visit=visit),
    ]


def _turns_by_business(root: Element) -> Iterable[tuple[str, list[Element]]]:
    """The turns of the repeat `ikm` by the chosen IKM; an IKM chosen in two turns is one."""
    turns: dict[str, list[Element]] = {}
    for turn in root.iterfind("ikm"):
        if business := text_at(turn, "business"):
            turns.setdefault(business, []).append(turn)
    return turns.items()


def _business_items(root: Element, business: str, turns: list[Element]) -> Iterator[MappedItem]:
    path = f"ikm/{business}"
    about = {"visit": text_at(root, "visit"), "business": business}
    yield from _numbered(f"{path}/attend", "attend", (_attendance(turn, about) for turn in turns))
    aspirations = (_aspiration(row, about) for turn in turns for row in turn.iterfind("aspiration"))
    yield from _numbered(f"{path}/aspiration", "aspiration", aspirations)
    month, amounts = text_at(root, "month"), [amount for turn in turns for amount in _amounts(turn)]
    if month and amounts:
        body = {"business": business, "month": month, "amounts": amounts}
        yield MappedItem(f"{path}/report/{month}", "report", body, checked=_checked_figures(turns))
    for answer in filter(None, (_confirmation(turn, business) for turn in turns)):
        yield MappedItem(f"{path}/confirm/{answer['action']}", "confirm", answer)
    yield from _photos((photo for turn in turns for photo in turn.iterfind("photo")), f"{path}/photo", **about)


def _numbered(path: str, kind: str, bodies: Iterable[dict[str, Any]]) -> Iterator[MappedItem]:
    """The bodies that are not empty, numbered from 1."""
    for number, body in enumerate(filter(None, bodies), start=1):
        yield MappedItem(f"{path}/{number}", kind, body)


def _attendance(turn: Element, about: dict[str, str]) -> dict[str, Any]:
    """Empty where the question was not answered."""
    if not text_at(turn, "present"):
        return {}
    return _without_blanks(
        **about,
        present=_yes_or_no(turn, "present"),
        represented_by=text_at(turn, "represented_by"),
        workers_seen=_number(turn, "workers_seen"),
        pulse=_number(turn, "pulse"),
    )


def _aspiration(row: Element, about: dict[str, str]) -> dict[str, Any]:
    if not text_at(row, "text"):
        return {}
    names = ("kind", "text", "difficulty", "also_touches")
    return _without_blanks(**about, **{name: text_at(row, name) for name in names})


def _confirmation(turn: Element, business: str) -> dict[str, Any]:
    if not text_at(turn, "confirm/action"):
        return {}
    return _without_blanks(
        business=business,
        action=text_at(turn, "confirm/action"),
        solved=_yes_or_no(turn, "confirm/solved"),
        text=text_at(turn, "confirm/text"),
        code=text_at(turn, "confirm/code"),
    )


def without_codes(xml: bytes) -> bytes:
    """The submission with owners' confirmation codes masked: no officer may see one, used or not."""
    return OWNER_CODE.sub(rb"\1******\2", xml)


def _amounts(turn: Element) -> Iterator[dict[str, Any]]:
    for row in turn.iterfind("production"):
        if amount := text_at(row, "amount"):
            yield _without_blanks(line=text_at(row, "line"), amount=amount, value=_number(row, "value"))


def _checked_figures(turns: Iterable[Element]) -> frozenset[str]:
    rows = [row for turn in turns for row in turn.iterfind("production")]
    names = ("amount", "value")
    return frozenset(
        f"{text_at(row, 'line')} {name}" for row in rows for name in names if text_at(row, f"{name}_checked") == "yes"
    )


def _photos(photos: Iterable[Element], path: str, **about: str) -> Iterator[MappedItem]:
    """The path contains the file's name, which Collect never reuses."""
    for photo in photos:
        if name := text_at(photo, "image"):
            yield MappedItem(
                f"{path}/{name}", "photo", _without_blanks(**about, caption=text_at(photo, "caption")), name
            )


def _yes_or_no(parent: Element, path: str) -> bool | str:
    """The answer as a boolean. Any other text is passed on unchanged; the intake refuses it."""
    answer = text_at(parent, path)
    return {"yes": True, "no": False}.get(answer, answer)


def _number(parent: Element, path: str) -> int | str | None:
    """Text that is not a number is passed on unchanged; the intake names it in its refusal."""
    answer = text_at(parent, path)
    is_number = answer.isascii() and answer.isdigit() and len(answer) <= MAX_DIGITS
    return int(answer) if is_number else answer or None


def _without_blanks(**body: Any) -> dict[str, Any]:
    """A blank answer is unknown: neither empty nor zero."""
    return {name: value for name, value in body.items() if value is not None and value != ""}


def encode_item(item: MappedItem, envelope: dict[str, Any]) -> str:
    """The item's JSON text: the same text for the same submission."""
    content = {**envelope, "schema": FORM_VERSION, "kind": item.kind, "body": item.body}
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
