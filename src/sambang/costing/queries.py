"""Queries of the owner's cost pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.costing import calculation
from sambang.costing.calculation import nearest_rupiah
from sambang.costing.channel_fees import ChannelFee, channel_fees
from sambang.costing.models import CostItem, CostSheet
from sambang.costing.tkdn_rules import TkdnRule, tkdn_rule, tkdn_rule_in_force
from sambang.insight.price_comparison import newest_prices_of
from sambang.owners.own_figures import cluster_price_text
from sambang.registry.models import Business

Kind = CostItem.Kind
# Costs that are often omitted: kind of cost, words that show it is included, question.
COMMON_OMISSIONS: tuple[tuple[Kind, tuple[str, ...], Any], ...] = (
    (Kind.LABOUR, (), _("Upah Anda sendiri dan keluarga: berapa jam untuk satu potong, dan berapa sejamnya?")),
    (Kind.OVERHEAD, ("listrik", "gas", "air", "bensin"), _("Listrik, gas atau air yang dipakai untuk produksi")),
    (Kind.OVERHEAD, ("mesin", "alat", "susut", "penyusutan"), _("Mesin dan alat yang lama-lama aus")),
    (Kind.MATERIAL, ("benang", "kancing", "lem", "bumbu", "lilin", "malam"), _("Bahan kecil: benang, lem, bumbu")),
    (Kind.MATERIAL, ("kemasan", "plastik", "kardus", "label"), _("Kemasan dan label")),
    (Kind.OVERHEAD, ("ongkir", "kirim", "angkut", "transport"), _("Ongkos mengambil bahan dan mengirim barang")),
    (Kind.OVERHEAD, ("retur", "kembali"), _("Barang yang dikembalikan pembeli")),
)


def cost_sheets(owner: Person, business: Business) -> QuerySet[CostSheet]:
    return CostSheet.objects.visible_to(owner).filter(business=business).prefetch_related("items")


@dataclass(frozen=True)
class ChannelPrice:
    fee: ChannelFee
    price: int | None  # None: fee and margin together reach 100 per cent

    @property
    def left(self) -> int | None:
        """Rupiah that remain with the owner after the fee."""
        if self.price is None:
            return None
        return nearest_rupiah(self.price - self.price * self.fee.percent / calculation.HUNDRED - self.fee.fixed)


@dataclass(frozen=True)
class CostResult:
    """All results of one sheet for its page, in rupiah for one good piece."""

    parts: list[tuple[Any, int]]
    rejects: int
    cost: int
    prices: list[ChannelPrice]
    domestic_percent: Decimal | None  # by `tkdn_rule`
    tkdn_rule: TkdnRule | None
    tkdn_kinds: str  # the labels of the kinds of cost that it covers
    newer_tkdn_rule: TkdnRule | None  # in force today, if it is not `tkdn_rule`
    forgotten: list[Any]


def cluster_price_texts(sheet: CostSheet, *, now: datetime) -> list[tuple[str, str]]:
    """Units of measure and the sentra's released price of the goods, where owners report goods of the sheet's name."""
    cluster = sheet.business.cluster
    prices = newest_prices_of(cluster, sheet.name, now=now) if cluster else {}
    return [(unit, cluster_price_text(price)) for unit, price in sorted(prices.items())]


def _kind_labels(rule: TkdnRule | None) -> str:
    return ", ".join(str(kind.label) for kind in Kind if rule and kind in rule.covers)


def cost_result(sheet: CostSheet, *, today: date) -> CostResult:
    items = list(sheet.items.all())
    lines = [item.line() for item in items]
    breakdown = calculation.breakdown_of(lines, reject_percent=Decimal(sheet.reject_percent))
    margin = Decimal(sheet.margin_percent)
    prices = []
    for fee in channel_fees(today):
        price = calculation.price_for_channel(
            breakdown.total, margin_percent=margin, fee_percent=fee.percent, fixed_fee=fee.fixed
        )
        prices.append(ChannelPrice(fee, None if price is None else calculation.rounded_up(price)))
    rule, current_rule = tkdn_rule(sheet.tkdn_version), tkdn_rule_in_force(today)
    covered = [line for line in lines if rule and line.kind in rule.covers]
    return CostResult(
        parts=[(kind.label, nearest_rupiah(breakdown.by_kind[kind])) for kind in Kind if kind in breakdown.by_kind],
        rejects=nearest_rupiah(breakdown.rejects),
        cost=nearest_rupiah(breakdown.total),
        prices=prices,
        domestic_percent=calculation.domestic_percent(covered),
        tkdn_rule=rule,
        tkdn_kinds=_kind_labels(rule),
        newer_tkdn_rule=None if current_rule == rule else current_rule,
        forgotten=missing_cost_questions(items),
    )


def missing_cost_questions(items: list[CostItem]) -> list[Any]:
    """The questions of COMMON_OMISSIONS without a matching item: no item of the kind has one of the words in its name
    or, for a question without words, there is no item of the kind."""
    names = {kind: " ".join(item.name.casefold() for item in items if item.kind == kind) for kind in Kind}
    return [
        question
        for kind, keywords, question in COMMON_OMISSIONS
        if (not names[kind] if not keywords else not any(word in names[kind] for word in keywords))
    ]
