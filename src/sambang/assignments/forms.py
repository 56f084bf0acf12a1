from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.actions.models import ActionEvent

STATEMENT_CHOICES = [
    (ActionEvent.Kind.PROGRESS.value, _("Ada perkembangan")),
    (ActionEvent.Kind.DONE.value, _("Sudah saya kerjakan")),
    (ActionEvent.Kind.CANNOT.value, _("Tidak dapat saya kerjakan")),
]


class ActionStatementForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Bagaimana keadaannya?"),
        choices=STATEMENT_CHOICES,
        widget=forms.RadioSelect(attrs={"class": "choices"}),
        error_messages={"required": _("Pilih salah satu.")},
    )
    text = forms.CharField(
        label=_("Ceritanya"),
        help_text=_("Apa yang sudah dikerjakan, atau apa sebabnya tidak dapat. Jangan menulis data pribadi orang."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Tulis sedikit ceritanya: kantor akan membacanya.")},
    )
