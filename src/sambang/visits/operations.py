"""Operations on a visit: plan, conduct, record attendance, guests, photos and signatures, sign off, cancel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.lib.bulk_sql import insert_rows
from sambang.lib.numbers import MAX_PEOPLE, MAX_PERCENT
from sambang.lib.pictures import PictureError, reencode
from sambang.lib.region_code import RegionCode
from sambang.lib.time_zones import today_in
from sambang.registry.models import Business, Cluster, Group
from sambang.visits.models import Attendance, Guest, Photo, Signature, Visit
from sambang.visits.positions import MeasuredPosition, positions_allowed
from sambang.visits.queries import attendance_of, of_visit
from sambang.visits.states import State, lock, lock_open_visit, require_visit_transition

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class PlanDetails(TypedDict, total=False):
    place: str
    assignment: str
    starts_at: time | None
    ends_at: time | None
    leader: Person | None


@operation("visits.plan", lock=True)
def plan_visit(
    target: Business | Group | Cluster,
    by: Person,
    /,
    *,
    planned_for: date,
    purpose: str,
    team: Iterable[Person] = (),
    planned_until: date | None = None,
    **details: Unpack[PlanDetails],
) -> Visit:
    """Plan a visit to a sentra, a kelompok or an IKM, until `planned_until` if it takes several days. Submitted twice
    (same target, day and purpose) it is stored once. Raises ValidationError."""
    same = {"planned_for": planned_for, "purpose": purpose, **_target_columns(target)}
    existing = Visit.objects.filter(state=State.PLANNED, **same).first()
    if existing:
        return existing
    subject = target.cluster if isinstance(target, Group) else target
    visit = Visit(
        planned_until=_last_day(planned_for, planned_until),
        planned_by=by,
        region_id=subject.region_id,
        is_simulated=subject.is_simulated,
        **same,
        **details,
    )
    _check_hours(visit)
    visit.full_clean()
    visit.save(force_insert=True)
    visit.team.set({*team, *([visit.leader] if visit.leader else [])})
    return visit


def _check_hours(visit: Visit) -> None:
    """Raises ValidationError for an end that is not after the beginning, or that has none."""
    if visit.ends_at and (visit.starts_at is None or visit.ends_at <= visit.starts_at):
        raise ValidationError({"ends_at": _("Jam selesai harus sesudah jam mulai. Kosongkan bila belum pasti.")})


def _target_columns(target: Business | Group | Cluster) -> dict[str, Any]:
    if isinstance(target, Cluster):
        return {"cluster": target, "group": None, "business": None}
    is_group = isinstance(target, Group)
    return {
        "cluster": target.cluster,
        "group": target if is_group else None,
        "business": None if is_group else target,
    }


def _last_day(planned_for: date, planned_until: date | None) -> date | None:
    """None for a visit of one day. Raises ValidationError for an end before the beginning."""
    if planned_until and planned_until < planned_for:
        raise ValidationError({"planned_until": _("Hari terakhir lebih awal daripada hari pertama.")})
    return planned_until if planned_until != planned_for else None


@operation("visits.plan")
def change_plan(
    visit: Visit,
    by: Person,
    /,
    *,
    planned_for: date,
    purpose: str,
    team: Iterable[Person],
    planned_until: date | None = None,
    **details: Unpack[PlanDetails],
) -> Visit:
    """Change the plan. The planned day of a visit that was held stays unchanged. Raises ValidationError."""
    lock_open_visit(visit)
    if visit.state == State.PLANNED:
        visit.planned_for, visit.planned_until = planned_for, _last_day(planned_for, planned_until)
    visit.purpose = purpose
    for name, value in details.items():
        setattr(visit, name, value)
    _check_hours(visit)
    visit.full_clean()
    visit.save(update_fields=["planned_for", "planned_until", "purpose", *details])
    visit.team.set({*team, *([visit.leader] if visit.leader else [])})
    return visit


@operation("visits.conduct")
def conduct_visit(visit: Visit, by: Person, /, *, held_on: date, summary: str = "", conclusion: str = "") -> Visit:
    """Start the visit, or replace its summary and conclusion until it is signed off. Raises ValidationError."""
    lock(visit)
    require_visit_transition(visit, State.HELD)
    if held_on > today_in(visit.region_id):
        raise ValidationError({"held_on": _("Tanggal pelaksanaan belum tiba: isi hari kunjungan berlangsung.")})
    visit.state, visit.held_on = State.HELD, held_on
    visit.summary, visit.conclusion = summary, conclusion
    visit.full_clean()
    visit.save(update_fields=["state", "held_on", "summary", "conclusion"])
    return visit


SIGNATURE_SIDE = 800  # pixels of the longer side
# These related rows were just read, so full_clean need not query them.
PREFETCHED_ATTENDANCE = frozenset({"id", "visit", "business", "noted_by"})
ATTENDANCE_FIELDS = ("present", "pulse", "represented_by", "workers_seen", "noted_by", "noted_at")


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
    """Record the presence of one IKM and the pulse of its production (per cent of a normal month), or replace what was
    recorded. `noted_at` is the time of recording, if earlier than now. Raises ValidationError for an IKM of another
    sentra or a visit that is not open."""
    lock_open_visit(visit)
    attendance = attendance_of(visit, business)
    if attendance is None:
        require_of_visit(visit, business, recorded_at=noted_at)
        attendance = Attendance(visit=visit, business=business)
    attendance.present, attendance.pulse = present, pulse
    attendance.represented_by, attendance.workers_seen = represented_by, workers_seen
    attendance.noted_by, attendance.noted_at = by, noted_at or clock.now()
    if pulse is not None and pulse > MAX_PERCENT:
        raise ValidationError({"pulse": _("Paling banyak sepuluh kali bulan biasa: tulis 1000 persen atau kurang.")})
    if workers_seen is not None and workers_seen > MAX_PEOPLE:
        raise ValidationError({"workers_seen": _("Pekerja paling banyak 100.000 orang: periksa angkanya.")})
    # The database guards that a visit has one row for an IKM; the visit is locked.
    attendance.full_clean(exclude=PREFETCHED_ATTENDANCE, validate_unique=False, validate_constraints=False)
    if attendance._state.adding:
        insert_rows([attendance])
    else:
        attendance.save(update_fields=ATTENDANCE_FIELDS)
    return attendance


def require_of_visit(visit: Visit, business: Business, *, recorded_at: datetime | None = None) -> None:
    """Raise ValidationError unless the IKM belongs to the sentra of the visit, or is the one that is visited. A record
    that a phone made earlier (`recorded_at`) is also accepted for an IKM that was moved to another sentra of the
    regency since."""
    belongs = business.cluster_id == visit.cluster_id if visit.cluster_id else business.pk == visit.business_id
    same_regency = RegionCode(business.region_id).regency == RegionCode(visit.region_id).regency
    may_have_left = recorded_at is not None and same_regency and bool(visit.cluster_id)
    if not belongs and not may_have_left:
        raise ValidationError(
            _("%(business)s bukan IKM %(cluster)s.")
            % {"business": business.name, "cluster": visit.cluster_or_business.name}
        )


@operation("visits.attend")
def record_attendances(visit: Visit, by: Person, /, *, present: Mapping[UUID, bool | None]) -> Visit:
    """Record the presence of many IKM, by id; all or none. The other fields of their attendance stay unchanged; None
    makes it unknown again.

    Raises ValidationError for an IKM of another sentra or a visit that is not open.
    """
    lock_open_visit(visit)
    existing = {row.business_id: row for row in visit.attendances.all()}
    businesses = Business.objects.filter(of_visit(visit)).in_bulk(list(present))
    if set(businesses) != set(present):
        raise ValidationError(
            _("Ada IKM di daftar ini yang bukan IKM %(cluster)s.") % {"cluster": visit.cluster_or_business.name}
        )
    new: list[Attendance] = []
    changed: list[Attendance] = []
    for business_id, is_present in present.items():
        if is_present is None:
            continue
        row = existing.get(business_id) or Attendance(visit=visit, business_id=business_id)
        if row._state.adding or row.present != is_present:
            row.present, row.noted_by, row.noted_at = is_present, by, clock.now()
            (new if row._state.adding else changed).append(row)
    unknown = [row.pk for key, row in existing.items() if key in present and present[key] is None]
    Attendance.objects.filter(pk__in=unknown).delete()
    Attendance.objects.bulk_create(new)
    Attendance.objects.bulk_update(changed, ["present", "noted_by", "noted_at"])
    return visit


@operation("visits.add_guest")
def add_guest(visit: Visit, by: Person, /, *, name: str, office: str = "") -> Guest:
    lock_open_visit(visit)
    existing = visit.guests.filter(name=name, office=office).first()
    if existing:
        return existing
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
    position: MeasuredPosition | None = None,
) -> Photo:
    """Store a re-encoded photo. The same image with the same caption and IKM is stored once; an empty caption or
    position of it is filled in. `position` is stored where the council allows it. Raises ValidationError for a file
    that is no image, and for an IKM of another sentra."""
    lock_open_visit(visit)
    if business is not None:
        require_of_visit(visit, business, recorded_at=taken_at)
    try:
        encoded = reencode(image)
    except PictureError as error:
        raise ValidationError({"image": str(error)}) from None
    if position is not None and not positions_allowed(visit.region_id):
        position = None
    existing = _existing_photo(visit, business, encoded.sha256, caption)
    if existing:
        return _filled_in(existing, caption, position)
    photo = Photo(
        visit=visit,
        business=business,
        caption=caption,
        sha256=encoded.sha256,
        taken_by=by,
        taken_at=taken_at or clock.now(),
        **_position_columns(position),
    )
    photo.full_clean(exclude=["image"])
    photo.image.save(encoded.file.name or "foto.jpg", encoded.file, save=False)
    photo.save(force_insert=True)
    return photo


@operation("visits.add_photo", lock=True)
def caption_photo(photo: Photo, by: Person, /, *, caption: str) -> Photo:
    """Write the caption of a photo, or correct one's own. Raises ValidationError if another person wrote a different
    one."""
    lock_open_visit(photo.visit)
    if photo.caption and photo.taken_by_id != by.pk and photo.caption != caption:
        raise ValidationError(_("Foto ini sudah diberi keterangan oleh orang lain."))
    photo.caption = caption
    photo.full_clean(exclude=["image"])
    photo.save(update_fields=["caption"])
    return photo


@operation("visits.arrange_photo", lock=True)
def arrange_photo(photo: Photo, by: Person, /, *, story_position: int | None, public_consent: str) -> Photo:
    """Set the photo's position in the sentra's story and who consented to its public use; an empty consent withdraws
    it. Also after the visit is signed off: the record of the visit does not change."""
    photo.story_position, photo.public_consent = story_position, public_consent.strip()
    if not photo.public_consent:
        photo.public_since = None
    elif photo.public_since is None:
        photo.public_since = clock.now()
    photo.full_clean(exclude=["image"])
    photo.save(update_fields=["story_position", "public_consent", "public_since"])
    return photo


def _existing_photo(visit: Visit, business: Business | None, sha256: str, caption: str) -> Photo | None:
    """The stored photo of this image and IKM with this caption; an empty caption, of either, matches any."""
    same_image = visit.photos.filter(sha256=sha256, business=business).order_by("-taken_at", "pk")
    by_caption = {row.caption: row for row in same_image}
    if not caption and by_caption:
        return next(iter(by_caption.values()))
    return by_caption.get(caption) or by_caption.get("")


def _filled_in(photo: Photo, caption: str, position: MeasuredPosition | None) -> Photo:
    changes: dict[str, Any] = {} if photo.position else _position_columns(position)
    if caption and not photo.caption:
        changes["caption"] = caption
    for column, value in changes.items():
        setattr(photo, column, value)
    if changes:
        photo.save(update_fields=list(changes))
    return photo


def _position_columns(position: MeasuredPosition | None) -> dict[str, Any]:
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
    """Store the signature of the head of the sentra, or of a representative with an office there, drawn on the phone
    of `by`. The same drawing submitted twice is stored once; the latest one is printed. Raises ValidationError."""
    lock_open_visit(visit)
    try:
        encoded = reencode(image, side=SIGNATURE_SIDE)
    except PictureError as error:
        raise ValidationError({"image": str(error)}) from None
    existing = visit.signatures.filter(sha256=encoded.sha256).first()
    if existing:
        return existing
    signature = Signature(
        visit=visit, name=name, office=office, sha256=encoded.sha256, taken_by=by, signed_at=signed_at or clock.now()
    )
    signature.full_clean(exclude=["image"])
    signature.image.save("tanda-tangan.jpg", encoded.file, save=False)
    signature.save(force_insert=True)
    return signature


@operation("visits.delete_record")
def delete_guest(guest: Guest, by: Person, /) -> Visit:
    """Delete a guest; not after the visit is signed off. Raises ValidationError."""
    lock_open_visit(guest.visit)
    guest.delete()
    return guest.visit


@operation("visits.delete_record")
def delete_photo(photo: Photo, by: Person, /) -> Visit:
    """Delete a photo and its file; not after the visit is signed off. Raises ValidationError."""
    lock_open_visit(photo.visit)
    storage, name = photo.image.storage, photo.image.name
    photo.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))  # a rollback must keep the file
    return photo.visit


@operation("visits.sign_off")
def sign_off(visit: Visit, by: Person, /) -> Visit:
    """Close the record of the visit: it cannot be changed any more. Raises ValidationError while no IKM is recorded as
    present."""
    lock(visit)
    require_visit_transition(visit, State.SIGNED)
    if not visit.attendances.filter(present=True).exists():
        raise ValidationError(_("Belum ada IKM yang dicatat hadir. Isi daftar hadir dulu, lalu sahkan."))
    visit.state, visit.signed_by, visit.signed_at = State.SIGNED, by, clock.now()
    visit.save(update_fields=["state", "signed_by", "signed_at"])
    return visit


@operation("visits.cancel")
def cancel_visit(visit: Visit, by: Person, /) -> Visit:
    lock(visit)
    require_visit_transition(visit, State.CANCELLED)
    visit.state = State.CANCELLED
    visit.save(update_fields=["state"])
    return visit
