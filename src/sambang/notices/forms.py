from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.notices.models import NoticeKind


class NoticeChoiceForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=_("Kabar yang sampai kepada saya"),
        choices=NoticeKind,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
    )


class LetterChoiceForm(NoticeChoiceForm):
    """Only for an office with a mail server."""

    weekly_letter = forms.BooleanField(
        label=_("Kirimi saya surat mingguan"),
        help_text=_("Tiap Senin lewat surel: jumlah dan judul saja, tanpa nama orang atau IKM."),
        required=False,
    )


class ReadForm(forms.Form):
    """The time up to which the page showed notices; later ones stay unread."""

    until = forms.DateTimeField(widget=forms.HiddenInput, input_formats=["iso8601"])
