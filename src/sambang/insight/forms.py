"""The form by which a council chooses the base of its index."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council
from sambang.lib.edit_form import EditForm
from sambang.lib.months import parse_month


class MonthField(forms.CharField):
    """A month as its first day: 2022-03. Empty is None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs={"type": "month"}), "required": False, **options})

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        try:
            return parse_month(text) if text else None
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class BaseForm(EditForm, forms.Form):
    first = MonthField(label=_("Dari bulan"))
    last = MonthField(label=_("Sampai bulan"))

    def __init__(self, council: Council, data: Any = None) -> None:
        super().__init__(data, initial={"first": council.index_base_first, "last": council.index_base_last})
