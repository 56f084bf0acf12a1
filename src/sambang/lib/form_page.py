"""A page with one form: status 422 if the form has errors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_page(
    request: HttpRequest, form: forms.BaseForm, *, title: Any, back: tuple[str, Any], **options: Any
) -> HttpResponse:
    """`back`: address and name of the page that the form was opened from. `options`: `save`, the label of the button;
    `intro`, paragraphs above the form; `is_danger`, of a form that ends or removes something."""
    context = {"form": form, "title": title, "back": back, **options}
    return render(request, "lib/form_page.html", context, status=422 if form.is_bound and form.errors else 200)
