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

from sambang.lib.months import FIRST_YEAR, LAST_YEAR


class DayField(forms.DateField):
    """A day, typed or picked: 2022-03-31, 31-03-2022 or 31/03/2022, whatever the page's language. `until_today` for
    what has happened already."""

    def __init__(self, *, until_today: bool = False, **facts: Any) -> None:
        self.until_today = until_today
        # The browser's date field sends and needs ISO.
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"], **facts})

    def clean(self, value: Any) -> date | None:
        """A year like 0022 is a slip of the finger, and papers and charts are not made for it."""
        day: date | None = super().clean(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("Periksa tahunnya: %(year)s. Tulis seperti 31-03-2022."), code="odd_year", params={"year": day.year}
            )
        if day and self.until_today and day > timezone.localdate():
            raise forms.ValidationError(_("Tanggal itu belum tiba."), code="to_come")
        return day


class WholeNumberField(forms.CharField):
    """A whole number as people write it: 2500 or 2.500. Empty is None: not known."""

    written = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,15})")
    complaint = _("Tulis angka bulat saja, misalnya 1.250.000.")

    def __init__(self, **facts: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**{"widget": widget, "max_length": 30, **facts})

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        digits = self.written.fullmatch(text)
        if digits is None:
            raise forms.ValidationError(self.complaint, code="no_number")
        amount = int(digits[1].replace(".", ""))
        if amount > 10**15:
            raise forms.ValidationError(_("Jumlahnya terlalu besar."), code="too_large")
        return amount


class RupiahField(WholeNumberField):
    """Whole rupiah: 2500000, 2.500.000, Rp 2.500.000,-."""

    written = re.compile(r"(?i)(?:rp\.?)?\s*([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,15})\s*(?:,-|,0+)?")
    complaint = _("Tulis rupiah penuh, misalnya 2.500.000.")

    def __init__(self, **facts: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "2.500.000"})
        super().__init__(**{"widget": widget, **facts})


def carried_out[R](form: forms.BaseForm, do: Callable[[], R]) -> R | None:
    """What `do` made (an operation always makes something), or None: the form was not sent, is wrong, or the operation
    refused, and then its complaint stands at its field or above the form."""
    if not form.is_valid():
        return None
    try:
        return do()
    except ValidationError as refused:
        by_field = refused.message_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.messages}
        for name, sentences in by_field.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
        return None
