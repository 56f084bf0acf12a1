"""Collects the content of the papers of a visit (`visits/minutes.py`)."""

from __future__ import annotations

from django.http import Http404
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import may
from sambang.actions.models import Action
from sambang.aspirations.difficulties import difficulty_codes
from sambang.aspirations.models import Aspiration
from sambang.audit.read_audit import log_read
from sambang.lib.pictures import stored_bytes, thumbnail
from sambang.lib.time_zones import ABBREVIATIONS, zone_of
from sambang.papers.queries import council_for_papers, letterhead_content, number_of, signature_of
from sambang.registry.models import Business
from sambang.registry.owner_details import OwnerSex
from sambang.registry.personal_names import NameReader
from sambang.visits.minutes import (
    Attendee,
    HeadSignature,
    Minutes,
    PrintedPicture,
    Promise,
    RecordedAspiration,
    VisitDetails,
    Visitor,
)
from sambang.visits.models import Photo, Signature, Visit
from sambang.visits.papers import WITH_PICTURES, Paper
from sambang.visits.queries import AttendanceRow, attendance_list, photos_of

MAX_PRINTED_PHOTOS = 12  # on paper; the rest stays in the gallery
PRINTED_PHOTO_SIDE = 900  # pixels of the longer side on paper
SEX = {OwnerSex.MALE.value: "L", OwnerSex.FEMALE.value: "P"}


def minutes_of(visit: Visit, person: Person, paper: Paper) -> Minutes:
    """The content of a paper, as far as this person may read it."""
    numbered = number_of(paper, visit.pk)
    contact, names = may(person, "registry.see_contact", visit.cluster_or_business), NameReader(person)
    if contact:
        log_read(person, [visit.cluster_or_business], ["registry.see_contact"])
    return Minutes(
        letterhead=letterhead_content(council_for_papers(visit.region_id), visit.region_id),
        visit=_visit_details(visit, contact),
        team=tuple(visit.team.order_by("name").values_list("name", flat=True)),
        guests=tuple(Visitor(guest.name, guest.office) for guest in visit.guests.order_by("name")),
        attendees=tuple(_attendee(row, names) for row in attendance_list(visit, person).rows),
        aspirations=_aspirations(visit, names),
        promises=_promises(visit, person),
        pictures=_pictures(visit, person) if paper in WITH_PICTURES else (),
        head=_head(visit, person) if contact else None,
        leader=visit.leader.name if visit.leader else "",
        number=numbered.number if numbered else "",
        dated_on=numbered.dated_on if numbered else None,
        signer=signature_of(numbered.signer if numbered else None),
    )


def _visit_details(visit: Visit, contact: bool) -> VisitDetails:
    village = visit.region
    places = [village.name, *(part.name for part in (village.parent, village.parent and village.parent.parent) if part)]
    return VisitDetails(
        cluster=_place_name(visit),
        village=", ".join(places),
        purpose=visit.purpose,
        planned_for=visit.planned_for,
        held_on=visit.held_on,
        place=visit.place,
        assignment=visit.assignment,
        head=_second_party(visit) if contact else "",
        is_outside=visit.cluster is None,
        summary=visit.summary,
        conclusion=_with_corrections(visit),
        planned_until=visit.planned_until,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        zone=ABBREVIATIONS[zone_of(visit.region_id)],
        signed_by=visit.signed_by.name if visit.signed_by else "",
        signed_at=visit.signed_at,
        is_simulated=visit.is_simulated,
    )


def _place_name(visit: Visit) -> str:
    target = _restricted_name() if visit.business and visit.business.restricted_at else str(visit.target)
    return f"{target}, {visit.cluster}" if visit.cluster and visit.target != visit.cluster else target


def _with_corrections(visit: Visit) -> str:
    """The conclusion, followed by corrections made after the sign-off."""
    corrections = [
        _("Pembetulan %(day)s: %(text)s") % {"day": date_format(localtime(one.at), "j F Y"), "text": one.text}
        for one in visit.corrections.all()
    ]
    return "\n\n".join(part for part in (visit.conclusion, *corrections) if part)


def _second_party(visit: Visit) -> str:
    """The head of the sentra; of an IKM outside any, its owner."""
    if visit.cluster is None:
        return visit.business.owner.name if visit.business else ""
    return visit.cluster.head.name if visit.cluster.head else ""


def _attendee(row: AttendanceRow, names: NameReader) -> Attendee:
    """A restricted IKM is counted, and nothing on paper tells which one it is."""
    business, attendance = row.business, row.attendance
    contact, restricted = names.may_see_owner(business), business.restricted_at is not None
    return Attendee(
        owner_id=business.owner_id,
        owner=business.owner.name if contact else "",
        business=_restricted_name() if restricted else business.name,
        address=business.address if contact else "",
        phone=business.phone if contact else "",
        sex="" if restricted else SEX.get(business.owner_sex, ""),
        present=attendance.present if attendance else None,
        represented_by=attendance.represented_by if attendance and contact else "",
        pulse=attendance.pulse if attendance else None,
    )


def _restricted_name() -> str:
    return _("IKM yang datanya dibatasi")


def _aspirations(visit: Visit, names: NameReader) -> tuple[RecordedAspiration, ...]:
    rows = Aspiration.objects.visible_to(names.person).filter(visit=visit).select_related("business__owner")
    codes = difficulty_codes(on=visit.held_on)  # a paper keeps the labels of its day
    return tuple(
        RecordedAspiration(
            text=one.text,
            speaker=_speaker(one.business, names),
            kind=str(one.get_kind_display()),
            difficulty=codes[one.difficulty].label,
            also_touches=one.also_touches,
        )
        for one in rows.order_by("raised_at", "pk")
    )


def _speaker(business: Business, names: NameReader) -> str:
    if business.restricted_at is not None:
        return _restricted_name()
    return f"{names.owner(business)}, {business.name}" if names.may_see_owner(business) else business.name


def _promises(visit: Visit, person: Person) -> tuple[Promise, ...]:
    promised = (
        Action.objects.visible_to(person).filter(visit=visit).select_related("matter").order_by("due_on", "title")
    )
    return tuple(
        Promise(one.title, one.responsible_name, one.due_on, one.matter.title if one.matter else "") for one in promised
    )


def _pictures(visit: Visit, person: Person) -> tuple[PrintedPicture, ...]:
    photos = photos_of(visit, person).filter(business__restricted_at=None)
    pictures = (_picture(photo) for photo in photos[:MAX_PRINTED_PHOTOS])
    return tuple(picture for picture in pictures if picture)


def _head(visit: Visit, person: Person) -> HeadSignature | None:
    """The latest signature; None without one, or when its file is missing."""
    signature = Signature.objects.visible_to(person).filter(visit=visit).order_by("signed_at", "pk").last()
    if signature is None:
        return None
    try:
        return HeadSignature(stored_bytes(signature.image), signature.name, signature.office)
    except Http404:
        return None


def _picture(photo: Photo) -> PrintedPicture | None:
    """A reduced copy for paper; None when its file is missing."""
    try:
        small = thumbnail(stored_bytes(photo.image), side=PRINTED_PHOTO_SIDE)
    except Http404:
        return None
    parts = [part for part in (photo.caption, photo.business.name if photo.business else "") if part]
    return PrintedPicture(small, " · ".join(parts))
