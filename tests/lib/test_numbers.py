"""Numbers as Indonesians write them: the table of examples, and what holds for every text."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sambang.lib.numbers import (
    NUMBER_ERRORS,
    AmbiguousNumberError,
    NumberError,
    examples,
    format_grouped,
    format_number,
    read_integer,
    read_number,
)
from sambang.lib.units import read_quantity

EXAMPLES = list(examples())
WHOLE = st.integers(0, 10**14)


def outcome(kind: str, unit: str, text: str) -> tuple[str, str]:
    """What the reader of this kind makes of the text, as the table writes it."""
    readers: dict[str, Any] = {
        "number": lambda: read_number(text).value,
        "whole": lambda: read_integer(text, units={unit}),
        "rupiah": lambda: read_integer(text, money=True),
        "quantity": lambda: read_quantity(text, unit),
    }
    try:
        return "value", format_number(Fraction(readers[kind]()))
    except AmbiguousNumberError as asked:
        return "ambiguous", " | ".join(format_number(reading) for reading in asked.readings)
    except NumberError as refused:
        return "refused", refused.code


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda row: f"{row['kind']}:{row['unit']}:{row['text']}")
def test_an_example_is_read_as_the_table_says(example: dict[str, str]) -> None:
    assert outcome(example["kind"], example["unit"], example["text"]) == (example["outcome"], example["result"])


def test_the_table_has_every_kind_and_every_refusal() -> None:
    assert {row["kind"] for row in EXAMPLES} == {"number", "whole", "rupiah", "quantity"}
    assert {row["result"] for row in EXAMPLES if row["outcome"] == "refused"} == NUMBER_ERRORS.keys() - {"ambiguous"}
    assert len({(row["kind"], row["unit"], row["text"]) for row in EXAMPLES}) == len(EXAMPLES)


def test_a_question_offers_both_readings() -> None:
    with pytest.raises(AmbiguousNumberError, match=r"“1,200” dapat berarti 1200 atau 1,2"):
        read_number("1,200")


def test_how_a_number_is_written_is_known() -> None:
    number = read_number("± Rp 1,5 juta / bulan")
    assert (number.value, number.is_currency, number.is_scaled, number.period) == (1_500_000, True, True, "bulan")
    assert read_number("2.400 potong").unit == "potong"
    assert read_number("2.400 pcs/bln").unit == "pcs"


@given(WHOLE)
def test_every_style_of_a_whole_number_is_that_number(number: int) -> None:
    dotted = f"{number:,}".replace(",", ".")
    for text in (
        str(number),
        dotted,
        format_grouped(number),
        f"Rp{dotted}",
        f"Rp {dotted},-",
        f"Rp. {dotted},00",
        f"± {dotted}",
        f"{dotted} orang",
    ):
        assert read_number(text).value == number, text


@given(st.integers(1, 999), st.integers(0, 99))
def test_a_decimal_comma_counts_with_its_scale_word(whole: int, hundredths: int) -> None:
    assert read_number(f"{whole},{hundredths:02d} juta").value == whole * 1_000_000 + hundredths * 10_000


@pytest.mark.slow
@given(st.text(max_size=30) | st.text("0123456789.,' /-jtrbuaRp½", max_size=20))
def test_any_text_is_a_number_or_a_sentence(text: str) -> None:
    try:
        number = read_number(text)
    except NumberError:
        return  # nothing else may come out
    assert number.value >= 0


@given(st.fractions(0, 10**6, max_denominator=1000))
def test_a_number_written_plainly_has_one_reading(number: Fraction) -> None:
    assert abs(read_number(format_number(number)).value - number) <= Fraction(1, 10**6)
