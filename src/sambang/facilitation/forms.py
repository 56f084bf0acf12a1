from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.facilitation.eligibility import VALUE_HELP, Eligibility
from sambang.facilitation.models import Application, Programme, Rule
from sambang.facilitation.rule_files import RuleFile, rule_files
from sambang.facilitation.stages import STAGE_TRANSITIONS, Stage
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import ALL_OPTION, DayField, WholeNumberField, set_choices, set_queryset
from sambang.lib.months import FIRST_YEAR, LAST_YEAR
from sambang.registry.models import Permit
from sambang.registry.queries import cluster_choices


class ProgrammeForm(EditForm, forms.Form):
    name = forms.CharField(label=_("Nama program"), max_length=120)
    year = WholeNumberField(label=_("Tahun"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=True)
    quota = WholeNumberField(label=_("Kuota"), required=False, help_text=_("Kosong: tanpa batas."))
    opens_on = DayField(label=_("Dibuka"), required=False)
    closes_on = DayField(label=_("Ditutup"), required=False)
    permit_kind = forms.ChoiceField(
        label=_("Berakhir dengan izin"), required=False, choices=[("", _("tidak ada")), *Permit.Kind.choices]
    )
    source = forms.CharField(label=_("Dasar"), max_length=200, required=False)

    @classmethod
    def of(cls, programme: Programme, data: Any = None) -> ProgrammeForm:
        return cls(data, initial={name: getattr(programme, name) for name in cls.base_fields})


class NewProgrammeForm(ProgrammeForm):
    council = forms.ModelChoiceField(Council.objects.none(), label=_("Penyelenggara"), empty_label=None)
    rule_file = forms.ChoiceField(label=_("Mulai dari syarat"), required=False)

    field_order = ("council", "rule_file")

    def __init__(self, *args: Any, councils: QuerySet[Council], **options: Any) -> None:
        super().__init__(*args, **options)
        set_queryset(self, "council", councils)
        files = rule_files().values()
        named = [(file.key, file.name) for file in files]
        set_choices(self, "rule_file", [("", _("kosong")), *named])
        notes = [(file.name, file.notes, file.source) for file in files]
        self.fields["rule_file"].help_text = format_html_join("", "{}: {} ({})<br>", notes)

    def clean_rule_file(self) -> RuleFile | None:
        return rule_files().get(self.cleaned_data["rule_file"])


class RuleForm(forms.Form):
    kind = forms.ChoiceField(label=_("Syarat"), choices=Rule.Kind)
    value = forms.CharField(label=_("Isi"), max_length=300, required=False)
    source = forms.CharField(label=_("Dasar"), max_length=200, required=False)

    def hints(self) -> list[tuple[Any, Any]]:
        return [(kind.label, VALUE_HELP[kind]) for kind in Rule.Kind]


class CandidateFilterForm(forms.Form):
    """Filters the list of candidates. An invalid value is ignored."""

    hasil = forms.ChoiceField(label=_("Hasil"), required=False, choices=[ALL_OPTION, *Eligibility.choices])
    sentra = forms.ChoiceField(label=_("Sentra"), required=False)

    def __init__(self, person: Person, query: Any) -> None:
        super().__init__(query)
        choices = cluster_choices(person, query.get("sentra", ""))
        set_choices(self, "sentra", [ALL_OPTION, *choices])
        self.is_valid()


class AdvanceForm(forms.Form):
    stage = forms.ChoiceField(label=_("Tahap berikutnya"))
    happened_on = DayField(label=_("Tanggal"), until_today=True)
    document_number = forms.CharField(label=_("Nomor surat atau sertifikat"), max_length=60, required=False)
    valid_until = DayField(label=_("Berlaku sampai"), required=False, help_text=_("Kosong: tanpa batas waktu."))
    note = forms.CharField(label=_("Catatan"), max_length=300, required=False)

    def __init__(self, application: Application, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        following = [stage for stage in Stage if stage in STAGE_TRANSITIONS[application.stage]]
        set_choices(self, "stage", [(stage.value, stage.label) for stage in following])
