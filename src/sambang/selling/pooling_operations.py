"""Operations on spare capacity and pooled orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.registry.models import Business, Cluster
from sambang.selling.models import PooledOrder, PooledShare, SpareCapacity


@operation("selling.declare_capacity", lock=True)
def declare_capacity(business: Business, by: Person, /, *, quantities: Mapping[tuple[Any, date], int | None]) -> int:
    """Set the spare capacity of product lines by week (line, Monday); None removes it. Returns how many are set."""
    lines = {line.pk: line for line in business.product_lines.all()}
    for (key, week), quantity in quantities.items():
        if key not in lines:
            raise ValidationError(_("Produk itu bukan milik usaha ini."))
        rows = SpareCapacity.objects.filter(product_line=lines[key], week=week)
        if quantity is None:
            rows.delete()
        else:
            SpareCapacity.objects.update_or_create(product_line=lines[key], week=week, defaults={"quantity": quantity})
    return sum(quantity is not None for quantity in quantities.values())


@operation("selling.plan_pooled_order")
def plan_pooled_order(cluster: Cluster, by: Person, /, **fields: Any) -> PooledOrder:
    """`fields`: title, quantity, unit, price, due_on. Raises ValidationError."""
    order = PooledOrder(cluster=cluster, created_by=by, **fields)
    if order.due_on < clock.today():
        raise ValidationError({"due_on": _("Tanggal itu sudah lewat.")})
    order.full_clean()
    order.save(force_insert=True)
    return order


@operation("selling.split_order", lock=True)
def split_order(order: PooledOrder, by: Person, /, *, quantities: Mapping[UUID, int]) -> PooledOrder:
    """Ask IKM of the sentra for their shares; 0 takes a share back. A share whose quantity changes is asked again; a
    delivered one stays as it is. Raises ValidationError."""
    if order.cancelled_on is not None:
        raise ValidationError(_("Pesanan ini sudah batal."))
    shares = {share.business_id: share for share in order.shares.all()}
    delivered = {key for key, share in shares.items() if share.state == PooledShare.State.DELIVERED}
    wanted = {key: quantity for key, quantity in quantities.items() if key not in delivered}
    if sum(wanted.values()) + sum(shares[key].quantity for key in delivered) > order.quantity:
        raise ValidationError(_("Jumlah bagian melebihi pesanan: paling banyak %(most)d.") % {"most": order.quantity})
    members = Business.objects.visible_to(by).processable().filter(cluster=order.cluster)
    able = set(members.filter(pk__in=wanted).values_list("pk", flat=True))
    for key, quantity in wanted.items():
        if quantity and key not in able:
            raise ValidationError(_("Bagian hanya untuk IKM sentra ini yang masih buka."))
        _set_share(order, shares.get(key), key, quantity)
    return order


def _set_share(order: PooledOrder, share: PooledShare | None, business: UUID, quantity: int) -> None:
    if share is None:
        if quantity:
            PooledShare.objects.create(order=order, business_id=business, quantity=quantity)
    elif quantity == 0:
        share.delete()
    elif share.quantity != quantity:
        share.quantity, share.state, share.answered_on = quantity, PooledShare.State.ASKED, None
        share.save(update_fields=["quantity", "state", "answered_on"])


@operation("selling.cancel_pooled_order", lock=True)
def cancel_pooled_order(order: PooledOrder, by: Person, /) -> PooledOrder:
    """Raises ValidationError if a share was delivered."""
    if order.shares.filter(state=PooledShare.State.DELIVERED).exists():
        raise ValidationError(_("Sudah ada bagian yang diserahkan, jadi pesanan ini tidak dapat dibatalkan."))
    if order.cancelled_on is None:
        order.cancelled_on = clock.today()
        order.save(update_fields=["cancelled_on"])
    return order


@operation("selling.answer_share", lock=True)
def answer_share(share: PooledShare, by: Person, /, *, answer: str, quantity: int) -> PooledShare:
    """The owner agrees, refuses, or has delivered. `quantity`: what the owner read; if it changed meanwhile the answer
    is refused. Answering the same twice changes nothing. Raises ValidationError."""
    if share.state == answer:
        return share
    if share.order.cancelled_on is not None:
        raise ValidationError(_("Pesanan ini sudah batal."))
    if share.quantity != quantity:
        raise ValidationError(_("Bagian Anda baru saja diubah: baca lagi jumlahnya."))
    if answer not in share.next_states:
        raise ValidationError(_("Bagian ini sudah dijawab: hubungi pengurus bila berubah."))
    share.state, share.answered_on = answer, clock.today()
    share.save(update_fields=["state", "answered_on"])
    return share
