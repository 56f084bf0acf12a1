"""Contracted work (maklon): recorded by the principal or the office, confirmed by both owners.

Confirmed work lowers the principal's production (`history.own_quantities`), so confirming it and withdrawing it update
the cells. The row of the other side is hidden from an owner by row security: it is read here past it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.access.row_security import bypass_row_security
from sambang.audit.operation import lock_row, operation
from sambang.audit.withdrawal import mark_withdrawn
from sambang.lib import clock
from sambang.lib.months import first_of_month, month_name
from sambang.lib.region_code import in_region
from sambang.lib.templatetags.formatting import rupiah
from sambang.production.cells import follow_businesses
from sambang.production.models import ContractedWork, ContractedWorkQuerySet, ReportLine, current_report, quantity_text
from sambang.production.operations import require_reportable_month
from sambang.registry.models import Business, BusinessQuerySet, ProductLine


@dataclass(frozen=True)
class WorkData:
    """`quantity` in the unit of the product line; `fee`: rupiah for all of it."""

    product_line: ProductLine
    contractor: Business
    month: date
    quantity: Decimal
    fee: int


def readable_works(person: Person) -> ContractedWorkQuerySet:
    """Work whose finances and both of whose IKM the person may see; none of a restricted IKM. Newest first."""
    rows = ContractedWork.objects.visible_to(person).filter(
        reader_for(person).allowed("registry.see_finances", ContractedWork),
        contractor__in=Business.objects.visible_to(person).filter(restricted_at=None),
    )
    return rows.select_related("product_line__business__cluster", "contractor").order_by("-month", "-recorded_at", "pk")


def works_of(business: Business) -> ContractedWorkQuerySet:
    """Work that the IKM ordered or made, newest first. Its owner reads it past row security, with the other's name."""
    rows = ContractedWork.objects.filter(Q(product_line__business=business) | Q(contractor=business))
    return rows.select_related("product_line__business", "contractor").order_by("-month", "-recorded_at", "pk")


def possible_contractors(business: Business) -> BusinessQuerySet:
    """The other open IKM of the sentra, which the owner knows; their owner reads the names past row security."""
    rows = Business.objects.processable().filter(cluster__isnull=False, cluster=business.cluster_id)
    return rows.exclude(pk=business.pk).order_by("name", "pk")


def works_changed_since(region_code: str, since: datetime) -> Iterator[tuple[UUID, date, datetime]]:
    """Principal, month and time of the work that was confirmed, or withdrawn after that, later than `since`."""
    rows = ContractedWork.objects.filter(
        in_region("product_line__business__region__code", region_code),
        principal_confirmed_at__isnull=False,
        contractor_confirmed_at__isnull=False,
    )
    columns = ("principal_confirmed_at", "contractor_confirmed_at", "withdrawn_at")
    for business, month, *times in rows.values_list("product_line__business", "month", *columns):
        if (changed_at := max(at for at in times if at)) > since:
            yield business, month, changed_at


@translation.override(settings.LANGUAGE_CODE)
def work_question_text(work: ContractedWork, business: Business) -> str:
    """The WhatsApp question to the owner of one side; both businesses and the owner are fetched."""
    is_contractor = business.pk == work.contractor_id
    return _(
        "Yth. %(owner)s (%(business)s), tercatat maklon %(month)s: %(quantity)s, upah %(fee)s, %(partner)s. "
        "Buka tautan pribadi Anda, pilih Maklon, lalu jawab benar atau tidak."
    ) % {
        "owner": business.owner.name,
        "business": business.name,
        "month": month_name(work.month),
        "quantity": quantity_text(work.product_line.name, work.quantity, work.product_line.unit),
        "fee": rupiah(work.fee),
        "partner": (_("untuk %(name)s") if is_contractor else _("dikerjakan %(name)s"))
        % {"name": work.product_line.business.name if is_contractor else work.contractor.name},
    }


@operation("production.record_contracted_work", lock=True)
def record_contracted_work(business: Business, by: Person, /, *, data: WorkData) -> ContractedWork:
    """Record what a contractor made for the business, the principal. The owner's own record is confirmed by that side.
    Raises ValidationError."""
    if data.product_line.business_id != business.pk:
        raise ValidationError({"product_line": _("Produk itu bukan milik usaha ini.")})
    if data.contractor.pk == business.pk:
        raise ValidationError({"contractor": _("Pilih usaha lain: pekerjaan sendiri bukan maklon.")})
    month = first_of_month(data.month)
    require_reportable_month(business, month)
    with bypass_row_security(__name__):
        allowed = possible_contractors(business).filter(pk=data.contractor.pk).exists()
    allowed = allowed or Business.objects.visible_to(by).processable().filter(pk=data.contractor.pk).exists()
    if not allowed:
        raise ValidationError({"contractor": _("Pilih IKM yang masih buka dari daftar.")})
    _require_fee_within_value(data, month)
    work = ContractedWork(
        product_line=data.product_line,
        contractor=data.contractor,
        region_id=business.region_id,
        month=month,
        quantity=data.quantity,
        fee=data.fee,
        by=by,
        principal_confirmed_at=clock.now() if business.owner_id == by.pk else None,
    )
    same = ContractedWork.objects.current().filter(product_line=data.product_line, month=month, refused_at=None)
    if same.filter(contractor=data.contractor).exists():
        raise ValidationError(_("Maklon produk, pengerja, dan bulan itu sudah dicatat: tarik dulu yang lama."))
    work.save(force_insert=True)
    return work


def _require_fee_within_value(data: WorkData, month: date) -> None:
    """Raise ValidationError if the fees of a month exceed the value that the principal reported for the product."""
    reported = ReportLine.objects.filter(
        current_report("report__"), product_line=data.product_line, report__month=month
    ).first()
    if reported is None or reported.value is None:
        return
    same = ContractedWork.objects.current().filter(product_line=data.product_line, month=month, refused_at=None)
    fees = data.fee + (same.aggregate(total=Sum("fee"))["total"] or 0)
    if fees > reported.value:
        raise ValidationError(
            {
                "fee": _(
                    "Upah maklon bulan itu %(fees)s, lebih dari nilai yang dilaporkan, %(value)s: periksa keduanya."
                )
                % {"fees": rupiah(fees), "value": rupiah(reported.value)}
            }
        )


@operation("production.answer_contracted_work")
def answer_contracted_work(
    work: ContractedWork, by: Person, /, *, business: Business, is_right: bool
) -> ContractedWork:
    """The owner of one side confirms or refuses. `business`: that side. The same answer twice changes nothing.
    Raises ValidationError."""
    with bypass_row_security(__name__):
        lock_row(work)
        principal = work.product_line.business
    column = _confirmation_column(work, principal, by, business)
    if work.withdrawn_at or work.refused_at:
        raise ValidationError(_("Catatan ini sudah disangkal atau ditarik: minta dicatat lagi."))
    if not is_right:
        if work.is_confirmed:
            raise ValidationError(_("Catatan ini sudah dibenarkan keduanya. Tarik bila salah, dengan alasannya."))
        work.refused_at = clock.now()
        work.save(update_fields=["refused_at"])
        return work
    if getattr(work, column) is None:
        with follow_businesses([principal], "production.answer_contracted_work"):
            setattr(work, column, clock.now())
            work.save(update_fields=[column])
    return work


def _confirmation_column(work: ContractedWork, principal: Business, by: Person, business: Business) -> str:
    if business.owner_id == by.pk and business.pk == principal.pk:
        return "principal_confirmed_at"
    if business.owner_id == by.pk and business.pk == work.contractor_id:
        return "contractor_confirmed_at"
    raise PermissionDenied("production.answer_contracted_work")


@operation("production.mark_contracted_work_paid")
def mark_contracted_work_paid(
    work: ContractedWork, by: Person, /, *, business: Business, is_paid: bool
) -> ContractedWork:
    """The contractor records that the fee was received, or takes that back. Raises ValidationError."""
    with bypass_row_security(__name__):
        lock_row(work)
    if business.pk != work.contractor_id or business.owner_id != by.pk:
        raise ValidationError(_("Hanya pengerja yang menandai upahnya sudah diterima."))
    if not work.is_confirmed:
        raise ValidationError(_("Benarkan dulu pekerjaannya."))
    work.paid_on = (work.paid_on or clock.today()) if is_paid else None
    work.save(update_fields=["paid_on"])
    return work


@operation("production.withdraw_contracted_work")
def withdraw_contracted_work(work: ContractedWork, by: Person, /, *, because: str) -> ContractedWork:
    """Withdraw a record, so that the principal's production counts in full again. Raises ValidationError."""
    with bypass_row_security(__name__):
        lock_row(work)
        principal = work.product_line.business
    with follow_businesses([principal], "production.withdraw_contracted_work"):
        return mark_withdrawn(work, by, because)
