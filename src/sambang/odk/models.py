"""ODK Collect as a way in: the key that a phone holds, a council's own forms, what was sent."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.registry.encrypted_fields import EncryptedBytes

LONGEST_INSTANCE = 249  # characters that Collect may send


class CollectKeyQuerySet(Scoped["CollectKey"]):
    def living(self) -> Self:
        return self.filter(revoked_at=None)


class CollectKey(models.Model):
    """What one phone with ODK Collect comes in by. Its token stands in the phone's settings; here is only its digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="+", verbose_name=_("dewan"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="collect_keys", verbose_name=_("petugas"))
    phone = models.CharField(_("HP"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("dibuat"), default=timezone.now)
    revoked_at = models.DateTimeField(_("dicabut"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("terakhir dipakai"), null=True, blank=True)

    objects = CollectKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("kunci Collect")

    def __str__(self) -> str:
        return f"{self.phone}, {self.person}"


class OdkFormQuerySet(Scoped["OdkForm"]):
    def offered(self) -> Self:
        return self.filter(withdrawn_at=None)


class OdkForm(models.Model):
    """A form of the council's own: offered to its phones, its submissions kept whole. The newest version is offered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="odk_forms", verbose_name=_("dewan"))
    form_id = models.CharField(_("nama formulir"), max_length=100)
    title = models.CharField(_("judul"), max_length=200)
    version = models.CharField(_("versi"), max_length=100)
    xform = models.BinaryField(editable=False)
    xlsform = models.BinaryField(editable=False)
    md5 = models.CharField(max_length=32, editable=False)  # by which its address names it, as OpenRosa's list does
    uploads = models.JSONField(
        default=list, editable=False
    )  # the paths of its photos and files: what a submission must bring
    offered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("diunggah oleh"))
    offered_at = models.DateTimeField(_("diunggah"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("ditarik"), null=True, blank=True)

    objects = OdkFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("formulir Collect")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "form_id", "version"], name="odk_form_version_is_offered_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class SubmissionQuerySet(Scoped["Submission"]):
    def newest_first(self) -> Self:
        return self.order_by("-received_at", "pk")

    def waiting(self) -> Self:
        """Kept, and not worked out to the end: the office was busy, or in trouble."""
        return self.filter(settled_at=None, form=None, trouble="").order_by("received_at", "pk")

    def current(self) -> Self:
        """Not replaced by a later version from the phone."""
        return self.filter(replacement=None)


class Submission(models.Model):
    """One submission, byte for byte. `answers` says what became of each thing in it: null while nobody looked, empty where
    the form is the council's own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="+")
    key = models.ForeignKey(CollectKey, models.PROTECT, related_name="submissions", verbose_name=_("kunci Collect"))
    form = models.ForeignKey(
        OdkForm, models.PROTECT, null=True, blank=True, related_name="submissions", verbose_name=_("formulir Collect")
    )
    instance_id = models.CharField(_("nama kiriman"), max_length=LONGEST_INSTANCE)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replacement")
    name = models.CharField(_("judul"), max_length=300, blank=True)
    xml = EncryptedBytes(purpose="submission")
    sha256 = models.CharField(max_length=64, editable=False)
    expected = models.JSONField(default=list, editable=False)  # names of the files that it speaks of
    received_at = models.DateTimeField(_("diterima"), default=timezone.now)
    answers = models.JSONField(null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(_("selesai diolah"), null=True, blank=True, db_index=True)
    trouble = models.CharField(_("masalah"), max_length=300, blank=True)

    brought = False  # set by keep_submission: did this sending bring anything new?

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("kiriman Collect")
        indexes: ClassVar = [models.Index(fields=["council", "received_at"], name="submission_by_council")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "instance_id"], name="submission_is_kept_once"),
            models.CheckConstraint(name="submission_replaces_another", condition=~Q(replaces=models.F("id"))),
        ]

    def __str__(self) -> str:
        return self.name or self.instance_id

    def troubles(self) -> list[str]:
        """What a person has to look at, in sentences."""
        refused = [answer["why"] for answer in self.answers or () if answer["outcome"] == "refused"]
        missing = [gettext("%(name)s belum sampai") % {"name": name} for name in self.missing()]
        return [*([self.trouble] if self.trouble else []), *refused, *missing]

    def reads_as_visit(self) -> bool:
        """Is it Sambang's own form, and readable?"""
        return self.form_id is None and not self.trouble

    def is_unsettled(self) -> bool:
        """Was it not worked out to the end, or does something wait for a file?"""
        return self.settled_at is None or any(answer["outcome"] == "incomplete" for answer in self.answers or ())

    def missing(self) -> list[str]:
        """The names of files that it speaks of and that have not come."""
        held = {file.name for file in self.files.all()} if self.expected else set()
        return [name for name in self.expected if name not in held]


class SentFile(models.Model):
    """A file of a submission, by the name that the submission calls it. Other bytes under the same name stand beside, never
    over it."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="files")
    name = models.CharField(_("nama berkas"), max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("besar"))
    received_at = models.DateTimeField(default=timezone.now)
    let_go_at = models.DateTimeField(null=True, blank=True)  # taken over as a photo of the visit: these bytes are gone

    objects = Scoped["SentFile"].as_manager()

    class Meta:
        verbose_name = _("berkas kiriman")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "name", "sha256"], name="sent_file_is_kept_once")
        ]

    def __str__(self) -> str:
        return self.name
