"""The desk's filter, and the file of a phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.intake.exported_files import LARGEST
from sambang.intake.kinds import kinds
from sambang.intake.models import Received
from sambang.intake.queries import Filter


class FilterForm(forms.Form):
    """A narrowed list; what cannot be read narrows nothing."""

    hasil = forms.ChoiceField(label=_("Hasil"), required=False, choices=[("", _("semua")), *Received.Outcome.choices])
    jenis = forms.ChoiceField(
        label=_("Jenis"),
        required=False,
        choices=[("", _("semua")), *((kind.name, kind.title) for kind in kinds().values())],
    )
    kunjungan = forms.UUIDField(required=False, widget=forms.HiddenInput)
    hp = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def chosen(self) -> Filter:
        self.is_valid()
        said: dict[str, Any] = self.cleaned_data
        return Filter(said.get("hasil", ""), said.get("jenis", ""), said.get("kunjungan"), said.get("hp"))


class ImportForm(forms.Form):
    berkas = forms.FileField(
        label=_("Berkas dari HP"),
        help_text=_("Berkas yang disimpan dari aplikasi lapangan: dibawa lewat kabel, kartu memori, atau WhatsApp."),
    )

    def clean_berkas(self) -> Any:
        berkas = self.cleaned_data["berkas"]
        if berkas.size > LARGEST:
            raise forms.ValidationError(_("Berkasnya terlalu besar: paling banyak 200 MB."))
        return berkas
