"""What is said about an IKM, as plain values: what forms and imports hand to the operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sambang.access.permissions import new_id
from sambang.registry.models import Business, Industry, ProductLine, Region


@dataclass(frozen=True)
class ProductLineData:
    """One product in one unit. Capacity a year in that unit, value a year in whole rupiah; None is not known."""

    name: str
    unit: str
    capacity: int | None = None
    annual_value: int | None = None
    started_on: date | None = None
    id: UUID | None = None  # where a device named the row


@dataclass(frozen=True)
class PermitData:
    kind: str
    number: str


@dataclass(frozen=True)
class BusinessData:
    """Everything an IKM says of itself. Money in whole rupiah; None is *not known*, never zero.

    `region` None means the village of the sentra. `nik` None means *leave the sealed one as it is*, '' erases it.
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


# The facts that are columns of Business under the same name; owner_name, nik and product_lines have their own homes.
COLUMNS = (
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
    """Columns to save, with the digest that follows one of them."""
    found = list(columns)
    return [*found, "phone_digest"] if "phone" in found else found


def business_data(business: Business) -> BusinessData:
    """The facts as the register has them now; `nik` None, for changing a fact must not need the NIK."""
    known = {column: getattr(business, column) for column in COLUMNS}
    return BusinessData(owner_name=business.owner.name, **known)


def new_product_line(facts: ProductLineData, business: Business) -> ProductLine:
    return ProductLine(
        id=facts.id or new_id(),
        business=business,
        name=facts.name,
        unit=facts.unit,
        capacity=facts.capacity,
        annual_value=facts.annual_value,
        started_on=facts.started_on,
    )
