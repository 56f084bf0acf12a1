"""Forms of the action pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sambang.access.models import Person
from sambang.actions.models import Action, ActionQuerySet
from sambang.actions.queries import colleagues
from sambang.aspirations.models import Matter
from sambang.lib import clock
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import ALL_OPTION, DayField, RupiahField, WholeNumberField
from sambang.lib.search import every_word
from sambang.registry.forms import ClusterFilterForm, search_field
from sambang.visits.models import Visit

LATE_OPTION = "late"


class ActionListForm(ClusterFilterForm):
    lookups: ClassVar[Mapping[str, str]] = {"penanggung": "responsible_name__icontains", "keadaan": "state"}
    cari = search_field(_("Cari kata"))
    penanggung = search_field(_("Penanggung jawab"))
    tenggat = forms.ChoiceField(
        label=_("Tenggat"),
        required=False,
        choices=[ALL_OPTION, (LATE_OPTION, _("terlewat")), ("7", _("7 hari lagi")), ("30", _("30 hari lagi"))],
    )
    keadaan = forms.ChoiceField(label=_("Keadaan"), required=False, choices=[ALL_OPTION, *Action.State.choices])
    orders: ClassVar = {
        "tenggat": (_("tenggat terjauh"), ("-due_on",)),
        "sentra": (_("sentra"), ("cluster__name", "due_on")),
        "penanggung": (_("penanggung jawab"), ("responsible_name", "due_on")),
        "anggaran": (_("anggaran terbesar"), ("-budget", "due_on")),
    }

    def filter_cari(self, rows: ActionQuerySet, text: str) -> ActionQuerySet:
        return rows.filter(every_word(text, "title", "responsible_name"))

    def filter_tenggat(self, rows: ActionQuerySet, due: str) -> ActionQuerySet:
        today = clock.today()
        return rows.overdue(today=today) if due == LATE_OPTION else rows.due_within(int(due), today=today)


class ActionForm(forms.Form):
    title = forms.CharField(
        label=pgettext_lazy("one", "Tindakan"), max_length=200, help_text=_("Apa yang akan dilakukan.")
    )
    responsible_name = forms.CharField(
        label=_("Penanggung jawab"), max_length=120, help_text=_("Nama atau instansi, seperti dibaca sentra.")
    )
    responsible = forms.ModelChoiceField(
        Person.objects.none(), label=_("Akun penanggung jawab"), required=False, empty_label=_("tidak punya akun")
    )
    due_on = DayField(label=_("Tenggat"))
    budget = RupiahField(label=_("Anggaran (Rp)"), required=False, help_text=_("Kosongkan bila belum diketahui."))

    def __init__(self, origin: Visit | Matter | Action, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people: Any = self.fields["responsible"]
        people.queryset = colleagues(origin.region_id)


class ReplanForm(EditForm, ActionForm):
    because = forms.CharField(
        label=_("Alasan"), max_length=300, help_text=_("Sentra akan membacanya: mereka sudah dijanjikan.")
    )

    def __init__(self, action: Action, *args: Any) -> None:
        initial = {name: getattr(action, name) for name in ("responsible_name", "responsible", "due_on")}
        super().__init__(action, *args, initial=initial)
        del self.fields["title"], self.fields["budget"]


class ActionCorrectForm(EditForm, forms.Form):
    title = forms.CharField(label=pgettext_lazy("one", "Tindakan"), max_length=200)
    budget = RupiahField(label=_("Anggaran (Rp)"), required=False, help_text=_("Kosongkan bila belum diketahui."))
    because = forms.CharField(label=_("Alasan"), max_length=300, help_text=_("Sentra akan membacanya."))


class SpentForm(EditForm, forms.Form):
    spent = RupiahField(
        label=_("Belanja sampai sekarang (Rp)"), required=False, help_text=_("Kosongkan bila belum diketahui.")
    )


class AttachmentForm(forms.Form):
    title = forms.CharField(
        label=_("Isi lampiran"), max_length=150, help_text=_("Misalnya: kuitansi sewa balai, 12 April.")
    )
    file = forms.FileField(
        label=_("Berkas"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
        help_text=_("Foto paling besar 12 MB, atau PDF paling besar 5 MB. Hanya anggota dewan yang membacanya."),
    )


class CommitForm(ActionForm):
    steps = forms.CharField(
        label=_("Langkah-langkah"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Satu langkah satu baris."),
    )

    def clean_steps(self) -> list[str]:
        lines = [line.strip(" -•\t") for line in self.cleaned_data["steps"].splitlines()]
        return [line for line in lines if line]


class PromiseForm(ActionForm):
    matter = forms.ModelChoiceField(
        Matter.objects.none(),
        label=_("Menjawab pokok bahasan"),
        required=False,
        empty_label=_("belum ada"),
        help_text=_("IKM yang menyampaikannya nanti ditanya apakah sudah selesai; tanpa ini, semua yang hadir."),
    )

    def __init__(self, visit: Visit, *args: Any, **options: Any) -> None:
        super().__init__(visit, *args, **options)
        matters: Any = self.fields["matter"]
        matters.queryset = Matter.objects.of_visit_or_action(visit).open().order_by("title")


class LinkForm(forms.Form):
    matter = forms.ModelChoiceField(
        Matter.objects.none(),
        label=_("Menjawab pokok bahasan"),
        error_messages={
            "required": _("Pilih pokok bahasan yang dijawabnya."),
            "invalid_choice": _("Pokok bahasan itu tidak ada di sentra ini, atau sudah selesai."),
        },
    )

    def __init__(self, action: Action, *args: Any) -> None:
        super().__init__(*args)
        matters: Any = self.fields["matter"]
        matters.queryset = Matter.objects.of_visit_or_action(action).open().order_by("title")


class StepForm(forms.Form):
    title = forms.CharField(label=_("Langkah"), max_length=200)
    due_on = DayField(label=_("Tenggat"), required=False)


class ClaimForm(forms.Form):
    claim = forms.CharField(
        label=_("Yang sudah dikerjakan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Ditulis untuk IKM: mereka membacanya sebelum menjawab sudah selesai atau belum."),
    )


class ConfirmationShareForm(EditForm, forms.Form):
    share = WholeNumberField(
        label=_("Bagian IKM yang harus menyatakan selesai (%)"), min_value=1, max_value=100, units={"%"}
    )


class DropForm(forms.Form):
    because = forms.CharField(
        label=_("Alasan"), max_length=300, help_text=_("Sentra akan membacanya: mereka sudah dijanjikan.")
    )
