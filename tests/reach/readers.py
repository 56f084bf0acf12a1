"""Who visits every address: each person of the world, under the column of the table that says what they may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie

from django.test import Client, RequestFactory

from sambang.access.models import Person, Role
from tests.reach.world import Family, Place, World

OFFICE = (Role.STAFF, Role.ADMINISTRATOR)
FULL, FIGURES, HEAD, OWN, MEMBER, NOTHING = "full", "figures", "head", "own", "member", "nothing"


@dataclass
class Reader:
    name: str
    column: str
    person: Person | None = None  # who is signed in
    token: str = ""  # of the personal link that was opened
    home: Place | None = None  # whose council
    near: str = NOTHING  # how near to the families of its place
    family: Family | None = None  # its own
    like: str = ""  # the column of the same role here
    is_also_above: bool = False  # a member of the province too, which reads figures
    sees_positions: bool = False  # of photos
    cookies: SimpleCookie | None = None

    def complete_sign_in(self, client: Client) -> None:
        client.cookies = SimpleCookie()
        if self.person is not None:
            client.force_login(self.person)
        if self.token:
            assert client.get(f"/saya/{self.token}/").headers["Location"] == "/saya/"
        self.cookies = client.cookies

    def at[C: RequestFactory](self, client: C) -> C:
        """The visitor with this reader's cookies as they were after coming in."""
        assert self.cookies is not None
        client.cookies = SimpleCookie({name: cookie.value for name, cookie in self.cookies.items()})
        return client


def column_of(role: Role) -> str:
    return "admin" if role == Role.ADMINISTRATOR else role.value


def readers(world: World) -> Iterator[Reader]:
    here = world.here
    for role, person in here.people.items():
        near = MEMBER if role == Role.LEADER else FULL
        yield Reader(f"{role} here", column_of(role), person, home=here, near=near, sees_positions=role in OFFICE)
    own, other = here.families
    yield Reader("head of the sentra", "head", here.head, home=here, near=HEAD)
    yield Reader("owner", "owner", own.business.owner, home=here, near=OWN, family=own)
    yield Reader("owner by link", "link", token=here.links[0].token, home=here, near=OWN, family=own)
    yield Reader("neighbour", "neighbour", other.business.owner, home=here, near=OWN, family=other)
    yield Reader("neighbour by link", "other-link", token=here.links[1].token, home=here, near=OWN, family=other)
    for place in (world.beside, world.far):
        for role, person in place.people.items():
            near = MEMBER if role == Role.LEADER else FULL
            kept = {"home": place, "near": near, "sees_positions": role in OFFICE}
            yield Reader(f"{role} {place.council}", "elsewhere", person, like=column_of(role), **kept)
    beside = world.beside
    yield Reader("head elsewhere", "elsewhere", beside.head, home=beside, near=HEAD, like="head")
    near_own = {"home": beside, "near": OWN, "family": beside.families[0]}
    yield Reader("owner elsewhere", "elsewhere", beside.business.owner, like="owner", **near_own)
    yield Reader("owner elsewhere by link", "other-link", token=beside.links[0].token, **near_own)
    for council, people in world.above.items():
        for role, person in people.items():
            column = "ministry" if (council, role) == ("nation", Role.ADMINISTRATOR) else f"above-{column_of(role)}"
            yield Reader(f"{role} of the {council}", column, person, near=FIGURES)
    yield Reader("signed in without council", "no-council", world.nobody)
    yield Reader("anonymous", "anonymous")


def of_two_councils(world: World) -> Reader:
    """Staff of a regency and of the province above it: `here` they read as the province does."""
    near = {"home": world.beside, "near": FULL, "sees_positions": True, "is_also_above": True}
    return Reader("staff of two councils", "above-staff", world.two_councils, **near)


def forbidden(reader: Reader, world: World) -> set[str]:
    """What no page may tell this reader: names, numbers and words of families it must not know."""
    hidden: set[str] = set()
    for place in world.places:
        for one in place.families:
            hidden |= _of(reader, place, one)
        if reader.near == FIGURES or reader.home is not place:
            hidden |= place.head_words
    return hidden


def _of(reader: Reader, place: Place, one: Family) -> set[str]:
    figures = one.finances
    every = one.contact | one.identity | figures | one.positions | one.words | {one.name}
    if reader.near == FIGURES or (reader.is_also_above and reader.home is not place):
        return one.contact | one.identity | figures | one.positions
    if reader.home is not place or reader.near == NOTHING:
        return every
    if reader.near == OWN:  # the IKM of one sentra know each other by the names of their trade
        return set() if one is reader.family else every - {one.name}
    if reader.near == FULL:
        return set() if reader.sees_positions else one.positions
    return {MEMBER: one.identity | one.positions, HEAD: one.identity | figures | one.positions}[reader.near]
