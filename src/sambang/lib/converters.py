"""The `month` converter of URL patterns."""

from __future__ import annotations

from datetime import date

from django.urls import register_converter

from sambang.lib.months import parse_month


class MonthConverter:
    """`2022-03` as the first day of the month; an invalid month does not match."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, text: str) -> date:
        return parse_month(text)

    def to_url(self, text: str) -> str:
        return text


register_converter(MonthConverter, "month")
