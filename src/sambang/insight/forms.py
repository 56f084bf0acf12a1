"""Forms for the base period of a council's index, and for drawing a panel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.aspirations.difficulties import offered_difficulties
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import MonthField, WholeNumberField, set_choices, set_queryset
from sambang.lib.months import FIRST_YEAR, LAST_YEAR
from sambang.papers.models import Signer
from sambang.production.models import SurveyPanel
from sambang.training.models import Course

YEARS_OF_REPORTS = 6


class BaseForm(EditForm, forms.Form):
    first = MonthField(label=_("Dari bulan"), required=False)
    last = MonthField(label=_("Sampai bulan"), required=False)

    def __init__(self, council: Council, data: Any = None) -> None:
        super().__init__(data, initial={"first": council.index_base_first, "last": council.index_base_last})


class PanelForm(forms.Form):
    """The parameters of drawing a panel. `panel`: the active one."""

    STRATA = (("", _("industri dan wilayah")), ("sentra", _("sentra")))
    PARTS = (("25", _("seperempat")), ("50", _("separuh")), ("100", _("seluruhnya")))

    size = WholeNumberField(label=_("Banyaknya IKM yang ditanya"), min_value=1)
    by_cluster = forms.ChoiceField(label=_("Terbagi menurut"), choices=STRATA, required=False)
    renewed = forms.ChoiceField(label=_("Bagian panel lama yang diganti"), choices=PARTS, initial="25")

    def __init__(self, panel: SurveyPanel | None, data: Any = None) -> None:
        super().__init__(data)
        if panel is None:
            del self.fields["renewed"]
        else:
            self.initial["size"] = panel.asked
            self.initial["by_cluster"] = "sentra" if panel.by_cluster else ""

    def clean_by_cluster(self) -> bool:
        return bool(self.cleaned_data["by_cluster"])

    def clean(self) -> dict[str, Any]:
        return {**self.cleaned_data, "renewed": int(self.cleaned_data.get("renewed") or 100)}


class AnnualReportForm(forms.Form):
    """Year, signer and file format of the report."""

    tahun = forms.ChoiceField(label=_("Tahun"))
    penandatangan = forms.ModelChoiceField(
        Signer.objects.none(), label=_("Ditandatangani oleh"), required=False, empty_label=_("ditulis tangan")
    )
    berkas = forms.ChoiceField(label=_("Berkas"), choices=[("pdf", "PDF"), ("docx", "Word")])

    def __init__(self, council: Council, person: Person, this_year: int, data: Any = None) -> None:
        super().__init__(data, initial={"tahun": str(this_year)})
        signers = Signer.objects.visible_to(person).filter(council=council, is_active=True)
        set_queryset(self, "penandatangan", signers)
        years = range(this_year, this_year - YEARS_OF_REPORTS, -1)
        set_choices(self, "tahun", [(str(year), str(year)) for year in years])


class PlanningForm(forms.Form):
    """The two year ends that are compared; without a query, or with a wrong one, those of the defaults."""

    awal = WholeNumberField(label=_("Akhir tahun (awal)"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    akhir = WholeNumberField(label=_("Akhir tahun (akhir)"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    dewan = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, query: dict[str, Any], *, first: int, last: int) -> None:
        super().__init__({"awal": str(first), "akhir": str(last)} | query)
        self.defaults = (first, last)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = self._chosen(cleaned)
        if first >= last:
            self.add_error("akhir", _("Tahun akhir harus sesudah tahun awal."))
        if last > self.defaults[1]:
            self.add_error("akhir", _("Tahun itu belum berakhir."))
        return cleaned

    def _chosen(self, cleaned: dict[str, Any]) -> tuple[int, int]:
        return cleaned.get("awal") or self.defaults[0], cleaned.get("akhir") or self.defaults[1]

    def years(self) -> tuple[int, int]:
        return self._chosen(self.cleaned_data) if self.is_valid() else self.defaults


class EvaluationForm(forms.Form):
    """What is evaluated and until when. `cleaned_data` holds the arguments of the operation."""

    subject = forms.ChoiceField(label=_("Yang dinilai"))
    until = MonthField(
        label=_("Dinilai sampai bulan"),
        help_text=_("Bulan terakhir yang dihitung. Angkanya baru dibuka setelah bulan itu dirilis."),
    )
    expectation = forms.CharField(
        label=_("Yang diharapkan"),
        max_length=300,
        required=False,
        help_text=_("Misalnya: produksi peserta naik 10% dalam setahun."),
    )

    def __init__(self, council: Council, person: Person, data: Any = None) -> None:
        super().__init__(data)
        courses = Course.objects.visible_to(person).filter(council=council).order_by("title", "pk")
        self.courses = {str(course.pk): course for course in courses}
        set_choices(
            self,
            "subject",
            [
                (_("Satu pelatihan"), [(key, course.title) for key, course in self.courses.items()]),
                (_("Tindakan untuk kesulitan"), offered_difficulties()),
            ],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        if subject := cleaned.pop("subject", ""):
            course = self.courses.get(subject)
            cleaned |= {"course": course, "difficulty": "" if course else subject}
        return cleaned
