"""The rows of the page that records a whole visit: the attendance of an IKM, and one aspiration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.aspirations.difficulties import all_difficulties
from sambang.aspirations.models import Aspiration
from sambang.lib.edit_form import MergingEditForm
from sambang.lib.forms import WholeNumberField
from sambang.lib.numbers import MAX_PEOPLE, MAX_PERCENT
from sambang.visits.models import Attendance

PRESENCE = {"yes": True, "no": False}


class AttendanceRowForm(MergingEditForm, forms.Form):
    present = forms.ChoiceField(
        label=_("Hadir?"),
        required=False,
        choices=[("yes", _("Hadir")), ("no", _("Tidak")), ("", _("Belum"))],
        widget=forms.RadioSelect,
    )
    pulse = WholeNumberField(label=_("Produksi (%)"), required=False, max_value=MAX_PERCENT, units={"%"})
    workers_seen = WholeNumberField(
        label=_("Pekerja ditemui"), required=False, max_value=MAX_PEOPLE, units={"orang", "org"}
    )
    represented_by = forms.CharField(label=_("Diwakili"), required=False, max_length=120)

    def __init__(
        self, data: Any, stored: Attendance | None, *, prefix: str, shows_representative: bool, shows_pulse: bool
    ) -> None:
        """Without `shows_representative` the form has no name of a representative, without `shows_pulse` no pulse."""
        initial: dict[str, Any] = {"present": ""}
        if stored is not None:
            values = {name: getattr(stored, name) for name in ("pulse", "workers_seen", "represented_by")}
            initial = {"present": "yes" if stored.present else "no", **values}
        super().__init__(data, initial=initial, prefix=prefix)
        self.stored = stored
        if not shows_representative:
            del self.fields["represented_by"]
        if not shows_pulse:
            del self.fields["pulse"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        others = [name for name in ("pulse", "workers_seen", "represented_by") if data.get(name) not in (None, "")]
        if not data.get("present") and others and not self.errors:
            self.add_error("present", _("Pilih hadir atau tidak: isian lainnya menyertainya."))
        return data

    def attendance(self) -> dict[str, Any] | None:
        """Arguments of `record_attendance`; None for an IKM whose presence is not known. Fields that this form leaves
        out keep the stored value."""
        data = self.cleaned_data
        if not data["present"]:
            return None
        values = {"pulse": None, "workers_seen": None, "represented_by": ""}
        stored_values = {name: getattr(self.stored, name, value) for name, value in values.items()}
        entered = {name: data[name] for name in values if name in self.fields}
        entered = {name: values[name] if value in (None, "") else value for name, value in entered.items()}
        return {"present": PRESENCE[data["present"]], **stored_values, **entered}


class AspirationRowForm(MergingEditForm, forms.Form):
    """A stored aspiration, or a new one, whose id the page chose."""

    text = forms.CharField(
        label=_("Kata-katanya sendiri"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.ChoiceField(label=_("Jenis"), required=False, choices=[("", "–"), *Aspiration.Kind.choices])
    difficulty = forms.ChoiceField(
        label=_("Kesulitan"), required=False, choices=lambda: [("", "–"), *all_difficulties()]
    )
    also_touches = forms.CharField(label=_("Juga mengalami"), required=False, max_length=200)

    def __init__(self, data: Any, stored: Aspiration | None, *, prefix: str) -> None:
        initial = {name: getattr(stored, name, "") for name in ("text", "kind", "difficulty", "also_touches")}
        super().__init__(data, initial=initial, prefix=prefix)
        self.stored = stored

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        text = data.get("text", "").strip()
        if not text and self.stored:
            self.add_error("text", _("Kata-kata yang sudah tersimpan tidak dikosongkan: tarik dengan alasannya."))
        elif not text and any(data.get(name) for name in ("kind", "difficulty", "also_touches")):
            self.add_error("text", _("Tulis kata-katanya, atau kosongkan seluruh bagian ini."))
        if text and not data.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Pilih jenisnya."))
        if text and not data.get("difficulty") and "difficulty" not in self.errors:
            self.add_error("difficulty", _("Pilih kesulitannya, atau “lainnya”."))
        return data

    def aspiration(self) -> dict[str, Any] | None:
        """Arguments of `note_aspiration` and `correct_aspiration`; None without a text."""
        data = {name: self.cleaned_data[name].strip() for name in ("text", "kind", "difficulty", "also_touches")}
        return data if data["text"] else None
