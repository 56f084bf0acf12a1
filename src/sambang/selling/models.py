"""Orders from the catalogue, as recorded by their owner. No data of a buyer is stored."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock
from sambang.market.models import Item


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
        if self.agreed_on is None:
            return [self.Step.AGREED]
        return [step for step in (self.Step.SENT, self.Step.PAID) if getattr(self, f"{step.value}_on") is None]
