"""Planning a visit, holding it, noting who came and how their work goes, signing it off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.operation import operation
from sambang.lib.bulk_sql import insert_rows
from sambang.lib.pictures import PictureError, reencode
from sambang.lib.region_code import RegionCode
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Attendance, Guest, Photo, Signature, Visit
from sambang.visits.positions import Position, positions_allowed
from sambang.visits.queries import attendance_of, note_attendance
from sambang.visits.states import State, lock, require_move, require_open

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


@operation("visits.plan", lock=True)
def plan_visit(
    cluster: Cluster,
    by: Person,
    /,
    *,
    planned_for: date,
    purpose: str,
    team: Iterable[Person] = (),
    place: str = "",
    assignment: str = "",
) -> Visit:
    """A visit to come. Sent twice (same sentra, day and purpose) it is the same visit. Raises ValidationError."""
    standing = cluster.visits.filter(planned_for=planned_for, purpose=purpose, state=State.PLANNED).first()
    if standing:
        return standing
    visit = Visit(
        cluster=cluster,
        planned_for=planned_for,
        purpose=purpose,
        place=place,
        assignment=assignment,
        planned_by=by,
        is_simulated=cluster.is_simulated,
    )
    visit.full_clean()
    visit.save(force_insert=True)
    visit.team.set(team)
    return visit


@operation("visits.plan")
def change_plan(
    visit: Visit, by: Person, /, *, planned_for: date, purpose: str, team: Iterable[Person], place: str, assignment: str
) -> Visit:
    """Say the plan anew: the surat tugas often comes later. Once the visit was held, its planned day stays as it
    was."""
    require_open(visit)
    if visit.state == State.PLANNED:
        visit.planned_for = planned_for
    visit.purpose, visit.place, visit.assignment = purpose, place, assignment
    visit.full_clean()
    visit.save(update_fields=["planned_for", "purpose", "place", "assignment"])
    visit.team.set(team)
    return visit


@operation("visits.hold")
def hold_visit(visit: Visit, by: Person, /, *, held_on: date, summary: str = "", conclusion: str = "") -> Visit:
    """The visit takes place (or its talk is written down later, while it is not signed off)."""
    lock(visit)
    require_move(visit, State.HELD)
    if held_on > timezone.localdate():
        raise ValidationError({"held_on": _("Tanggal pelaksanaan belum tiba: isi hari kunjungan berlangsung.")})
    visit.state, visit.held_on = State.HELD, held_on
    visit.summary, visit.conclusion = summary, conclusion
    visit.full_clean()
    visit.save(update_fields=["state", "held_on", "summary", "conclusion"])
    return visit


SIGNATURE_SIDE = 800  # pixels of the longer side

HIGHEST_PULSE = 1000  # per cent of a normal month
HELD = frozenset({"id", "visit", "business", "noted_by"})
# What is said of an IKM on a visit.
SAID = ("present", "pulse", "represented_by", "workers_seen", "noted_by", "noted_at")


@operation("visits.attend")
def record_attendance(
    visit: Visit,
    by: Person,
    /,
    *,
    business: Business,
    present: bool,
    pulse: int | None = None,
    represented_by: str = "",
    workers_seen: int | None = None,
    noted_at: datetime | None = None,
) -> Attendance:
    """Note one IKM's presence and the pulse of its production (per cent of a normal month); noted again, the later
    word counts. `noted_at`: when it was noted, where that was before now. Raises ValidationError for an IKM of another
    sentra or a visit that is closed."""
    require_open(visit)
    attendance = attendance_of(visit, business)
    if attendance is None:
        require_of_its_sentra(visit, business, said_at=noted_at)
        attendance = Attendance(visit=visit, business=business)
    attendance.present, attendance.pulse = present, pulse
    attendance.represented_by, attendance.workers_seen = represented_by, workers_seen
    attendance.noted_by, attendance.noted_at = by, noted_at or timezone.now()
    if pulse is not None and pulse > HIGHEST_PULSE:
        raise ValidationError({"pulse": _("Paling banyak sepuluh kali bulan biasa: tulis 1000 persen atau kurang.")})
    # The rows it points at were just read; one row a visit and IKM is the database's to guard, with the visit locked.
    attendance.full_clean(exclude=HELD, validate_unique=False, validate_constraints=False)
    if attendance._state.adding:
        insert_rows([attendance])
        note_attendance(attendance)
    else:
        attendance.save(update_fields=SAID)
    return attendance


def require_of_its_sentra(visit: Visit, business: Business, *, said_at: datetime | None = None) -> None:
    """`said_at`: a phone's word of a moment before now, when the IKM may still have been of this sentra. What was said
    at a visit stands where the IKM was moved or merged into another sentra of the regency meanwhile."""
    same_regency = RegionCode(business.region_id).regency == RegionCode(visit.cluster.region_id).regency
    has_left = said_at is not None and same_regency
    if business.cluster_id != visit.cluster_id and not has_left:
        raise ValidationError(
            _("%(business)s bukan IKM %(cluster)s.") % {"business": business.name, "cluster": visit.cluster.name}
        )


@operation("visits.attend")
def record_attendances(visit: Visit, by: Person, /, *, present: Mapping[UUID, bool]) -> Visit:
    """Note the presence of many IKM (by their id) at once, all or none; what else is known of each one stays as it is.

    Raises ValidationError for an IKM of another sentra or a visit that is closed.
    """
    require_open(visit)
    known = {row.business_id: row for row in visit.attendances.all()}
    businesses = Business.objects.filter(cluster=visit.cluster_id).in_bulk(list(present))
    if set(businesses) != set(present):
        raise ValidationError(_("Ada IKM di daftar ini yang bukan IKM %(cluster)s.") % {"cluster": visit.cluster.name})
    fresh: list[Attendance] = []
    changed: list[Attendance] = []
    for business_id, here in present.items():
        row = known.get(business_id) or Attendance(visit=visit, business_id=business_id)
        if row._state.adding or row.present != here:
            row.present, row.noted_by, row.noted_at = here, by, timezone.now()
            (fresh if row._state.adding else changed).append(row)
    Attendance.objects.bulk_create(fresh)
    Attendance.objects.bulk_update(changed, ["present", "noted_by", "noted_at"])
    return visit


@operation("visits.add_guest")
def add_guest(visit: Visit, by: Person, /, *, name: str, office: str = "") -> Guest:
    require_open(visit)
    standing = visit.guests.filter(name=name, office=office).first()
    if standing:
        return standing
    guest = Guest(visit=visit, name=name, office=office)
    guest.full_clean()
    guest.save(force_insert=True)
    return guest


@operation("visits.add_photo")
def add_photo(
    visit: Visit,
    by: Person,
    /,
    *,
    image: UploadedFile[bytes],
    caption: str = "",
    business: Business | None = None,
    taken_at: datetime | None = None,
    position: Position | None = None,
) -> Photo:
    """Keep a re-encoded photo. The same picture said the same way twice is one; with other words, or of another IKM, it
    is one more, for nothing that somebody said of it may go. `position` is kept where the council allows it. Raises
    ValidationError for what is no picture, and for an IKM of another sentra."""
    require_open(visit)
    if business is not None:
        require_of_its_sentra(visit, business, said_at=taken_at)
    try:
        kept = reencode(image)
    except PictureError as wrong:
        raise ValidationError({"image": str(wrong)}) from None
    if position is not None and not positions_allowed(visit.cluster.region_id):
        position = None
    standing = _existing_policies(visit, business, kept.sha256, caption)
    if standing:
        return _filled(standing, caption, position)
    photo = Photo(
        visit=visit,
        business=business,
        caption=caption,
        sha256=kept.sha256,
        taken_by=by,
        taken_at=taken_at or timezone.now(),
        **_columns(position),
    )
    photo.full_clean(exclude=["image"])
    photo.image.save(kept.file.name or "foto.jpg", kept.file, save=False)
    photo.save(force_insert=True)
    return photo


def _existing_policies(visit: Visit, business: Business | None, sha256: str, caption: str) -> Photo | None:
    """The photo that already says this of the picture. Without words it says nothing, so either one's words are
    both's."""
    said = {
        row.caption: row for row in visit.photos.filter(sha256=sha256, business=business).order_by("-taken_at", "pk")
    }
    if not caption and said:
        return next(iter(said.values()))
    return said.get(caption) or said.get("")


def _filled(photo: Photo, caption: str, position: Position | None) -> Photo:
    facts: dict[str, Any] = {} if photo.position else _columns(position)
    if caption and not photo.caption:
        facts["caption"] = caption
    for column, value in facts.items():
        setattr(photo, column, value)
    if facts:
        photo.save(update_fields=list(facts))
    return photo


def _columns(position: Position | None) -> dict[str, Any]:
    return {name: getattr(position, name) for name in ("latitude", "longitude", "accuracy")} if position else {}


@operation("visits.sign_by_head")
def sign_by_head(
    visit: Visit,
    by: Person,
    /,
    *,
    image: UploadedFile[bytes],
    name: str,
    office: str = "",
    signed_at: datetime | None = None,
) -> Signature:
    """The head of the sentra (or whoever speaks for it, with the office held there) signs the minutes on the officer's
    phone. `by` held the phone. The same drawing sent twice is one; of several the one signed last is on the paper.
    Raises ValidationError."""
    require_open(visit)
    try:
        kept = reencode(image, side=SIGNATURE_SIDE)
    except PictureError as wrong:
        raise ValidationError({"image": str(wrong)}) from None
    standing = visit.signatures.filter(sha256=kept.sha256).first()
    if standing:
        return standing
    signature = Signature(
        visit=visit, name=name, office=office, sha256=kept.sha256, taken_by=by, signed_at=signed_at or timezone.now()
    )
    signature.full_clean(exclude=["image"])
    signature.image.save("tanda-tangan.jpg", kept.file, save=False)
    signature.save(force_insert=True)
    return signature


@operation("visits.delete_record")
def delete_guest(guest: Guest, by: Person, /) -> Visit:
    """A guest noted by mistake; not after the signature."""
    require_open(guest.visit)
    guest.delete()
    return guest.visit


@operation("visits.delete_record")
def delete_photo(photo: Photo, by: Person, /) -> Visit:
    """A wrong photo, and its file with it; not after the signature."""
    require_open(photo.visit)
    storage, name = photo.image.storage, photo.image.name
    photo.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))  # not before: what is rolled back keeps its picture
    return photo.visit


@operation("visits.sign_off")
def sign_off(visit: Visit, by: Person, /) -> Visit:
    """The record is complete: from now on nothing in it changes. Raises ValidationError while nobody's presence is
    noted."""
    lock(visit)
    require_move(visit, State.SIGNED)
    if not visit.attendances.filter(present=True).exists():
        raise ValidationError(_("Belum ada IKM yang dicatat hadir. Isi daftar hadir dulu, lalu sahkan."))
    visit.state, visit.signed_by, visit.signed_at = State.SIGNED, by, timezone.now()
    visit.save(update_fields=["state", "signed_by", "signed_at"])
    return visit


@operation("visits.cancel")
def cancel_visit(visit: Visit, by: Person, /) -> Visit:
    lock(visit)
    require_move(visit, State.CANCELLED)
    visit.state = State.CANCELLED
    visit.save(update_fields=["state"])
    return visit
