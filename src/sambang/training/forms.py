from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import DayField, WholeNumberField
from sambang.lib.lists import ListFilterForm
from sambang.registry.models import Business, BusinessQuerySet
from sambang.registry.queries import cluster_choices
from sambang.training.ladder import has_ladder_step
from sambang.training.models import Course, Enrolment, LadderStep
from sambang.training.stuck import STUCK_PERIODS, course_choices, in_period
from sambang.training.trainers import trainer_key


class CourseFields(forms.Form):
    title = forms.CharField(label=_("Nama pelatihan"), max_length=150)
    topic = forms.ChoiceField(label=_("Topik"), choices=Course.Topic)
    trainer = forms.CharField(label=_("Pelatih"), max_length=120, required=False)


class CourseChangeForm(EditForm, CourseFields):
    """The data of a course, corrected."""


class CourseForm(CourseFields):
    council = forms.ModelChoiceField(Council.objects.none(), label=_("Penyelenggara"), empty_label=None)
    field_order = ("council",)

    def __init__(self, *args: Any, councils: QuerySet[Council], **context: Any) -> None:
        super().__init__(*args, **context)
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]


class SessionForm(forms.Form):
    held_on = DayField(label=_("Tanggal"))
    place = forms.CharField(label=_("Tempat"), max_length=150, required=False)


class SessionChangeForm(EditForm, SessionForm):
    """The day or the place of a session, corrected."""


class EnrolForm(forms.Form):
    businesses = forms.ModelMultipleChoiceField(
        Business.objects.none(), label=_("IKM peserta"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, businesses: QuerySet[Business], **context: Any) -> None:
        super().__init__(*args, **context)
        self.fields["businesses"].queryset = businesses  # type: ignore[attr-defined]


class ScoreForm(forms.Form):
    before = WholeNumberField(label=_("Nilai sebelum"), max_value=100, required=False)
    after = WholeNumberField(label=_("Nilai sesudah"), max_value=100, required=False)

    @classmethod
    def of(cls, enrolment: Enrolment, posted: Any = None) -> ScoreForm:
        scores = {"before": enrolment.score_before, "after": enrolment.score_after}
        return cls(posted, prefix=str(enrolment.pk), initial=scores)


class LadderStepForm(forms.Form):
    step = forms.ChoiceField(label=_("Anak tangga"), choices=LadderStep.Step)
    reached_on = DayField(label=_("Tercapai"), until_today=True)
    evidence = forms.CharField(
        label=_("Bukti"),
        max_length=200,
        required=False,
        help_text=_("Alamat toko, nomor pesanan, atau siapa yang melihatnya."),
    )
    evidence_kind = forms.ChoiceField(
        label=_("Jenis bukti"), choices=[("", "–"), *LadderStep.EvidenceKind.choices], required=False
    )
    moved_by = forms.ChoiceField(
        label=_("Apa yang mendorongnya naik?"), choices=[("", "–"), *LadderStep.MovedBy.choices], required=False
    )


class LadderListForm(ListFilterForm):
    sentra = forms.ChoiceField(label=_("Sentra"), required=False)

    def __init__(self, person: Person, query: Any) -> None:
        super().__init__(query)
        clusters = cluster_choices(person, query.get("sentra", ""))
        self.fields["sentra"].choices = [("", _("semua yang sudah mulai")), *clusters]  # type: ignore[attr-defined]

    def narrow(self, rows: Any) -> Any:
        """All businesses of the chosen sentra; without one, those that have reached a step."""
        narrowed = super().narrow(rows)
        return narrowed if self.cleaned_data.get("sentra") else narrowed.filter(has_ladder_step())

    def filter_sentra(self, rows: BusinessQuerySet, key: str) -> BusinessQuerySet:
        return rows.filter(cluster__pk=key)


class StuckListForm(ListFilterForm):
    """The filter of IKM without progress after a course. `rows` are all of them."""

    lama = forms.ChoiceField(
        label=_("Sejak pelatihan"),
        required=False,
        choices=[
            ("", _("30 hari atau lebih")),
            *((str(days), label) for days, (label, _next) in STUCK_PERIODS.items()),
        ],
    )
    pelatihan = forms.ChoiceField(label=_("Pelatihan"), required=False)
    sentra = forms.ChoiceField(label=_("Sentra"), required=False)
    anak = forms.ChoiceField(
        label=_("Anak tangga"), required=False, choices=[("", _("semua")), *LadderStep.Step.choices[:-1]]
    )

    def __init__(self, person: Person, query: Any, rows: Any, *, today: date) -> None:
        super().__init__(query)
        self.today = today
        clusters = cluster_choices(person, query.get("sentra", ""))
        self.fields["pelatihan"].choices = [("", _("semua")), *course_choices(rows)]  # type: ignore[attr-defined]
        self.fields["sentra"].choices = [("", _("semua")), *clusters]  # type: ignore[attr-defined]

    def filter_lama(self, rows: Any, days: str) -> Any:
        return in_period(rows, int(days), today=self.today)

    def filter_pelatihan(self, rows: Any, key: str) -> Any:
        return rows.filter(course=key)

    def filter_sentra(self, rows: Any, key: str) -> Any:
        return rows.filter(business__cluster=key)

    def filter_anak(self, rows: Any, step: str) -> Any:
        return rows.filter(reached=step)


class TrainerListForm(ListFilterForm):
    """A trainer is chosen by one of their courses, because names stand in no address."""

    pelatih = forms.ChoiceField(label=_("Pelatih"), required=False)
    hari = forms.ChoiceField(
        label=_("Dihitung"),
        required=False,
        choices=[("", _("90 hari sesudah hadir")), ("60", _("60 hari")), ("30", _("30 hari"))],
    )

    def __init__(self, courses: QuerySet[Course], query: Any) -> None:
        super().__init__(query)
        self.courses_by_name: dict[str, list[UUID]] = {}
        names: dict[str, str] = {}
        for key, name in courses.values_list("pk", "trainer"):
            names.setdefault(trainer_key(name), name)
            self.courses_by_name.setdefault(trainer_key(name), []).append(key)
        choices = [(str(self.courses_by_name[name][0]), names[name]) for name in sorted(names)]
        self.fields["pelatih"].choices = [("", _("semua")), *choices]  # type: ignore[attr-defined]

    @property
    def days(self) -> int:
        """Of a form that was validated."""
        return int(self.cleaned_data.get("hari") or 90)

    def filter_pelatih(self, rows: Any, course: str) -> Any:
        keys = next(keys for keys in self.courses_by_name.values() if str(keys[0]) == course)
        return rows.filter(pk__in=keys)

    def filter_hari(self, rows: Any, _days: str) -> Any:
        return rows
