"""A submission of the visit's form as the items of docs/decisions/0018-field-protocol.md.

A piece is named by what it is about, not by where it stands: `ikm/<id>/aspiration/2`. So a corrected submission, in which an
IKM was taken out or moved, still speaks of the same pieces, and the same submission read twice gives the same items.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element

from sambang.odk.reading import text

UPLOADS = ("ikm/photo/image", "photo_all/image")
NAMES = UUID("6f3c1d0a-52a7-4d0e-9b52-7c8f0f6f2d31")  # the namespace of items that came by ODK
SCHEMA = 1
CODE = re.compile(rb"(<code>)[^<]+(</code>)")


@dataclass(frozen=True)
class Piece:
    path: str
    kind: str
    body: dict[str, Any] = field(default_factory=dict)
    file: str = ""  # the name of its photo in the submission

    def id(self, instance_id: str) -> UUID:
        return uuid5(uuid5(NAMES, instance_id), self.path)


def pieces(root: Element) -> list[Piece]:
    """In the order in which they are to be done: the visit begins before anybody attends it."""
    visit = text(root, "visit")
    held = _said(
        visit=visit, held_on=text(root, "held_on"), summary=text(root, "summary"), conclusion=text(root, "conclusion")
    )
    return [
        Piece("hold", "hold", held),
        *(piece for name, turns in _by_business(root) for piece in _of_business(root, name, turns)),
        *_photos(root.iterfind("photo_all"), "photo", visit=visit),
    ]


def _by_business(root: Element) -> Iterator[tuple[str, list[Element]]]:
    """The turns of each IKM that was chosen; one chosen twice is one."""
    turns: dict[str, list[Element]] = {}
    for turn in root.iterfind("ikm"):
        if name := text(turn, "business"):
            turns.setdefault(name, []).append(turn)
    yield from turns.items()


def _of_business(root: Element, business: str, turns: list[Element]) -> Iterator[Piece]:
    visit, month = text(root, "visit"), text(root, "month")
    path, counted = f"ikm/{business}", Counter[str]()
    for turn in turns:
        if present := text(turn, "present"):
            counted["attend"] += 1
            body = _said(
                visit=visit,
                business=business,
                present=present == "yes",
                represented_by=text(turn, "represented_by"),
                workers_seen=_number(turn, "workers_seen"),
                pulse=_number(turn, "pulse"),
            )
            yield Piece(f"{path}/attend/{counted['attend']}", "attend", body)
        for said in turn.iterfind("aspiration"):
            if words := text(said, "words"):
                counted["aspiration"] += 1
                body = _said(
                    visit=visit,
                    business=business,
                    kind=text(said, "kind"),
                    words=words,
                    difficulty=text(said, "difficulty"),
                    also_touches=text(said, "also_touches"),
                )
                yield Piece(f"{path}/aspiration/{counted['aspiration']}", "aspiration", body)
    if month and (amounts := [amount for turn in turns for amount in _amounts(turn)]):
        yield Piece(f"{path}/report/{month}", "report", {"business": business, "month": month, "amounts": amounts})
    for turn in turns:
        if action := text(turn, "confirm/action"):
            body = _said(
                business=business,
                action=action,
                solved=text(turn, "confirm/solved") == "yes",
                words=text(turn, "confirm/words"),
                code=text(turn, "confirm/code"),
            )
            yield Piece(f"{path}/confirm/{action}", "confirm", body)
    photos = (photo for turn in turns for photo in turn.iterfind("photo"))
    yield from _photos(photos, f"{path}/photo", visit=visit, business=business)


def without_codes(xml: bytes) -> bytes:
    """To be read at the office: whoever did the work may have no owner's code, used up or not."""
    return CODE.sub(rb"\1******\2", xml)


def _amounts(turn: Element) -> Iterator[dict[str, Any]]:
    for row in turn.iterfind("production"):
        if amount := text(row, "amount"):
            yield _said(line=text(row, "line"), amount=amount, value=_number(row, "value"))


def _photos(found: Any, path: str, **about: str) -> Iterator[Piece]:
    """Named by the file: the name that Collect gives a photo is its own for ever."""
    for photo in found:
        if name := text(photo, "image"):
            yield Piece(f"{path}/{name}", "photo", _said(**about, caption=text(photo, "caption")), name)


def _number(parent: Element, path: str) -> int | None:
    said = text(parent, path)
    return int(said) if said.isascii() and said.isdigit() else None


def _said(**body: Any) -> dict[str, Any]:
    """Without what was left open: left open is not known, never empty or zero."""
    return {name: value for name, value in body.items() if value is not None and value != ""}


def item(piece: Piece, head: dict[str, Any]) -> str:
    """The item's text: the same bytes each time it is made of the same submission."""
    return json.dumps(
        {**head, "schema": SCHEMA, "kind": piece.kind, "body": piece.body}, ensure_ascii=False, sort_keys=True
    )
