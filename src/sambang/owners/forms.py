from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.access.permissions import new_id
from sambang.aspirations.models import Aspiration, Difficulty

KINDS = [
    (Aspiration.Kind.ASPIRATION.value, _("Keinginan: yang saya harapkan")),
    (Aspiration.Kind.CONSTRAINT.value, _("Kendala: yang menghambat sekarang")),
    (Aspiration.Kind.CHALLENGE.value, _("Tantangan: yang berat di depan")),
]


class RaiseForm(forms.Form):
    """What an owner asks for. `id` is named when the page is made: sent twice, it is one."""

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
        choices=KINDS,
        widget=forms.RadioSelect(attrs={"class": "choices"}),
        error_messages={"required": _("Pilih salah satu.")},
    )
    difficulty = forms.ChoiceField(
        label=_("Tentang apa?"),
        choices=Difficulty,
        widget=forms.RadioSelect(attrs={"class": "choices"}),
        error_messages={"required": _("Pilih salah satu.")},
    )
    also_touches = forms.CharField(label=_("Siapa lagi yang mengalami?"), max_length=200, required=False)


class AnswerForm(forms.Form):
    """The words beside a yes or a no."""

    text = forms.CharField(max_length=1000, required=False)
