"""Orders from the catalogue, as recorded by their owner, and orders split among a sentra's members. No data of a buyer
is stored."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock
from sambang.market.models import Item
from sambang.registry.models import Business, Cluster, ProductLine


class OrderQuerySet(Scoped["Order"]):
    def current(self) -> OrderQuerySet:
        return self.filter(cancelled_on=None)


class Order(models.Model):
    """An order: asked on `ordered_on`; agreed, sent and paid on their days. It may be paid before it is sent."""

    class Step(models.TextChoices):
        AGREED = "agreed", _("disepakati")
        SENT = "sent", _("dikirim")
        PAID = "paid", _("dibayar")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="orders", verbose_name=_("barang"))
    number = models.CharField(_("nomor pesanan"), max_length=12)
    ordered_on = models.DateField(_("tanggal pesanan"), default=clock.today)
    quantity = models.PositiveIntegerField(_("jumlah"), validators=[MinValueValidator(1)])
    value = models.BigIntegerField(_("nilai (Rp)"), validators=[MinValueValidator(0)])
    agreed_on = models.DateField(_("disepakati"), null=True, blank=True)
    sent_on = models.DateField(_("dikirim"), null=True, blank=True)
    paid_on = models.DateField(_("dibayar"), null=True, blank=True)
    cancelled_on = models.DateField(_("batal"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("pesanan")
        ordering: ClassVar = ["-ordered_on", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="order_number_is_once_for_an_item"),
            models.CheckConstraint(name="order_is_of_something", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="order_is_agreed_before_it_is_sent_or_paid",
                condition=Q(agreed_on__isnull=False) | Q(sent_on=None, paid_on=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def days(self) -> list[tuple[Any, date]]:
        """Events in order: (label, day)."""
        rows = [(_("ditanyakan"), self.ordered_on)]
        rows += [(step.label, day) for step in self.Step if (day := getattr(self, f"{step.value}_on"))]
        return rows + ([(_("batal"), self.cancelled_on)] if self.cancelled_on else [])

    @property
    def next_steps(self) -> list[Step]:
        """Transitions that the owner can record now."""
        if self.cancelled_on:
            return []
        return [step for step in self.Step if getattr(self, f"{step.value}_on") is None]


class SpareCapacity(models.Model):
    """How much more of a product its IKM can make in a week, in the product's unit, as its owner declared."""

    product_line = models.ForeignKey(
        ProductLine, models.CASCADE, related_name="spare_capacities", verbose_name=_("produk")
    )
    week = models.DateField(_("minggu mulai"))
    quantity = models.PositiveIntegerField(_("kapasitas luang"))

    objects = Scoped["SpareCapacity"].as_manager()

    class Meta:
        verbose_name = _("kapasitas luang")
        ordering: ClassVar = ["week"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product_line", "week"], name="spare_capacity_is_declared_once_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.product_line}, {self.week}: {self.quantity}"


class PooledOrder(models.Model):
    """An order that is too big for one IKM, split among members of a sentra."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="pooled_orders", verbose_name=_("sentra"))
    title = models.CharField(_("pesanan"), max_length=150)
    quantity = models.PositiveIntegerField(_("jumlah"), validators=[MinValueValidator(1)])
    unit = models.CharField(_("satuan"), max_length=20, default="potong")
    price = models.BigIntegerField(_("harga per satuan (Rp)"), null=True, blank=True, validators=[MinValueValidator(0)])
    due_on = models.DateField(_("selesai paling lambat"))
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    created_at = models.DateTimeField(_("dicatat"), default=clock.now)
    cancelled_on = models.DateField(_("batal"), null=True, blank=True)

    objects = Scoped["PooledOrder"].as_manager()

    class Meta:
        verbose_name = _("pesanan bersama")

    def __str__(self) -> str:
        return self.title


class PooledShare(models.Model):
    """The part of a pooled order that one IKM is asked to make; the owner answers on the personal link."""

    class State(models.TextChoices):
        ASKED = "asked", _("ditanyakan")
        AGREED = "agreed", _("sanggup")
        REFUSED = "refused", _("tidak sanggup")
        DELIVERED = "delivered", _("diserahkan")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(PooledOrder, models.CASCADE, related_name="shares", verbose_name=_("pesanan bersama"))
    business = models.ForeignKey(Business, models.CASCADE, related_name="pooled_shares", verbose_name=_("IKM"))
    quantity = models.PositiveIntegerField(_("bagian"), validators=[MinValueValidator(1)])
    state = models.CharField(_("keadaan"), max_length=9, choices=State, default=State.ASKED)
    answered_on = models.DateField(_("dijawab"), null=True, blank=True)

    objects = Scoped["PooledShare"].as_manager()

    class Meta:
        verbose_name = _("bagian pesanan bersama")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "business"], name="business_has_one_share_of_a_pooled_order"),
            models.CheckConstraint(name="pooled_share_is_of_something", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.business}: {self.quantity}"

    @property
    def next_states(self) -> list[State]:
        """What the owner can answer now."""
        if self.state == self.State.ASKED:
            return [self.State.AGREED, self.State.REFUSED]
        return [self.State.DELIVERED] if self.state == self.State.AGREED else []
