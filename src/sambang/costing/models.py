"""An owner's own calculation of unit cost. No page, list or export shows it to anybody else."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sambang.access.permissions import Scoped, new_id
from sambang.costing import calculation
from sambang.lib import clock
from sambang.registry.models import Business

PERCENT = [MinValueValidator(0), MaxValueValidator(99)]


class CostSheet(models.Model):
    """The calculation for one kind of goods: its cost lines, the reject rate, the desired margin."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="cost_sheets", verbose_name=_("IKM"))
    name = models.CharField(_("barang"), max_length=120)
    reject_percent = models.PositiveSmallIntegerField(_("yang rusak (%)"), default=0, validators=PERCENT)
    margin_percent = models.PositiveSmallIntegerField(_("untung (% dari harga)"), default=20, validators=PERCENT)
    tkdn_version = models.CharField(_("versi aturan TKDN"), max_length=20, blank=True)  # a key of tkdn_rules; "": none
    changed_at = models.DateTimeField(_("diubah"), default=clock.now)

    objects = Scoped["CostSheet"].as_manager()

    class Meta:
        verbose_name = _("hitungan harga pokok")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "name"], name="cost_sheet_name_is_once_in_a_business")
        ]

    def __str__(self) -> str:
        return self.name


class CostItem(models.Model):
    """`quantity` units at `price` each are enough for `pieces` pieces."""

    class Kind(models.TextChoices):
        MATERIAL = "material", _("bahan")
        LABOUR = "labour", _("upah")
        OVERHEAD = "overhead", _("biaya lain")

    sheet = models.ForeignKey(CostSheet, models.CASCADE, related_name="items", verbose_name=_("hitungan harga pokok"))
    order = models.PositiveSmallIntegerField(_("urutan"))
    kind = models.CharField(_("jenis biaya"), max_length=8, choices=Kind)
    name = models.CharField(_("biaya"), max_length=80)
    quantity = models.DecimalField(_("banyaknya"), max_digits=12, decimal_places=3, default=Decimal(1))
    price = models.PositiveBigIntegerField(_("harga satuan (Rp)"))
    pieces = models.PositiveIntegerField(_("cukup untuk berapa potong"), default=1)
    domestic_percent = models.PositiveSmallIntegerField(
        _("TKDN bahan (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )

    objects = Scoped["CostItem"].as_manager()

    class Meta:
        verbose_name = _("baris biaya")
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "order"], name="cost_item_has_its_own_order"),
            models.CheckConstraint(name="cost_item_serves_a_piece", condition=Q(pieces__gte=1)),
            models.CheckConstraint(name="cost_item_is_of_something", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name

    def line(self) -> calculation.CostLine:
        domestic = None if self.domestic_percent is None else Decimal(self.domestic_percent)
        return calculation.CostLine(
            self.kind, self.quantity, Decimal(self.price), Decimal(self.pieces), domestic_percent=domestic
        )
