"""Requests of owners about their own data, and records of data breaches. The law sets a deadline for both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock
from sambang.registry.models import Business, Cluster

ERASURE_DEADLINE = timedelta(hours=72)  # the law sets none for erasure: the same as for its other rights


class DataRequestQuerySet(Scoped["DataRequest"]):
    def waiting(self) -> Self:
        """Unanswered requests, most urgent first."""
        return self.filter(answered_at=None).order_by("due_at", "pk")

    def late(self, *, now: datetime) -> Self:
        return self.waiting().filter(due_at__lt=now)


class DataRequest(models.Model):
    """A request of an owner to correct, erase or restrict personal data."""

    class Kind(models.TextChoices):
        CORRECT = "correct", _("betulkan data saya")
        ERASE = "erase", _("hapus data saya")
        RESTRICT = "restrict", _("batasi pemrosesan data saya")

    class Outcome(models.TextChoices):
        DONE = "done", _("sudah dikerjakan")
        REFUSED = "refused", _("tidak dapat dikabulkan")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="data_requests", verbose_name=_("IKM"))
    kind = models.CharField(_("permintaan"), max_length=10, choices=Kind)
    text = models.TextField(_("kata-kata pemilik"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("diminta"), default=clock.now)
    due_at = models.DateTimeField(_("batas waktu"))
    answered_at = models.DateTimeField(_("dijawab"), null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("hasil"), max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("jawaban"), max_length=2000, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("permintaan data pribadi")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="data_request_answered_says_how",
                condition=Q(answered_at=None, outcome="") | (Q(answered_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="data_request_refused_says_why", condition=~Q(outcome="refused") | ~Q(answer="")
            ),
            models.UniqueConstraint(
                fields=["business", "kind"],
                condition=Q(kind__in=("erase", "restrict"), answered_at=None),
                name="erasing_or_restricting_is_asked_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business}: {self.get_kind_display()}"


class PrivacyStatement(models.Model):
    """A council's part of the public privacy notice: Pasal 5, 21, 34, 51 and 53."""

    council = models.OneToOneField(Council, models.CASCADE, related_name="privacy_statement", verbose_name=_("dewan"))
    controller = models.CharField(_("pengendali data pribadi"), max_length=200)
    address = models.CharField(_("alamat kantor"), max_length=300)
    contact = models.CharField(_("kontak"), max_length=200)
    data_protection_officer = models.CharField(_("pejabat pelindungan data"), max_length=200, blank=True)
    recipients = models.TextField(_("penerima data"), max_length=3000)
    processors = models.TextField(_("prosesor data"), max_length=3000, blank=True)
    complaints = models.TextField(_("cara mengadu"), max_length=2000)
    assessed_on = models.DateField(_("penilaian dampak dibuat"), null=True, blank=True)
    assessment = models.TextField(_("ringkasan penilaian dampak"), max_length=6000, blank=True)
    changed_at = models.DateTimeField(_("diubah"), default=clock.now)

    objects = Scoped["PrivacyStatement"].as_manager()

    class Meta:
        verbose_name = _("keterangan pengendali data")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="privacy_assessment_has_its_day",
                condition=Q(assessed_on=None, assessment="") | (Q(assessed_on__isnull=False) & ~Q(assessment="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.controller}"


class Breach(models.Model):
    """A data breach: the facts and the notifications that Pasal 46 asks for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="+", verbose_name=_("dewan"))
    title = models.CharField(_("kejadian"), max_length=150)
    began_at = models.DateTimeField(_("terjadi sejak"))
    known_at = models.DateTimeField(_("diketahui"))
    what = models.TextField(_("data yang terungkap"), max_length=3000)
    how = models.TextField(_("bagaimana terungkap"), max_length=3000)
    handling = models.TextField(_("penanganan dan pemulihan"), max_length=3000, blank=True)
    account = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("akun yang dipakai")
    )
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sentra yang terkena")
    )
    owners_notified_at = models.DateTimeField(_("pemilik diberi tahu"), null=True, blank=True)
    agency_notified_at = models.DateTimeField(_("lembaga diberi tahu"), null=True, blank=True)
    public_notified_at = models.DateTimeField(_("masyarakat diberi tahu"), null=True, blank=True)
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh"))

    objects = Scoped["Breach"].as_manager()

    class Meta:
        verbose_name = _("kebocoran data")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="breach_is_known_after_it_began", condition=Q(known_at__gte=models.F("began_at"))
            )
        ]

    def __str__(self) -> str:
        return self.title
