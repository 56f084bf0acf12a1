"""Numbers as clerks type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sambang.lib.numbers import parse_digits, parse_written

WHOLE = st.integers(0, 10**13)


def dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("45.000", 45_000),
        ("Rp 48.000,-", 48_000),
        ("Rp5.500.000", 5_500_000),
        ("Rp. 5.500.000,00", 5_500_000),
        ("± 2.400", 2_400),
        ("1,5 juta", 1_500_000),
        ("1,5jt", 1_500_000),
        ("12 rb", 12_000),
        ("12rb", 12_000),
        ("3 org", 3),
        ("36 orang", 36),
        ("1,2 M", 1_200_000_000),
        ("IDR 750000", 750_000),
        ("kurang lebih 30", 30),
        ("1,500,000.00", 1_500_000),
        ("2 500 000", 2_500_000),
        ("0,5 juta", 500_000),
        ("Rp 10 jt", 10_000_000),
        ("Rp.15.000.000,=", 15_000_000),
        ("Rp 2.000.000.-", 2_000_000),
        ("1,25 juta", 1_250_000),
        ("0.500", Decimal("0.5")),
        ("1,250 juta", 1_250_000),
        ("7 juta/bln", 7_000_000),
        ("Rp 4.5 juta", 4_500_000),
        ("12.", 12),
    ],
)
def test_reads(text, number):
    assert parse_written(text).number == number


@pytest.mark.parametrize(
    "text", ["2o16", "10-15 juta", "3 + 2", "dua", "Rp", "1.2.3", "12.34.56", "5 s/d 10", "45.00.000", "", "1/2", "l2"]
)
def test_refuses_what_it_would_have_to_guess(text):
    with pytest.raises(ValueError, match=r"angka|kosong"):
        parse_written(text)


def test_says_how_it_was_written():
    written = parse_written("± Rp 1,5 juta / bulan")
    assert (written.number, written.currency, written.scaled) == (1_500_000, True, True)
    assert parse_written("2.400 potong").words == "potong"


@given(WHOLE)
def test_every_style_of_a_whole_number_is_that_number(number):
    for text in (
        str(number),
        dotted(number),
        f"Rp{dotted(number)}",
        f"Rp {dotted(number)},-",
        f"Rp. {dotted(number)},00",
        f"± {dotted(number)}",
        f"{number:,}",
        f"{dotted(number)} orang",
    ):
        assert parse_written(text).number == number, text


@given(st.integers(1, 999), st.integers(0, 99))
def test_a_decimal_comma_counts_with_its_scale_word(whole, hundredths):
    assert parse_written(f"{whole},{hundredths:02d} juta").number == whole * 1_000_000 + hundredths * 10_000


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_sentence(text):
    try:
        number = parse_written(text).number
    except ValueError:
        return  # refused with its sentence: nothing else may come out
    assert number.is_finite() and number >= 0


@given(WHOLE)
def test_grouping_changes_nothing(number):
    assert parse_digits(dotted(number)) == parse_digits(str(number)) == number
