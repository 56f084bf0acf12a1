"""Telephone numbers as Indonesians write them, at the lengths where they begin and end."""

from __future__ import annotations

import pytest

from sambang.registry.id_numbers import clean_nib, clean_nik, clean_npwp, clean_phone, strip_invisible


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", ""),
        (" - ", ""),
        ("0812-3456-7890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("62 812 3456 7890", "+6281234567890"),
        ("+62.812.3456.7890", "+6281234567890"),
        ("0062 812 3456 7890", "+6281234567890"),
        ("(0274) 123456", "+62274123456"),
        ("0812345678", "+62812345678"),  # 10 digits, the shortest mobile number
        ("0812345678901", "+62812345678901"),  # 13 digits, the longest
        ("02741234", "+622741234"),  # 8 digits, the shortest land line
    ],
)
def test_a_telephone_is_stored_in_one_format(text: str, number: str) -> None:
    assert clean_phone(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "081234567",
        "08123456789012",
        "0274123",
        "0274123456789",
        "+65 6123 4567",
        "021-5551234/5",
        "0812 tanya istri",
        "0",
    ],
)
def test_what_is_no_single_indonesian_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Nomor telepon"):
        clean_phone(text)


@pytest.mark.parametrize(
    ("clean", "lengths"), [(clean_nik, {16}), (clean_nib, {13}), (clean_npwp, {15, 16, 22})], ids=["nik", "nib", "npwp"]
)
def test_official_numbers_have_exactly_their_lengths(clean: object, lengths: set[int]) -> None:
    assert callable(clean)
    for length in range(1, 26):
        text = "3" * length
        if length in lengths:
            assert clean(text) == text
        else:
            with pytest.raises(ValueError, match=f"{length} angka"):
                clean(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [('="0812"', "0812"), ('=" 0812 "', "0812"), ("\u200e0812\u200b ", "0812"), ('"0812"', '"0812"'), ('=""', "")],
)
def test_what_only_a_spreadsheet_needs_is_left_out(text: str, shown: str) -> None:
    assert strip_invisible(text) == shown
