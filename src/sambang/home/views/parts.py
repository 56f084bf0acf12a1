"""The page of all parts of the interface (docs/look.md)."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council
from sambang.access.permissions import public
from sambang.lib.forms import ALL_OPTION


class PartForm(forms.Form):
    """A field of each kind."""

    text = forms.CharField(label=_("Nama"), help_text=_("Bantuan berdiri di bawah isian."))
    choice = forms.ChoiceField(label=_("Sentra"), choices=[ALL_OPTION, ("joho", "Joho")], required=False)
    note = forms.CharField(label=_("Catatan"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    agreed = forms.BooleanField(label=_("Setuju"), required=False)
    answer = forms.ChoiceField(
        label=_("Jawaban"),
        widget=forms.RadioSelect,
        choices=[("yes", _("sudah")), ("no", _("belum"))],
        initial="yes",
        required=False,
    )


@public(reason="made-up words in every part of the interface; answered only where the councils are made up")
def part_list(request: HttpRequest) -> HttpResponse:
    if not Council.objects.filter(is_simulated=True).exists():
        raise Http404
    example_forms = {"form": PartForm(prefix="kosong"), "wrong": PartForm({}, prefix="salah")}
    return render(request, "home/part_list.html", example_forms)
