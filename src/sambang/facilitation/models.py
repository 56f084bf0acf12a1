"""Facilitation programmes: their requirements (Rule), and each IKM's application from the offer to the certificate.
Rules are rows that an office edits: limits, fees, quotas and dates change by decree, so none is a constant in code."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib.numbers import format_grouped
from sambang.registry.models import Business, Permit
from sambang.registry.owner_details import OwnerSex


class Programme(models.Model):
    """One yearly round of a facilitation programme: halal, P-IRT, trade mark, machine aid, credit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="programmes", verbose_name=_("penyelenggara"))
    name = models.CharField(_("program"), max_length=120)
    year = models.PositiveSmallIntegerField(_("tahun"))
    quota = models.PositiveIntegerField(_("kuota"), null=True, blank=True, help_text=_("kosong: tanpa batas"))
    opens_on = models.DateField(_("dibuka"), null=True, blank=True)
    closes_on = models.DateField(_("ditutup"), null=True, blank=True)
    permit_kind = models.CharField(_("berakhir dengan izin"), max_length=10, choices=Permit.Kind, blank=True)
    source = models.CharField(_("dasar"), max_length=200, blank=True)

    objects = Scoped["Programme"].as_manager()

    class Meta:
        verbose_name = _("program fasilitasi")
        ordering: ClassVar = ["-year", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "name", "year"], name="programme_is_once_a_year"),
            models.CheckConstraint(
                name="programme_closes_after_it_opens",
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class Rule(models.Model):
    """One requirement of a programme. `rule_kinds.RULE_KINDS` defines for each kind how `value` is written and
    tested."""

    class Kind(models.TextChoices):
        INDUSTRY = "industry", _("KBLI")
        PRODUCT = "product", _("jenis produk")
        SIZE_UMKM = "size_umkm", _("skala usaha (PP 7/2021)")
        SIZE_INDUSTRY = "size_industry", _("skala industri (Permenperin 64/2016)")
        MAX_WORKERS = "max_workers", _("pekerja paling banyak")
        MAX_SALES = "max_sales", _("penjualan setahun paling banyak (Rp)")
        MAX_INVESTMENT = "max_investment", _("investasi paling banyak (Rp)")
        REGION = "region", _("wilayah")
        IN_CLUSTER = "in_cluster", _("anggota sentra")
        MIN_YEARS = "min_years", _("lama usaha paling sedikit (tahun)")
        OWNER_SEX = "owner_sex", _("jenis kelamin pemilik")
        HAS_PERMIT = "has_permit", _("sudah punya izin")
        LACKS_PERMIT = "lacks_permit", _("belum punya izin")
        STATEMENT = "statement", _("pernyataan IKM")
        DOCUMENT = "document", _("berkas")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="rules", verbose_name=_("program"))
    kind = models.CharField(_("syarat"), max_length=14, choices=Kind)
    value = models.CharField(_("isi"), max_length=300, blank=True)
    source = models.CharField(_("dasar"), max_length=200, blank=True)

    objects = Scoped["Rule"].as_manager()

    class Meta:
        verbose_name = _("syarat program")
        ordering: ClassVar = ["kind", "value", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "kind", "value"], name="rule_is_listed_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value_text}" if self.value else self.get_kind_display()

    @property
    def value_text(self) -> str:
        """The value for display: the name of a permit or a sex, a grouped amount, or the text itself."""
        choices = VALUE_CHOICES.get(self.Kind(self.kind))
        if choices is not None:
            return str(choices(self.value).label)
        return format_grouped(int(self.value)) if self.value.isdecimal() and len(self.value) > 5 else self.value


# Kinds whose value is one of the given choices.
VALUE_CHOICES: dict[Rule.Kind, type[models.TextChoices]] = {
    Rule.Kind.OWNER_SEX: OwnerSex,
    Rule.Kind.HAS_PERMIT: Permit.Kind,
    Rule.Kind.LACKS_PERMIT: Permit.Kind,
}


class RuleAnswer(models.Model):
    """An IKM's answer to a STATEMENT, or whether a DOCUMENT is present. Without a row it is unknown."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="answers", verbose_name=_("syarat program"))
    business = models.ForeignKey(Business, models.CASCADE, related_name="rule_answers", verbose_name=_("IKM"))
    is_met = models.BooleanField(_("terpenuhi"))
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answered_on = models.DateField(_("dicatat"))

    objects = Scoped["RuleAnswer"].as_manager()

    class Meta:
        verbose_name = _("jawaban syarat")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "business"], name="rule_is_answered_once_by_a_business")
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.is_met}"


class Application(models.Model):
    """One IKM in one programme. `stage` is that of its newest event (`stages.STAGE_TRANSITIONS`)."""

    class Stage(models.TextChoices):
        OFFERED = "offered", _("ditawarkan")
        REQUESTED = "requested", _("IKM meminta")
        SUBMITTED = "submitted", _("diajukan")
        RETURNED = "returned", _("dikembalikan")
        ISSUED = "issued", _("terbit")
        REFUSED = "refused", _("ditolak")
        WITHDRAWN = "withdrawn", _("mundur")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="applications", verbose_name=_("program"))
    business = models.ForeignKey(Business, models.PROTECT, related_name="applications", verbose_name=_("IKM"))
    stage = models.CharField(_("tahap"), max_length=10, choices=Stage)
    permit = models.ForeignKey(
        Permit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("izin yang terbit")
    )

    objects = Scoped["Application"].as_manager()

    class Meta:
        verbose_name = _("permohonan fasilitasi")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "business"], name="business_applies_once_to_a_programme")
        ]

    def __str__(self) -> str:
        return f"{self.business} · {self.programme}"


class ApplicationEvent(models.Model):
    """A stage that an application reached: date, number of the document, note. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(
        Application, models.CASCADE, related_name="events", verbose_name=_("permohonan fasilitasi")
    )
    stage = models.CharField(_("tahap"), max_length=10, choices=Application.Stage)
    happened_on = models.DateField(_("tanggal"))
    document_number = models.CharField(_("nomor surat atau sertifikat"), max_length=60, blank=True)
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("dicatat"), auto_now_add=True)

    objects = Scoped["ApplicationEvent"].as_manager()

    class Meta:
        verbose_name = _("tahap permohonan")
        ordering: ClassVar = ["recorded_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.happened_on}"
