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


class ReadForm(forms.Form):
    """Up to when the page showed the notices: what came later stays unread."""

    until = forms.DateTimeField(widget=forms.HiddenInput, input_formats=["iso8601"])
