"""Uploaded workbooks."""

from __future__ import annotations

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.imports.sheets import RegisterSheet, load_sheet
from sambang.lib import clock
from sambang.registry.encrypted_fields import EncryptedBytes
from sambang.registry.models import Region


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
