"""Numbers of orders: written into the buyer's message, and typed by the owner who notes the order."""

from __future__ import annotations

from django.utils.crypto import get_random_string

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0 and 1
NUMBER_LENGTH = 6


def new_order_number() -> str:
    return get_random_string(NUMBER_LENGTH, ALPHABET)


def normalised_order_number(text: str) -> str:
    """The number as it is stored: upper case, without blanks and hyphens."""
    return "".join(letter for letter in text.upper() if letter.isalnum())
