"""What each kind of item becomes: the same operations that the web pages call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.actions.models import Confirmation
from sambang.aspirations.operations import note_aspiration
from sambang.intake import items
from sambang.intake.merging import Value
from sambang.intake.seen import seen
from sambang.intake.slots import (
    AttendSlot,
    ConfirmSlot,
    HoldSlot,
    ProfileSlot,
    ReportSlot,
    Slot,
    amount_value,
    lines_of,
    profile_value,
)
from sambang.owners.authentication import use_code
from sambang.owners.queries import find_code
from sambang.owners.rate_limit import too_many_codes
from sambang.production.amounts import read_amount
from sambang.production.units import QuantityError
from sambang.registry.dto import BusinessData, ProductLineData
from sambang.registry.id_numbers import clean_phone
from sambang.registry.models import Business, Cluster
from sambang.registry.operations import register_business
from sambang.registry.queries import former_lines, merged_into
from sambang.visits.models import Visit
from sambang.visits.operations import add_photo, sign_by_head
from sambang.visits.positions import Position


class WaitsForError(Exception):
    """The item speaks about a row that is not here, and that another item may still bring."""

    def __init__(self, row: UUID) -> None:
        super().__init__(row)
        self.row = row


class WrongCodeError(ValidationError):
    """Whoever typed this code is not the owner; the tries are counted."""

    def __init__(self, business: Business) -> None:
        super().__init__(
            _(
                "Kode pemilik tidak cocok: hanya pemilik dapat menyatakan masalahnya selesai. Minta kode enam angka di "
                "halaman pribadinya atau di kertas tautannya, atau pemilik menjawab sendiri lewat tautannya."
            )
        )
        self.business = business


@dataclass
class Said:
    """An item, who carries it out, when it was recorded (never later than now), and its files on disk by hash; and the
    visit and the IKM it speaks about, read once, where the actor reaches them."""

    item: items.Item
    actor: Person
    at: datetime
    files: Mapping[str, Path] = field(default_factory=dict)

    @cached_property
    def visit(self) -> Visit | None:
        key = getattr(self.item.body, "visit", None)
        return seen(Visit, self.actor, key) if key else None

    @cached_property
    def business(self) -> Business | None:
        key = getattr(self.item.body, "business", None)
        if not key:
            return None
        standing = seen(Business, self.actor, key)
        if standing is None and (merged := merged_into(key)):
            standing = seen(Business, self.actor, merged)
        return standing


@dataclass(frozen=True)
class Told:
    """What a slot is told: `base` where the kind says what it saw before; `by` where another than the actor answers."""

    slot: Slot
    value: Value
    base: Value = None
    by: Person | None = None


def visit_of(said: Said) -> Visit:
    if said.visit is None:
        raise ValidationError(_("Kunjungan ini tidak ada dalam jangkauan Anda."))
    return said.visit


def business_of(said: Said, key: UUID) -> Business:
    if said.business is None:
        raise WaitsForError(key)
    return said.business


def hold(said: Said, body: items.Hold) -> Told:
    value = {"held_on": body.held_on.isoformat(), "summary": body.summary, "conclusion": body.conclusion}
    return Told(HoldSlot(visit_of(said)), value)


def attend(said: Said, body: items.Attend) -> Told:
    value = {
        "present": body.present,
        "represented_by": body.represented_by,
        "workers_seen": body.workers_seen,
        "pulse": body.pulse,
    }
    return Told(AttendSlot(visit_of(said), business_of(said, body.business)), value)


def report(said: Said, body: items.Report) -> Told:
    business = business_of(said, body.business)
    lines = lines_of(business)
    if missing := {amount.line for amount in body.amounts} - lines.keys():
        lines = lines | former_lines(business, missing)
    value: dict[str, Any] = {}
    for amount in body.amounts:
        if amount.line not in lines:
            raise ValidationError(
                _("Ada produk pada laporan ini yang bukan produk %(name)s.") % {"name": business.name}
            )
        try:
            line = lines[amount.line]
            if str(line.pk) in value:
                raise ValidationError(_("Laporan ini menyebut %(line)s dua kali: sebut sekali.") % {"line": line.name})
            value[str(line.pk)] = amount_value(read_amount(line, amount.amount, str(amount.value)))
        except QuantityError as wrong:
            raise ValidationError(str(wrong)) from None
    return Told(ReportSlot(business, body.month), value)


def confirm(said: Said, body: items.Confirm) -> Told:
    business = business_of(said, body.business)
    asked = Confirmation.objects.filter(action=body.action, business=business).select_related("business").first()
    if asked is None:
        raise ValidationError(_("%(name)s tidak ditanyai tentang tindakan itu.") % {"name": business.name})
    now = timezone.now()
    if too_many_codes(business, now=now):
        raise ValidationError(_("Terlalu sering kode yang salah untuk IKM ini: coba lagi besok."))
    code = find_code(business, body.code, now=now)
    if code is None:
        raise WrongCodeError(business)
    if code.is_used:
        raise ValidationError(_("Kode ini sudah dipakai untuk satu jawaban: minta kode berikutnya kepada pemilik."))
    use_code(code)
    return Told(ConfirmSlot(asked), {"solved": body.solved, "words": body.words}, by=business.owner)


def profile(said: Said, body: items.Profile) -> Told:
    business = business_of(said, body.business)
    return Told(
        ProfileSlot(business, body.field),
        profile_value(body.field, body.value),
        base=_as_kept(body.field, body.base),
    )


def _as_kept(name: str, base: Value) -> Value:
    """What the phone saw; an old value that would no longer be accepted is compared as it is."""
    try:
        return profile_value(name, base)
    except ValidationError:
        return base


def aspiration(said: Said, body: items.Aspiration) -> models.Model:
    return note_aspiration(
        business_of(said, body.business),
        said.actor,
        id=said.item.head.id,
        visit=visit_of(said),
        kind=body.kind,
        text=body.words,
        difficulty=body.difficulty,
        also_touches=body.also_touches,
        raised_at=said.at,
    )


def photo(said: Said, body: items.Photo) -> models.Model:
    business = business_of(said, body.business) if body.business else None
    with _opened(said) as image:
        return add_photo(
            visit_of(said),
            said.actor,
            image=image,
            caption=body.caption,
            position=Position.read(body.position),
            business=business,
            taken_at=said.at,
        )


def signature(said: Said, body: items.Signature) -> models.Model:
    with _opened(said) as image:
        return sign_by_head(
            visit_of(said), said.actor, image=image, name=body.name, office=body.office, signed_at=said.at
        )


def _opened(said: Said) -> UploadedFile[bytes]:
    [file] = said.item.head.files
    path = said.files[file.sha256]
    opened = File(path.open("rb"))
    return UploadedFile(opened.file, name=file.name or "foto", size=path.stat().st_size)


def new_business(said: Said, body: items.NewBusiness) -> models.Model:
    cluster = Cluster.objects.visible_to(said.actor).select_related("region").filter(pk=body.cluster).first()
    if cluster is None:
        raise ValidationError(_("Sentra ini tidak ada dalam jangkauan Anda."))
    try:
        phone = clean_phone(body.phone)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None
    lines = tuple(ProductLineData(name=line.name, unit=line.unit.lower(), id=line.line) for line in body.lines)
    facts = BusinessData(
        name=body.name, owner_name=body.owner_name, phone=phone, commodity=body.commodity, product_lines=lines
    )
    return register_business(cluster, said.actor, facts=facts, id=body.business)


# What goes to a slot, where others may have spoken too, and what is simply added.
TELLS: dict[type[Any], Callable[[Said, Any], Told]] = {
    items.Hold: hold,
    items.Attend: attend,
    items.Report: report,
    items.Confirm: confirm,
    items.Profile: profile,
}
ADDS: dict[type[Any], Callable[[Said, Any], models.Model]] = {
    items.Aspiration: aspiration,
    items.Photo: photo,
    items.Signature: signature,
    items.NewBusiness: new_business,
}
