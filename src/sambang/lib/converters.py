"""Months in addresses."""

from __future__ import annotations

from datetime import date

from django.urls import register_converter

from sambang.lib.months import parse_month


class MonthConverter:
    """`2022-03` as its first day; an address with a month that is none is no address."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, written: str) -> date:
        return parse_month(written)

    def to_url(self, written: str) -> str:
        return written


register_converter(MonthConverter, "month")
