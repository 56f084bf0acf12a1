"""What is done about it: an Action, promised or chosen, claimed by the council, confirmed only by the IKM that raised it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sambang.aspirations.models import Idea, Matter
from sambang.people.access import Scoped, new_id
from sambang.people.models import Person
from sambang.registry.models import Business, Cluster
from sambang.visits.models import Visit


class Action(models.Model):
    class State(models.TextChoices):
        PROMISED = "promised", _("dijanjikan")
        CLAIMED = "claimed", _("diklaim selesai")
        CONFIRMED = "confirmed", _("dikonfirmasi selesai")
        DISPUTED = "disputed", _("disangkal, dibuka lagi")
        DROPPED = "dropped", _("dihentikan")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="actions", verbose_name=_("sentra"))
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
    state = models.CharField(_("keadaan"), max_length=10, choices=State, default=State.PROMISED)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(_("diklaim selesai pada"), null=True, blank=True)
    claim = models.TextField(_("yang sudah dikerjakan"), max_length=2000, blank=True)
    confirmed_at = models.DateTimeField(_("dikonfirmasi pada"), null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_because = models.CharField(_("alasan dihentikan"), max_length=300, blank=True)

    objects = Scoped["Action"].as_manager()

    class Meta:
        verbose_name = _("tindakan")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="action_confirmed_says_by_whom_and_when",
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="action_claimed_says_when",
                condition=~Q(state__in=["claimed", "confirmed"]) | Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="action_is_never_confirmed_by_who_made_it",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("made_by")),
            ),
            models.CheckConstraint(
                name="action_dropped_says_why", condition=~Q(state="dropped") | ~Q(dropped_because="")
            ),
            models.CheckConstraint(name="action_budget_is_not_negative", condition=Q(budget=None) | Q(budget__gte=0)),
        ]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    action = models.ForeignKey(Action, models.CASCADE, related_name="steps")
    title = models.CharField(_("langkah"), max_length=200)
    due_on = models.DateField(_("tenggat"), null=True, blank=True)
    done_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = Scoped["Step"].as_manager()

    class Meta:
        verbose_name = _("langkah")

    def __str__(self) -> str:
        return self.title


class Confirmation(models.Model):
    """One IKM asked whether an action solved what it raised. No answer is no answer: never counted as solved."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("belum menjawab")
        SOLVED = "solved", _("sudah selesai")
        NOT_SOLVED = "not_solved", _("belum selesai")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    action = models.ForeignKey(Action, models.CASCADE, related_name="confirmations")
    business = models.ForeignKey(Business, models.PROTECT, related_name="confirmations", verbose_name=_("IKM"))
    answer = models.CharField(_("jawaban"), max_length=10, choices=Answer, default=Answer.WAITING)
    words = models.TextField(_("kata-katanya"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("ditanyakan"), default=timezone.now)
    answered_at = models.DateTimeField(_("dijawab"), null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = Scoped["Confirmation"].as_manager()

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
