"""Operations on IKM, their product lines and permits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.lib.region_code import UNPLACED, RegionCode, in_region
from sambang.registry.dto import EDITABLE_COLUMNS, BusinessData, business_data, new_product_line, update_fields
from sambang.registry.encryption import digest, encrypt_nik
from sambang.registry.hooks import business_hooks
from sambang.registry.models import Business, Cluster, Industry, Permit, ProductLine, Region


@operation("registry.register_business")
def register_business(cluster: Cluster, by: Person, /, *, data: BusinessData, id: UUID | None = None) -> Business:
    """Create an IKM of a sentra with its product lines. An owner of another IKM of the regency (same NIK and name) is
    the same person. `id` is the id that a device assigned; with it the call is idempotent. Raises ValidationError."""
    if id and (existing := Business.objects.filter(pk=id, cluster=cluster).first()):
        return existing
    return _save_new(new_business(cluster, with_workers_counted(data), is_simulated=cluster.is_simulated), data, id)


@operation("registry.register_business")
def register_business_outside(council: Council, by: Person, /, *, data: BusinessData) -> Business:
    """Create an IKM outside any sentra. Raises ValidationError for a region outside the council."""
    business = new_business(None, with_workers_counted(data), is_simulated=council.is_simulated)
    if not RegionCode(council.region_code).contains(business.region_id):
        raise ValidationError(
            {
                "region": _("%(place)s di luar wilayah %(council)s.")
                % {"place": business.region, "council": council.name}
            }
        )
    return _save_new(business, data, None)


def _save_new(business: Business, data: BusinessData, id: UUID | None) -> Business:
    business.id = id or business.id
    business.owner = owner_for(business, data.owner_name)
    business.full_clean(exclude=["owner"])
    if business.owner._state.adding:
        business.owner.save(force_insert=True)
    business.save(force_insert=True)
    for line in data.product_lines:
        row = new_product_line(line, business)
        row.full_clean()
        row.save(force_insert=True)
    return business


def new_business(cluster: Cluster | None, data: BusinessData, *, is_simulated: bool) -> Business:
    """An unsaved business without its owner. Outside any sentra (`cluster` None) `data.region` is required."""
    values = {column: getattr(data, column) for column in EDITABLE_COLUMNS}
    values["region"] = data.region or (cluster.region if cluster else None)
    if values["region"] is None:
        raise ValidationError({"region": _("Pilih desa/kalurahannya: IKM ini di luar sentra.")})
    if cluster is not None:
        require_same_regency(cluster.region, values["region"])
    if data.status == Business.Status.CLOSED:
        raise ValidationError({"status": _("Daftarkan IKM dulu, lalu catat tutupnya dengan tanggal.")})
    return Business(
        cluster=cluster,
        nik_encrypted=encrypt_nik(data.nik) if data.nik else None,
        nik_digest=digest(data.nik or ""),
        is_simulated=is_simulated,
        **values,
    )


def require_same_regency(region: Region, other: Region) -> None:
    """Raise ValidationError if the regions lie in two regencies: the IKM would be outside the writer's reach."""
    if region.code != UNPLACED and RegionCode(region.code).regency != RegionCode(other.code).regency:
        raise ValidationError({"region": _("%(place)s di kabupaten/kota lain.") % {"place": other.name}})


def owner_for(business: Business, name: str) -> Person:
    """The owner of another IKM of this regency with the same NIK and name, or a new, unsaved person."""
    name = " ".join(name.split())
    if business.nik_digest:
        same_regency = in_region("region__code", RegionCode(business.region_id).regency)
        candidates = Business.objects.filter(same_regency, nik_digest=business.nik_digest, owner__name__iexact=name)
        candidates = candidates.select_related("owner")
        for other in candidates[:1]:
            return other.owner
    return unsaved_owner(name)


def unsaved_owner(name: str) -> Person:
    owner = Person(name=name)
    owner.set_unusable_password()
    owner.full_clean(exclude=["password"])
    return owner


def with_workers_counted(data: BusinessData) -> BusinessData:
    """With both sexes given, `workers` is their sum. Raises ValidationError for a total that contradicts them."""
    if data.workers_male is None or data.workers_female is None:
        return data
    total = data.workers_male + data.workers_female
    if data.workers not in {None, total}:
        raise ValidationError(
            {
                "workers": _("Jumlah pekerja %(given)d bukan %(male)d laki-laki + %(female)d perempuan.")
                % {"given": data.workers, "male": data.workers_male, "female": data.workers_female}
            }
        )
    return replace(data, workers=total)


@operation("registry.change_business")
def change_business(business: Business, by: Person, /, *, data: BusinessData) -> Business:
    """Update the columns that differ from `data`. Product lines and closing have operations of their own. Raises
    ValidationError."""
    if Business.Status.CLOSED in {data.status, business.status} and data.status != business.status:
        raise ValidationError({"status": _("Tutup dan buka lagi dicatat dengan tanggal, lewat tombolnya sendiri.")})
    data = with_workers_counted(data)
    if data.region is None:
        data = replace(data, region=business.region)
    assert data.region is not None
    require_same_regency(business.region, data.region)
    changed = [column for column in EDITABLE_COLUMNS if getattr(business, column) != getattr(data, column)]
    for column in changed:
        setattr(business, column, getattr(data, column))
    if data.nik is not None and digest(data.nik) != business.nik_digest:
        business.nik_encrypted = encrypt_nik(data.nik) if data.nik else None
        business.nik_digest = digest(data.nik)
        changed += ["nik_encrypted", "nik_digest"]
    business.full_clean()
    if changed:
        with business_hooks([business], "registry.change_business"):
            business.save(update_fields=update_fields(changed))
    rename_owner(business, data.owner_name)
    return business


def rename_owner(business: Business, name: str) -> None:
    """Correct the owner's name, also for the other IKM of this person. Raises ValidationError."""
    name = " ".join(name.split())
    if name != business.owner.name:
        business.owner.name = name
        business.owner.full_clean(exclude=["password"])
        business.owner.save(update_fields=["name"])


@transaction.atomic
def move_industry(businesses: Sequence[Business], by: Person, new: Industry) -> None:
    """Give several IKM a KBLI code; each is logged as its own operation."""
    for business in businesses:
        change_business(business, by, data=replace(business_data(business), industry=new))


@operation("registry.close_business")
def close_business(business: Business, by: Person, /, *, closed_on: date) -> Business:
    """Record that the IKM closed on this day. It stays in the register: the index counts it as zero."""
    if business.status == Business.Status.CLOSED:
        raise ValidationError(_("%(name)s sudah tercatat tutup.") % {"name": business.name})
    business.status, business.closed_on = Business.Status.CLOSED, closed_on
    business.full_clean()
    with business_hooks([business], "registry.close_business"):
        business.save(update_fields=["status", "closed_on"])
    return business


@operation("registry.reopen_business")
def reopen_business(business: Business, by: Person, /) -> Business:
    """Undo the closing: the IKM produces again, or was closed by mistake."""
    if business.status != Business.Status.CLOSED:
        raise ValidationError(_("%(name)s tidak tercatat tutup.") % {"name": business.name})
    business.status, business.closed_on = Business.Status.PRODUCING, None
    with business_hooks([business], "registry.reopen_business"):
        business.save(update_fields=["status", "closed_on"])
    return business


@operation("registry.change_business")
def confirm_business(business: Business, by: Person, /, *, on: date) -> Business:
    """Record contact with the IKM by telephone or message on this day."""
    business.confirmed_on, business.confirmed_how = on, Business.Confirmation.CALL
    business.confirmed_by = by
    business.save(update_fields=["confirmed_on", "confirmed_how", "confirmed_by"])
    return business


@operation("registry.change_business")
def mark_not_found(business: Business, by: Person, /, *, on: date) -> Business:
    """Record that the IKM was looked for on this day and not found. It stays in the register."""
    business.not_found_on = on
    business.save(update_fields=["not_found_on"])
    return business


class LineDetails(TypedDict, total=False):
    capacity: int | None
    annual_value: int | None
    started_on: date | None


@operation("registry.add_product_line")
def add_product_line(
    business: Business, by: Person, /, *, name: str, unit: str, **details: Unpack[LineDetails]
) -> ProductLine:
    """Add a product in one unit of measure; the same product in another unit is another line."""
    line = ProductLine(business=business, name=" ".join(name.split()), unit=unit.strip().lower(), **details)
    line.full_clean()
    line.save(force_insert=True)
    return line


@operation("registry.end_product_line")
def end_product_line(line: ProductLine, by: Person, /, *, ended_on: date) -> ProductLine:
    """Record that the IKM stopped making the product; its reports stay."""
    if line.started_on and ended_on < line.started_on:
        raise ValidationError({"ended_on": _("Tidak mungkin berhenti sebelum mulai dibuat.")})
    line.ended_on = ended_on
    line.save(update_fields=["ended_on"])
    return line


class PermitDetails(TypedDict, total=False):
    issuer: str
    issued_on: date | None
    valid_until: date | None
    source: str


@operation("registry.add_permit")
def add_permit(
    business: Business, by: Person, /, *, kind: str, number: str, **details: Unpack[PermitDetails]
) -> Permit:
    permit = Permit(business=business, kind=kind, number=number.strip(), **details)
    permit.full_clean()
    permit.save(force_insert=True)
    return permit


@operation("registry.change_permit", lock=True)
def change_permit(permit: Permit, by: Person, /, *, kind: str, number: str, **details: Unpack[PermitDetails]) -> Permit:
    """Correct a permit. Raises ValidationError for the kind and number of another one of the IKM."""
    permit.kind, permit.number = kind, number.strip()
    for name, value in details.items():
        setattr(permit, name, value)
    permit.full_clean()
    permit.save(update_fields=["kind", "number", *details])
    return permit
