"""What happened: one line for every write, made by the operation that wrote."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sambang.people.access import Scoped
from sambang.people.models import Person


class EntryQuerySet(Scoped["Entry"]):
    def about(self, subject: models.Model) -> EntryQuerySet:
        """Lines whose subject or result is this row."""
        written = name_of(subject)
        return self.filter(models.Q(subject=written) | models.Q(result=written))

    def newest_first(self) -> EntryQuerySet:
        return self.order_by("-at", "-id")


class Entry(models.Model):
    """Who used which verb on what, with what result, when. Names rows, never copies what is in them."""

    at = models.DateTimeField(_("waktu"), default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    verb = models.CharField(_("kata kerja"), max_length=60)
    subject = models.CharField(_("pokok"), max_length=100)
    result = models.CharField(_("hasil"), max_length=100, blank=True)
    region_code = models.CharField(_("kode wilayah"), max_length=10, blank=True, db_index=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("catatan jurnal")
        indexes: ClassVar = [
            models.Index(fields=["subject", "at"], name="entry_by_subject"),
            models.Index(fields=["result", "at"], name="entry_by_result"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}"


class Receipt(models.Model):
    """That one sending of a form was taken, and where it was sent on to (`receipts.py`). Kept for some days only."""

    key = models.CharField(_("sidik kiriman"), max_length=64, primary_key=True)
    at = models.DateTimeField(_("waktu"), default=timezone.now, db_index=True)
    answer = models.TextField(_("dijawab ke"), blank=True)  # empty while the first is still at work

    class Meta:
        verbose_name = _("tanda terima kiriman")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.key[:8]}"


def name_of(row: object) -> str:
    """`registry.Business:1f0c…`; empty for anything that is not a row."""
    return f"{row._meta.label}:{row.pk}" if isinstance(row, models.Model) else ""
