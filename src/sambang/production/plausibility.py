"""Plausibility checks: probable typing errors (an extra zero, lusin or kodi entered as pieces) lead to a question,
never to a refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sambang.access.models import Person
from sambang.lib.months import add_months
from sambang.lib.units import MULTIPLIERS, WHOLE_DIMENSIONS, find_unit
from sambang.production.amounts import Amount
from sambang.production.models import ReportLine, current_report
from sambang.registry.models import Business, ProductLine

LOOK_BACK = 12  # months
UNUSUAL_FACTOR = Decimal(5)  # factor above or below the usual figure: far outside a Lebaran peak
ZERO_TOO_MANY = Decimal(10)
MULTIPLIER_NAMES = {Decimal(factor): name for name, factor in MULTIPLIERS.items()}
# The phone uses the same sentences (tools/phone_tables.py).
QUESTION_SENTENCES = {
    "too_much": gettext_noop("%(line)s: %(entered)s, padahal biasanya sekitar %(usual)s. Betulkah?"),
    "guess": gettext_noop("%(line)s: %(entered)s, padahal biasanya sekitar %(usual)s. Apakah maksudnya %(guess)s?"),
    "unit": gettext_noop(
        "%(line)s: %(entered)s, padahal biasanya sekitar %(usual)s. Apakah maksudnya %(entered)s %(unit)s?"
    ),
    "too_little": gettext_noop(
        "%(line)s: %(entered)s, padahal biasanya sekitar %(usual)s. Betulkah, atau kurang angka nol?"
    ),
    "price": gettext_noop(
        "%(line)s: nilainya Rp%(price)s untuk satu %(unit)s, padahal biasanya sekitar Rp%(usual)s. Betulkah?"
    ),
    "capacity": gettext_noop(
        "%(line)s: %(entered)s sebulan, padahal menurut daftar IKM paling banyak sekitar %(usual)s sebulan. Betulkah?"
    ),
}


@dataclass(frozen=True)
class UsualFigures:
    """Medians of a product line over LOOK_BACK months: monthly quantity, and rupiah for one unit. `capacity` is that of
    a month by the register, for a line that was not reported in these months."""

    quantity: Decimal | None = None
    price: Decimal | None = None
    capacity: Decimal | None = None


def usual_figures(
    businesses: Collection[Business], month: date, *, only_by: Person | None = None
) -> dict[UUID, UsualFigures]:
    """The usual figures by product line, of the twelve months before `month`, and the registered capacity of lines
    without any; two queries. `only_by`: of the reports of this person alone, who may not read those of others."""
    quantities: dict[UUID, list[Decimal]] = {}
    prices: dict[UUID, list[Decimal]] = {}
    rows = ReportLine.objects.filter(
        current_report("report__"),
        report__business__in=businesses,
        report__month__lt=month,
        report__month__gte=add_months(month, -LOOK_BACK),
    )
    if only_by is not None:
        rows = rows.filter(report__by=only_by)
    for line, quantity, value in rows.values_list("product_line", "quantity", "value"):
        if quantity > 0:
            quantities.setdefault(line, []).append(quantity)
        if quantity and value:
            prices.setdefault(line, []).append(Decimal(value) / quantity)
    usual = {
        line: UsualFigures(median(line_quantities), median(prices[line]) if line in prices else None)
        for line, line_quantities in quantities.items()
    }
    if only_by is None:
        registered = ProductLine.objects.filter(business__in=businesses, capacity__gt=0).exclude(pk__in=list(usual))
        for line, capacity in registered.values_list("pk", "capacity"):
            usual[line] = UsualFigures(capacity=Decimal(capacity or 0) / 12)
    return usual


def questions(
    business: Business, month: date, amounts: Mapping[ProductLine, Amount], *, only_by: Person | None = None
) -> list[str]:
    """Questions about figures far from those of the previous twelve months, or far above the registered capacity where
    there are none; empty if all are plausible."""
    return questions_about(amounts, usual_figures([business], month, only_by=only_by))


def questions_about(amounts: Mapping[ProductLine, Amount], usual: Mapping[UUID, UsualFigures]) -> list[str]:
    return [
        sentence
        for line, amount in amounts.items()
        for sentence in line_questions(line, amount, usual.get(line.pk, UsualFigures()))
    ]


def line_questions(line: ProductLine, amount: Amount, usual: UsualFigures) -> list[str]:
    return [
        *_of_quantity(line, amount, usual.quantity),
        *_of_capacity(line, amount, usual),
        *_of_price(line, amount, usual.price),
    ]


def _of_quantity(line: ProductLine, amount: Amount, normal: Decimal | None) -> list[str]:
    if not normal or amount.quantity == 0:
        return []
    times = amount.quantity / normal
    if 1 / UNUSUAL_FACTOR < times < UNUSUAL_FACTOR:
        return []
    params = {
        "line": line.name,
        "entered": f"{_formatted(amount.quantity)} {line.unit}",
        "usual": f"{_formatted(normal)} {line.unit}",
        "guess": f"{_formatted(amount.quantity / _slip(times))} {line.unit}",
    }
    if times >= UNUSUAL_FACTOR:
        is_multiple = _slip(times) in MULTIPLIER_NAMES and not _has_pieces(line)
        return [_sentence("too_much" if is_multiple else "guess", params)]
    counted_in = MULTIPLIER_NAMES.get(_slip(1 / times))
    if counted_in and _has_pieces(line):
        return [_sentence("unit", {**params, "entered": _formatted(amount.quantity), "unit": counted_in})]
    return [_sentence("too_little", params)]


def _of_capacity(line: ProductLine, amount: Amount, usual: UsualFigures) -> list[str]:
    """Of a first report only: a capacity is an upper limit, so that little says nothing."""
    if usual.quantity or not usual.capacity or amount.quantity < UNUSUAL_FACTOR * usual.capacity:
        return []
    texts = {
        "entered": f"{_formatted(amount.quantity)} {line.unit}",
        "usual": f"{_formatted(usual.capacity, 0)} {line.unit}",
    }
    return [_sentence("capacity", {"line": line.name, **texts})]


def _of_price(line: ProductLine, amount: Amount, normal: Decimal | None) -> list[str]:
    if not normal or not amount.value or not amount.quantity:
        return []
    price = amount.value / amount.quantity
    if 1 / UNUSUAL_FACTOR < price / normal < UNUSUAL_FACTOR:
        return []
    params = {"line": line.name, "price": _formatted(price, 0), "unit": line.unit, "usual": _formatted(normal, 0)}
    return [_sentence("price", params)]


def _sentence(code: str, params: Mapping[str, str]) -> str:
    sentence = QUESTION_SENTENCES[code]
    return _(sentence) % params


def _has_pieces(line: ProductLine) -> bool:
    unit = find_unit(line.unit)
    return unit is not None and not unit.is_multiplier and unit.dimension in WHOLE_DIMENSIONS


def _slip(times: Decimal) -> Decimal:
    """The typing error that is nearest to a value `times` times too large, by ratio."""
    slips = sorted({*MULTIPLIER_NAMES, *(ZERO_TOO_MANY**zeros for zeros in (1, 2, 3))})
    return min(slips, key=lambda slip: max(slip / times, times / slip))


def _formatted(number: Decimal, places: int = 3) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)  # rounds like JavaScript's toFixed
    is_integer = rounded == rounded.to_integral_value()
    return str(number_format(rounded, decimal_pos=0 if is_integer else places, force_grouping=True))
