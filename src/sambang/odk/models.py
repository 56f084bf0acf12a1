"""ODK Collect: the keys of phones, a council's own forms, and submissions."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock
from sambang.odk.file_names import matched_names, missing_names
from sambang.odk.xlsform import TITLE
from sambang.registry.encrypted_fields import EncryptedBytes

MAX_INSTANCE_ID = 249  # characters that Collect may send


class CollectKeyQuerySet(Scoped["CollectKey"]):
    def active(self) -> Self:
        return self.filter(revoked_at=None)


class CollectKey(models.Model):
    """The access key of one phone with ODK Collect. The phone has the token; the database has only its digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="+", verbose_name=_("dewan"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="collect_keys", verbose_name=_("petugas"))
    phone = models.CharField(_("HP"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("dibuat"), default=clock.now)
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
    """A council's own form. Its newest version is offered to the council's phones."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="odk_forms", verbose_name=_("dewan"))
    form_id = models.CharField(_("nama formulir"), max_length=100)
    title = models.CharField(_("judul"), max_length=200)
    version = models.CharField(_("versi"), max_length=100)
    xform = models.BinaryField(editable=False)
    xlsform = models.BinaryField(editable=False)
    md5 = models.CharField(max_length=32, editable=False)  # part of its address, as in the OpenRosa form list
    uploads = models.JSONField(default=list, editable=False)  # paths of the questions that ask for a file
    required = models.JSONField(default=list, editable=False)  # paths of the questions that must be answered
    offered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("diunggah oleh"))
    offered_at = models.DateTimeField(_("diunggah"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("ditarik"), null=True, blank=True)

    objects = OdkFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("formulir Collect")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "form_id", "version"], name="odk_form_version_is_offered_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class FormMedia(models.Model):
    """A file that a council's own form opens on the phone: a CSV or GeoJSON list, a picture, a recording."""

    form = models.ForeignKey(OdkForm, models.CASCADE, related_name="media")
    name = models.CharField(_("nama berkas"), max_length=255)
    content = models.BinaryField(editable=False)

    objects = Scoped["FormMedia"].as_manager()

    class Meta:
        verbose_name = _("berkas formulir")
        constraints: ClassVar = [models.UniqueConstraint(fields=["form", "name"], name="form_media_has_one_name")]

    def __str__(self) -> str:
        return self.name


class SubmissionQuerySet(Scoped["Submission"]):
    def newest_first(self) -> Self:
        return self.order_by("-received_at", "pk")

    def unprocessed(self) -> Self:
        """Stored, and not processed completely, because of the time limit or an error."""
        return self.filter(processed_at=None, form=None, read_error="").order_by("received_at", "pk")

    def current(self) -> Self:
        """Excludes rows replaced by a correction."""
        return self.filter(replacement=None)


class Submission(models.Model):
    """One submission as it was received. `results` holds the result of each item: null before processing, empty for a
    council's own form (see processing.py)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="+")
    key = models.ForeignKey(CollectKey, models.PROTECT, related_name="submissions", verbose_name=_("kunci Collect"))
    form = models.ForeignKey(
        OdkForm, models.PROTECT, null=True, blank=True, related_name="submissions", verbose_name=_("formulir Collect")
    )
    instance_id = models.CharField(_("nama kiriman"), max_length=MAX_INSTANCE_ID)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replacement")
    name = models.CharField(_("judul"), max_length=300, blank=True)
    xml = EncryptedBytes(purpose="submission")
    sha256 = models.CharField(max_length=64, editable=False)
    expected_files = models.JSONField(default=list, editable=False)  # names of the files that its answers refer to
    unanswered = models.JSONField(default=list, editable=False)  # paths of required answers that are blank
    received_at = models.DateTimeField(_("diterima"), default=clock.now)
    results = models.JSONField(null=True, blank=True, editable=False)
    processed_at = models.DateTimeField(_("selesai diolah"), null=True, blank=True, db_index=True)
    read_error = models.CharField(_("masalah"), max_length=300, blank=True)

    is_new = False  # set by store_submission: whether the request added anything

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("kiriman Collect")
        indexes: ClassVar = [models.Index(fields=["council", "received_at"], name="submission_by_council")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "instance_id"], name="submission_is_kept_once"),
            models.CheckConstraint(name="submission_replaces_another", condition=~Q(replaces=models.F("id"))),
        ]

    def __str__(self) -> str:
        return self.name or self.form_title() or self.instance_id

    def form_title(self) -> str:
        if self.form is not None:
            return self.form.title
        return "" if self.read_error else TITLE

    def problems(self) -> list[str]:
        """Sentences about what needs manual review."""
        refused = [result["why"] for result in self.results or () if result["outcome"] == "refused"]
        missing = [gettext("%(name)s belum sampai") % {"name": name} for name in self.missing_files()]
        blank = [gettext("Jawaban wajib “%(name)s” kosong") % {"name": path} for path in self.unanswered]
        return [*([self.read_error] if self.read_error else []), *refused, *missing, *blank]

    def asks_about_figures(self) -> bool:
        """Whether an unusual figure waits for somebody to confirm it."""
        return any(result.get("asks") for result in self.results or ())

    def reads_as_visit(self) -> bool:
        """Whether this is a readable submission of the visit form."""
        return self.form_id is None and not self.read_error

    def is_unfinished(self) -> bool:
        """Whether an item still waits for processing or for a file."""
        return self.processed_at is None or any(result["outcome"] == "incomplete" for result in self.results or ())

    def missing_files(self) -> list[str]:
        """The names of expected files that were not received."""
        if not self.expected_files:
            return []
        return missing_names(self.expected_files, (file.name for file in self.files.all()))

    def file_named(self, name: str) -> SentFile | None:
        """The first received file under a name in the answers."""
        files = sorted(self.files.all(), key=lambda file: file.pk)
        matched = matched_names([*self.expected_files, name], (file.name for file in files))
        return next((file for file in files if file.name == matched.get(name)), None)


class SentFile(models.Model):
    """A file of a submission, under the name in its answers. Other bytes under the same name are another row."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="files")
    name = models.CharField(_("nama berkas"), max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("besar"))
    received_at = models.DateTimeField(default=clock.now)
    discarded_at = models.DateTimeField(null=True, blank=True)  # the bytes are deleted: the visit has the photo

    objects = Scoped["SentFile"].as_manager()

    class Meta:
        verbose_name = _("berkas kiriman")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "name", "sha256"], name="sent_file_is_kept_once")
        ]

    def __str__(self) -> str:
        return self.name
