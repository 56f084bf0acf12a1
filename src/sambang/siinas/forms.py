from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.reader import reader_for
from sambang.lib import clock
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import (
    ALL_OPTION,
    DayField,
    DecimalNumberField,
    RupiahField,
    WholeNumberField,
    set_choices,
    set_queryset,
)
from sambang.lib.months import FIRST_YEAR, LAST_YEAR
from sambang.registry.models import Business, Cluster
from sambang.siinas.models import MAX_SIINAS_ITEM_LENGTH, QuarterSheet, QuarterTarget
from sambang.siinas.quarters import ROMAN, Quarter, quarter_to_report
from sambang.siinas.queries import SheetPrefill

MAX_USED_AMOUNT = Decimal(9_999_999_999)
MAX_SIINAS_WORKERS = 100_000
YEARS_SHOWN = 6


class SheetForm(EditForm, forms.Form):
    """The eleven items in the order of the regulation; unknown items stay empty."""

    investment = RupiahField(label=_("1. Nilai investasi tanpa tanah dan bangunan (Rp)"), required=False)
    capacity = forms.CharField(
        label=_("2. Kapasitas produksi"),
        max_length=MAX_SIINAS_ITEM_LENGTH,
        required=False,
        help_text=_("Yang sanggup dibuat dengan orang dan alat sekarang, dengan satuannya."),
    )
    installed_capacity = forms.CharField(
        label=_("3. Kapasitas terpasang"),
        max_length=MAX_SIINAS_ITEM_LENGTH,
        required=False,
        help_text=_("Bila semua mesin dan alat dipakai penuh."),
    )
    production = forms.CharField(
        label=_("4. Produksi triwulan ini"),
        max_length=MAX_SIINAS_ITEM_LENGTH,
        required=False,
        help_text=_("Tulis nol bila tidak berproduksi, misalnya: Kemeja: 0 potong."),
    )
    materials = forms.CharField(
        label=_("5. Bahan baku yang dipakai"),
        max_length=MAX_SIINAS_ITEM_LENGTH,
        required=False,
        help_text=_("Contoh: kain 300 meter; benang 20 kg."),
    )
    investment_land = RupiahField(label=_("6. Nilai investasi tanah dan bangunan (Rp)"), required=False)
    workers = WholeNumberField(
        label=_("7. Tenaga kerja (orang)"), max_value=MAX_SIINAS_WORKERS, required=False, units=("orang", "org")
    )
    water = DecimalNumberField(
        label=_("8. Air baku untuk proses produksi (m³)"), required=False, places=2, most=MAX_USED_AMOUNT
    )
    fuel = forms.CharField(
        label=_("9. Bahan bakar dan pelumas"),
        max_length=MAX_SIINAS_ITEM_LENGTH,
        required=False,
        help_text=_("Contoh: gas 12 tabung; oli mesin 2 liter. Tulis “tidak ada” bila tidak dipakai."),
    )
    electricity = DecimalNumberField(
        label=_("10. Listrik untuk produksi (kWh)"), required=False, places=2, most=MAX_USED_AMOUNT
    )
    machines = forms.CharField(
        label=_("11. Mesin dan peralatan produksi"),
        max_length=MAX_SIINAS_ITEM_LENGTH,
        required=False,
        help_text=_("Contoh: mesin jahit 6; mesin obras 2."),
    )
    reported_on = DayField(
        label=_("Tanggal dikirim di SIINas"),
        required=False,
        until_today=True,
        help_text=_("Kosongkan selama belum dikirim. Sambang tidak mengirimkannya: laporan disalin ke SIINas."),
    )

    @classmethod
    def of(cls, prefill: SheetPrefill, data: Any = None) -> SheetForm:
        form = cls(data, initial=prefill.values)
        for name, origin in prefill.origins.items():
            field = form.fields[name]
            note = _("Terisi dari %(origin)s: periksa.") % {"origin": origin}
            field.help_text = " ".join(filter(None, (str(field.help_text), note)))
        return form


class QuarterTargetForm(EditForm, forms.Form):
    due_on = DayField(label=_("Batas waktu lapor"), required=False)
    businesses = WholeNumberField(label=_("Target IKM yang melapor"), required=False, units=("ikm",))
    source = forms.CharField(
        label=_("Dasar"),
        max_length=200,
        required=False,
        help_text=_("Surat atau aturan yang menyebut batas waktu dan target ini."),
    )

    @classmethod
    def of(cls, target: QuarterTarget | None, data: Any = None) -> QuarterTargetForm:
        return cls(data, initial={name: getattr(target, name, None) for name in cls.base_fields})


class QuarterForm(forms.Form):
    """Which council, quarter, sentra and state the list shows. A wrong value shows the default."""

    dewan = forms.ModelChoiceField(Council.objects.none(), label=_("Dewan"), empty_label=None, required=False)
    tahun = forms.ChoiceField(label=_("Tahun"), required=False)
    triwulan = forms.ChoiceField(
        label=_("Triwulan"), required=False, choices=[(str(i), roman) for i, roman in enumerate(ROMAN, 1)]
    )
    sentra = forms.ModelChoiceField(Cluster.objects.none(), label=_("Sentra"), empty_label=_("semua"), required=False)
    keadaan = forms.ChoiceField(
        label=_("Keadaan"),
        required=False,
        choices=[
            ALL_OPTION,
            ("dikirim", _("sudah dikirim")),
            ("lengkap", _("lengkap, belum dikirim")),
            ("belum", _("belum lengkap")),
        ],
    )

    def __init__(self, person: Person, councils: QuerySet[Council], query: Any) -> None:
        default = quarter_to_report(clock.today())
        super().__init__({"tahun": str(default.year), "triwulan": str(default.number), **query.dict()})
        self.default = default
        clusters = Cluster.objects.visible_to(person).filter(reader_for(person).in_own_regency(Cluster))
        set_queryset(self, "sentra", clusters.order_by("name"))
        set_queryset(self, "dewan", councils)
        first, last = max(FIRST_YEAR, default.year - YEARS_SHOWN), min(LAST_YEAR, default.year + 1)
        set_choices(self, "tahun", [(str(y), str(y)) for y in range(last, first, -1)])
        self.is_valid()

    @property
    def council(self) -> Council | None:
        queryset = self.fields["dewan"].queryset  # type: ignore[attr-defined]
        chosen: Council | None = self.cleaned_data.get("dewan") or queryset.first()
        return chosen

    @property
    def quarter(self) -> Quarter:
        chosen = self.cleaned_data
        return Quarter(
            int(chosen.get("tahun") or self.default.year), int(chosen.get("triwulan") or self.default.number)
        )

    def narrow(self, rows: QuerySet[Business]) -> QuerySet[Business]:
        if cluster := self.cleaned_data.get("sentra"):
            rows = rows.filter(cluster=cluster)
        sheets = QuarterSheet.objects.of_quarter(self.quarter)
        state = self.cleaned_data.get("keadaan")
        if state == "dikirim":
            return rows.filter(pk__in=sheets.reported().values("business"))
        if state == "lengkap":
            return rows.filter(pk__in=sheets.complete().filter(reported_on=None).values("business"))
        if state == "belum":
            done = sheets.complete() | sheets.reported()
            return rows.exclude(pk__in=done.values("business"))
        return rows
