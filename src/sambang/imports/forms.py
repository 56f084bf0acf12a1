"""The form that uploads an office's workbook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sambang.imports.models import Placement
from sambang.imports.region_lookup import (
    UnknownRegionError,
    regencies_of_rows,
    regency_named_in,
    region_named_in,
    village_by,
)
from sambang.imports.sheets import RegisterSheet
from sambang.lib.region_code import RegionCode
from sambang.registry.models import Cluster, Region


class UploadForm(forms.Form):
    placement = forms.ChoiceField(
        label=_("Sentra untuk IKM di berkas"),
        choices=Placement.choices,
        widget=forms.RadioSelect(attrs={"required": True}),  # asked before the upload: a refused form loses the file
        required=False,
    )
    workbook = forms.FileField(
        label=_("Buku kerja (XLSX, XLS, ODS, CSV)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt,.htm,.html,.mht,.xml"}),
        error_messages={"empty": _("Berkas kosong: pilih berkas yang berisi daftar IKM.")},
    )
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(),
        label=_("Sentra"),
        required=False,
        empty_label=_("– sentra baru –"),
        help_text=_("Ini dan dua isian di bawahnya hanya bila semuanya ke satu sentra."),
    )
    name = forms.CharField(label=_("Nama sentra baru"), max_length=120, required=False)
    village = forms.CharField(
        label=_("Desa/kalurahan sentra baru"),
        required=False,
        help_text=_("Nama atau kodenya. Boleh kosong bila judul berkas menyebutnya."),
    )

    def __init__(self, *args: Any, clusters: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["cluster"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = clusters.select_related("region")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        named = bool(data.get("cluster") or (data.get("name") or "").strip())
        data["placement"] = data.get("placement") or (Placement.CLUSTER if named else "")
        if not data["placement"]:
            self.add_error("placement", _("Pilih ke sentra mana IKM di berkas ini dicatat."))
        elif data["placement"] != Placement.CLUSTER and named:
            self.add_error("placement", _("Sentra sudah dipilih: pilih “semuanya ke satu sentra”, atau kosongkan."))
        elif data["placement"] == Placement.CLUSTER and bool(data.get("cluster")) == bool(
            (data.get("name") or "").strip()
        ):
            self.add_error("name", _("Pilih sentra yang sudah ada, atau tulis nama sentra baru: salah satu."))
        return data

    def chosen_village(self, sheet: RegisterSheet) -> Region:
        """The village of a new sentra: the typed one, else the one that the workbook names. Raises
        UnknownRegionError."""
        if text := self.cleaned_data["village"].strip():
            return village_by(text)
        village = region_named_in(sheet)
        if village is None:
            raise UnknownRegionError(_("Berkas tidak menyebut desa/kalurahannya: tulis di isian desa/kalurahan."))
        return village

    def regency(self, sheet: RegisterSheet, within: str) -> Region:
        """The regency of a list that is no single sentra's; the province for a list of several. `within`: the region
        code of the person's council."""
        code = RegionCode(within)
        typed = self.cleaned_data["village"].strip()
        if code.is_within_regency or (code.level and not typed and regencies_of_rows(sheet, within=within) > 1):
            return Region.objects.get(code=code)
        region = village_by(typed) if typed else regency_named_in(sheet)
        region = region or region_named_in(sheet, within=within)
        if region is None:
            raise UnknownRegionError(_("Berkas tidak menyebut desa/kalurahannya: tulis di isian desa/kalurahan."))
        return Region.objects.get(code=RegionCode(region.code).regency)
