"""Unit cost (harga pokok produksi, HPP) and the prices that follow from it. Rupiah as Decimal; pure.
cost of a line   = quantity × price / number of pieces it is enough for
HPP              = sum of the lines / (1 − rejects)          full costing: material, labour, overhead
price by channel = (HPP + fixed fee) / (1 − fee − margin)    so that the margin remains after the channel's fee"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

HUNDRED = Decimal(100)
ONE_RUPIAH = Decimal(1)


@dataclass(frozen=True)
class CostLine:
    """`quantity` units at `price` rupiah each are enough for `pieces` pieces. `domestic_percent`: TKDN, None if
    unknown."""

    kind: str
    quantity: Decimal
    price: Decimal
    pieces: Decimal = Decimal(1)
    domestic_percent: Decimal | None = None

    @property
    def per_piece(self) -> Decimal:
        return self.quantity * self.price / self.pieces


@dataclass(frozen=True)
class Breakdown:
    """Rupiah for one good piece."""

    by_kind: dict[str, Decimal]
    rejects: Decimal  # the cost of rejected pieces
    total: Decimal


def breakdown_of(lines: Iterable[CostLine], *, reject_percent: Decimal = Decimal(0)) -> Breakdown:
    """The cost of one good piece. Raises ValueError unless 0 ≤ reject_percent < 100."""
    if not 0 <= reject_percent < HUNDRED:
        raise ValueError(reject_percent)
    by_kind: dict[str, Decimal] = {}
    for line in lines:
        by_kind[line.kind] = by_kind.get(line.kind, Decimal(0)) + line.per_piece
    total_cost = sum(by_kind.values(), Decimal(0))
    total = total_cost * HUNDRED / (HUNDRED - reject_percent)
    return Breakdown(by_kind, total - total_cost, total)


def price_for_channel(
    cost: Decimal, *, margin_percent: Decimal, fee_percent: Decimal = Decimal(0), fixed_fee: Decimal = Decimal(0)
) -> Decimal | None:
    """The lowest price that leaves `margin_percent` of it; None if fee and margin together reach 100 per cent."""
    left = HUNDRED - fee_percent - margin_percent
    return None if left <= 0 else (cost + fixed_fee) * HUNDRED / left


def nearest_rupiah(amount: Decimal) -> int:
    return int(amount.quantize(ONE_RUPIAH, ROUND_HALF_UP))


def rounded_up(amount: Decimal, step: int = 100) -> int:
    """The price rounded up to the next whole hundred rupiah."""
    return int((amount / step).quantize(ONE_RUPIAH, ROUND_UP)) * step


def domestic_percent(lines: Iterable[CostLine]) -> Decimal | None:
    """TKDN of the costs that a rule covers: sum(costᵢ × TKDNᵢ) / sum(costᵢ), percent with two decimals. None without a
    line, or if the TKDN of one is unknown."""
    rows = [line for line in lines if line.per_piece]
    total = sum((line.per_piece for line in rows), Decimal(0))
    if not total or any(line.domestic_percent is None for line in rows):
        return None
    part = sum((line.per_piece * (line.domestic_percent or 0) for line in rows), Decimal(0))
    return (part / total).quantize(Decimal("0.01"), ROUND_HALF_UP)
