"""Operations on details of an owner."""

from __future__ import annotations

from datetime import date

from sambang.access.models import Person
from sambang.audit.operation import operation
from sambang.registry.models import Business
from sambang.registry.owner_details import OwnerDetail


@operation("registry.record_owner_detail", lock=True)
def record_owner_detail(
    business: Business, by: Person, /, *, kind: str, value: str, as_of: date, source: str
) -> OwnerDetail:
    """Record one fact about the owner, true on `as_of`. The sex is also a column of the IKM, for lists and papers.
    Raises ValidationError."""
    detail = OwnerDetail(business=business, kind=kind, value=value, as_of=as_of, source=source, recorded_by=by)
    detail.full_clean()
    detail.save(force_insert=True)
    if kind == OwnerDetail.Kind.SEX and detail == newest_of(business, kind):
        business.owner_sex = value
        business.save(update_fields=["owner_sex"])
    return detail


def newest_of(business: Business, kind: str) -> OwnerDetail | None:
    return business.owner_details.filter(kind=kind).order_by("-as_of", "-recorded_at").first()
