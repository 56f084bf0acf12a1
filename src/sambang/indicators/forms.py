from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council
from sambang.indicators.measures import Measure
from sambang.indicators.models import Indicator
from sambang.lib.months import FIRST_YEAR, LAST_YEAR
from sambang.lib.numbers import NumberError, read_number


class QuantityField(forms.CharField):
    """A number of at most two decimals as Indonesians write it: 75, 12,5, 1.250. Empty is None."""

    def clean(self, value: Any) -> Decimal | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        try:
            number = read_number(text)
        except NumberError as wrong:
            raise ValidationError(str(wrong), code=wrong.code) from None
        return round(Decimal(number.value.numerator) / number.value.denominator, 2)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": "20"}


class IndicatorForm(forms.Form):
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


class TargetForm(forms.Form):
    """One field a year."""

    def __init__(self, indicator: Indicator, years: range, data: Any = None) -> None:
        known = {target.year: target.value for target in indicator.targets.all()}
        super().__init__(data, initial={str(year): known.get(year) for year in years})
        for year in years:
            self.fields[str(year)] = QuantityField(label=_("Target %(year)s") % {"year": year}, required=False)

    def targets(self) -> dict[int, Decimal | None]:
        return {int(year): self.cleaned_data[year] for year in self.changed_data}


class YearForm(forms.Form):
    """Which council and year the table shows. A wrong value shows the default."""

    dewan = forms.ModelChoiceField(Council.objects.none(), label=_("Dewan"), empty_label=None, required=False)
    tahun = forms.ChoiceField(label=_("Tahun"), required=False)

    def __init__(self, councils: QuerySet[Council], this_year: int, query: Any) -> None:
        super().__init__({"tahun": str(this_year), **query.dict()})
        self.fields["dewan"].queryset = councils  # type: ignore[attr-defined]
        years = range(this_year, FIRST_YEAR - 1, -1) if this_year <= LAST_YEAR else ()
        self.fields["tahun"].choices = [(str(year), str(year)) for year in years[:12]]  # type: ignore[attr-defined]
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
