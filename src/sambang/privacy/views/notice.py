"""The public privacy notice."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sambang.access.permissions import public
from sambang.lib.exports import workbook_response
from sambang.privacy.fields import BASES, PURPOSES, PersonalField, personal_fields
from sambang.privacy.law import LAW_VERSION, articles
from sambang.privacy.notice import every_statement


def by_purpose() -> list[dict[str, Any]]:
    """Each purpose with the labels of its fields."""
    order = list(PURPOSES)
    rows = sorted(personal_fields(), key=lambda field: order.index(field.purpose))
    purposes = []
    for key, group in groupby(rows, key=lambda field: field.purpose):
        fields = list(group)
        purposes.append(
            {
                "purpose": PURPOSES[key],
                "basis": BASES[PURPOSES[key].basis],
                "fields": list(dict.fromkeys(str(field.title) for field in fields if field.has_label)),
                "retentions": list(dict.fromkeys(field.retention_period.label for field in fields)),
                "specific": any(field.sensitivity == "specific" for field in fields),
            }
        )
    return purposes


@public(reason="UU 27/2022: the privacy notice with stored data, purposes and retention periods")
def notice_detail(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format") == "xlsx":
        headings = (
            _("Tabel"),
            _("Isian"),
            _("Tujuan"),
            _("Dasar"),
            _("Sifat"),
            _("Disimpan"),
            _("Saat dihapus"),
            _("Tersegel"),
        )
        return workbook_response(_("data-pribadi"), headings, (cells(field) for field in personal_fields()))
    context = {
        "purposes": by_purpose(),
        "articles": articles(),
        "version": LAW_VERSION,
        "statements": every_statement(),
    }
    return render(request, "privacy/notice_detail.html", context)


def cells(field: PersonalField) -> list[Any]:
    """One row of the whole list, as in docs/privacy.md."""
    values = (
        field.table,
        field.title,
        field.why.label,
        field.basis,
        field.sensitivity_label,
        field.retention_period.label,
        field.erasure_label,
        _("ya") if field.encrypted else "",
    )
    return [str(word) for word in values]
