from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council
from sambang.indicators.measures import Measure
from sambang.indicators.models import Indicator
from sambang.lib.edit_form import EditForm
from sambang.lib.forms import DecimalNumberField, set_choices, set_queryset
from sambang.lib.months import FIRST_YEAR, LAST_YEAR

MAX_TARGET = Decimal(99_999_999_999)


class IndicatorForm(EditForm, forms.Form):
    objective = forms.CharField(label=_("Sasaran"), max_length=200)
    name = forms.CharField(label=_("Indikator"), max_length=200)
    measure = forms.ChoiceField(label=_("Dihitung sebagai"), choices=Measure)
    unit = forms.CharField(label=_("Satuan"), max_length=20)
    polarity = forms.ChoiceField(label=_("Polaritas"), choices=Indicator.Polarity)
    code = forms.CharField(label=_("Kode nasional"), max_length=30, required=False)
    source = forms.CharField(label=_("Dasar"), max_length=200, required=False)
    responsible = forms.CharField(label=_("Penanggung jawab"), max_length=120, required=False)

    @classmethod
    def of(cls, indicator: Indicator, data: Any = None) -> IndicatorForm:
        return cls(data, initial={name: getattr(indicator, name) for name in cls.base_fields})


class TargetForm(EditForm, forms.Form):
    """One field for each year."""

    def __init__(self, indicator: Indicator, years: range, data: Any = None) -> None:
        targets = {target.year: target.value for target in indicator.targets.all()}
        super().__init__(data, initial={str(year): targets.get(year) for year in years})
        for year in years:
            self.fields[str(year)] = DecimalNumberField(
                label=_("Target %(year)s") % {"year": year}, required=False, places=2, most=MAX_TARGET
            )

    def targets(self) -> dict[int, Decimal | None]:
        return {int(year): self.cleaned_data[year] for year in self.changed_data}


class YearForm(forms.Form):
    """The council and year of the table. An invalid value falls back to the default."""

    dewan = forms.ModelChoiceField(Council.objects.none(), label=_("Dewan"), empty_label=None, required=False)
    tahun = forms.ChoiceField(label=_("Tahun"), required=False)

    def __init__(self, councils: QuerySet[Council], this_year: int, query: Any) -> None:
        super().__init__({"tahun": str(this_year), **query.dict()})
        set_queryset(self, "dewan", councils)
        years = range(this_year, FIRST_YEAR - 1, -1) if this_year <= LAST_YEAR else ()
        set_choices(self, "tahun", [(str(year), str(year)) for year in years[:12]])
        self.this_year = this_year
        self.is_valid()

    @property
    def year(self) -> int:
        return int(self.cleaned_data.get("tahun") or self.this_year)

    @property
    def council(self) -> Council | None:
        queryset = self.fields["dewan"].queryset  # type: ignore[attr-defined]
        chosen: Council | None = self.cleaned_data.get("dewan") or queryset.first()
        return chosen
