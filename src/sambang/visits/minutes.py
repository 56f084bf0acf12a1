"""The content of the papers of a visit, read once from the database by `home/visit_minutes.py`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from uuid import UUID

from sambang.papers.blocks import LetterheadContent, SignatureBlock


@dataclass(frozen=True)
class Attendee:
    """One IKM of the attendance list. `present` is None until recorded. `phone` and `address` are empty for readers who
    may not see them."""

    owner_id: UUID
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
class PrintedPicture:
    jpeg: bytes
    caption: str


@dataclass(frozen=True)
class HeadSignature:
    """The signature of the head of the sentra, or of a representative with an office there."""

    jpeg: bytes
    name: str
    office: str = ""


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
    head: str = ""  # of the sentra, or the owner of an IKM outside any
    is_outside: bool = False  # of any sentra
    summary: str = ""
    conclusion: str = ""
    planned_until: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    zone: str = "WIB"
    signed_by: str = ""
    signed_at: datetime | None = None
    is_simulated: bool = False

    @property
    def head_office(self) -> str:
        """The office of who signs for those visited."""
        return "Pemilik" if self.is_outside else "Ketua sentra"

    @property
    def represented_by(self) -> str:
        return "pemiliknya" if self.is_outside else "ketuanya"

    @property
    def day(self) -> date:
        return self.held_on or self.planned_for


@dataclass(frozen=True)
class Minutes:
    """The content of the papers of one visit."""

    letterhead: LetterheadContent
    visit: VisitDetails
    team: tuple[str, ...] = ()
    guests: tuple[Visitor, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    aspirations: tuple[RecordedAspiration, ...] = ()
    promises: tuple[Promise, ...] = ()
    pictures: tuple[PrintedPicture, ...] = ()
    head: HeadSignature | None = None
    leader: str = ""  # of the team
    number: str = ""
    dated_on: date | None = None
    signer: SignatureBlock = field(default_factory=lambda: SignatureBlock(""))

    @property
    def listed_attendees(self) -> tuple[Attendee, ...]:
        """The rows of the attendance list: before the visit everybody invited, after it those present."""
        if self.visit.held_on is None:
            return self.attendees
        return tuple(one for one in self.attendees if one.present)

    def signature(self, role: str, *, note: str = "") -> SignatureBlock:
        """The official's signature in a role; `note` replaces the position if no signer was chosen."""
        return replace(self.signer, role=role, note=self.signer.note or note)
