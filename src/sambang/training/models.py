"""Courses with sessions, attendance and scores, and the steps towards selling online."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.audit.withdrawal import CurrentManager, Withdrawable, withdrawn_constraint
from sambang.lib import clock
from sambang.registry.models import Business


class Trainer(models.Model):
    """Who teaches courses of a council. One who no longer does is made inactive; past courses keep naming them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="trainers", verbose_name=_("dewan"))
    name = models.CharField(_("nama"), max_length=120)
    contact = models.CharField(_("nomor HP atau surel"), max_length=120, blank=True)
    skills = models.CharField(_("keahlian"), max_length=200, blank=True)
    is_active = models.BooleanField(_("masih melatih"), default=True)

    objects = Scoped["Trainer"].as_manager()

    class Meta:
        verbose_name = _("pelatih")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "council",
                Lower("name"),
                name="trainer_is_once_in_a_council",
                violation_error_message=_("Pelatih dengan nama itu sudah ada: pilih dia, atau tambahkan pembeda."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Course(Withdrawable):
    class Topic(models.TextChoices):
        ONLINE = "online", _("pasar daring")
        PRICING = "pricing", _("menghitung harga pokok")
        TECHNIQUE = "technique", _("teknik produksi")
        QUALITY = "quality", _("mutu dan standar")
        FINANCE = "finance", _("keuangan dan modal")
        PERMIT = "permit", _("izin dan sertifikat")
        OTHER = "other", _("lainnya")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="courses", verbose_name=_("penyelenggara"))
    title = models.CharField(_("pelatihan"), max_length=150)
    topic = models.CharField(_("pokok"), max_length=10, choices=Topic)
    trainer = models.ForeignKey(
        Trainer, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("pelatih")
    )

    objects = CurrentManager["Course"]()

    class Meta:
        verbose_name = _("pelatihan")
        constraints: ClassVar = [withdrawn_constraint("course")]

    def __str__(self) -> str:
        return self.title


class Session(Withdrawable):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="sessions", verbose_name=_("pelatihan"))
    held_on = models.DateField(_("tanggal"))
    place = models.CharField(_("tempat"), max_length=150, blank=True)

    objects = CurrentManager["Session"]()

    class Meta:
        verbose_name = _("pertemuan")
        ordering: ClassVar = ["held_on"]
        constraints: ClassVar = [
            withdrawn_constraint("session"),
            models.UniqueConstraint(
                fields=["course", "held_on"], condition=Q(withdrawn_at=None), name="session_is_once_a_day_in_a_course"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course}, {self.held_on}"


class Enrolment(Withdrawable):
    """A business in a course: its participant, and scores from 0 to 100 before and after."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="enrolments", verbose_name=_("pelatihan"))
    business = models.ForeignKey(Business, models.PROTECT, related_name="enrolments", verbose_name=_("IKM"))
    participant = models.CharField(_("peserta"), max_length=120, blank=True)
    score_before = models.PositiveSmallIntegerField(_("nilai sebelum"), null=True, blank=True)
    score_after = models.PositiveSmallIntegerField(_("nilai sesudah"), null=True, blank=True)

    objects = CurrentManager["Enrolment"]()

    class Meta:
        verbose_name = _("peserta pelatihan")
        constraints: ClassVar = [
            withdrawn_constraint("enrolment"),
            models.UniqueConstraint(
                fields=["course", "business"], condition=Q(withdrawn_at=None), name="business_enrols_once_in_a_course"
            ),
            models.CheckConstraint(
                name="score_is_at_most_a_hundred",
                condition=(Q(score_before=None) | Q(score_before__lte=100))
                & (Q(score_after=None) | Q(score_after__lte=100)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business} @ {self.course}"


def attended_session(path: str = "") -> Q:
    """The condition that the participant of the attendance reached by `path` was present, and that nothing of it was
    withdrawn: the session, its course or the enrolment."""
    withdrawn = ("session__withdrawn_at", "session__course__withdrawn_at", "enrolment__withdrawn_at")
    return Q(**{f"{path}present": True, **{f"{path}{column}": None for column in withdrawn}})


class Attendance(models.Model):
    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendances")
    present = models.BooleanField(_("hadir"))

    objects = Scoped["Attendance"].as_manager()

    class Meta:
        verbose_name = _("kehadiran pelatihan")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="participant_attends_a_session_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.present}"


class QuizResult(models.Model):
    """How many of a module's questions an owner answered rightly, before or after the lesson. The answers themselves
    are not stored."""

    class Phase(models.TextChoices):
        BEFORE = "before", _("sebelum")
        AFTER = "after", _("sesudah")

    business = models.ForeignKey(Business, models.CASCADE, related_name="quiz_results", verbose_name=_("IKM"))
    module = models.SlugField(_("pelajaran"), max_length=40, db_index=False)
    phase = models.CharField(_("tahap"), max_length=6, choices=Phase)
    right = models.PositiveSmallIntegerField(_("jawaban benar"))
    answered_on = models.DateField(_("dijawab"))

    objects = Scoped["QuizResult"].as_manager()

    class Meta:
        verbose_name = _("hasil pertanyaan pelajaran")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "module", "phase"], name="quiz_is_answered_once_in_a_phase")
        ]

    def __str__(self) -> str:
        return f"{self.module}, {self.phase}: {self.right}"


class LadderStep(Withdrawable):
    """A step that a business has reached: the first day, and the evidence."""

    class Step(models.TextChoices):
        LEARNT = "1_learnt", _("sudah belajar")
        SHOP = "2_shop", _("toko daring dibuka")
        LIVE_PRODUCT = "3_live_product", _("barang tayang")
        FIRST_ORDER = "4_first_order", _("pesanan pertama")
        REPEAT_SALES = "5_repeat_sales", _("penjualan berulang")

    class EvidenceKind(models.TextChoices):
        OWNER = "owner", _("kata pemilik")
        ORDER = "order", _("pesanan yang tercatat di sini")
        ATTENDANCE = "attendance", _("daftar hadir")
        SCREENSHOT = "screenshot", _("tangkapan layar")
        LOOK = "look", _("dilihat sendiri oleh petugas")

    class MovedBy(models.TextChoices):
        COURSE = "course", _("pelatihan")
        MESSAGE = "message", _("pesan pengingat")
        VISIT = "visit", _("kunjungan petugas")
        PEER = "peer", _("sesama IKM")
        OWN = "own", _("usaha sendiri")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="ladder_steps", verbose_name=_("IKM"))
    step = models.CharField(_("anak tangga"), max_length=16, choices=Step)
    reached_on = models.DateField(_("tercapai"))
    evidence_kind = models.CharField(_("jenis bukti"), max_length=10, choices=EvidenceKind, blank=True)
    evidence = models.CharField(_("bukti"), max_length=200, blank=True)
    moved_by = models.CharField(_("yang mendorong"), max_length=8, choices=MovedBy, blank=True)
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = CurrentManager["LadderStep"]()

    class Meta:
        verbose_name = _("anak tangga")
        ordering: ClassVar = ["step"]
        constraints: ClassVar = [
            withdrawn_constraint("ladderstep"),
            models.UniqueConstraint(
                fields=["business", "step"], condition=Q(withdrawn_at=None), name="ladder_step_is_reached_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business}: {self.get_step_display()}"


class Screenshot(models.Model):
    """A screenshot as evidence of a step of a business, and what the officer who looked at it answered."""

    class State(models.TextChoices):
        WAITING = "waiting", _("menunggu dilihat")
        ACCEPTED = "accepted", _("diterima")
        REFUSED = "refused", _("belum diterima")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="screenshots", verbose_name=_("IKM"))
    step = models.CharField(_("anak tangga"), max_length=16, choices=LadderStep.Step)
    image = models.ImageField(_("tangkapan layar"), upload_to="screenshots")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("dikirim oleh"))
    added_on = models.DateField(_("dikirim"), default=clock.today)
    state = models.CharField(_("keadaan"), max_length=8, choices=State, default=State.WAITING)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dilihat oleh")
    )
    answered_on = models.DateField(_("dilihat"), null=True, blank=True)
    because = models.CharField(_("alasan"), max_length=200, blank=True)

    objects = Scoped["Screenshot"].as_manager()

    class Meta:
        verbose_name = _("tangkapan layar")
        ordering: ClassVar = ["added_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="screenshot_answer_says_who",
                condition=Q(state="waiting") | Q(answered_by__isnull=False, answered_on__isnull=False),
            ),
            models.CheckConstraint(name="screenshot_refusal_says_why", condition=~Q(state="refused", because="")),
        ]

    def __str__(self) -> str:
        return f"{self.business}: {self.get_step_display()}"
