"""Form fields that several apps share; `run_operation` turns an operation's ValidationError into form errors,
`run_without_form` into a message."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sambang.lib import clock
from sambang.lib.months import FIRST_YEAR, LAST_YEAR, parse_month
from sambang.lib.numbers import MAX_VALUE, AmbiguousNumberError, NumberError, format_grouped, read_integer, read_number

PHOTO_INPUT = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})  # the formats of lib/pictures.py
ALL_OPTION = ("", _("semua"))  # of a list's filter


def set_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Set the choices of a field that depend on the reader or on the rows."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField), name
    field.choices = list(choices)


def set_queryset(
    form: forms.BaseForm, name: str, rows: models.QuerySet[Any], *, label: Callable[[Any], str] | None = None
) -> None:
    """Set the rows from which a field chooses, and how each is named."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField), name
    field.queryset = rows
    if label:
        field.label_from_instance = label  # type: ignore[method-assign, assignment]


class DayField(forms.DateField):
    """A date: 2022-03-31, 31-03-2022 or 31/03/2022 in every language. `until_today` refuses dates in the future."""

    def __init__(self, *, until_today: bool = False, **field_options: Any) -> None:
        self.until_today = until_today
        # <input type=date> sends and expects ISO 8601.
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"], **field_options})

    def clean(self, value: Any) -> date | None:
        """Refuses years outside FIRST_YEAR to LAST_YEAR: they are typing errors."""
        day: date | None = super().clean(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(
                _("Periksa tahunnya: %(year)s. Tulis seperti 31-03-2022."), code="odd_year", params={"year": day.year}
            )
        if day and self.until_today and day > clock.today():
            raise ValidationError(_("Tanggal itu belum tiba."), code="to_come")
        return day


class MonthField(forms.CharField):
    """A month as YYYY-MM, cleaned to its first day; None if empty. `until_today` refuses months in the future."""

    widget = forms.TextInput(attrs={"type": "month"})

    def __init__(self, *, until_today: bool = False, **field_options: Any) -> None:
        self.until_today = until_today
        super().__init__(**field_options)

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        try:
            month = parse_month(text) if text else None
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None
        if month and self.until_today and month > clock.today():
            raise ValidationError(_("Bulan itu belum tiba."), code="to_come")
        return month

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class HourField(forms.TimeField):
    """A time of day as people write it here: 9, 9.30, 09:30, pukul 9.30."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "09.30", "size": 8})
    input_formats = ("%H.%M", "%H:%M", "%H")
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": _("Tulis jam seperti 09.30.")}

    def to_python(self, value: Any) -> time | None:
        text = str(value).strip().lower() if value else ""
        for word in ("pukul", "jam"):
            text = text.removeprefix(word).strip()
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H.%M}" if isinstance(value, time) else value


class WholeNumberField(forms.Field):
    """A whole number as Indonesians write it: 2500, 2.500, tiga. Empty is None: not known.

    The only number field of a form: Django's own take "350.000" for 350. `units`: allowed words after the number.
    """

    widget = forms.TextInput
    invalid_message = _("Tulis angka bulat saja, misalnya 1.250.000.")
    is_money = False

    def __init__(
        self, *, min_value: int = 0, max_value: int = MAX_VALUE, units: Collection[str] = (), **options: Any
    ) -> None:
        self.units = units
        super().__init__(**options)
        self.validators += [MinValueValidator(min_value), MaxValueValidator(max_value)]

    def to_python(self, value: Any) -> int | None:
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        try:
            return read_integer(text, money=self.is_money, units=self.units)
        except AmbiguousNumberError as asked:
            raise ValidationError(str(asked), code="ambiguous") from None
        except NumberError as wrong:
            raise ValidationError(self.invalid_message, code=wrong.code) from None

    def prepare_value(self, value: Any) -> Any:
        return format_grouped(value) if isinstance(value, int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off", "maxlength": "60"}


class DecimalNumberField(forms.Field):
    """A number with a fraction as Indonesians write it: 75, 12,5, 1.250, ½. At most `places` decimals are stored. Empty
    is None."""

    widget = forms.TextInput

    def __init__(self, *, places: int, above: Decimal | None = None, most: Decimal, **options: Any) -> None:
        self.places, self.above, self.most = places, above, most
        super().__init__(**options)

    def to_python(self, value: Any) -> Decimal | None:
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        try:
            number = read_number(text).value
        except NumberError as wrong:
            raise ValidationError(str(wrong), code=wrong.code) from None
        return round(Decimal(number.numerator) / number.denominator, self.places)

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is not None and self.above is not None and value <= self.above:
            raise ValidationError(_("Tulis angka lebih dari %(least)s.") % {"least": self.above}, code="too_small")
        if value is not None and value > self.most:
            raise ValidationError(_("Angka ini terlalu besar: periksa lagi."), code="too_large")

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": "30"}


class RupiahField(WholeNumberField):
    """Whole rupiah: 2500000, 2.500.000, Rp 2.500.000,-, 2,5 juta."""

    invalid_message = _("Tulis rupiah penuh, misalnya 2.500.000.")
    is_money = True
    example = "2.500.000"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "placeholder": self.example}


class UnitPriceField(RupiahField):
    """Rupiah for one piece."""

    invalid_message = _("Tulis rupiah penuh, misalnya 35.000.")
    example = "35.000"


def number_field(column: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    """`formfield_callback` of a ModelForm: an integer column gets a WholeNumberField, any other Django's own field."""
    if not isinstance(column, models.IntegerField) or column.choices:
        return column.formfield(**options)
    # The narrowest database decides, so that a form takes the same numbers on SQLite and on PostgreSQL.
    low, high = BaseDatabaseOperations.integer_field_ranges[column.get_internal_type()]
    limits = {"min_value": max(low, 0), "max_value": min(high, MAX_VALUE)}
    return column.formfield(**{"form_class": WholeNumberField, **limits, **options})


def run_operation[R](form: forms.BaseForm, do: Callable[[], R]) -> R | None:
    """The result of the operation `do` (never None), or None if the form is unbound or invalid or the operation raised
    ValidationError, whose messages are then added to the form's fields."""
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


def run_without_form[R](request: HttpRequest, do: Callable[[], R], success: str = "") -> R | None:
    """The result of the operation `do` (never None), with the message `success`; or None if it raised ValidationError,
    whose sentences are the message then."""
    try:
        result = do()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return None
    if success:
        messages.success(request, success)
    return result
