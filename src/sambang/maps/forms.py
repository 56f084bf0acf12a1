from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sambang.lib.edit_form import EditForm
from sambang.maps.geojson import OutlineError, Shape, read_shapes
from sambang.maps.map_links import PositionError, read_position
from sambang.maps.models import Position


class PositionForm(EditForm, forms.Form):
    """`point`: "latitude, longitude", or any link that `map_links` reads."""

    point = forms.CharField(
        label=_("Tautan peta atau lintang, bujur"),
        max_length=2000,
        help_text=_("Di HP: tekan lama tempatnya di peta, lalu bagikan atau salin tautannya. Alamat panjang terbaca."),
    )
    agreed = forms.BooleanField(label=_("Pemilik mengizinkan posisinya dicatat"))
    source = forms.ChoiceField(choices=Position.Source, widget=forms.HiddenInput, initial=Position.Source.LINK)

    def __init__(self, *args: Any, is_personal: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_personal:
            del self.fields["agreed"]

    def clean_point(self) -> str:
        """As the stored position is shown, so that both can be compared."""
        try:
            return str(read_position(self.cleaned_data["point"]))
        except PositionError as wrong:
            raise ValidationError(str(wrong)) from None


class OutlineForm(forms.Form):
    file = forms.FileField(
        label=_("Berkas GeoJSON"),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
        help_text=_("Batas wilayah, WGS 84, paling banyak 8 MB. Dicocokkan dengan kode atau nama wilayah."),
    )

    def clean_file(self) -> list[Shape]:
        try:
            return read_shapes(self.cleaned_data["file"].read())
        except OutlineError as wrong:
            raise ValidationError(str(wrong)) from None
