"""Gathers what the papers of a visit say, from every step that knows something of it: who came, what was heard, what
was promised. visits/minutes.py sets it on paper."""

from __future__ import annotations

from django.http import Http404

from sambang.access.models import Council, Person
from sambang.access.permissions import may
from sambang.actions.models import Action
from sambang.aspirations.models import Aspiration
from sambang.audit.read_audit import log_read
from sambang.lib.pictures import stored_bytes, thumbnail
from sambang.lib.region_code import RegionCode
from sambang.registry.models import Business, Region
from sambang.registry.names import Names
from sambang.visits.minutes import Attendee, HeadSigned, Heard, Letterhead, Minutes, Occasion, Picture, Promise, Visitor
from sambang.visits.models import Photo, Signature, Visit
from sambang.visits.queries import Place, photos_of, roll_of

PHOTOS = 12  # on paper; the rest stays in the gallery
SIDE = 900  # pixels of the longer side on paper
SEX = {Business.Sex.MALE.value: "L", Business.Sex.FEMALE.value: "P"}


def minutes_of(visit: Visit, person: Person, *, with_pictures: bool = False) -> Minutes:
    """Everything the papers say, as far as this person may read it."""
    contact = may(person, "registry.see_contact", visit.cluster)
    if contact:
        log_read(person, [visit.cluster], ["registry.see_contact"])
    return Minutes(
        letterhead=_letterhead(visit.cluster.region.code),
        occasion=_occasion(visit, contact),
        team=tuple(visit.team.order_by("name").values_list("name", flat=True)),
        guests=tuple(Visitor(guest.name, guest.office) for guest in visit.guests.order_by("name")),
        attendees=tuple(_attendee(place, contact) for place in roll_of(visit, person).places),
        heard=_heard(visit, Names(person)),
        promises=_promises(visit, person),
        pictures=_pictures(visit, person) if with_pictures else (),
        head=_head(visit, person) if contact else None,
    )


def _letterhead(region_code: str) -> Letterhead:
    """The council nearest to the sentra: its regency's, else its province's, else the nation's."""
    regency = RegionCode(region_code).regency
    reaching = Council.objects.filter(region_code__in=regency.ancestors)
    council = max(reaching, key=lambda one: RegionCode(one.region_code).level, default=None)
    region = Region.objects.filter(code=regency).first()
    if council is None or region is None:
        return Letterhead(council=str(council or "Sambang"))
    if RegionCode(council.region_code).is_regency:
        named = region.name.startswith(("Kota", "Kabupaten"))
        return Letterhead(council.name, region.name if named else f"Kabupaten {region.name}", region.name)
    above = Region.objects.filter(code=council.region_code or "0").first()
    return Letterhead(council.name, above.name if above else "", region.name)


def _occasion(visit: Visit, contact: bool) -> Occasion:
    village = visit.cluster.region
    places = [village.name, *(part.name for part in (village.parent, village.parent and village.parent.parent) if part)]
    return Occasion(
        cluster=visit.cluster.name,
        village=", ".join(places),
        purpose=visit.purpose,
        planned_for=visit.planned_for,
        held_on=visit.held_on,
        place=visit.place,
        assignment=visit.assignment,
        head=visit.cluster.head.name if contact and visit.cluster.head else "",
        summary=visit.summary,
        conclusion=visit.conclusion,
        signed_by=visit.signed_by.name if visit.signed_by else "",
        signed_at=visit.signed_at,
        is_simulated=visit.is_simulated,
    )


def _attendee(place: Place, contact: bool) -> Attendee:
    business, row = place.business, place.attendance
    return Attendee(
        owner=business.owner.name if contact else "",
        business=business.name,
        address=business.address if contact else "",
        phone=business.phone if contact else "",
        sex=SEX.get(business.owner_sex, ""),
        present=row.present if row else None,
        represented_by=row.represented_by if row and contact else "",
        pulse=row.pulse if row else None,
    )


def _heard(visit: Visit, names: Names) -> tuple[Heard, ...]:
    said = Aspiration.objects.visible_to(names.person).filter(visit=visit).select_related("business__owner")
    return tuple(
        Heard(
            words=one.text,
            who=f"{names.owner(one.business)}, {one.business.name}" if names.knows(one.business) else one.business.name,
            kind=str(one.get_kind_display()),
            difficulty=str(one.get_difficulty_display()),
            also_touches=one.also_touches,
        )
        for one in said.order_by("raised_at", "pk")
    )


def _promises(visit: Visit, person: Person) -> tuple[Promise, ...]:
    promised = (
        Action.objects.visible_to(person).filter(visit=visit).select_related("matter").order_by("due_on", "title")
    )
    return tuple(
        Promise(one.title, one.responsible_name, one.due_on, one.matter.title if one.matter else "") for one in promised
    )


def _pictures(visit: Visit, person: Person) -> tuple[Picture, ...]:
    kept = (_picture(photo) for photo in photos_of(visit, person)[:PHOTOS])
    return tuple(picture for picture in kept if picture)


def _head(visit: Visit, person: Person) -> HeadSigned | None:
    """The signature made last; None where nobody signed, or its file is gone."""
    drawn = Signature.objects.visible_to(person).filter(visit=visit).order_by("signed_at", "pk").last()
    if drawn is None:
        return None
    try:
        return HeadSigned(stored_bytes(drawn.image), drawn.name, drawn.office)
    except Http404:
        return None


def _picture(photo: Photo) -> Picture | None:
    """Small enough for paper; None when its file is gone."""
    try:
        small = thumbnail(stored_bytes(photo.image), side=SIDE)
    except Http404:
        return None
    parts = [part for part in (photo.caption, photo.business.name if photo.business else "") if part]
    return Picture(small, " · ".join(parts))
