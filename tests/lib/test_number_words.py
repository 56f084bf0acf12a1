"""Numbers and dates of official papers, written out."""

from __future__ import annotations

from datetime import date

import pytest

from sambang.lib.number_words import date_to_words, format_long_date, number_to_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (31, "tiga puluh satu"),
        (99, "sembilan puluh sembilan"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (200, "dua ratus"),
        (219, "dua ratus sembilan belas"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1000, "seribu"),
        (1010, "seribu sepuluh"),
        (1945, "seribu sembilan ratus empat puluh lima"),
        (2022, "dua ribu dua puluh dua"),
        (11_000, "sebelas ribu"),
        (100_000, "seratus ribu"),
        (999_999, "sembilan ratus sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan"),
    ],
)
def test_a_number_in_words(number: int, words: str) -> None:
    assert number_to_words(number) == words


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_number_beyond_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        number_to_words(number)


def test_a_day_in_words() -> None:
    day = date(2026, 8, 17)
    assert date_to_words(day) == "Senin, tanggal tujuh belas, bulan Agustus, tahun dua ribu dua puluh enam"
    assert format_long_date(day) == "Senin, 17 Agustus 2026"
