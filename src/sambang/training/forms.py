from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.lib import clock
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import (
    ALL_OPTION,
    PHOTO_INPUT,
    DayField,
    WholeNumberField,
    number_field,
    set_choices,
    set_queryset,
)
from sambang.lib.lists import ListFilterForm
from sambang.registry.models import Business, BusinessQuerySet
from sambang.registry.queries import cluster_choices
from sambang.training.ladder import has_ladder_step
from sambang.training.models import Course, Enrolment, LadderStep, Trainer
from sambang.training.screenshots import waiting_screenshots
from sambang.training.stuck import STUCK_PERIODS, course_choices, in_period

OWN_STEPS = LadderStep.Step.choices[1:]  # attendance proves the first


class CourseFields(forms.Form):
    title = forms.CharField(label=_("Nama pelatihan"), max_length=150)
    topic = forms.ChoiceField(label=_("Topik"), choices=Course.Topic)
    trainer = forms.ModelChoiceField(
        Trainer.objects.none(),
        label=_("Pelatih"),
        required=False,
        empty_label=_("belum ditentukan"),
        help_text=_("Belum ada di sini? Tambahkan di halaman Pelatih, lalu pilih."),
    )

    def __init__(self, *args: Any, trainers: QuerySet[Trainer], **context: Any) -> None:
        super().__init__(*args, **context)
        set_queryset(self, "trainer", trainers)


class CourseChangeForm(EditForm, CourseFields):
    """The data of a course, corrected."""


class CourseForm(CourseFields):
    council = forms.ModelChoiceField(Council.objects.none(), label=_("Penyelenggara"), empty_label=None)
    field_order = ("council",)

    def __init__(self, *args: Any, councils: QuerySet[Council], **context: Any) -> None:
        super().__init__(*args, **context)
        set_queryset(self, "council", councils)


class TrainerForm(EditForm, forms.ModelForm[Trainer]):
    class Meta:
        model = Trainer
        fields = ("name", "contact", "skills", "is_active")
        formfield_callback = number_field
        help_texts = {
            "contact": _("Hanya tampak bagi petugas dan pengurus."),
            "skills": _("Contoh: foto barang, toko daring, bordir."),
            "is_active": _("Hapus tandanya bila ia tidak melatih lagi: pelatihan lama tetap menyebutnya."),
        }


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
        set_queryset(self, "businesses", businesses)


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
    screenshot = forms.FileField(label=_("Tangkapan layar"), widget=PHOTO_INPUT, required=False)
    moved_by = forms.ChoiceField(
        label=_("Apa yang mendorongnya naik?"), choices=[("", "–"), *LadderStep.MovedBy.choices], required=False
    )


class ScreenshotAnswerForm(forms.Form):
    """The button that was pressed, and why not."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)
    because = forms.CharField(
        label=_("Bila belum dapat diterima, apa alasannya?"),
        max_length=200,
        required=False,
        help_text=_("Pemilik membacanya. Contoh: nama tokonya tidak terlihat."),
    )


class OwnStepForm(forms.Form):
    """A step as its owner records it."""

    step = forms.ChoiceField(
        label=_("Apa yang sudah tercapai?"), choices=OWN_STEPS, widget=forms.RadioSelect(attrs={"class": "choices"})
    )
    screenshot = forms.FileField(
        label=_("Tangkapan layar, bila ada"),
        widget=PHOTO_INPUT,
        required=False,
        help_text=_("Foto layar HP: halaman toko atau pesanan. Petugas melihatnya."),
    )
    reached_on = DayField(label=_("Sejak tanggal"), until_today=True, initial=clock.today)
    evidence = forms.CharField(
        label=_("Alamat atau nama toko"), max_length=200, required=False, help_text=_("Boleh dikosongkan.")
    )


class LadderListForm(ListFilterForm):
    lookups: ClassVar[Mapping[str, str]] = {"sentra": "cluster__pk"}
    sentra = forms.ChoiceField(label=_("Sentra"), required=False)

    bukti = forms.ChoiceField(
        label=_("Bukti"),
        required=False,
        choices=[ALL_OPTION, ("menunggu", _("tangkapan layar belum dilihat"))],
    )

    def __init__(self, person: Person, query: Any) -> None:
        super().__init__(query)
        self.person = person
        clusters = cluster_choices(person, query.get("sentra", ""))
        set_choices(self, "sentra", [("", _("semua yang sudah mulai")), *clusters])

    def narrow(self, rows: Any) -> Any:
        """All businesses of the chosen sentra; without one, those that have reached a step."""
        narrowed = super().narrow(rows)
        return narrowed if self.cleaned_data.get("sentra") else narrowed.filter(has_ladder_step())

    def filter_bukti(self, rows: BusinessQuerySet, _waiting: str) -> BusinessQuerySet:
        return rows.filter(pk__in=waiting_screenshots(self.person).order_by().values("business"))


class StuckListForm(ListFilterForm):
    """The filter of IKM without progress after a course. `rows` are all of them."""

    lookups: ClassVar[Mapping[str, str]] = {"pelatihan": "course", "sentra": "business__cluster", "anak": "reached"}

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
        label=_("Anak tangga"), required=False, choices=[ALL_OPTION, *LadderStep.Step.choices[:-1]]
    )

    def __init__(self, person: Person, query: Any, rows: Any, *, today: date) -> None:
        super().__init__(query)
        self.today = today
        clusters = cluster_choices(person, query.get("sentra", ""))
        set_choices(self, "pelatihan", [ALL_OPTION, *course_choices(rows)])
        set_choices(self, "sentra", [ALL_OPTION, *clusters])

    def filter_lama(self, rows: Any, days: str) -> Any:
        return in_period(rows, int(days), today=self.today)


class OutcomeForm(ListFilterForm):
    """After how many days it is counted what became of the participants."""

    hari = forms.ChoiceField(
        label=_("Dihitung"),
        required=False,
        choices=[("", _("90 hari sesudah hadir")), ("60", _("60 hari")), ("30", _("30 hari"))],
    )

    @property
    def days(self) -> int:
        """Of a form that was validated."""
        return int(self.cleaned_data.get("hari") or 90)

    def filter_hari(self, rows: Any, _days: str) -> Any:
        return rows
