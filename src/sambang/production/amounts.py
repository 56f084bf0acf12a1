"""The reported amount of one product line in one month, as forms and imports pass it to the operations."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sambang.lib.numbers import read_integer
from sambang.lib.units import read_quantity
from sambang.registry.models import ProductLine


@dataclass(frozen=True)
class Amount:
    """Quantity in the line's own unit; value in whole rupiah, None if not given; `entered` is the quantity as typed."""

    quantity: Decimal
    value: int | None = None
    entered: str = ""


NONE_MADE = Amount(Decimal(0), 0, "0")


def read_amount(line: ProductLine, quantity: str, value: str = "") -> Amount:
    """Parse typed quantity and value. Raises NumberError with a sentence for the user."""
    return Amount(
        read_quantity(quantity, line.unit),
        read_integer(value, money=True) if value.strip() else None,
        quantity.strip()[:60],
    )
