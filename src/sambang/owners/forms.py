from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sambang.access.permissions import new_id
from sambang.aspirations.difficulties import offered_difficulties
from sambang.aspirations.models import Aspiration
from sambang.lib.forms import ALL_OPTION, set_choices
from sambang.lib.lists import ListFilterForm
from sambang.lib.months import month_name

ANSWER_CHOICES = [
    (Aspiration.Kind.ASPIRATION.value, _("Keinginan: yang saya harapkan")),
    (Aspiration.Kind.CONSTRAINT.value, _("Kendala: yang menghambat sekarang")),
    (Aspiration.Kind.CHALLENGE.value, _("Tantangan: yang berat di depan")),
]


class RaiseForm(forms.Form):
    """An aspiration of an owner. The page sets `id`, so that a form sent twice is stored once."""

    id = forms.UUIDField(initial=new_id, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Apa yang ingin Anda sampaikan?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Tulis dengan kata-kata Anda sendiri. Boleh bahasa Jawa."),
        error_messages={"required": _("Belum ada tulisan: tulis dulu apa yang ingin Anda sampaikan.")},
    )
    kind = forms.ChoiceField(
        label=_("Ini apa?"),
        choices=ANSWER_CHOICES,
        widget=forms.RadioSelect(attrs={"class": "choices"}),
        error_messages={"required": _("Pilih salah satu.")},
    )
    difficulty = forms.ChoiceField(
        label=_("Tentang apa?"),
        choices=offered_difficulties,
        widget=forms.RadioSelect(attrs={"class": "choices"}),
        error_messages={"required": _("Pilih salah satu.")},
    )
    also_touches = forms.CharField(label=_("Siapa lagi yang mengalami?"), max_length=200, required=False)


class ConfirmationForm(forms.Form):
    """The owner's comment on an action that is confirmed or disputed."""

    text = forms.CharField(max_length=1000, required=False)


class LinkListForm(ListFilterForm):
    """Filter of the IKM of a sentra: all, or those whose report of `month` is expected and missing. Rows have
    `reported` and `asked`."""

    keadaan = forms.ChoiceField(label=_("Keadaan"), required=False)

    def __init__(self, month: date, query: Any) -> None:
        super().__init__(query)
        missing = gettext("belum melapor %(month)s") % {"month": month_name(month)}
        set_choices(self, "keadaan", [ALL_OPTION, ("belum", missing)])

    def filter_keadaan(self, rows: Any, _state: str) -> Any:
        return rows.filter(reported=False, asked=True)
