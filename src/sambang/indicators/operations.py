"""Indicators and their yearly targets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.indicators.models import Indicator, Target


@operation("indicators.define")
def define_indicator(council: Council, by: Person, /, **fields: Any) -> Indicator:
    indicator = Indicator(council=council, **fields)
    indicator.full_clean()
    indicator.save(force_insert=True)
    return indicator


@operation("indicators.change", lock=True)
def change_indicator(indicator: Indicator, by: Person, /, **fields: Any) -> Indicator:
    for name, value in fields.items():
        setattr(indicator, name, value)
    indicator.full_clean()
    indicator.save(update_fields=list(fields))
    return indicator


@operation("indicators.withdraw")
def withdraw_indicator(indicator: Indicator, by: Person, /) -> Council:
    """Delete an indicator with its targets; the counted rows stay."""
    council = indicator.council
    indicator.delete()
    return council


@operation("indicators.set_target", lock=True)
def set_target(indicator: Indicator, by: Person, /, *, year: int, value: Decimal | None) -> Indicator:
    """Set the target of a year; None removes it."""
    if value is None:
        indicator.targets.filter(year=year).delete()
        return indicator
    target = indicator.targets.filter(year=year).first() or Target(indicator=indicator, year=year)
    target.value = value
    target.full_clean()
    target.save()
    return indicator
