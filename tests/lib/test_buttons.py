"""The tag `{% post_button %}`."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from tests.markup import compact, form_values

KEY = UUID("0d688f96-3819-4b9e-a1ba-9e68043b9fcc")


def rendered(text: str, *, business: object = None) -> str:
    request = RequestFactory().get("/")
    request.business = business  # type: ignore[attr-defined]
    return compact(engines["django"].from_string(text).render({"key": KEY, "name": "<Sari>"}, request))


def test_a_button_posts_to_its_view() -> None:
    page = rendered('{% post_button _("Cabut") "odk:key_revoke" key look="quiet" about=name %}')
    assert f'<form method="post" action="{reverse("odk:key_revoke", args=[KEY])}">' in page
    assert '<button class="quiet" type="submit">Cabut<span class="unseen">&lt;Sari&gt;</span></button>' in page
    assert list(form_values(page)) == ["csrfmiddlewaretoken"]
    assert form_values(page)["csrfmiddlewaretoken"]


def test_an_owners_button_names_the_business() -> None:
    page = rendered('{% post_button _("Hapus") "selling:photo_withdraw" key %}', business=SimpleNamespace(pk=KEY))
    assert form_values(page)["business"] == str(KEY)


def test_an_unknown_view_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        rendered('{% post_button _("Cabut") "odk:key_revoke" %}')
