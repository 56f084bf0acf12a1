"""An IKM registered on the phone, with its products; other items may wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.intake.kinds.base import (
    ItemKind,
    ReceivedSubmission,
)
from sambang.intake.schema import Code, Name
from sambang.registry.dto import BusinessData, ProductLineData
from sambang.registry.id_numbers import clean_phone
from sambang.registry.models import Cluster
from sambang.registry.operations import register_business


@dataclass(frozen=True)
class NewProductLine:
    line: UUID
    name: Name
    unit: Code


@dataclass(frozen=True)
class BusinessItem:
    business: UUID
    cluster: UUID
    name: Name
    owner_name: Name
    phone: Annotated[str, 30] = ""
    commodity: Annotated[str, 80] = ""
    lines: tuple[NewProductLine, ...] = ()


def add_business(submission: ReceivedSubmission, body: BusinessItem) -> models.Model:
    cluster = Cluster.objects.visible_to(submission.actor).select_related("region").filter(pk=body.cluster).first()
    if cluster is None:
        raise ValidationError(_("Sentra ini tidak ada dalam jangkauan Anda."))
    try:
        phone = clean_phone(body.phone)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from None
    lines = tuple(ProductLineData(name=line.name, unit=line.unit.lower(), id=line.line) for line in body.lines)
    data = BusinessData(
        name=body.name, owner_name=body.owner_name, phone=phone, commodity=body.commodity, product_lines=lines
    )
    return register_business.within(submission.entries, cluster, submission.actor, data=data, id=body.business)


KIND = ItemKind(
    name="business",
    guarded_by=("registry.see_contact",),
    title=gettext_lazy("IKM baru"),
    schema=BusinessItem,
    apply=add_business,
    registers_business=True,
    field_titles={
        "name": gettext_lazy("nama"),
        "owner_name": gettext_lazy("nama pemilik"),
        "phone": gettext_lazy("nomor HP/WA"),
        "commodity": gettext_lazy("jenis industri"),
        "lines": gettext_lazy("produk"),
        "unit": gettext_lazy("satuan"),
    },
)
