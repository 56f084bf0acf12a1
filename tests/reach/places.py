"""What the world of tests/reach consists of: families with their canaries, places, and files that they send."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from sambang.access.models import Council, Person, Role
from sambang.access.roles import GUARDED_COLUMNS
from sambang.lib.months import add_months, first_of_month
from sambang.owners.operations import NewLink
from sambang.registry.models import Business, Cluster

DAY = date(2022, 3, 31)


def last_month() -> date:
    return add_months(first_of_month(timezone.localdate()), -1)


@lru_cache
def picture(colour: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(drawn, "JPEG")
    return drawn.getvalue()


def photo_file(colour: str = "teal") -> SimpleUploadedFile:
    return SimpleUploadedFile("foto.jpg", picture(colour), "image/jpeg")


def outline_file(code: str) -> bytes:
    """A GeoJSON file with a triangle for one region."""
    shape = {"type": "Polygon", "coordinates": [[[110, -7], [111, -7], [111, -8]]]}
    return json.dumps({"type": "Feature", "properties": {"kode": code}, "geometry": shape}).encode()


def workbook(rows: Iterable[Iterable[Any]]) -> bytes:
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    book.set_properties({"created": datetime(2022, 3, 31, tzinfo=UTC)})  # the same rows, the same bytes
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, list(row))
    book.close()
    return output.getvalue()


@dataclass
class Family:
    """An IKM and its canaries. `columns`: "model.column" of access.roles.GUARDED_COLUMNS → the forms in which an answer
    may show its value; `words`: what it said."""

    business: Business
    name: str  # of the IKM
    columns: dict[str, set[str]]
    words: set[str]
    pulse: int  # per cent of a normal month, at the visit
    share: int  # per cent of its sales that are online
    quantity: int  # of its product in the reported month
    value: str  # rupiah of the same
    latitude: str  # of its photo
    longitude: str
    accuracy: int

    def guarded_by(self, verb: str) -> set[str]:
        """The canaries of the columns that a verb opens."""
        opened = {
            f"{model}.{column}"
            for model, columns in GUARDED_COLUMNS.items()
            for column in columns
            if columns[column] == verb
        }
        return {word for name, words in self.columns.items() if name in opened for word in words}

    @cached_property
    def contact(self) -> set[str]:
        return self.guarded_by("registry.see_contact")

    @cached_property
    def identity(self) -> set[str]:
        return self.guarded_by("registry.see_identity")

    @cached_property
    def finances(self) -> set[str]:
        return self.guarded_by("registry.see_finances") | {self.value}

    @cached_property
    def positions(self) -> set[str]:
        return self.guarded_by("visits.see_position")


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
    two_councils: Person  # staff `beside` and of the province above it
    nobody: Person  # signed in, and in no council

    @property
    def places(self) -> tuple[Place, Place, Place]:
        return (self.here, self.beside, self.far)


def guarded_columns(one: Family, nik: str, mark: str, digits: str) -> dict[str, set[str]]:
    """The canaries of every guarded column, as an answer shows them: digits drawn together."""
    row = one.business
    business = {
        "owner": {row.owner.name},
        "phone": {f"81{digits}77007"},
        "phone_digest": {row.phone_digest},
        "address": {row.address},
        "nib": {row.nib},
        "nik_encrypted": {nik},
        "nik_digest": {row.nik_digest},
        "npwp": {"".join(digit for digit in row.npwp if digit.isdigit())},
        "investment": {f"{digits}001"},
        "investment_land": {f"{digits}002"},
        "annual_sales": {f"{digits}003"},
    }
    return {
        **{f"registry.Business.{column}": words for column, words in business.items()},
        "registry.Permit.number": {f"HALAL{mark}"},
        "registry.OwnerDetail.value": {f"Pendidikan{mark}"},
        "registry.ProductLine.annual_value": {f"{digits}004"},
        "registry.ProductLine.capacity": {f"{digits}005"},
        "training.Enrolment.participant": {f"Peserta{mark}"},
        "visits.Attendance.represented_by": {f"Wakil{mark}"},
        "visits.Attendance.pulse": _per_cent("pulse", one.pulse),
        "market.OnlineShare.percent": _per_cent("percent", one.share),
        "production.ReportLine.quantity": {str(one.quantity)},
        "maps.BusinessPosition.latitude": {f"-5{digits}"},
        "maps.BusinessPosition.longitude": {f"109{digits}"},
        "visits.Photo.latitude": {one.latitude, one.latitude.replace(".", ",")},
        "visits.Photo.longitude": {one.longitude, one.longitude.replace(".", ",")},
        "visits.Photo.accuracy": {f"{one.accuracy} m", f'"accuracy": {one.accuracy}', f'"accuracy":{one.accuracy}'},
    }


def _per_cent(column: str, number: int) -> set[str]:
    """A number too short to be looked for alone."""
    return {f"{number} %", f"{number}%", f">{number}<", f'"{column}": {number}', f'"{column}":{number}'}
