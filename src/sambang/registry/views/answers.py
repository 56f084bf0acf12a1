"""How every page of the register that takes a form answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from sambang.access.requests import PersonRequest


def form_page(request: PersonRequest, form: forms.Form, **words: Any) -> HttpResponse:
    """`words`: title, save (what the button says), back (URL of the page it came from), back_label, perhaps intro."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "registry/form.html", {"form": form, **words}, status=status)
