from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council
from sambang.lib.forms import DayField, WholeNumberField
from sambang.registry.models import Business
from sambang.training.models import Course, Enrolment, LadderStep


class CourseForm(forms.Form):
    council = forms.ModelChoiceField(Council.objects.none(), label=_("Penyelenggara"), empty_label=None)
    title = forms.CharField(label=_("Nama pelatihan"), max_length=150)
    topic = forms.ChoiceField(label=_("Topik"), choices=Course.Topic)
    trainer = forms.CharField(label=_("Pelatih"), max_length=120, required=False)

    def __init__(self, *args: Any, councils: QuerySet[Council], **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.fields["council"].queryset = councils  # type: ignore[attr-defined]


class SessionForm(forms.Form):
    held_on = DayField(label=_("Tanggal"))
    place = forms.CharField(label=_("Tempat"), max_length=150, required=False)


class EnrolForm(forms.Form):
    businesses = forms.ModelMultipleChoiceField(
        Business.objects.none(), label=_("IKM peserta"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, businesses: QuerySet[Business], **facts: Any) -> None:
        super().__init__(*args, **facts)
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
