"""An owner's year as PDF and PNG, for the owner's files or a bank."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sambang.lib import clock
from sambang.lib.templatetags.formatting import quantity, rupiah
from sambang.lib.typesetting import accessible_pdf, picture
from sambang.owners.own_figures import ProductYear, YearSummary, price_text
from sambang.registry.models import Business

YEAR_TEMPLATE = Path(__file__).parent / "year.typ"


def year_pdf(business: Business, summary: YearSummary) -> bytes:
    """PDF/UA-1 of one page."""
    return accessible_pdf(YEAR_TEMPLATE, sys_inputs=_inputs(business, summary))


def year_png(business: Business, summary: YearSummary) -> bytes:
    return picture(YEAR_TEMPLATE, sys_inputs=_inputs(business, summary))


def _inputs(business: Business, summary: YearSummary) -> dict[str, str]:
    return {"data": json.dumps(paper_data(business, summary), ensure_ascii=False)}


def paper_data(business: Business, summary: YearSummary) -> dict[str, Any]:
    """The texts of the page in the reader's language."""
    cluster_names = [business.cluster.name] if business.cluster else []
    return {
        "language": (get_language() or "id")[:2],
        "title": _("Produksi %(year)d") % {"year": summary.year},
        "business": business.name,
        "about": " · ".join([business.owner.name, *cluster_names, business.region.name]),
        "simulated": _("Simulasi: orang dan angka ini dibuat-buat.") if business.is_simulated else "",
        "coverage": _("%(months)d dari 12 bulan dilaporkan; %(own)d di antaranya oleh pemilik sendiri.")
        % {"months": summary.months_reported, "own": summary.by_owner},
        "headings": [_("Bulan"), _("Jumlah"), _("Bulan"), _("Jumlah")],
        "products": [_product_facts(product) for product in summary.products],
        "origin": _(
            "Disusun Sambang pada %(day)s dari laporan bulanan usaha ini. Angkanya dari pemilik dan tidak diperiksa "
            "pihak lain; bulan bertanda – tidak dilaporkan."
        )
        % {"day": date_format(clock.today(), "j F Y")},
    }


def _product_facts(product: ProductYear) -> dict[str, Any]:
    amounts = ["–" if amount is None else quantity(amount) for amount in product.quantities]
    cells: list[str] = []
    for month in range(1, 7):  # two columns of six months
        cells += [str(MONTHS[month]), amounts[month - 1], str(MONTHS[month + 6]), amounts[month + 5]]
    unit = product.line.unit
    lines = [_("Setahun: %(total)s %(unit)s.") % {"total": quantity(product.total), "unit": unit}]
    if product.value is not None:
        lines.append(_("Nilai yang disebut: %(value)s.") % {"value": rupiah(product.value)})
    return {
        "name": f"{product.line.name} ({unit})",
        "cells": cells,
        "lines": [*lines, *filter(None, [price_text(product)])],
    }
