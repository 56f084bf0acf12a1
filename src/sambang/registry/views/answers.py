"""How every page of the register that takes a form answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from sambang.access.requests import PersonRequest

ROWS_ON_A_PAGE = 50


def form_page(request: PersonRequest, form: forms.Form, **words: Any) -> HttpResponse:
    """`words`: title, save (what the button says), back (URL of the page it came from), back_label, perhaps intro."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "registry/form.html", {"form": form, **words}, status=status)


def paged(rows: QuerySet[Any], wanted: Mapping[str, str]) -> Page[Any]:
    """Past the first page the keys come first: what a list shows beside a row is then read for the rows of this page, and
    not for all those before it too."""
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(wanted.get("halaman"))
    if page.has_previous():
        keys = rows.values_list("pk", flat=True)[page.start_index() - 1 : page.end_index()]
        page.object_list = rows.filter(pk__in=list(keys))
    return page
