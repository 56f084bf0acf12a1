"""Details of an owner with date and source: sex, education, disability. Also the sources of permits."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock
from sambang.registry.encrypted_fields import EncryptedText


class DetailSource(models.TextChoices):
    """The source of a recorded value."""

    OWNER = "owner", _("keterangan pemilik")
    DOCUMENT = "document", _("dokumen yang diperlihatkan")
    SYSTEM = "system", _("OSS, SIINas, atau sistem lain")
    LIST = "list", _("daftar dinas lain")


class OwnerSex(models.TextChoices):
    MALE = "male", _("laki-laki")
    FEMALE = "female", _("perempuan")


class Education(models.TextChoices):
    """The highest certificate, in the grades of BPS questionnaires."""

    NONE = "none", _("tidak tamat SD")
    PRIMARY = "sd", _("SD sederajat")
    JUNIOR = "smp", _("SMP sederajat")
    SENIOR = "sma", _("SMA/SMK sederajat")
    DIPLOMA = "diploma", _("diploma I–III")
    BACHELOR = "s1", _("diploma IV/S1")
    MASTER = "s2", _("S2/S3")


class Disability(models.TextChoices):
    """The kinds of UU 8/2016, article 4."""

    NONE = "none", _("tidak ada")
    PHYSICAL = "physical", _("fisik")
    INTELLECTUAL = "intellectual", _("intelektual")
    MENTAL = "mental", _("mental")
    SENSORY = "sensory", _("sensorik")
    MULTIPLE = "multiple", _("ganda")


class OwnerDetail(models.Model):
    """Append-only: the newest row of a kind is the current one. `as_of` is the day for which the value was true."""

    class Kind(models.TextChoices):
        SEX = "sex", _("jenis kelamin")
        EDUCATION = "education", _("pendidikan terakhir")
        DISABILITY = "disability", _("disabilitas")

    VALUES: ClassVar[dict[str, type[models.TextChoices]]] = {
        Kind.SEX: OwnerSex,
        Kind.EDUCATION: Education,
        Kind.DISABILITY: Disability,
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(
        "registry.Business", models.CASCADE, related_name="owner_details", verbose_name=_("IKM")
    )
    kind = models.CharField(_("keterangan"), max_length=10, choices=Kind)
    value = EncryptedText(_("isi keterangan"), purpose="owner_detail", longest=40)
    as_of = models.DateField(_("per tanggal"))
    source = models.CharField(_("sumber"), max_length=10, choices=DetailSource)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh"))
    recorded_at = models.DateTimeField(_("dicatat"), default=clock.now)

    objects = Scoped["OwnerDetail"].as_manager()

    class Meta:
        verbose_name = _("keterangan pemilik")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.as_of}"

    def clean(self) -> None:
        if self.value not in self.VALUES[self.kind].values:
            raise ValidationError({"value": _("Pilih salah satu isi yang tersedia.")})

    @property
    def label(self) -> str:
        return str(dict(self.VALUES[self.kind].choices).get(self.value, self.value))
