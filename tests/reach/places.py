"""What the world of tests/reach consists of: families with their canaries, places, and files that they send."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from sambang.access.models import Council, Person, Role
from sambang.lib.months import add_months, first_of_month
from sambang.owners.operations import NewLink
from sambang.registry.models import Business, Cluster


def last_month() -> date:
    return add_months(first_of_month(timezone.localdate()), -1)


def picture(colour: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(drawn, "JPEG")
    return drawn.getvalue()


def photo_file(colour: str = "teal") -> SimpleUploadedFile:
    return SimpleUploadedFile("foto.jpg", picture(colour), "image/jpeg")


def workbook(rows: Iterable[Iterable[Any]]) -> bytes:
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, list(row))
    book.close()
    return output.getvalue()


@dataclass
class Family:
    """An IKM and what must not be told of it, by how near one must be to read it."""

    business: Business
    name: str  # of the IKM
    contact: set[str]  # the regency's council, the head of its sentra, itself
    identity: set[str]  # those of the council who register, itself
    finances: set[str]  # the council, itself
    reported: set[str]  # the same: what it told of one month
    words: set[str]  # the council, those above it, the head, itself


@dataclass
class Place:
    """A regency with its council, a sentra, and one of everything in it."""

    council: Council
    people: dict[Role, Person]
    head: Person
    cluster: Cluster
    families: list[Family] = field(default_factory=list)  # the first is the owner's own; the second is its neighbour
    links: list[NewLink] = field(default_factory=list)
    rows: dict[str, Any] = field(default_factory=dict)  # what stands in an address, by the name of its part

    @property
    def business(self) -> Business:
        return self.families[0].business

    @property
    def neighbour(self) -> Business:
        return self.families[1].business

    @property
    def staff(self) -> Person:
        return self.people[Role.STAFF]

    @property
    def officer(self) -> Person:
        return self.people[Role.OFFICER]

    @property
    def head_words(self) -> set[str]:
        return {self.head.name}


@dataclass
class World:
    """`here` is where every address points; the others are those who must not read it."""

    here: Place
    beside: Place  # another regency of the same province
    far: Place  # a regency of another province
    above: dict[str, dict[Role, Person]]  # province and nation
    nobody: Person  # signed in, and in no council

    @property
    def places(self) -> tuple[Place, Place, Place]:
        return (self.here, self.beside, self.far)
