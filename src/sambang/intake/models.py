"""What phones bring in from where there is no signal: every item as it came, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock
from sambang.registry.encrypted_fields import EncryptedBytes
from sambang.registry.models import Business
from sambang.visits.models import Visit


class Epoch(models.Model):
    """From one restoring of the office to the next. Receipts are counted upwards in it; a phone that meets an epoch it
    does not know offers again every item that it still holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ordinal = models.PositiveIntegerField(_("urutan"), unique=True)
    begun_at = models.DateTimeField(_("dimulai"), default=clock.now)
    because = models.CharField(_("sebab"), max_length=200, blank=True)
    last_number = models.BigIntegerField(_("nomor terakhir"), default=0)

    class Meta:
        verbose_name = _("masa pencatatan")

    def __str__(self) -> str:
        return f"{self.ordinal}: {self.id}"


class Device(models.Model):
    """A phone (or an ODK client) that brings items in, and what it last said of itself."""

    id = models.UUIDField(primary_key=True, editable=False)  # the phone names itself
    name = models.CharField(_("nama perangkat"), max_length=120, blank=True)
    region_code = models.CharField(_("kode wilayah"), max_length=10, blank=True, db_index=True)
    first_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("pertama dipakai oleh"))
    last_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("terakhir dipakai oleh"))
    first_contact = models.DateTimeField(_("kontak pertama"), default=clock.now)
    last_contact = models.DateTimeField(_("kontak terakhir"), default=clock.now)
    version = models.CharField(_("versi aplikasi"), max_length=60, blank=True)
    made = models.PositiveBigIntegerField(_("catatan yang dibuat"), default=0)  # items numbered 1 to `made`
    waiting = models.PositiveIntegerField(_("belum terkirim"), default=0)
    quarantined = models.PositiveIntegerField(_("perlu diperiksa"), default=0)
    storage_used = models.BigIntegerField(_("penyimpanan terpakai"), null=True, blank=True)  # bytes
    storage_quota = models.BigIntegerField(_("jatah penyimpanan"), null=True, blank=True)
    clock_ahead = models.IntegerField(_("jam terlalu cepat (detik)"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("dicabut"), null=True, blank=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = Scoped["Device"].as_manager()

    class Meta:
        verbose_name = _("perangkat lapangan")

    def __str__(self) -> str:
        return self.name or str(self.id)[:8]

    @property
    def storage_free(self) -> int | None:
        """Bytes; None where the phone did not say."""
        if self.storage_quota is None or self.storage_used is None:
            return None
        return max(0, self.storage_quota - self.storage_used)


class DeviceKey(models.Model):
    """What seals one person's items on one phone; kept sealed, so that an exported file can be read here."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="keys")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sealed = models.BinaryField(_("kunci tersegel"), editable=False)
    made_at = models.DateTimeField(_("dibuat"), default=clock.now)

    class Meta:
        verbose_name = _("kunci perangkat")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "person"], name="person_has_one_key_on_a_device")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.device}"


class ReceivedQuerySet(Scoped["Received"]):
    def in_order(self) -> ReceivedQuerySet:
        """In the order in which the office came to its word on them."""
        return self.order_by("epoch__ordinal", "number")

    def stored(self) -> ReceivedQuerySet:
        return self.filter(outcome=Received.Outcome.STORED)


class Received(models.Model):
    """One item: the very bytes, who wrote it on which phone when, and what became of it here. Never deleted."""

    class Outcome(models.TextChoices):
        STORED = "stored", _("tersimpan")
        INCOMPLETE = "incomplete", _("menunggu foto")
        REFUSED = "refused", _("perlu diperiksa")

    id = models.UUIDField(primary_key=True, editable=False)
    item_id = models.UUIDField(null=True, db_index=True, editable=False)  # another than `id` where two texts claim one
    text = EncryptedBytes(_("isi"), purpose="item of a phone")
    sha256 = models.CharField(max_length=64, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, related_name="received", verbose_name=_("perangkat"))
    sequence = models.PositiveBigIntegerField(_("urutan di perangkat"), null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh"))
    brought_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dibawa oleh")
    )
    kind = models.CharField(_("jenis"), max_length=20, blank=True)
    device_time = models.DateTimeField(_("dicatat, menurut perangkat"), null=True)
    recorded_at = models.DateTimeField(_("dicatat"))  # by the device's clock, but never later than received_at
    received_at = models.DateTimeField(_("diterima"))
    epoch = models.ForeignKey(Epoch, models.PROTECT, null=True, related_name="+")
    number = models.BigIntegerField(_("nomor terima"), null=True)
    outcome = models.CharField(_("hasil"), max_length=10, choices=Outcome)
    reason = models.TextField(_("sebab"), blank=True)
    waits_for = models.UUIDField(_("menunggu"), null=True, db_index=True)
    result = models.CharField(_("menjadi"), max_length=100, blank=True)
    corrects = models.UUIDField(_("membetulkan"), null=True)
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, related_name="+", verbose_name=_("kunjungan"))
    business = models.ForeignKey(Business, models.SET_NULL, null=True, related_name="+", verbose_name=_("IKM"))
    region_code = models.CharField(_("kode wilayah"), max_length=10, blank=True, db_index=True)
    # Of items that merge (`merging.py`): the key of the target, the submitted value, and the office's value that the
    # item met, where somebody had written it outside the intake.
    merge_key = models.CharField(max_length=160, blank=True, db_index=True)
    submitted = models.JSONField(null=True)
    office_value = models.JSONField(null=True)
    office_value_at = models.DateTimeField(null=True)
    office_value_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = ReceivedQuerySet.as_manager()

    class Meta:
        verbose_name = _("catatan lapangan")
        indexes: ClassVar = [models.Index(fields=["device", "sequence"], name="received_by_sequence")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["epoch", "number"], name="receipt_number_is_once_in_an_epoch"),
            models.CheckConstraint(name="received_refused_has_reason", condition=~Q(outcome="refused") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {str(self.id)[:8]}"


class ReceivedFile(models.Model):
    """A file on its way in, piece by piece, known by its hash only. `received` bytes are on disk."""

    sha256 = models.CharField(max_length=64, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    size = models.PositiveBigIntegerField(_("ukuran"))
    received = models.PositiveBigIntegerField(_("sudah diterima"), default=0)
    begun_at = models.DateTimeField(_("dimulai"), default=clock.now)
    complete_at = models.DateTimeField(_("lengkap"), null=True)

    class Meta:
        verbose_name = _("berkas lapangan")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sha256", "person"], name="person_sends_a_file_once"),
            models.CheckConstraint(
                name="received_file_is_complete_only_when_whole",
                condition=Q(complete_at=None) | Q(received=models.F("size")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:8]} {self.received}/{self.size}"


class Conflict(models.Model):
    """Two people submitted different values for one thing. The kind's merge rule says which counts until a person
    decides."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merge_key = models.CharField(max_length=160, unique=True, editable=False)
    kind = models.CharField(_("jenis"), max_length=20)
    visit = models.ForeignKey(Visit, models.CASCADE, null=True, related_name="+", verbose_name=_("kunjungan"))
    business = models.ForeignKey(Business, models.CASCADE, null=True, related_name="+", verbose_name=_("IKM"))
    region_code = models.CharField(_("kode wilayah"), max_length=10, blank=True, db_index=True)
    opened_at = models.DateTimeField(_("dibuka"), default=clock.now)
    decided_at = models.DateTimeField(_("diputuskan"), null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("oleh"))
    chosen = models.ForeignKey(Received, models.PROTECT, null=True, related_name="+")  # null: the office's own stays
    seen = models.JSONField(default=list)  # ids of the items that the one who decided had before them

    objects = Scoped["Conflict"].as_manager()

    class Meta:
        verbose_name = _("beda catatan")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="conflict_decided_says_by_whom",
                condition=Q(decided_at=None, decided_by=None) | Q(decided_at__isnull=False, decided_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.merge_key
