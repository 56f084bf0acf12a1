"""The quarterly report of an IKM in SIINas: the eleven items of Permenperin 13/2025, Pasal 7 huruf a."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock
from sambang.registry.encrypted_fields import EncryptedInteger
from sambang.registry.models import Business
from sambang.siinas.quarters import Quarter

NOT_NEGATIVE = [MinValueValidator(0)]
MAX_SIINAS_ITEM_LENGTH = 300
# The columns of the eleven items, in the order of the regulation.
FIGURE_FIELDS = (
    "investment",
    "capacity",
    "installed_capacity",
    "production",
    "materials",
    "investment_land",
    "workers",
    "water",
    "fuel",
    "electricity",
    "machines",
)


class QuarterSheetQuerySet(Scoped["QuarterSheet"]):
    def of_quarter(self, quarter: Quarter) -> QuarterSheetQuerySet:
        return self.filter(year=quarter.year, quarter=quarter.number)

    def before(self, quarter: Quarter) -> QuarterSheetQuerySet:
        return self.filter(Q(year__lt=quarter.year) | Q(year=quarter.year, quarter__lt=quarter.number))

    def complete(self) -> QuarterSheetQuerySet:
        """All eleven items are filled in."""
        missing = Q()
        for name in FIGURE_FIELDS:
            column = QuarterSheet._meta.get_field(name)
            missing |= Q(**{name: ""}) if isinstance(column, models.CharField) else Q(**{f"{name}__isnull": True})
        return self.exclude(missing)

    def reported(self) -> QuarterSheetQuerySet:
        return self.filter(reported_on__isnull=False)


class QuarterSheet(models.Model):
    """What an IKM copies into SIINas for a quarter. Money in whole rupiah; null and "" are *not known*."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="siinas_sheets", verbose_name=_("IKM"))
    year = models.PositiveSmallIntegerField(_("tahun"))
    quarter = models.PositiveSmallIntegerField(_("triwulan"))
    investment = EncryptedInteger(
        _("nilai investasi tanpa tanah dan bangunan (Rp)"), purpose="siinas investment", validators=NOT_NEGATIVE
    )
    capacity = models.CharField(_("kapasitas produksi"), max_length=MAX_SIINAS_ITEM_LENGTH, blank=True)
    installed_capacity = models.CharField(_("kapasitas terpasang"), max_length=MAX_SIINAS_ITEM_LENGTH, blank=True)
    production = models.CharField(_("produksi"), max_length=MAX_SIINAS_ITEM_LENGTH, blank=True)
    materials = models.CharField(_("bahan baku"), max_length=MAX_SIINAS_ITEM_LENGTH, blank=True)
    investment_land = EncryptedInteger(
        _("nilai investasi tanah dan bangunan (Rp)"), purpose="siinas investment_land", validators=NOT_NEGATIVE
    )
    workers = models.PositiveIntegerField(_("tenaga kerja (orang)"), null=True, blank=True)
    water = models.DecimalField(
        _("air baku untuk produksi (m³)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    fuel = models.CharField(_("bahan bakar dan pelumas"), max_length=MAX_SIINAS_ITEM_LENGTH, blank=True)
    electricity = models.DecimalField(
        _("listrik untuk produksi (kWh)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    machines = models.CharField(_("mesin dan peralatan produksi"), max_length=MAX_SIINAS_ITEM_LENGTH, blank=True)
    reported_on = models.DateField(_("dikirim di SIINas"), null=True, blank=True)
    saved_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("diisi oleh"))
    saved_at = models.DateTimeField(_("disimpan"), default=clock.now)

    objects = QuarterSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("lembar SIINas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "year", "quarter"], name="siinas_sheet_is_one_a_quarter"),
            models.CheckConstraint(name="siinas_quarter_is_1_to_4", condition=Q(quarter__gte=1, quarter__lte=4)),
        ]

    def __str__(self) -> str:
        return f"{self.business}, {Quarter(self.year, self.quarter)}"

    @classmethod
    def title_of(cls, name: str) -> str:
        return str(cls._meta.get_field(name).verbose_name)  # type: ignore[union-attr]

    @property
    def missing(self) -> list[str]:
        """Labels of the items that are not known."""
        return [self.title_of(name) for name in FIGURE_FIELDS if getattr(self, name) in {None, ""}]


class QuarterTarget(models.Model):
    """Deadline and target that the ministry set for a council and quarter."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="siinas_targets", verbose_name=_("dewan"))
    year = models.PositiveSmallIntegerField(_("tahun"))
    quarter = models.PositiveSmallIntegerField(_("triwulan"))
    due_on = models.DateField(_("batas waktu lapor"), null=True, blank=True)
    businesses = models.PositiveIntegerField(_("target IKM yang melapor"), null=True, blank=True)
    source = models.CharField(_("dasar"), max_length=200, blank=True)

    objects = Scoped["QuarterTarget"].as_manager()

    class Meta:
        verbose_name = _("target lapor SIINas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "year", "quarter"], name="siinas_target_is_one_a_quarter"),
            models.CheckConstraint(name="siinas_target_quarter_is_1_to_4", condition=Q(quarter__gte=1, quarter__lte=4)),
        ]

    def __str__(self) -> str:
        return f"{self.council}, {Quarter(self.year, self.quarter)}"
