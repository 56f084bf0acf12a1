"""What was produced: one report a business and month, corrected by a new version, never overwritten."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sambang.people.access import Scoped, new_id
from sambang.people.models import Person
from sambang.registry.models import Business, ProductLine


class ReportQuerySet(Scoped["Report"]):
    def latest_version(self) -> ReportQuerySet:
        return self.filter(replaced_by=None)


class Report(models.Model):
    """Zero is a report; a month without a report is missing. `month` is the first day of the month."""

    class Source(models.TextChoices):
        OWNER = "owner", _("pemilik, lewat tautan pribadi")
        OFFICER = "officer", _("petugas/pengurus")
        WORKBOOK = "workbook", _("buku kerja")
        SIMULATION = "simulation", _("simulasi")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.PROTECT, related_name="reports", verbose_name=_("IKM"))
    month = models.DateField(_("bulan"))
    source = models.CharField(_("asal"), max_length=10, choices=Source)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    submitted_at = models.DateTimeField(_("diterima"), default=timezone.now)
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    note = models.CharField(_("catatan"), max_length=300, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan bulanan")
        indexes: ClassVar = [models.Index(fields=["month", "business"], name="report_by_month")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["business", "month"],
                condition=Q(replaced_by=None),
                name="report_has_one_latest_version_a_month",
            ),
            models.CheckConstraint(name="report_month_is_its_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.business}, {self.month:%Y-%m}"


class Line(models.Model):
    """Quantity in the product line's own unit; value in whole rupiah, null where the owner did not say."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="lines")
    product_line = models.ForeignKey(ProductLine, models.PROTECT, related_name="report_lines", verbose_name=_("produk"))
    quantity = models.DecimalField(_("jumlah"), max_digits=14, decimal_places=3)
    value = models.BigIntegerField(_("nilai (Rp)"), null=True, blank=True)
    entered = models.CharField(_("yang ditulis"), max_length=60, blank=True)  # "3 kodi", as it was typed

    objects = Scoped["Line"].as_manager()

    class Meta:
        verbose_name = _("baris laporan")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "product_line"], name="product_line_is_once_in_a_report"),
            models.CheckConstraint(name="line_quantity_is_not_negative", condition=Q(quantity__gte=0)),
            models.CheckConstraint(name="line_value_is_not_negative", condition=Q(value=None) | Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.product_line}: {self.quantity}"
