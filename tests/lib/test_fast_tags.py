"""The tags of `lib.templatetags.fast_tags` write what Django's own write."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.template import Context, Engine, engines
from django.template.base import Template
from django.test import override_settings
from django.urls import NoReverseMatch
from django.utils import translation

from sambang.lib.templatetags.formatting import choice, count, rupiah
from sambang.registry.models import Business

KEY = UUID("0d688f96-3819-4b9e-a1ba-9e68043b9fcc")
CONTEXT: dict[str, Any] = {
    "key": KEY,
    "text": str(KEY),
    "name": "visits:visit_list",
    "day": dt.date(2026, 11, 9),
    "moment": dt.datetime(2026, 11, 8, 20, 0, tzinfo=dt.UTC),
    "none": None,
    "who": "<b>Sari</b>",
}
SAME = [
    "{% translate 'Keluar' %}",
    "{% translate 'IKM' context 'many' %}",
    "{% translate 'Keluar' as out %}[{{ out }}]",
    "{% translate who %}",
    "{% translate 'Keluar'|upper %}",
    "{% translate '100%% <b>' %}",
    "{% blocktranslate trimmed %}\n Peran Anda belum boleh \n melakukan ini {% endblocktranslate %}",
    "{% blocktranslate %}100% & <b>{% endblocktranslate %}",
    "{% blocktranslate with name=who %}Selamat datang, {{ name }}{% endblocktranslate %}",
    "{% blocktranslate count n=2 %}satu{% plural %}{{ n }} buah{% endblocktranslate %}",
    "{% blocktranslate asvar out %}Keluar{% endblocktranslate %}[{{ out }}]",
    "{% url 'visits:visit_list' %}",
    "{% url name %}",
    "{% url 'registry:business_detail' key %}",
    "{% url 'registry:business_detail' text %}",
    "{% url 'registry:business_detail' business_id=key %}",
    "{% url 'registry:business_detail' key as out %}[{{ out }}]",
    "{% url 'tidak:ada' as out %}[{{ out }}]",
    "{{ day|date:'j F Y' }} {{ day|date:'l' }} {{ day|date }}",
    "{{ moment|date:'j M Y H.i' }} {{ none|date:'j M Y' }} {{ who|date:'j M Y' }}",
]


def django_engine() -> Engine:
    """Ours without the fast tags."""
    options = engines["django"].engine
    builtins = [name for name in options.builtins if not name.endswith("fast_tags")]
    assert len(builtins) == len(options.builtins) - 1
    return Engine(builtins=builtins)


@pytest.mark.parametrize("source", SAME)
@pytest.mark.parametrize("autoescape", [True, False])
def test_a_fast_tag_writes_what_djangos_writes(source: str, autoescape: bool) -> None:
    ours, django = engines["django"].engine.from_string(source), Template(source, engine=django_engine())
    for language in ("id", "en", "id"):
        with translation.override(language):
            wanted = django.render(Context(CONTEXT, autoescape=autoescape))
            assert [ours.render(Context(CONTEXT, autoescape=autoescape)) for _time in range(2)] == [wanted, wanted]


def test_an_address_follows_the_urlconf_and_an_unknown_one_is_an_error() -> None:
    template = engines["django"].engine.from_string("{% url 'set_language' %}")
    with pytest.raises(NoReverseMatch):
        template.render(Context())
    with override_settings(ROOT_URLCONF="django.conf.urls.i18n"):
        assert template.render(Context()) == "/setlang/"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("status", [*Business.Status.values, "lain"])
def test_a_choice_is_the_label_of_the_stored_value(language: str, status: str) -> None:
    with translation.override(language):
        assert choice(status, "registry.Business.status") == Business(status=status).get_status_display()


@pytest.mark.parametrize("language", ["id", "en"])
def test_whole_numbers_are_grouped_as_django_groups_them(language: str) -> None:
    with translation.override(language):
        dot = "." if language == "id" else ","
        assert [count(number) for number in (0, 999, 1000, -1234567)] == [
            "0",
            "999",
            f"1{dot}000",
            f"-1{dot}234{dot}567",
        ]
        assert [rupiah(number) for number in (-50_000, 1_250_000)] == [f"-Rp50{dot}000", f"Rp1{dot}250{dot}000"]
        assert rupiah(Decimal("1250.5")) == f"Rp1{dot}250"  # type: ignore[arg-type]
