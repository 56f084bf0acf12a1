"""Fields that several steps share, and the one way in which a refused operation becomes a complaint of its form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sambang.base.months import FIRST_YEAR, LAST_YEAR


class DayField(forms.DateField):
    """A day, typed or picked: 2022-03-31 or 31-03-2022. `until_today` for what has happened already."""

    def __init__(self, *, until_today: bool = False, **facts: Any) -> None:
        self.until_today = until_today
        facts.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**facts)

    def clean(self, value: Any) -> date | None:
        """A year like 0022 is a slip of the finger, and papers and charts are not made for it."""
        day = super().clean(value)
        if isinstance(day, date) and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("Periksa tahunnya: %(year)s. Tulis seperti 31-03-2022."), code="odd_year", params={"year": day.year}
            )
        if day and self.until_today and day > timezone.localdate():
            raise forms.ValidationError(_("Tanggal itu belum tiba."), code="to_come")
        return day


class RupiahField(forms.CharField):
    """Whole rupiah as people write them: 2500000, 2.500.000, Rp 2.500.000,-. Empty is None: not known."""

    def __init__(self, **facts: Any) -> None:
        facts.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "2.500.000"}))
        super().__init__(max_length=30, **facts)

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        digits = re.fullmatch(r"(?i)(?:rp\.?)?\s*([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,15})(?:,-|,00)?", text)
        if digits is None:
            raise forms.ValidationError(_("Tulis rupiah penuh, misalnya 2.500.000."), code="no_money")
        amount = int(digits[1].replace(".", ""))
        if amount > 10**15:
            raise forms.ValidationError(_("Jumlahnya terlalu besar."), code="too_large")
        return amount


def carried_out(form: forms.BaseForm, do: Callable[[], object]) -> bool:
    """Do it when the form is right. What the operation refuses is shown at its field, or above the form; then False."""
    if not form.is_valid():
        return False
    try:
        do()
    except ValidationError as refused:
        by_field = refused.message_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.messages}
        for name, sentences in by_field.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
        return False
    return True
