"""The columns of `registry.business_columns` on a page."""

from __future__ import annotations

from typing import Any

from django import template

from sambang.lib.templatetags.formatting import count
from sambang.registry.business_columns import PAGE_COLUMNS, BusinessColumn

register = template.Library()


@register.simple_tag
def page_columns() -> tuple[BusinessColumn, ...]:
    return PAGE_COLUMNS


@register.filter
def cell(row: Any, column: BusinessColumn) -> str:
    value = getattr(row, column.path)
    return count(value) if isinstance(value, int) else str(value or "–")
