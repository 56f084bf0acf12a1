"""What is asked of one IKM on a visit, in one form: presence, pulse, and what it said in its own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.access.permissions import new_id
from sambang.aspirations.models import Aspiration, Difficulty
from sambang.lib.forms import WholeNumberField
from sambang.lib.numbers import MOST_PEOPLE, MOST_PERCENT
from sambang.visits.models import Attendance

PULSES = (0, 25, 50, 75, 100, 125)  # per cent of a normal month that are one tap


class RecordForm(forms.Form):
    present = forms.ChoiceField(
        label=_("Hadir?"), choices=[("yes", _("Hadir")), ("no", _("Tidak"))], widget=forms.RadioSelect
    )
    represented_by = forms.CharField(label=_("Diwakili oleh"), required=False, max_length=120)
    pulse = forms.ChoiceField(
        label=_("Produksi dibanding bulan biasa"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("tidak ditanya")), *((str(pulse), f"{pulse}%") for pulse in PULSES)],
    )
    other_pulse = WholeNumberField(label=_("atau angka lain (%)"), required=False, max_value=MOST_PERCENT, units={"%"})
    workers_seen = WholeNumberField(
        label=_("Pekerja yang ditemui"), required=False, max_value=MOST_PEOPLE, units={"orang", "org"}
    )
    text = forms.CharField(
        label=_("Kata-katanya sendiri"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    kind = forms.ChoiceField(label=_("Jenis"), required=False, choices=Aspiration.Kind, widget=forms.RadioSelect)
    difficulty = forms.ChoiceField(
        label=_("Kesulitan"), required=False, choices=[("", _("pilih kesulitan")), *Difficulty.choices]
    )
    also_touches = forms.CharField(label=_("Siapa lagi yang mengalami"), required=False, max_length=200)
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)  # sent twice, it is one aspiration

    def __init__(self, *args: Any, named: bool = True, finances: bool = True, **facts: Any) -> None:
        """`named`: may the writer read who stood in for the owner? `finances`: and the pulse of production?"""
        super().__init__(*args, **facts)
        if not named:
            del self.fields["represented_by"]
        if not finances:
            del self.fields["pulse"], self.fields["other_pulse"]

    @classmethod
    def known(cls, attendance: Attendance | None) -> dict[str, Any]:
        """Initial values: what was noted before, and a fresh name for the next thing said."""
        facts: dict[str, Any] = {"id": new_id(), "pulse": ""}
        if attendance is None:
            return facts
        pulse = attendance.pulse
        facts |= {
            "present": "yes" if attendance.present else "no",
            "represented_by": attendance.represented_by,
            "workers_seen": attendance.workers_seen,
        }
        return facts | ({"pulse": str(pulse)} if pulse in PULSES else {"other_pulse": pulse})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        text = given.get("text", "").strip()
        if text and not given.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Pilih jenisnya: aspirasi, tantangan, atau kendala."))
        if text and not given.get("difficulty") and "difficulty" not in self.errors:
            self.add_error("difficulty", _("Pilih kesulitannya; bila tidak ada yang cocok, pilih “lainnya”."))
        if not text and any(given.get(name) for name in ("kind", "difficulty", "also_touches")):
            self.add_error("text", _("Tulis kata-katanya, atau kosongkan seluruh bagian ini."))
        return given

    def attendance(self, known: Attendance | None) -> dict[str, Any]:
        """The facts for `attend`; what this form does not show stays as it is known."""
        stored = {"represented_by": known.represented_by, "other_pulse": known.pulse} if known else {}
        given = {"represented_by": "", "other_pulse": None, "pulse": None, **stored, **self.cleaned_data}
        pulse = given["other_pulse"] if given["other_pulse"] is not None else given["pulse"]
        return {
            "present": given["present"] == "yes",
            "represented_by": given["represented_by"].strip(),
            "pulse": None if pulse in ("", None) else int(pulse),
            "workers_seen": given["workers_seen"],
        }

    def said(self) -> dict[str, Any] | None:
        """What the IKM said, None when nothing."""
        given = self.cleaned_data
        if not given["text"].strip():
            return None
        return {name: given[name] for name in ("kind", "text", "difficulty", "also_touches", "id")}
