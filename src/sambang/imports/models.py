"""Uploaded workbooks."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.imports.sheets import RegisterSheet, load_sheet
from sambang.lib import clock
from sambang.registry.encrypted_fields import EncryptedBytes
from sambang.registry.models import Business, Region


class Placement(models.TextChoices):
    """Into which sentra the IKM of a workbook are imported."""

    COLUMNS = "columns", _("sesuai kolom sentra di berkas")
    CLUSTER = "cluster", _("semuanya ke satu sentra")
    NONE = "none", _("tanpa sentra")


class ImportBatch(models.Model):
    """An uploaded workbook that waits for decisions. Its content is deleted when it is imported or discarded."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    placement = models.CharField(_("penempatan"), max_length=10, choices=Placement, default=Placement.CLUSTER)
    cluster_name = models.CharField(_("sentra"), max_length=120, blank=True)
    filename = models.CharField(_("nama berkas"), max_length=200)
    workbook = EncryptedBytes(purpose="workbook")
    reading = EncryptedBytes(purpose="reading")  # the read workbook (sheets.storage)
    row_count = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField(default=clock.now)
    imported_at = models.DateTimeField(null=True, blank=True)

    objects = Scoped["ImportBatch"].as_manager()

    class Meta:
        verbose_name = _("impor")

    def __str__(self) -> str:
        return self.filename

    @cached_property
    def sheet(self) -> RegisterSheet:
        """The workbook as it was read when it was uploaded."""
        return load_sheet(bytes(self.reading))


class SourceListQuerySet(Scoped["SourceList"]):
    def with_sizes(self) -> Self:
        """Newest first, each annotated with its number of IKM as `size`."""
        return self.annotate(size=models.Count("businesses")).order_by("-listed_on", "-pk")


class SourceList(models.Model):
    """An imported list: which IKM it named. Two of them estimate how many there are (`population`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    name = models.CharField(_("nama berkas"), max_length=200)
    listed_on = models.DateField(_("tanggal"), default=clock.today)
    businesses = models.ManyToManyField(Business, related_name="+")

    objects = SourceListQuerySet.as_manager()

    class Meta:
        verbose_name = _("daftar yang diimpor")

    def __str__(self) -> str:
        return self.name


class HeadingChoice(models.Model):
    """What a heading means in an office's lists, chosen once on a preview (see `columns.CHOICES`)."""

    council = models.ForeignKey(Council, models.CASCADE, related_name="+")
    heading = models.CharField(_("judul kolom"), max_length=200)  # `column_meanings.heading_key`
    choice = models.CharField(_("dibaca sebagai"), max_length=40, blank=True)  # '' for left aside

    objects = Scoped["HeadingChoice"].as_manager()

    class Meta:
        verbose_name = _("arti judul kolom")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "heading"], name="heading_means_one_thing_in_a_council")
        ]

    def __str__(self) -> str:
        return self.heading
