"""Numbers that offices give, at the limits of their lengths."""

from __future__ import annotations

import pytest

from sambang.registry.id_numbers import clean_phone


@pytest.mark.parametrize("digits", [7, 8, 11, 12])
@pytest.mark.parametrize("start", ["0", "62", "+62", "0062", ""])
def test_a_telephone_has_seven_to_twelve_digits_after_the_country(digits: int, start: str) -> None:
    national = "81234567890123"[:digits]
    assert clean_phone(start + national) == f"+62{national}"


@pytest.mark.parametrize("digits", [6, 13, 14])
@pytest.mark.parametrize("start", ["0", "62", "+62", "0062", ""])
def test_a_shorter_or_longer_one_is_refused(digits: int, start: str) -> None:
    with pytest.raises(ValueError, match="terlalu pendek atau terlalu panjang"):
        clean_phone(start + "81234567890123"[:digits])
