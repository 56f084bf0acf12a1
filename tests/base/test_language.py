"""Indonesian first: English only for who chose it, whatever language the browser is set to."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from sambang.base.templatetags.words import count, month, quantity, rupiah


@pytest.mark.django_db
@pytest.mark.parametrize("browser", ["en-US,en;q=0.9", "de", "*", "id", ""])
def test_page_is_indonesian_whatever_the_browser_prefers(client: Client, browser: str) -> None:
    response = client.get(reverse("home:front"), headers={"accept-language": browser})
    assert response.headers["Content-Language"] == "id"
    assert '<html lang="id">' in response.text
    assert "Yang disampaikan pada kunjungan tidak hilang" in response.text
    assert "Accept-Language" not in response.headers["Vary"]


@pytest.mark.django_db
def test_unknown_language_in_the_cookie_is_indonesian(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert '<html lang="id">' in client.get(reverse("home:front")).text


@pytest.mark.django_db
def test_the_next_reader_of_the_thread_starts_afresh(client: Client) -> None:
    before = translation.get_language()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en">' in client.get(reverse("home:front")).text
    assert translation.get_language() == before


@pytest.mark.parametrize(
    ("language", "money", "debt", "number", "when"),
    [
        ("id", "Rp1.250.000", "-Rp50.000", "1.250,5", "Maret 2022"),
        ("en", "Rp1,250,000", "-Rp50,000", "1,250.5", "March 2022"),
    ],
)
def test_figures_follow_the_language(language: str, money: str, debt: str, number: str, when: str) -> None:
    with translation.override(language):
        assert (rupiah(1_250_000), rupiah(-50_000), rupiah(0)) == (money, debt, "Rp0")
        assert (count(1250.5, 1), count(999)) == (number, "999")
        assert month(date(2022, 3, 31)) == when
        assert [say(None) for say in (rupiah, count, quantity, month)] == ["–", "–", "–", "–"]
