"""Forms of contracted work (maklon)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.lib import clock
from sambang.lib.forms import ALL_OPTION, RupiahField, set_choices, set_queryset
from sambang.lib.lists import ListFilterForm
from sambang.lib.months import add_months, first_of_month, month_name, parse_month
from sambang.lib.numbers import NumberError
from sambang.lib.search import every_word
from sambang.lib.units import read_quantity
from sambang.production.contracted_work import WorkData
from sambang.production.models import ContractedWork
from sambang.registry.models import Business, BusinessQuerySet
from sambang.registry.queries import cluster_choices

MONTHS_BACK = 24
State = ContractedWork.State


class ContractedWorkForm(forms.Form):
    """What a contractor made for the business, the principal."""

    product_line = forms.ModelChoiceField(Business.objects.none(), label=_("Barang"), empty_label=None)
    contractor = forms.ModelChoiceField(Business.objects.none(), label=_("Yang mengerjakan"))
    month = forms.ChoiceField(label=_("Bulan barang dilaporkan"))
    quantity = forms.CharField(label=_("Jumlah"), max_length=60, help_text=_("Boleh dengan satuan, misalnya “3 kodi”."))
    fee = RupiahField(
        label=_("Upah seluruhnya (Rp)"), min_value=1, help_text=_("Upah jahit saja, tanpa bahan dari Anda.")
    )

    def __init__(self, business: Business, contractors: BusinessQuerySet, data: Any) -> None:
        super().__init__(data)
        set_queryset(self, "product_line", business.product_lines.order_by("name", "unit"))
        set_queryset(self, "contractor", contractors)
        this_month = first_of_month(clock.today())
        months = [add_months(this_month, -back) for back in range(MONTHS_BACK)]
        set_choices(self, "month", [(f"{month:%Y-%m}", month_name(month)) for month in months])

    def clean_month(self) -> date:
        return parse_month(self.cleaned_data["month"])

    def clean(self) -> dict[str, Any]:
        line, text = self.cleaned_data.get("product_line"), self.cleaned_data.get("quantity")
        if line and text:
            try:
                self.cleaned_data["quantity"] = read_quantity(text, line.unit)
            except NumberError as problem:
                raise ValidationError({"quantity": str(problem)}) from None
            if self.cleaned_data["quantity"] <= 0:
                raise ValidationError({"quantity": _("Tulis jumlah yang dikerjakan, lebih dari nol.")})
        return self.cleaned_data

    def work_data(self) -> WorkData:
        """Of a valid form."""
        return WorkData(**self.cleaned_data)


class ReasonForm(forms.Form):
    because = forms.CharField(
        label=_("Alasan"), max_length=300, help_text=_("Misalnya: jumlahnya keliru. Kedua pemilik membacanya.")
    )


class ContractedWorkListForm(ListFilterForm):
    lookups: ClassVar[Mapping[str, str]] = {"sentra": "product_line__business__cluster"}
    cari = forms.CharField(label=_("Nama IKM"), required=False)
    sentra = forms.ChoiceField(label=_("Sentra"), required=False)
    keadaan = forms.ChoiceField(
        label=_("Keadaan"), required=False, choices=[("", _("semua kecuali yang ditarik")), *State.choices]
    )
    upah = forms.ChoiceField(
        label=_("Upah"),
        required=False,
        choices=[ALL_OPTION, ("belum", _("belum diterima")), ("sudah", _("sudah diterima"))],
    )

    def __init__(self, person: Person, query: Any) -> None:
        super().__init__(query)
        clusters = cluster_choices(person, query.get("sentra", ""))
        set_choices(self, "sentra", [ALL_OPTION, *clusters])

    def narrow(self, rows: Any) -> Any:
        narrowed = super().narrow(rows)
        return narrowed if self.cleaned_data.get("keadaan") else narrowed.filter(withdrawn_at=None)

    def filter_cari(self, rows: Any, text: str) -> Any:
        return rows.filter(every_word(text, "product_line__business__name") | every_word(text, "contractor__name"))

    def filter_keadaan(self, rows: Any, state: str) -> Any:
        if state == State.WITHDRAWN:
            return rows.exclude(withdrawn_at=None)
        if state == State.REFUSED:
            return rows.current().exclude(refused_at=None)
        if state == State.CONFIRMED:
            return rows.confirmed()
        return rows.current().filter(refused_at=None).exclude(pk__in=rows.confirmed().values("pk"))

    def filter_upah(self, rows: Any, paid: str) -> Any:
        return rows.confirmed().filter(paid_on__isnull=paid == "belum")
