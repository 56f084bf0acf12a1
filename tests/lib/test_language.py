"""Indonesian first: English only for who chose it, whatever language the browser is set to."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from sambang.access.models import Person
from sambang.lib.templatetags.formatting import count, month, quantity, rupiah


@pytest.mark.django_db
@pytest.mark.parametrize("browser", ["en-US,en;q=0.9", "de", "*", "id", ""])
def test_page_is_indonesian_whatever_the_browser_prefers(client: Client, browser: str) -> None:
    response = client.get(reverse("home:front_page"), headers={"accept-language": browser})
    assert response.headers["Content-Language"] == "id"
    assert '<html lang="id">' in response.text
    assert "Yang disampaikan pada kunjungan tidak hilang" in response.text
    assert "Accept-Language" not in response.headers["Vary"]


@pytest.mark.django_db
def test_page_is_english_by_choice_and_stays_so(client: Client) -> None:
    client.post(reverse("home:language_set"), {"language": "en", "next": "/"})
    response = client.get(reverse("home:front_page"), headers={"accept-language": "id"})
    assert '<html lang="en">' in response.text
    assert "Nothing raised on a visit is lost" in response.text
    assert "Yang disampaikan pada kunjungan tidak hilang" not in response.text
    assert "Cookie" in response.headers["Vary"]

    client.post(reverse("home:language_set"), {"language": "id", "next": "/"})
    assert "Yang disampaikan pada kunjungan tidak hilang" in client.get(reverse("home:front_page")).text


@pytest.mark.django_db
def test_menu_and_complaints_speak_english(sari: Person, client: Client) -> None:
    client.force_login(sari)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("visits:visit_list")).text
    assert "Aspirations" in page
    assert "Kunjungan" not in page
    missing = client.get("/kunjungan/00000000-0000-0000-0000-000000000000/")
    assert missing.status_code == 404
    assert "This page was not found" in missing.text


@pytest.mark.parametrize(("number", "said"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_english_tells_one_from_many(number: int, said: str) -> None:
    template = Template(
        "{% blocktranslate count days=n %}{{ days }} hari{% plural %}{{ days }} hari{% endblocktranslate %}"
    )
    with translation.override("en"):
        assert template.render(Context({"n": number})) == said
    with translation.override("id"):
        assert template.render(Context({"n": number})) == f"{number} hari"


def test_django_complains_in_the_words_of_the_house() -> None:
    class Paper(forms.Form):
        name = forms.CharField(max_length=3)
        pieces = forms.IntegerField(min_value=0)
        day = forms.DateField()
        kind = forms.ChoiceField(choices=[("a", "A")])

    def errors(**typed: str) -> list[str]:
        return [str(error) for errors in Paper(typed).errors.values() for error in errors]

    with translation.override("id"):
        assert errors() == ["Wajib diisi."] * 4
        assert errors(name="abcd", pieces="x", day="x", kind="b") == [
            "Terlalu panjang: paling banyak 3 huruf, sekarang 4.",
            "Tulis angka bulat.",
            "Tulis tanggalnya seperti 31-03-2022.",
            "Pilihan itu tidak ada (b): pilih dari daftar.",
        ]
    with translation.override("en"):
        assert errors(name="abc", day="x", pieces="1", kind="a") == ["Enter a valid date."]


@pytest.mark.django_db
def test_unknown_language_in_the_cookie_is_indonesian(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert '<html lang="id">' in client.get(reverse("home:front_page")).text


@pytest.mark.django_db
def test_the_next_reader_of_the_thread_starts_afresh(client: Client) -> None:
    before = translation.get_language()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert '<html lang="en">' in client.get(reverse("home:front_page")).text
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
