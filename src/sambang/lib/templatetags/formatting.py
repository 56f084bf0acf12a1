"""Template filters that format figures: rupiah, numbers, months, WhatsApp URLs. Builtins of every template."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.apps import apps
from django.http import QueryDict
from django.utils.formats import get_format, number_format

from sambang.lib import months
from sambang.lib.whatsapp import whatsapp_url

register = template.Library()


def _grouped(number: int | float | Decimal) -> str:
    """1.250 in the reader's language; for whole numbers much cheaper than `number_format`."""
    if not isinstance(number, int):
        return str(number_format(number, decimal_pos=0, force_grouping=True))
    return f"{number:,}".replace(",", str(get_format("THOUSAND_SEPARATOR")))


@register.filter
def choice(value: Any, field: str) -> str:
    """The label of a stored value: `{{ row.status|choice:"registry.Business.status" }}`. `row.get_status_display`
    hashes every label of the field each time."""
    return str(_labels(field).get(value, value))


@cache
def _labels(field: str) -> dict[Any, Any]:
    label, _dot, name = field.rpartition(".")
    return dict(apps.get_model(label)._meta.get_field(name).flatchoices)


@register.filter
def rupiah(amount: int | None) -> str:
    """Rp1.250.000, and -Rp50.000 for a negative amount; a dash for None."""
    if amount is None:
        return "–"
    return f"{'-' if amount < 0 else ''}Rp{_grouped(abs(amount))}"


@register.filter
def count(quantity: int | float | Decimal | None, places: int = 0) -> str:
    """1.250 or 12,5 in the reader's language; a dash for None."""
    if quantity is None:
        return "–"
    if isinstance(quantity, int) and not places:
        return _grouped(quantity)
    text = number_format(round(Decimal(str(quantity)), places), decimal_pos=places, force_grouping=True)
    return str(text)


@register.filter
def percent(share: float | None) -> str:
    """A share as whole per cent, without the sign: 0.876 is 88."""
    return "–" if share is None else count(100 * share)


@register.filter
def distance(number: float) -> float:
    """The absolute value."""
    return abs(number)


@register.filter
def quantity(number: Decimal | None) -> str:
    """1.250 or 12,5: with its decimals, at most three."""
    if number is None:
        return "–"
    short = Decimal(f"{Decimal(number).normalize():f}")
    return str(number_format(short, decimal_pos=max(0, -int(short.as_tuple().exponent)), force_grouping=True))


@register.filter
def month(day: date | None) -> str:
    """Maret 2022."""
    return "–" if day is None else months.month_name(day)


register.filter("whatsapp", whatsapp_url)


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """The page's query string with some parameters replaced, or removed if their value is None."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()
