"""What is said of one product line in one month, as a plain value: what forms and imports hand to the operations."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sambang.production.units import parse_quantity, parse_rupiah
from sambang.registry.models import ProductLine


@dataclass(frozen=True)
class Amount:
    """Quantity in the line's own unit; value in whole rupiah, None where it was not said; `entered` as it was typed."""

    quantity: Decimal
    value: int | None = None
    entered: str = ""


NONE_MADE = Amount(Decimal(0), 0, "0")


def read_amount(line: ProductLine, quantity: str, value: str = "") -> Amount:
    """Raises QuantityError with a sentence for the person who wrote it."""
    return Amount(parse_quantity(quantity, line.unit), parse_rupiah(value), quantity.strip()[:60])
