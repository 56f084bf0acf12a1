"""Aspirations in the words of the IKM, grouped into matters that are commented on; ideas with votes."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.access.reader import reader_for
from sambang.aspirations.difficulties import difficulty_label, validate_difficulty
from sambang.audit.withdrawal import CurrentManager, Withdrawable, withdrawn_constraint
from sambang.lib import clock
from sambang.lib.lists import count_of
from sambang.lib.region_code import RegionCode, in_region
from sambang.lib.search import every_word
from sambang.registry.models import Business, Cluster, Region
from sambang.visits.models import Visit


class MatterQuerySet(Scoped["Matter"]):
    def with_headcount(self) -> Self:
        """Annotates `headcount`, the number of IKM that raised the matter."""
        return self.annotate(headcount=count_of(Aspiration.objects.all(), "matter", distinct="business"))

    def newest_first(self) -> Self:
        return self.order_by("-opened_at", "title")

    def with_cluster_count(self) -> Self:
        """Annotates `cluster_count`, the number of sentra in which the matter was raised."""
        raised = Aspiration.objects.exclude(business__cluster=None)
        return self.annotate(cluster_count=count_of(raised, "matter", distinct="business__cluster"))

    def in_cluster(self, cluster_id: Any) -> Self:
        """Matters opened in the sentra or raised there."""
        raised = Aspiration.objects.filter(business__cluster=cluster_id).values("matter")
        return self.filter(Q(cluster=cluster_id) | Q(pk__in=raised))

    def outside_clusters(self, region: str) -> Self:
        """Matters of the region's regency that were raised by an IKM outside any sentra."""
        raised = Aspiration.objects.filter(business__cluster=None).values("matter")
        return self.in_regency(region).filter(pk__in=raised)

    def of_visit_or_action(self, row: Any) -> Self:
        """The matters that concern a visit, action or matter: of its sentra, else of the IKM outside any."""
        return self.in_cluster(row.cluster_id) if row.cluster_id else self.outside_clusters(row.region_id)

    def in_regency(self, region: str) -> Self:
        return self.filter(in_region("region__code", RegionCode(region).regency))

    def matching(self, search: str, _person: Person) -> Self:
        """Rows whose title contains every word of the search."""
        return self.filter(every_word(search, "title"))

    def open(self) -> Self:
        return self.exclude(state__in=[Matter.State.SOLVED, Matter.State.SET_ASIDE])


class Matter(models.Model):
    """A group of similar aspirations (pokok bahasan), discussed and followed up by actions. It belongs to every sentra
    of the regency whose IKM raised it; `cluster` is the one where it was opened, null for an IKM outside any, and
    `region` its village."""

    class State(models.TextChoices):
        HEARD = "heard", _("didengar")
        DISCUSSED = "discussed", _("dibahas")
        ACTING = "acting", _("ditindaklanjuti")
        SOLVED = "solved", _("dikonfirmasi selesai")
        SET_ASIDE = "set_aside", _("dikesampingkan")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("desa/kalurahan"))
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="matters", verbose_name=_("sentra")
    )
    title = models.CharField(_("pokok bahasan"), max_length=200)
    difficulty = models.CharField(_("kesulitan"), max_length=12, validators=[validate_difficulty])
    state = models.CharField(_("keadaan"), max_length=10, choices=State, default=State.HEARD)
    opened_at = models.DateTimeField(_("dibuka"), default=clock.now)
    set_aside_because = models.CharField(_("alasan dikesampingkan"), max_length=300, blank=True)
    is_simulated = models.BooleanField(_("data peragaan"), default=False)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = _("pokok bahasan")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="matter_set_aside_says_why", condition=~Q(state="set_aside") | ~Q(set_aside_because="")
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_difficulty_display(self) -> str:
        return difficulty_label(self.difficulty)


class AspirationQuerySet(Scoped["Aspiration"]):
    def ungrouped(self) -> Self:
        """Aspirations without a matter."""
        return self.filter(matter=None)

    def newest_first(self) -> Self:
        return self.order_by("-raised_at", "pk")

    def in_cluster(self, cluster_id: Any) -> Self:
        return self.filter(business__cluster=cluster_id)

    def in_regency(self, region: str) -> Self:
        return self.filter(in_region("business__region__code", RegionCode(region).regency))

    def matching(self, search: str, person: Person) -> Self:
        """Rows in which every word of the search occurs: in the text, the IKM's name, or the owner's name if
        readable."""
        rows, readable = self, reader_for(person).allowed("registry.see_contact", Aspiration) if search.strip() else Q()
        for word in search.split():
            owner = Q(business__owner__name__icontains=word) & readable
            rows = rows.filter(Q(text__icontains=word) | Q(business__name__icontains=word) | owner)
        return rows


class Aspiration(Withdrawable):
    class Kind(models.TextChoices):
        ASPIRATION = "aspiration", _("aspirasi")
        CHALLENGE = "challenge", _("tantangan")
        CONSTRAINT = "constraint", _("kendala")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.PROTECT, related_name="aspirations", verbose_name=_("IKM"))
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="aspirations", verbose_name=_("kunjungan")
    )
    matter = models.ForeignKey(
        Matter, models.SET_NULL, null=True, blank=True, related_name="aspirations", verbose_name=_("pokok bahasan")
    )
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind)
    text = models.TextField(_("kata-katanya sendiri"), max_length=2000)
    difficulty = models.CharField(_("kesulitan"), max_length=12, validators=[validate_difficulty])
    also_touches = models.CharField(_("siapa lagi yang mengalami"), max_length=200, blank=True)
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh"))
    raised_at = models.DateTimeField(_("disampaikan"), default=clock.now)

    objects = CurrentManager.from_queryset(AspirationQuerySet)()

    class Meta:
        verbose_name = _("aspirasi")
        constraints: ClassVar = [
            withdrawn_constraint("aspiration"),
            models.CheckConstraint(name="aspiration_has_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_difficulty_display(self) -> str:
        return difficulty_label(self.difficulty)


class Comment(Withdrawable):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="comments")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    text = models.TextField(_("pendapat"), max_length=2000)
    at = models.DateTimeField(default=clock.now)

    objects = CurrentManager["Comment"]()

    class Meta:
        verbose_name = _("pendapat")
        constraints: ClassVar = [withdrawn_constraint("comment")]

    def __str__(self) -> str:
        return self.text[:60]


class Idea(Withdrawable):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="ideas")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("pengusul"))
    proposal = models.TextField(_("gagasan"), max_length=2000)
    cost = models.BigIntegerField(_("perkiraan biaya (Rp)"), null=True, blank=True)
    chosen_at = models.DateTimeField(_("dipilih"), null=True, blank=True)
    chosen_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = CurrentManager["Idea"]()

    class Meta:
        verbose_name = _("gagasan")
        constraints: ClassVar = [
            withdrawn_constraint("idea"),
            models.CheckConstraint(
                name="idea_chosen_says_by_whom",
                condition=Q(chosen_at=None, chosen_by=None) | Q(chosen_at__isnull=False, chosen_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.proposal[:60]


class Vote(models.Model):
    """The vote of one person on one idea; a second vote replaces the first."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="votes")
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    weight = models.SmallIntegerField(_("suara"), choices=[(1, _("setuju")), (0, _("ragu")), (-1, _("tidak setuju"))])
    at = models.DateTimeField(default=clock.now)

    objects = Scoped["Vote"].as_manager()

    class Meta:
        verbose_name = _("suara")
        constraints: ClassVar = [models.UniqueConstraint(fields=["idea", "by"], name="person_votes_once_on_an_idea")]

    def __str__(self) -> str:
        return f"{self.by}: {self.weight}"
