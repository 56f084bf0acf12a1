"""Actions: promised on a visit or chosen from an idea, claimed by the council, confirmed by the IKM that raised it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.aspirations.models import Idea, Matter
from sambang.audit.withdrawal import CurrentManager, Withdrawable, once_unless_withdrawn, withdrawn_constraint
from sambang.lib import clock
from sambang.lib.lists import count_of
from sambang.registry.models import Business, Cluster, Region
from sambang.visits.models import Visit


class ActionQuerySet(Scoped["Action"]):
    def open(self) -> Self:
        """Promised or disputed: the council has to act."""
        return self.filter(state__in=Action.OPEN_STATES)

    def overdue(self, *, today: date) -> Self:
        """Open after its due date. A claimed action is not overdue: the IKM have to answer."""
        return self.open().filter(due_on__lt=today)

    def due_within(self, days: int, *, today: date) -> Self:
        return self.open().filter(due_on__range=(today, today + timedelta(days=days)))

    def with_answers(self) -> Self:
        """Annotates `asked`, `solved` and `refused`: numbers of IKM by answer; the rest has not answered."""
        asked, answer = Confirmation.objects.all(), Confirmation.Answer
        return self.annotate(
            asked=count_of(asked, "action"),
            solved=count_of(asked.filter(answer=answer.SOLVED), "action"),
            refused=count_of(asked.filter(answer=answer.NOT_SOLVED), "action"),
        )


class Action(models.Model):
    class State(models.TextChoices):
        PROMISED = "promised", _("dijanjikan")
        CLAIMED = "claimed", _("diklaim selesai")
        CONFIRMED = "confirmed", _("dikonfirmasi selesai")
        DISPUTED = "disputed", _("disangkal, dibuka lagi")
        DROPPED = "dropped", _("dihentikan")

    OPEN_STATES: ClassVar = (State.PROMISED, State.DISPUTED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Where it is promised: a sentra, or the village of an IKM outside any (`cluster` null).
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("desa/kalurahan"))
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("sentra")
    )
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("pokok bahasan")
    )
    idea = models.OneToOneField(
        Idea, models.PROTECT, null=True, blank=True, related_name="action", verbose_name=_("gagasan")
    )
    visit = models.ForeignKey(
        Visit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name=_("dijanjikan pada kunjungan"),
    )
    title = models.CharField(_("tindakan"), max_length=200)
    responsible = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("penanggung jawab")
    )
    responsible_name = models.CharField(_("nama/instansi penanggung jawab"), max_length=120)
    due_on = models.DateField(_("tenggat"))
    budget = models.BigIntegerField(_("anggaran (Rp)"), null=True, blank=True)
    spent = models.BigIntegerField(_("belanja (Rp)"), null=True, blank=True)  # until now
    state = models.CharField(_("keadaan"), max_length=10, choices=State, default=State.PROMISED)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(_("diklaim selesai pada"), null=True, blank=True)
    claimed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    claim = models.TextField(_("yang sudah dikerjakan"), max_length=2000, blank=True)
    confirmed_at = models.DateTimeField(_("dikonfirmasi pada"), null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_because = models.CharField(_("alasan dihentikan"), max_length=300, blank=True)
    is_simulated = models.BooleanField(_("data peragaan"), default=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("tindakan")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="action_confirmed_says_by_whom_and_when",
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="action_claimed_says_by_whom_and_when",
                condition=~Q(state__in=["claimed", "confirmed"])
                | Q(claimed_at__isnull=False, claimed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="action_is_never_confirmed_by_who_made_it",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("created_by")),
            ),
            models.CheckConstraint(
                name="action_is_never_confirmed_by_who_claimed_it",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("claimed_by")),
            ),
            models.CheckConstraint(
                name="action_is_never_confirmed_by_who_is_responsible",
                condition=Q(confirmed_by=None) | Q(responsible=None) | ~Q(confirmed_by=F("responsible")),
            ),
            models.CheckConstraint(
                name="action_dropped_says_why", condition=~Q(state="dropped") | ~Q(dropped_because="")
            ),
            models.CheckConstraint(name="action_budget_is_not_negative", condition=Q(budget=None) | Q(budget__gte=0)),
            models.CheckConstraint(name="action_spent_is_not_negative", condition=Q(spent=None) | Q(spent__gte=0)),
        ]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    action = models.ForeignKey(Action, models.CASCADE, related_name="steps")
    title = models.CharField(_("langkah"), max_length=200)
    due_on = models.DateField(_("tenggat"), null=True, blank=True)
    added_at = models.DateTimeField(_("ditambahkan"), default=clock.now)  # the order of the steps
    done_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = Scoped["Step"].as_manager()

    class Meta:
        verbose_name = _("langkah")

    def __str__(self) -> str:
        return self.title


class Attachment(Withdrawable):
    """A photo (re-encoded) or a PDF about an action: a receipt, a letter. Only the council's members read it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    action = models.ForeignKey(Action, models.CASCADE, related_name="attachments", verbose_name=_("tindakan"))
    title = models.CharField(_("isi lampiran"), max_length=150)
    file = models.FileField(_("berkas"), upload_to="actions/%Y/%m")
    sha256 = models.CharField(max_length=64, editable=False)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("ditambahkan oleh"))
    added_at = models.DateTimeField(_("ditambahkan"), default=clock.now)

    objects = CurrentManager["Attachment"]()

    class Meta:
        verbose_name = _("lampiran")
        ordering: ClassVar = ["added_at"]
        constraints: ClassVar = [
            withdrawn_constraint("attachment"),
            once_unless_withdrawn("action", "sha256", name="attachment_of_an_action_is_unique"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_pdf(self) -> bool:
        return bool(self.file.name and self.file.name.endswith(".pdf"))


class ActionEvent(models.Model):
    """One event in the history of an action. Append-only: a new claim erases no refusal."""

    class Kind(models.TextChoices):
        CLAIMED = "claimed", _("mengklaim sudah dikerjakan")
        CONFIRMED = "confirmed", _("menyatakan sudah selesai")
        DISPUTED = "disputed", _("menyatakan belum selesai")
        DROPPED = "dropped", _("menghentikan tindakan")
        REOPENED = "reopened", _("membuka lagi tindakan")
        REPLANNED = "replanned", _("mengubah rencana tindakan")
        CORRECTED = "corrected", _("membetulkan tindakan")
        # Statements of the responsible person outside the office (`outside_name`); they change no state.
        PROGRESS = "progress", _("melaporkan perkembangan")
        DONE = "done", _("melaporkan sudah mengerjakan")
        CANNOT = "cannot", _("melaporkan tidak dapat mengerjakan")

    STATEMENTS: ClassVar = (Kind.PROGRESS, Kind.DONE, Kind.CANNOT)

    action = models.ForeignKey(Action, models.CASCADE, related_name="events")
    kind = models.CharField(_("kejadian"), max_length=10, choices=Kind)
    business = models.ForeignKey(
        Business, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("IKM")
    )
    text = models.TextField(_("kata-katanya"), max_length=2000, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    outside_name = models.CharField(_("penanggung jawab di luar kantor"), max_length=120, blank=True)
    at = models.DateTimeField(default=clock.now)
    # Of a changed plan: the old and new values, empty if unchanged; `text` is the reason.
    due_from = models.DateField(_("tenggat semula"), null=True, blank=True)
    due_to = models.DateField(_("tenggat baru"), null=True, blank=True)
    # Of a corrected title, budget or spending: both values in words.
    correction = models.CharField(_("pembetulan"), max_length=600, blank=True)
    responsible_from = models.CharField(_("penanggung jawab semula"), max_length=120, blank=True)
    responsible_to = models.CharField(_("penanggung jawab baru"), max_length=120, blank=True)

    objects = Scoped["ActionEvent"].as_manager()

    class Meta:
        verbose_name = _("riwayat tindakan")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="action_event_of_an_answer_has_its_business",
                condition=~Q(kind__in=["confirmed", "disputed"]) | Q(business__isnull=False),
            ),
            models.CheckConstraint(
                name="action_event_has_one_actor",
                condition=Q(kind__in=["progress", "done", "cannot"], by=None) & ~Q(outside_name="") & ~Q(text="")
                | ~Q(kind__in=["progress", "done", "cannot"]) & Q(by__isnull=False, outside_name=""),
            ),
            models.CheckConstraint(
                name="action_event_of_a_new_plan_has_reason_and_change",
                condition=~Q(kind="replanned")
                | (
                    ~Q(text="")
                    & (Q(due_from__isnull=False, due_to__isnull=False) | ~Q(responsible_from="", responsible_to=""))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.description()}"

    @property
    def actor(self) -> str:
        return self.outside_name or str(self.by)

    def description(self) -> str:
        """The event without actor and time: “mengubah tenggat dari 30 April 2022 menjadi 31 Mei 2022”."""
        parts = [self.correction] if self.correction else []
        if self.due_from and self.due_to:
            days = {"old": date_format(self.due_from, "j F Y"), "new": date_format(self.due_to, "j F Y")}
            parts.append(gettext("mengubah tenggat dari %(old)s menjadi %(new)s") % days)
        if self.responsible_to:
            names = {"old": self.responsible_from, "new": self.responsible_to}
            parts.append(gettext("mengubah penanggung jawab dari %(old)s menjadi %(new)s") % names)
        return "; ".join(parts) or str(self.get_kind_display())


class ConfirmationQuerySet(Scoped["Confirmation"]):
    def to_answer(self) -> Self:
        """Whether an answer is due: none was given, or a refusal precedes the newest claim."""
        unanswered = Q(answer=Confirmation.Answer.WAITING) | Q(
            answer=Confirmation.Answer.NOT_SOLVED, asked_at__gt=F("answered_at")
        )
        return self.filter(
            unanswered, action__state__in=[Action.State.CLAIMED, Action.State.CONFIRMED, Action.State.DISPUTED]
        )


class Confirmation(models.Model):
    """An IKM asked to confirm that an action solved its matter. Without an answer it does not count as solved."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("belum menjawab")
        SOLVED = "solved", _("sudah selesai")
        NOT_SOLVED = "not_solved", _("belum selesai")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    action = models.ForeignKey(Action, models.CASCADE, related_name="confirmations")
    business = models.ForeignKey(Business, models.PROTECT, related_name="confirmations", verbose_name=_("IKM"))
    answer = models.CharField(_("jawaban"), max_length=10, choices=Answer, default=Answer.WAITING)
    text = models.TextField(_("kata-katanya"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("ditanyakan"), default=clock.now)
    sent_at = models.DateTimeField(_("terakhir dikirimi pesan"), null=True, blank=True)
    answered_at = models.DateTimeField(_("dijawab"), null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("konfirmasi")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["action", "business"], name="business_is_asked_once_about_an_action"),
            models.CheckConstraint(
                name="confirmation_answered_says_by_whom_and_when",
                condition=Q(answer="waiting", answered_at=None, answered_by=None)
                | (~Q(answer="waiting") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business}: {self.get_answer_display()}"

    @property
    def asked_again(self) -> bool:
        """Whether its refusal is in force: it has not answered a newer claim."""
        return (
            self.answer == self.Answer.NOT_SOLVED and self.answered_at is not None and self.asked_at > self.answered_at
        )
