"""What is mended after a slip."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.aspirations.models import Aspiration, Difficulty, Matter


class CorrectForm(forms.Form):
    """What was said, as it should have been written down."""

    text = forms.CharField(label=_("Kata-katanya sendiri"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(label=_("Jenis"), choices=Aspiration.Kind)
    difficulty = forms.ChoiceField(label=_("Kesulitan"), choices=Difficulty)
    also_touches = forms.CharField(label=_("Siapa lagi yang mengalami"), required=False, max_length=200)


class OtherMatterForm(forms.Form):
    """Which other matter of the same sentra takes what is in this one."""

    matter = forms.ModelChoiceField(
        Matter.objects.none(),
        label=_("Masukkan ke"),
        empty_label=_("pilih pokok bahasan"),
        error_messages={"invalid_choice": _("Pokok bahasan itu tidak ada di sentra ini, atau sudah selesai.")},
    )

    def __init__(self, matter: Matter, *args: Any) -> None:
        super().__init__(*args)
        matters: Any = self.fields["matter"]
        others = Matter.objects.filter(cluster=matter.cluster_id).exclude(pk=matter.pk)
        matters.queryset = others.exclude(state=Matter.State.SOLVED).order_by("title")
