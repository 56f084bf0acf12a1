"""The filter of received items, and the import of a device's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.intake.exported_files import MAX_FILE_SIZE
from sambang.intake.kinds import kinds
from sambang.intake.models import Received
from sambang.lib.forms import ALL_OPTION
from sambang.lib.lists import ListFilterForm


class ReceivedFilterForm(ListFilterForm):
    lookups: ClassVar[Mapping[str, str]] = {"hasil": "outcome", "jenis": "kind", "kunjungan": "visit", "hp": "device"}
    hasil = forms.ChoiceField(label=_("Hasil"), required=False, choices=[ALL_OPTION, *Received.Outcome.choices])
    jenis = forms.ChoiceField(
        label=_("Jenis"),
        required=False,
        choices=lambda: [ALL_OPTION, *((kind.name, kind.title) for kind in kinds().values())],
    )
    kunjungan = forms.UUIDField(required=False, widget=forms.HiddenInput)
    hp = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ImportForm(forms.Form):
    berkas = forms.FileField(
        label=_("Berkas dari HP"),
        help_text=_("Berkas yang disimpan dari aplikasi lapangan: dibawa lewat kabel, kartu memori, atau WhatsApp."),
    )

    def clean_berkas(self) -> Any:
        berkas = self.cleaned_data["berkas"]
        if berkas.size > MAX_FILE_SIZE:
            raise forms.ValidationError(_("Berkasnya terlalu besar: paling banyak 200 MB."))
        return berkas
