"""The settings of an office's papers: letterhead and signers; and the register of assigned numbers."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock


class Letterhead(models.Model):
    council = models.OneToOneField(
        Council, models.CASCADE, primary_key=True, related_name="letterhead", verbose_name=_("dewan")
    )
    authority = models.CharField(_("baris di atas nama"), max_length=120, blank=True)
    name = models.CharField(_("nama pada kop"), max_length=160, blank=True)
    address = models.CharField(_("alamat"), max_length=200, blank=True)
    contact = models.CharField(_("telepon, surel, situs"), max_length=200, blank=True)
    town = models.CharField(_("tempat surat dibuat"), max_length=60, blank=True)
    number_pattern = models.CharField(_("pola nomor"), max_length=80, blank=True)
    logo = models.ImageField(_("logo"), upload_to="letterheads", blank=True)  # re-encoded: a JPEG on white

    objects = Scoped["Letterhead"].as_manager()

    class Meta:
        verbose_name = _("kop surat")

    def __str__(self) -> str:
        return f"{self.council}"


class Signer(models.Model):
    """An official who signs papers of the council (penanda tangan)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="signers", verbose_name=_("dewan"))
    name = models.CharField(_("nama dengan gelar"), max_length=120)
    position = models.CharField(_("jabatan"), max_length=160)
    rank = models.CharField(_("pangkat, golongan"), max_length=80, blank=True)
    employee_number = models.CharField(
        _("NIP"),
        max_length=18,
        blank=True,
        validators=[RegexValidator(r"^\d{18}$", _("NIP terdiri atas 18 angka; kosongkan bila tidak ada."))],
    )
    is_active = models.BooleanField(_("masih menandatangani"), default=True)

    objects = Scoped["Signer"].as_manager()

    class Meta:
        verbose_name = _("penanda tangan")
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return f"{self.name}, {self.position}"


class PaperNumber(models.Model):
    """The number of one paper in the council's register, with its date and signer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="paper_numbers", verbose_name=_("dewan"))
    paper = models.CharField(_("naskah"), max_length=40)
    subject = models.UUIDField(_("tentang"))  # the primary key of the paper's subject: a visit
    title = models.CharField(_("perihal"), max_length=300)
    number = models.CharField(_("nomor"), max_length=80)
    dated_on = models.DateField(_("tanggal"))
    signer = models.ForeignKey(
        Signer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("penanda tangan")
    )
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("dibuat"), default=clock.now)

    objects = Scoped["PaperNumber"].as_manager()

    class Meta:
        verbose_name = _("nomor naskah")
        ordering: ClassVar = ["-dated_on", "-created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "number"], name="paper_number_is_given_once"),
            models.UniqueConstraint(fields=["paper", "subject"], name="paper_takes_one_number"),
        ]

    def __str__(self) -> str:
        return self.number


class MessageText(models.Model):
    """The office's own text of one WhatsApp message; without a row the standard text is sent."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("undangan dengan tautan pribadi")
        REMINDER = "reminder", _("pengingat laporan bulanan")
        QUESTION = "question", _("pertanyaan tentang tindakan")
        SIINAS = "siinas", _("pertanyaan tentang lembar SIINas")

    council = models.ForeignKey(Council, models.CASCADE, related_name="message_texts", verbose_name=_("dewan"))
    kind = models.CharField(_("pesan"), max_length=12, choices=Kind)
    text = models.TextField(_("teks"), max_length=1000)

    objects = Scoped["MessageText"].as_manager()

    class Meta:
        verbose_name = _("teks pesan")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "kind"], name="council_has_one_text_of_a_message")
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.get_kind_display()}"
