"""The visit (kunjungan, sambang): planned, held, signed off; with attendance, guests, photos and signatures."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from statistics import mean, median
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.audit.withdrawal import CurrentManager, Withdrawable, withdrawn_constraint
from sambang.lib import clock
from sambang.registry.models import Business, Cluster, Group, Region, processable_business
from sambang.visits.positions import MeasuredPosition

MIN_PULSES = 4  # owners behind a published pulse; as sambang_stats.disclosure.MIN_OWNERS (tests/test_one_home.py)
PULSE_STEP = 5  # per cent to which it is rounded


def median_pulse(pulses: Iterable[tuple[Hashable, int]]) -> int | None:
    """The released pulse, from owner and pulse of each IKM: the median of the owners' means, rounded; None when fewer
    than MIN_PULSES owners reported one. The lowest and highest pulse are of one owner each and never released."""
    by_owner: dict[Hashable, list[int]] = {}
    for owner, pulse in pulses:
        by_owner.setdefault(owner, []).append(pulse)
    if len(by_owner) < MIN_PULSES:
        return None
    return PULSE_STEP * round(median(mean(of_owner) for of_owner in by_owner.values()) / PULSE_STEP)


def took_place(path: str = "") -> Q:
    """The condition that the visit reached by `path` (`attendances__visit__`; a visit itself without) took place."""
    return Q(**{f"{path}state__in": Visit.TOOK_PLACE, f"{path}withdrawn_at": None})


def attended_visit(path: str = "") -> Q:
    """The condition that the IKM of the attendance reached by `path` was present at a visit that took place."""
    return took_place(f"{path}visit__") & Q(**{f"{path}present": True})


class VisitQuerySet(Scoped["Visit"]):
    def newest_first(self) -> VisitQuerySet:
        return self.order_by("-held_on", "-planned_for")

    def took_place(self) -> VisitQuerySet:
        return self.filter(took_place())

    def to_all_of_cluster(self) -> VisitQuerySet:
        return self.filter(group=None, business=None)

    def open(self) -> VisitQuerySet:
        """Visits whose records can still change."""
        return self.filter(state__in=Visit.OPEN)


class Visit(Withdrawable):
    class State(models.TextChoices):
        PLANNED = "planned", _("direncanakan")
        HELD = "held", _("berlangsung")
        SIGNED = "signed", _("disahkan")
        CANCELLED = "cancelled", _("batal")

    TOOK_PLACE: ClassVar = (State.HELD, State.SIGNED)
    OPEN: ClassVar = (State.PLANNED, State.HELD)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The visited village, as of the planning.
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("desa/kalurahan"))
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("sentra")
    )
    # A visit to a kelompok or to a single IKM; both null: to the whole sentra. `cluster` is null outside any.
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("kelompok")
    )
    business = models.ForeignKey(
        Business, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("IKM")
    )
    planned_for = models.DateField(_("rencana tanggal"))
    planned_until = models.DateField(_("sampai tanggal"), null=True, blank=True)
    purpose = models.CharField(_("maksud kunjungan"), max_length=300)
    assignment = models.CharField(_("nomor surat tugas"), max_length=80, blank=True)
    place = models.CharField(_("tempat"), max_length=200, blank=True)
    starts_at = models.TimeField(_("mulai pukul"), null=True, blank=True)  # in the time zone of the region
    ends_at = models.TimeField(_("sampai pukul"), null=True, blank=True)
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ketua tim")
    )
    team = models.ManyToManyField(Person, related_name="visits_in_team", verbose_name=_("tim"), blank=True)
    planned_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("direncanakan oleh"))
    state = models.CharField(_("keadaan"), max_length=10, choices=State, default=State.PLANNED)
    held_on = models.DateField(_("dilaksanakan"), null=True, blank=True)
    summary = models.TextField(_("pokok pembicaraan"), blank=True)
    conclusion = models.TextField(_("kesimpulan"), blank=True)
    signed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("disahkan oleh")
    )
    signed_at = models.DateTimeField(_("disahkan pada"), null=True, blank=True)
    is_simulated = models.BooleanField(_("data peragaan"), default=False)

    objects = CurrentManager.from_queryset(VisitQuerySet)()

    class Meta:
        verbose_name = _("kunjungan")
        constraints: ClassVar = [
            withdrawn_constraint("visit"),
            models.CheckConstraint(
                name="visit_ends_after_it_begins",
                condition=Q(planned_until=None) | Q(planned_until__gt=F("planned_for")),
            ),
            models.CheckConstraint(
                name="visit_is_to_a_group_or_a_business", condition=Q(group=None) | Q(business=None)
            ),
            models.CheckConstraint(
                name="visit_outside_a_cluster_is_to_a_business",
                condition=Q(cluster__isnull=False) | Q(business__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_held_or_signed_has_its_day",
                condition=~Q(state__in=["held", "signed"]) | Q(held_on__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_signed_says_who_and_when",
                condition=~Q(state="signed") | Q(signed_by__isnull=False, signed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}, {self.held_on or self.planned_for}"

    @property
    def target(self) -> Business | Group | Cluster:
        """The visited kelompok, sentra or IKM."""
        target = self.business or self.group or self.cluster
        assert target is not None  # visit_outside_a_cluster_is_to_a_business
        return target

    @property
    def cluster_or_business(self) -> Business | Cluster:
        """The sentra, or the IKM that is visited outside any: the subject of permissions and read audits."""
        subject = self.cluster or self.business
        assert subject is not None
        return subject

    @property
    def took_place(self) -> bool:
        return self.state in self.TOOK_PLACE

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Guest(models.Model):
    """A participant who is no registered IKM: an official, a speaker, the press."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="guests", verbose_name=_("kunjungan"))
    name = models.CharField(_("nama"), max_length=120)
    office = models.CharField(_("jabatan/instansi"), max_length=120, blank=True)

    objects = Scoped["Guest"].as_manager()

    class Meta:
        verbose_name = _("tamu")

    def __str__(self) -> str:
        return self.name


class Attendance(models.Model):
    """The presence of one IKM on one visit, and its production in per cent of a normal month."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="attendances", verbose_name=_("kunjungan"))
    business = models.ForeignKey(Business, models.CASCADE, related_name="attendances", verbose_name=_("IKM"))
    present = models.BooleanField(_("hadir"))
    represented_by = models.CharField(_("diwakili"), max_length=120, blank=True)
    pulse = models.PositiveSmallIntegerField(_("produksi dibanding bulan biasa (%)"), null=True, blank=True)
    workers_seen = models.PositiveIntegerField(_("pekerja yang ditemui"), null=True, blank=True)
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=clock.now)

    objects = Scoped["Attendance"].as_manager()

    class Meta:
        verbose_name = _("kehadiran")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "business"], name="business_attends_a_visit_once"),
            models.CheckConstraint(
                name="pulse_is_at_most_ten_times_normal", condition=Q(pulse=None) | Q(pulse__lte=1000)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business} @ {self.visit}"


class VisitCorrection(models.Model):
    """A correction of a signed record of a visit. Append-only; shown and printed below it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="corrections", verbose_name=_("kunjungan"))
    text = models.TextField(_("pembetulan"), max_length=2000)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    at = models.DateTimeField(default=clock.now)

    objects = Scoped["VisitCorrection"].as_manager()

    class Meta:
        verbose_name = _("pembetulan notulen")
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return self.text[:60]


class PhotoQuerySet(Scoped["Photo"]):
    def in_story_order(self) -> PhotoQuerySet:
        """By the position that the office gave; photos without one follow in the order in which they were taken."""
        return self.order_by(F("story_position").asc(nulls_last=True), "taken_at", "pk")

    def public(self) -> PhotoQuerySet:
        """Photos whose consent to public use is recorded, of visits that were not withdrawn; a photo of one IKM only
        while it is open and not restricted."""
        is_public = Q(business=None) | processable_business("business__")
        return self.filter(is_public, public_since__isnull=False, visit__withdrawn_at=None)


class Photo(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos", verbose_name=_("kunjungan"))
    business = models.ForeignKey(
        Business, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("IKM")
    )
    image = models.ImageField(_("foto"), upload_to="visits/%Y/%m")  # re-encoded: no EXIF
    caption = models.CharField(_("keterangan"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, editable=False)
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=clock.now)
    # The position is stored if the council and the officer allow it (`positions.py`), never in the image file.
    latitude = models.DecimalField(_("lintang"), max_digits=7, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("bujur"), max_digits=8, decimal_places=5, null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("ketelitian lokasi (m)"), null=True, blank=True)
    story_position = models.PositiveSmallIntegerField(_("urutan dalam cerita"), null=True, blank=True)
    # Who consented to public use, and how; empty: not public.
    public_consent = models.CharField(_("persetujuan tampil untuk umum"), max_length=200, blank=True)
    public_since = models.DateTimeField(_("boleh tampil untuk umum sejak"), null=True, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("foto kunjungan")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visit", "sha256", "caption"], name="photo_of_a_visit_is_unique", condition=Q(business=None)
            ),
            models.UniqueConstraint(
                fields=["visit", "sha256", "business", "caption"],
                name="photo_of_a_business_is_unique",
                condition=Q(business__isnull=False),
            ),
            models.CheckConstraint(
                name="photo_position_is_whole",
                condition=Q(latitude=None, longitude=None, accuracy=None)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180), accuracy__isnull=False),
            ),
            models.CheckConstraint(
                name="public_photo_has_a_consent",
                condition=Q(public_since=None, public_consent="")
                | Q(public_since__isnull=False) & ~Q(public_consent=""),
            ),
        ]

    def __str__(self) -> str:
        return self.caption or str(self.id)

    @property
    def position(self) -> MeasuredPosition | None:
        if self.latitude is None or self.longitude is None or self.accuracy is None:
            return None
        return MeasuredPosition(self.latitude, self.longitude, self.accuracy)


class Signature(models.Model):
    """The signature of the head of the sentra under the minutes, drawn on the officer's phone. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="signatures", verbose_name=_("kunjungan"))
    name = models.CharField(_("nama penanda tangan"), max_length=120)
    office = models.CharField(_("jabatan"), max_length=120, blank=True)
    image = models.ImageField(_("tanda tangan"), upload_to="visits/%Y/%m")  # re-encoded
    sha256 = models.CharField(max_length=64, editable=False)
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("diminta oleh"))
    signed_at = models.DateTimeField(_("ditandatangani"), default=clock.now)

    objects = Scoped["Signature"].as_manager()

    class Meta:
        verbose_name = _("tanda tangan ketua")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "sha256"], name="signature_of_a_visit_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.visit}"
