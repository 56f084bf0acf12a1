"""Where sentra and IKM are, and the outlines of regions, for drawings without any tile server."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock
from sambang.registry.models import Business, Cluster, Region


class Position(models.Model):
    """Degrees north and east (WGS 84)."""

    class Source(models.TextChoices):
        LINK = "link", _("tautan peta")
        VISIT = "visit", _("foto kunjungan")

    latitude = models.DecimalField(_("lintang"), max_digits=8, decimal_places=5)
    longitude = models.DecimalField(_("bujur"), max_digits=8, decimal_places=5)
    source = models.CharField(_("asal posisi"), max_length=5, choices=Source)
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(_("dicatat"), default=clock.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"


class ClusterPosition(Position):
    cluster = models.OneToOneField(Cluster, models.CASCADE, related_name="position", verbose_name=_("sentra"))

    objects = Scoped["ClusterPosition"].as_manager()

    class Meta:
        verbose_name = _("posisi sentra")


class BusinessPosition(Position):
    """Recorded only with the owner's leave."""

    business = models.OneToOneField(Business, models.CASCADE, related_name="position", verbose_name=_("IKM"))

    objects = Scoped["BusinessPosition"].as_manager()

    class Meta:
        verbose_name = _("posisi IKM")


class Outline(models.Model):
    """The outline of a region as one council uploaded it. `rings`: lists of [longitude, latitude], simplified."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="outlines", verbose_name=_("dewan"))
    region = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("wilayah"))
    rings = models.JSONField(_("garis"))
    uploaded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("diunggah"), default=clock.now)

    objects = Scoped["Outline"].as_manager()

    class Meta:
        verbose_name = _("garis batas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "region"], name="outline_is_once_in_a_council")
        ]

    def __str__(self) -> str:
        return str(self.region)
