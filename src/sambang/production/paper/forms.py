"""Forms of the paper form: which sheets to print, and the photos of sheets that were filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sambang.lib.forms import set_choices
from sambang.production.paper.uploads import MAX_SHEETS
from sambang.registry.models import Cluster

MAX_SHEET_FILE_SIZE = 20 * 1024 * 1024  # bytes


class PrintForm(forms.Form):
    """Without a sentra: the IKM outside any."""

    bulan = forms.CharField(label=_("Bulan"), widget=forms.TextInput(attrs={"type": "month"}))
    sentra = forms.ChoiceField(label=_("Sentra"), required=False)
    satu = forms.BooleanField(label=_("Satu lembar untuk tiap IKM"), required=False)

    def __init__(self, clusters: Iterable[Cluster], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [*((str(cluster.pk), cluster.name) for cluster in clusters), ("", _("Di luar sentra"))]
        set_choices(self, "sentra", choices)


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Cleans to the name and the content of each file."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        files = [super(PhotosField, self).clean(file, initial) for file in data or ()]
        if any(file.size > MAX_SHEET_FILE_SIZE for file in files):
            raise ValidationError(_("Berkas terlalu besar: paling banyak 20 MB masing-masing."))
        return [(str(file.name), bytes(file.read())) for file in files]


class PhotosForm(forms.Form):
    camera = PhotosField(
        label=_("Foto sekarang dengan kamera HP"),
        required=False,
        widget=PhotosInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    photos = PhotosField(
        label=_("Atau pilih foto dan hasil pindai (JPG, PNG, TIFF, atau PDF)"),
        required=False,
        widget=PhotosInput(attrs={"accept": "image/*,application/pdf"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        every = [*cleaned.get("camera", []), *cleaned.get("photos", [])]
        if not every and not self.errors:
            raise ValidationError(_("Pilih dulu foto lembar yang sudah diisi."))
        if len(every) > MAX_SHEETS:
            raise ValidationError(_("Paling banyak %(most)d foto sekaligus."), params={"most": MAX_SHEETS})
        cleaned["every"] = every
        return cleaned
