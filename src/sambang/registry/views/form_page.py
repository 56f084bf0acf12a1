"""The response of every form page of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from sambang.access.requests import PersonRequest


def registry_form_page(request: PersonRequest, form: forms.Form, **context: Any) -> HttpResponse:
    """`context`: title, save (label of the button), and optionally cluster, business, group and intro."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "registry/form.html", {"form": form, **context}, status=status)
