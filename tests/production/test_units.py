"""What an owner writes, as an exact number in the line's unit."""

from decimal import Decimal

import pytest

from sambang.production.units import QuantityError, parse_quantity, parse_rupiah


@pytest.mark.parametrize(
    ("text", "unit", "quantity"),
    [
        ("3 kodi 5 potong", "potong", "65"),
        ("tiga kodi", "potong", "60"),
        ("dua puluh lima lusin", "potong", "300"),
        ("sebelas kodi lima potong", "potong", "225"),
        ("2,5 lusin", "potong", "30"),
        ("1/2 kodi", "pcs", "10"),
        ("80 kodi", "potong", "1600"),
        ("½ lusin", "potong", "6"),
        ("2½ kodi", "potong", "50"),
        ("1 1/2 kodi", "potong", "30"),
        ("1/3 lusin", "potong", "4"),
        ("2 gros, 3 lusin", "potong", "324"),
        ("selusin", "potong", "12"),
        ("setengah kodi", "lembar", "10"),
        ("1.200", "potong", "1200"),
        ("± 2.400", "stel", "2400"),
        ("300 potong/bulan", "potong", "300"),
        ("1,5 ribu", "potong", "1500"),
        ("3 kodi", "stel", "60"),
        ("3 kodi 5 potong", "kodi", "3.25"),
        ("7", "kodi", "7"),
        ("10 yard", "meter", "9.144"),
        ("2 kuintal 5 kg", "kg", "205"),
        ("2.5 kg", "kg", "2.5"),
        ("12 anyaman", "anyaman", "12"),
        ("2 lusin", "botol", "24"),
        ("0", "potong", "0"),
        ("nihil", "potong", "0"),
    ],
)
def test_quantities_are_exact(text: str, unit: str, quantity: str) -> None:
    assert parse_quantity(text, unit) == Decimal(quantity)


@pytest.mark.parametrize(
    ("text", "unit", "word"),
    [
        ("", "potong", "belum diisi"),
        ("abc", "potong", "tidak terbaca"),
        ("-5", "potong", "kurang dari nol"),
        ("1,200", "potong", "dapat berarti 1200 atau 1,2"),
        ("1,5 potong", "potong", "dihitung utuh"),
        ("60 potong", "stel", "tidak dapat dihitung dari potong"),
        ("3 kodi", "kg", "tidak dapat dihitung dari kodi"),
        ("10 dus", "potong", "tidak dapat dihitung dari dus"),
        ("3 kodi 5", "potong", "tanpa satuan"),
        ("3/0 kodi", "potong", "pembaginya nol"),
        ("5 karung", "potong", "tidak dikenal"),
        ("999999999999", "potong", "terlalu besar"),
        ("1" * 80, "potong", "terlalu panjang"),
        ("1.20.0", "potong", "tidak terbaca"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, unit: str, word: str) -> None:
    with pytest.raises(QuantityError, match=word):
        parse_quantity(text, unit)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("", None),
        ("Rp1.250.000,-", 1_250_000),
        ("1,25 juta", 1_250_000),
        ("750 rb", 750_000),
        ("1.250.000,00", 1_250_000),
        ("Rp. 5.500.000", 5_500_000),
        ("0", 0),
    ],
)
def test_rupiah_in_every_style(text: str, amount: int | None) -> None:
    assert parse_rupiah(text) == amount
