"""Widgets written without templates say what Django's own templates say."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils import translation
from django.utils.safestring import mark_safe

from sambang.lib.form_renderer import INPUT_TYPES, FormRenderer

CHOICES = [
    ("", "– pilih –"),
    (1250, 1250),
    ('"><script>', "<b>Anyaman & 'bambu'</b>"),
    ("safe", mark_safe("<i>x</i>")),
    ("Kelompok <1>", [("a", "A"), ("b", "B")]),
    (None, "kosong"),
]
WIDGETS = {
    "select": (forms.Select(choices=CHOICES), ["", 1250, '"><script>', "a", None, "other"]),
    "select multiple": (forms.SelectMultiple(choices=CHOICES), [["a", '"><script>'], [], None]),
    "yes or no": (forms.NullBooleanSelect(), [None, True, False]),
    "text": (forms.TextInput(attrs={"maxlength": 1000, "autofocus": True, "x": False}), [None, "", "<&>'\"", 1250]),
    "hidden": (forms.HiddenInput(), ["1", None]),
    "number": (forms.NumberInput(), [1250, 0, "1.5"]),
    "email": (forms.EmailInput(), ["a@b.test"]),
    "url": (forms.URLInput(), ["https://x.test/?a=1&b=2"]),
    "password": (forms.PasswordInput(), ["secret"]),
    "date": (forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), [date(2026, 3, 1), None]),
    "checkbox": (forms.CheckboxInput(attrs={"data-x": "<"}), [True, False, None, "5"]),
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", WIDGETS)
def test_same_as_django(name: str, language: str) -> None:
    widget, values = WIDGETS[name]
    with translation.override(language):
        for value in values:
            for attrs in ({}, {"id": 'x"y', "required": True, "disabled": False, "aria-label": "<x>"}):
                ours = widget.render("the<name>", value, attrs, renderer=FormRenderer())
                django = widget.render("the<name>", value, attrs, renderer=DjangoTemplates())
                assert parse_html(ours) == parse_html(django), value


def test_every_writer_is_compared() -> None:
    assert set(INPUT_TYPES) <= {*WIDGETS}
