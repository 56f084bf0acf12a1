"""The papers of a visit in the form that an Indonesian office files: notulen, berita acara, daftar hadir, laporan.

Plain facts in, PDF out. Whoever knows the later steps (what was heard, what was promised) gathers the facts; nothing is
read from the database here. Texts reach the typst templates as JSON and are never spliced into their source.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from statistics import median
from typing import Any

from sambang.lib.number_words import date_to_words, format_long_date, format_short_date, number_to_words
from sambang.lib.typesetting import accessible_pdf
from sambang.visits.models import LEAST_PULSES

TEMPLATES = Path(__file__).parent / "papers"


class Paper(StrEnum):
    NOTULEN = "notulen"
    BERITA_ACARA = "berita-acara"
    DAFTAR_HADIR = "daftar-hadir"
    LAPORAN = "laporan"


@dataclass(frozen=True)
class Attendee:
    """One IKM of the roll. `present` None: not noted. `phone` and `address` are '' for readers who may not see them."""

    owner: str
    business: str
    address: str = ""
    phone: str = ""
    sex: str = ""  # L, P or '' (not known)
    present: bool | None = None
    represented_by: str = ""
    pulse: int | None = None  # per cent of a normal month


@dataclass(frozen=True)
class Visitor:
    name: str
    office: str = ""


@dataclass(frozen=True)
class Heard:
    words: str
    who: str
    kind: str
    difficulty: str
    also_touches: str = ""


@dataclass(frozen=True)
class Promise:
    title: str
    responsible: str
    due_on: date
    answers: str = ""  # the matter it answers


@dataclass(frozen=True)
class Picture:
    jpeg: bytes
    caption: str


@dataclass(frozen=True)
class HeadSigned:
    """The signature of the head of the sentra, or of whoever signed for it with that office."""

    jpeg: bytes
    name: str
    office: str = ""


@dataclass(frozen=True)
class Letterhead:
    """`region` is the council's own, as its letters write it: Kabupaten Sleman."""

    council: str
    region: str = ""
    town: str = ""  # where its letters are dated


@dataclass(frozen=True)
class Occasion:
    """What the visit was. `held_on` None: still to come, then `planned_for` is the day."""

    cluster: str
    village: str
    purpose: str
    planned_for: date
    held_on: date | None = None
    place: str = ""
    assignment: str = ""
    head: str = ""  # ketua sentra
    summary: str = ""
    conclusion: str = ""
    signed_by: str = ""
    signed_at: datetime | None = None
    is_simulated: bool = False

    @property
    def day(self) -> date:
        return self.held_on or self.planned_for


@dataclass(frozen=True)
class Minutes:
    """Everything that the papers of one visit say."""

    letterhead: Letterhead
    occasion: Occasion
    team: tuple[str, ...] = ()
    guests: tuple[Visitor, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    heard: tuple[Heard, ...] = ()
    promises: tuple[Promise, ...] = ()
    pictures: tuple[Picture, ...] = ()
    head: HeadSigned | None = None


def render(paper: Paper, minutes: Minutes) -> bytes:
    """The paper as a tagged PDF. The same minutes give the same bytes."""
    with _room(minutes) as room:
        return accessible_pdf(
            room / f"{paper}.typ",
            timestamp=_made_at(minutes),
            root=room,
            ignore_system_fonts=True,
            sys_inputs={"facts": json.dumps(facts_of(minutes), ensure_ascii=False)},
        )


@contextmanager
def _room(minutes: Minutes) -> Iterator[Path]:
    """A folder with the templates and the photos, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        for template in TEMPLATES.glob("*.typ"):
            (room / template.name).write_bytes(template.read_bytes())
        for number, picture in enumerate(minutes.pictures):
            (room / f"foto-{number}.jpg").write_bytes(picture.jpeg)
        if minutes.head:
            (room / "ketua.jpg").write_bytes(minutes.head.jpeg)
        yield room


def _made_at(minutes: Minutes) -> int:
    """Seconds; the day of the visit where nobody signed yet, so that no clock is read."""
    signed = minutes.occasion.signed_at
    day = minutes.occasion.day
    return int(signed.timestamp()) if signed else (day - date(1970, 1, 1)).days * 86_400


def facts_of(minutes: Minutes) -> dict[str, Any]:
    """What the templates read: every text ready to be set, every count counted."""
    occasion = minutes.occasion
    came = [one for one in minutes.attendees if one.present]
    pulses = sorted(one.pulse for one in came if one.pulse is not None)
    difficulties = Counter(one.difficulty for one in minutes.heard).most_common()
    return {
        "letterhead": asdict(minutes.letterhead),
        "occasion": {
            name: getattr(occasion, name)
            for name in (
                "cluster",
                "village",
                "purpose",
                "place",
                "assignment",
                "head",
                "summary",
                "conclusion",
                "signed_by",
                "is_simulated",
            )
        },
        "held": occasion.held_on is not None,
        "day": format_long_date(occasion.day),
        "date": format_short_date(occasion.day),
        "day_in_words": date_to_words(occasion.day),
        "team": list(minutes.team),
        "guests": [asdict(guest) for guest in minutes.guests],
        "roll": [asdict(one) for one in (came if occasion.held_on else minutes.attendees)],
        "listed": len(minutes.attendees),
        "came": len(came),
        "came_in_words": number_to_words(len(came)),
        "missed": sum(one.present is False for one in minutes.attendees),
        "pulse": {"said": len(pulses), "low": pulses[0], "middle": round(median(pulses)), "high": pulses[-1]}
        if len(pulses) >= LEAST_PULSES
        else None,
        "heard": [
            {
                "difficulty": label,
                "many": many,
                "said": [asdict(one) for one in minutes.heard if one.difficulty == label],
            }
            for label, many in difficulties
        ],
        "heard_total": len(minutes.heard),
        "promises": [{**asdict(one), "due_on": format_short_date(one.due_on)} for one in minutes.promises],
        "head": {"name": minutes.head.name, "office": minutes.head.office} if minutes.head else None,
        "pictures": [picture.caption for picture in minutes.pictures],
    }
