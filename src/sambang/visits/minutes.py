"""The papers of a visit as PDF: notulen, berita acara, daftar hadir, laporan.

`render` takes dataclasses and reads nothing from the database; `home/papers.py` collects them. Texts reach the typst
templates as JSON, never as part of their source.
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
VISIT_TEXTS = (
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


class Paper(StrEnum):
    NOTULEN = "notulen"
    BERITA_ACARA = "berita-acara"
    DAFTAR_HADIR = "daftar-hadir"
    LAPORAN = "laporan"


@dataclass(frozen=True)
class Attendee:
    """One IKM of the attendance list. `present` is None until recorded. `phone` and `address` are empty for readers who
    may not see them."""

    owner: str
    business: str
    address: str = ""
    phone: str = ""
    sex: str = ""  # L, P or '' (unknown)
    present: bool | None = None
    represented_by: str = ""
    pulse: int | None = None  # per cent of a normal month


@dataclass(frozen=True)
class Visitor:
    name: str
    office: str = ""


@dataclass(frozen=True)
class RecordedAspiration:
    text: str
    speaker: str
    kind: str
    difficulty: str
    also_touches: str = ""


@dataclass(frozen=True)
class Promise:
    title: str
    responsible: str
    due_on: date
    matter: str = ""


@dataclass(frozen=True)
class Picture:
    jpeg: bytes
    caption: str


@dataclass(frozen=True)
class HeadSignature:
    """The signature of the head of the sentra, or of a representative with an office there."""

    jpeg: bytes
    name: str
    office: str = ""


@dataclass(frozen=True)
class Letterhead:
    """`region` is the council's own, written as on its letters: Kabupaten Sleman."""

    council: str
    region: str = ""
    town: str = ""  # printed before the date


@dataclass(frozen=True)
class VisitDetails:
    """The visit itself. `held_on` is None while it is planned."""

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
    """The content of the papers of one visit."""

    letterhead: Letterhead
    visit: VisitDetails
    team: tuple[str, ...] = ()
    guests: tuple[Visitor, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    aspirations: tuple[RecordedAspiration, ...] = ()
    promises: tuple[Promise, ...] = ()
    pictures: tuple[Picture, ...] = ()
    head: HeadSignature | None = None


def render(paper: Paper, minutes: Minutes) -> bytes:
    """The paper as a tagged PDF. The same minutes give the same bytes."""
    with _build_folder(minutes) as folder:
        return accessible_pdf(
            folder / f"{paper}.typ",
            timestamp=_timestamp(minutes),
            root=folder,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(template_data(minutes), ensure_ascii=False)},
        )


@contextmanager
def _build_folder(minutes: Minutes) -> Iterator[Path]:
    """A temporary folder with the templates and the images."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for template in TEMPLATES.glob("*.typ"):
            (folder / template.name).write_bytes(template.read_bytes())
        for number, picture in enumerate(minutes.pictures):
            (folder / f"foto-{number}.jpg").write_bytes(picture.jpeg)
        if minutes.head:
            (folder / "ketua.jpg").write_bytes(minutes.head.jpeg)
        yield folder


def _timestamp(minutes: Minutes) -> int:
    """Unix time of the signature, or of the day of the visit before it is signed: the same minutes, the same bytes."""
    signed_at, day = minutes.visit.signed_at, minutes.visit.day
    return int(signed_at.timestamp()) if signed_at else (day - date(1970, 1, 1)).days * 86_400


def template_data(minutes: Minutes) -> dict[str, Any]:
    """The data of the typst templates: texts formatted, counts computed."""
    visit = minutes.visit
    present = [one for one in minutes.attendees if one.present]
    return {
        "letterhead": asdict(minutes.letterhead),
        "visit": {name: getattr(visit, name) for name in VISIT_TEXTS},
        "was_held": visit.held_on is not None,
        "day": format_long_date(visit.day),
        "date": format_short_date(visit.day),
        "day_in_words": date_to_words(visit.day),
        "team": list(minutes.team),
        "guests": [asdict(guest) for guest in minutes.guests],
        "attendees": [asdict(one) for one in (present if visit.held_on else minutes.attendees)],
        "listed": len(minutes.attendees),
        "present": len(present),
        "present_in_words": number_to_words(len(present)),
        "pulse": _pulse_summary([one.pulse for one in present if one.pulse is not None]),
        "aspirations": _by_difficulty(minutes.aspirations),
        "aspiration_count": len(minutes.aspirations),
        "promises": [{**asdict(one), "due_on": format_short_date(one.due_on)} for one in minutes.promises],
        "head": {"name": minutes.head.name, "office": minutes.head.office} if minutes.head else None,
        "pictures": [picture.caption for picture in minutes.pictures],
    }


def _pulse_summary(pulses: list[int]) -> dict[str, int] | None:
    """Per cent of a normal month; None when fewer than LEAST_PULSES IKM reported one."""
    if len(pulses) < LEAST_PULSES:
        return None
    return {"count": len(pulses), "low": min(pulses), "median": round(median(pulses)), "high": max(pulses)}


def _by_difficulty(aspirations: tuple[RecordedAspiration, ...]) -> list[dict[str, Any]]:
    """The aspirations grouped by difficulty, the most frequent first."""
    counts = Counter(one.difficulty for one in aspirations).most_common()
    return [
        {
            "difficulty": difficulty,
            "count": count,
            "aspirations": [asdict(one) for one in aspirations if one.difficulty == difficulty],
        }
        for difficulty, count in counts
    ]
