"""The data of an IKM as plain values, which forms and imports pass to the operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sambang.access.permissions import new_id
from sambang.registry.models import Business, Industry, Permit, ProductLine, Region


@dataclass(frozen=True)
class ProductLineData:
    """One product in one unit. Capacity a year in that unit, value a year in whole rupiah; None is not known."""

    name: str
    unit: str
    capacity: int | None = None
    annual_value: int | None = None
    started_on: date | None = None
    id: UUID | None = None  # assigned by a device


@dataclass(frozen=True)
class PermitData:
    kind: str
    number: str
    issued_on: date | None = None
    valid_until: date | None = None


def same_permit(permits: Iterable[Permit], new: Permit | PermitData) -> Permit | None:
    """The permit of the same number; where either number is not known, any of the same kind."""
    alike = [permit for permit in permits if permit.kind == new.kind]
    equal = [permit for permit in alike if permit.number == new.number]
    return next(iter(equal or [permit for permit in alike if not (permit.number and new.number)]), None)


@dataclass(frozen=True)
class OwnerDetailData:
    """A fact about the owner; kind and value as in registry.OwnerDetail."""

    kind: str
    value: str


@dataclass(frozen=True)
class BusinessData:
    """The data of an IKM. Money in whole rupiah; None is unknown, never zero.

    `region` None means the village of the sentra. `nik` None leaves the stored NIK unchanged, '' erases it.
    `workers` may be None when both sexes are given.
    """

    name: str
    owner_name: str
    owner_sex: str = ""
    nik: str | None = None
    nib: str = ""
    npwp: str = ""
    phone: str = ""
    address: str = ""
    region: Region | None = None
    industry: Industry | None = None
    commodity: str = ""
    workers_male: int | None = None
    workers_female: int | None = None
    workers: int | None = None
    investment: int | None = None
    investment_land: int | None = None
    annual_sales: int | None = None
    marketing: str = ""
    established: int | None = None
    status: str = Business.Status.PRODUCING
    product_lines: tuple[ProductLineData, ...] = ()
    permits: tuple[PermitData, ...] = ()
    owner_details: tuple[OwnerDetailData, ...] = ()


# The fields that are columns of Business under the same name.
EDITABLE_COLUMNS = (
    "name",
    "owner_sex",
    "nib",
    "npwp",
    "phone",
    "address",
    "region",
    "industry",
    "commodity",
    "workers_male",
    "workers_female",
    "workers",
    "investment",
    "investment_land",
    "annual_sales",
    "marketing",
    "established",
    "status",
)


def update_fields(columns: Iterable[str]) -> list[str]:
    """The columns for `save(update_fields=)`, with the digest of the telephone."""
    names = list(columns)
    return [*names, "phone_digest"] if "phone" in names else names


def business_data(business: Business) -> BusinessData:
    """The stored data; `nik` is None, so that changing another column does not need the NIK."""
    values = {column: getattr(business, column) for column in EDITABLE_COLUMNS}
    return BusinessData(owner_name=business.owner.name, **values)


def new_product_line(data: ProductLineData, business: Business) -> ProductLine:
    return ProductLine(
        id=data.id or new_id(),
        business=business,
        name=data.name,
        unit=data.unit,
        capacity=data.capacity,
        annual_value=data.annual_value,
        started_on=data.started_on,
    )
