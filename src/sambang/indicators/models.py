"""Performance indicators of an office (IKU, Renstra, LKjIP), computed from the register, visits, reports and
actions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council
from sambang.access.permissions import Scoped, new_id
from sambang.indicators.measures import Measure


class Indicator(models.Model):
    """An indicator of a Renstra. Its realised value is never typed: `measure` computes it from rows."""

    class Polarity(models.TextChoices):
        RISING = "rising", _("makin besar makin baik")
        FALLING = "falling", _("makin kecil makin baik")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="indicators", verbose_name=_("dewan"))
    code = models.CharField(_("kode nasional"), max_length=30, blank=True)
    objective = models.CharField(_("sasaran"), max_length=200)
    name = models.CharField(_("indikator"), max_length=200)
    measure = models.CharField(_("dihitung sebagai"), max_length=40, choices=Measure)
    unit = models.CharField(_("satuan"), max_length=20)
    polarity = models.CharField(_("polaritas"), max_length=8, choices=Polarity, default=Polarity.RISING)
    source = models.CharField(_("dasar"), max_length=200, blank=True)
    responsible = models.CharField(_("penanggung jawab"), max_length=120, blank=True)

    objects = Scoped["Indicator"].as_manager()

    class Meta:
        verbose_name = _("indikator kinerja")
        ordering: ClassVar = ["objective", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "name"], name="indicator_name_is_once_in_a_council")
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets", verbose_name=_("indikator"))
    year = models.PositiveSmallIntegerField(_("tahun"))
    value = models.DecimalField(_("target"), max_digits=16, decimal_places=2)

    objects = Scoped["Target"].as_manager()

    class Meta:
        verbose_name = _("target")
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "year"], name="target_is_once_a_year"),
            models.CheckConstraint(name="target_is_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}: {self.value}"
