"""A search by words finds the same as `icontains`, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from sambang.lib.search import every_word
from sambang.registry.models import Business

pytestmark = pytest.mark.django_db
NAMES = ["Batik JAYA", "jaya 100%", "Kain_Éka", "kain éka", "b\\c", "Toko 'Abadi'"]


@pytest.mark.parametrize("word", ["jaya", "JaYa", "100%", "%", "_", "Éka", "éka", "ka", "\\", "'abadi'", "tiada"])
def test_a_word_is_found_in_any_case_as_part_of_a_column(make_business: Callable[..., Business], word: str) -> None:
    for name in NAMES:
        make_business(name)
    found = set(Business.objects.filter(every_word(word, "name")).values_list("name", flat=True))
    assert found == set(Business.objects.filter(name__icontains=word).values_list("name", flat=True))
    ignores_all_case = connection.vendor == "postgresql"  # SQLite only that of ASCII letters
    expected = {name for name in NAMES if word.lower() in name.lower() and (ignores_all_case or word.isascii())}
    assert found >= expected and (found == expected or not word.isascii())


def test_every_word_is_in_some_column(make_business: Callable[..., Business]) -> None:
    make_business("Batik Jaya", commodity="Kain")
    make_business("Batik Abadi", commodity="Kain")
    found = Business.objects.filter(every_word("KAIN jaya", "name", "commodity"))
    assert [row.name for row in found] == ["Batik Jaya"]
    assert Business.objects.filter(every_word(" ", "name")).count() == 2
