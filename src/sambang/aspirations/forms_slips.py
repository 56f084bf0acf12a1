"""What is mended after a slip."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.aspirations.models import Aspiration, Difficulty


class CorrectForm(forms.Form):
    """What was said, as it should have been written down."""

    words = forms.CharField(label=_("Kata-katanya sendiri"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(label=_("Jenis"), choices=Aspiration.Kind)
    difficulty = forms.ChoiceField(label=_("Kesulitan"), choices=Difficulty)
    also_touches = forms.CharField(label=_("Siapa lagi yang mengalami"), required=False, max_length=200)
