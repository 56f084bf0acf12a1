"""What a piece costs, for worked examples: two published ones, and two that were calculated by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sambang.costing.calculation import (
    CostLine,
    breakdown_of,
    domestic_percent,
    nearest_rupiah,
    price_for_channel,
    rounded_up,
)
from sambang.costing.channel_fees import channel_fees

D = Decimal


def line(kind: str, quantity: str, price: int, pieces: int = 1, domestic: int | None = None) -> CostLine:
    return CostLine(kind, D(quantity), D(price), D(pieces), None if domestic is None else D(domestic))


# Trousers, 2,500 pieces: scribd.com 490713011. Cloth 0.75 m, zip, thread for ten, buttons, overlocking for 100,
# stiffener for 25, wage, overhead.
TROUSERS = [
    line("material", "0.75", 18_000, domestic=100),
    line("material", "1", 2_500, domestic=0),
    line("material", "1", 1_500, 10, domestic=100),
    line("material", "1", 200, domestic=0),
    line("material", "1", 25_000, 100, domestic=100),
    line("material", "1", 12_500, 25, domestic=100),
    line("labour", "1", 12_000),
    line("overhead", "1", 3_000),
]
# Written batik, 114 cloths of 2 m: text-id.123dok.com 1y964m4dy. Amounts are those of the whole lot.
BATIK = (
    [line("material", "1", amount, 114) for amount in (349_234, 2_565_000, 3_420_000, 684_000, 114_000)]
    + [line("labour", "1", amount, 114) for amount in (5_700_000, 342_000)]
    + [line("overhead", "1", amount, 114) for amount in (8_218, 768_000, 7_280_000, 1_123_750)]
)
# Cassava crisps, made up. A batch gives 40 packs of 200 g: 12 kg cassava at 4,500, oil 2.5 l at 18,000, spice 9,000,
# gas 22,000 for two batches, packs 600 each, 5 hours at 12,000. By hand: 54,000 + 45,000 + 9,000 = 108,000, for 40
# packs 2,700 each; pack 600; wage 60,000 / 40 = 1,500; gas 11,000 / 40 = 275. Together 5,075. Of 100 packs 5 break:
# 5,075 / 0.95 = 5,342.
CRISPS = [
    line("material", "12", 4_500, 40),
    line("material", "2.5", 18_000, 40),
    line("material", "1", 9_000, 40),
    line("material", "1", 600),
    line("labour", "5", 12_000, 40),
    line("overhead", "1", 22_000, 80),
]
# A bamboo chair, made up. 3 stems at 15,000, rattan 0.4 kg at 45,000, varnish 60,000 for 8 chairs, 1.5 days at 110,000,
# tools 900,000 for 600 chairs. By hand: 45,000 + 18,000 + 7,500 + 165,000 + 1,500 = 237,000.
CHAIR = [
    line("material", "3", 15_000),
    line("material", "0.4", 45_000),
    line("material", "1", 60_000, 8),
    line("labour", "1.5", 110_000),
    line("overhead", "1", 900_000, 600),
]

# Five more, made up and calculated by hand.
# A leather wallet: 2.5 square feet at 28,000; lining 0.2 m at 35,000; thread 12,000 for 30; press stud 1,200; a die of
# 450,000 for 300; 3 hours at 15,000; electricity 90,000 for 120. 70,000 + 7,000 + 400 + 1,200 = 78,600; 45,000;
# 1,500 + 750 = 2,250. Together 125,850.
WALLET = [
    line("material", "2.5", 28_000),
    line("material", "0.2", 35_000),
    line("material", "1", 12_000, 30),
    line("material", "1", 1_200),
    line("labour", "3", 15_000),
    line("overhead", "1", 450_000, 300),
    line("overhead", "1", 90_000, 120),
]
# Palm sugar by the kilo, a boil of 30 l of sap at 2,000 giving 4 kg: 60,000 / 4 = 15,000; firewood 12,000 / 4 = 3,000;
# 2 hours at 10,000 / 4 = 5,000; packs 1,000. Together 24,000; of 100 packs 4 melt: 24,000 / 0.96 = 25,000.
SUGAR = [
    line("material", "30", 2_000, 4),
    line("overhead", "1", 12_000, 4),
    line("labour", "2", 10_000, 4),
    line("material", "1", 1_000),
]
# A fired pot: clay 3 kg at 800, glaze 54,000 for 36, kiln 360,000 for 90, 0.75 hour at 14,000. 2,400 + 1,500 + 4,000 +
# 10,500 = 18,400; of 100 pots 8 crack: 18,400 / 0.92 = 20,000.
POT = [
    line("material", "3", 800),
    line("material", "1", 54_000, 36),
    line("overhead", "1", 360_000, 90),
    line("labour", "0.75", 14_000),
]
# A silver ring: 4.2 g at 18,500, a tenth lost in filing 0.42 g at 18,500, gas 45,000 for 60, 2 hours at 20,000.
# 77,700 + 7,770 + 750 + 40,000 = 126,220.
RING = [
    line("material", "4.2", 18_500),
    line("material", "0.42", 18_500),
    line("overhead", "1", 45_000, 60),
    line("labour", "2", 20_000),
]
# A uniform for contract sewing, cloth from the buyer: thread 18,000 for 24, buttons 6 at 150, wage 22,500, rent of
# 600,000 for 240. 750 + 900 + 22,500 + 2,500 = 26,650; of 100 pieces 3 are sewn anew: 26,650 / 0.97 = 27,474.23.
UNIFORM = [
    line("material", "1", 18_000, 24),
    line("material", "6", 150),
    line("labour", "1", 22_500),
    line("overhead", "1", 600_000, 240),
]


@pytest.mark.parametrize(
    ("lines", "rejects", "expected"),
    [(WALLET, 0, 125_850), (SUGAR, 4, 25_000), (POT, 8, 20_000), (RING, 0, 126_220), (UNIFORM, 3, 27_474)],
)
def test_further_goods_agree_to_the_rupiah(lines: list[CostLine], rejects: int, expected: int) -> None:
    assert nearest_rupiah(breakdown_of(lines, reject_percent=D(rejects)).total) == expected


@pytest.mark.parametrize(
    ("lines", "rejects", "expected"),
    [(TROUSERS, 0, 32_100), (BATIK, 0, 196_089), (CRISPS, 0, 5_075), (CRISPS, 5, 5_342), (CHAIR, 0, 237_000)],
)
def test_cost_agrees_to_the_rupiah(lines: list[CostLine], rejects: int, expected: int) -> None:
    assert nearest_rupiah(breakdown_of(lines, reject_percent=D(rejects)).total) == expected


def test_trousers_lot_and_price() -> None:
    cost = breakdown_of(TROUSERS).total
    assert cost * 2_500 == 80_250_000


def test_the_batik_lot_is_the_printed_total() -> None:
    assert nearest_rupiah(breakdown_of(BATIK).total * 114) == 22_354_202


def test_parts_and_rejects_add_up() -> None:
    found = breakdown_of(CRISPS, reject_percent=D(5))
    assert {kind: nearest_rupiah(amount) for kind, amount in found.by_kind.items()} == {
        "material": 3_300,
        "labour": 1_500,
        "overhead": 275,
    }
    assert sum(found.by_kind.values()) + found.rejects == found.total


@pytest.mark.parametrize("percent", [-1, 100, 250])
def test_all_rejects_is_no_price(percent: int) -> None:
    with pytest.raises(ValueError, match=str(percent)):
        breakdown_of(TROUSERS, reject_percent=D(percent))


class TestChannels:
    def test_the_margin_is_left_after_the_fee(self) -> None:
        price = price_for_channel(D(32_100), margin_percent=D(20), fee_percent=D(9), fixed_fee=D(1_250))
        assert price is not None
        assert nearest_rupiah(price) == 46_972  # (32,100 + 1,250) / 0.71
        assert nearest_rupiah(price - price * D("0.09") - 1_250 - 32_100) == nearest_rupiah(price * D("0.2"))

    def test_fee_and_margin_that_leave_nothing(self) -> None:
        assert price_for_channel(D(100), margin_percent=D(91), fee_percent=D(9)) is None

    def test_a_price_is_rounded_up(self) -> None:
        assert [rounded_up(D(text)) for text in ("46971.8", "47000", "47000.01")] == [47_000, 47_000, 47_100]

    def test_fees_are_those_in_force(self) -> None:
        before, after = channel_fees(date(2026, 2, 12)), channel_fees(date(2026, 2, 13))
        assert "TikTok Shop/Tokopedia" not in {fee.channel for fee in before}
        assert {fee.channel: fee.percent for fee in after}["TikTok Shop/Tokopedia"] == D("6.97")
        assert all(fee.source for fee in after)


class TestDomesticMaterial:
    def test_trousers(self) -> None:
        materials = [row for row in TROUSERS if row.kind == "material"]
        assert domestic_percent(materials) == D("84.21")  # 14,400 / 17,100

    def test_one_unknown_makes_the_whole_unknown(self) -> None:
        assert domestic_percent([*TROUSERS[:2], line("material", "1", 500)]) is None
        assert domestic_percent([]) is None
