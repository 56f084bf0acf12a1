"""The month's report that an owner's orders suggest. The owner checks and sends it; orders are never added to a report,
so none can count twice: an order counts in the month in which it was sent, and a month has one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.lib.months import add_months, first_of_month
from sambang.lib.numbers import NumberError, format_number
from sambang.lib.units import find_unit, read_quantity
from sambang.production.models import Report
from sambang.production.queries import product_lines_made_in_month
from sambang.registry.models import Business, ProductLine
from sambang.selling.models import Order
from sambang.selling.queries import own_orders

PREFILL_MONTHS = 12


@dataclass(frozen=True)
class ReportPrefill:
    """`initial`: values of the report form. `unmatched`: orders of items that are no product of the report."""

    initial: dict[str, Any]
    orders: int
    unmatched: list[Order]


def months_to_report(owner: Person, business: Business, *, today: date) -> list[tuple[date, int]]:
    """Months of the last year with sent orders and without a report, newest first, with the number of orders."""
    since = add_months(first_of_month(today), -PREFILL_MONTHS)
    sent = own_orders(owner, business).filter(cancelled_on=None, sent_on__gte=since)
    counts = Counter(first_of_month(day) for day in sent.values_list("sent_on", flat=True) if day)
    reported = Report.objects.latest_version().filter(business=business, month__in=list(counts))
    for month in reported.values_list("month", flat=True):
        del counts[month]
    return sorted(counts.items(), reverse=True)


def prefill(owner: Person, business: Business, month: date) -> ReportPrefill:
    """What the orders sent in the month add up to, by product of the report."""
    orders = own_orders(owner, business).filter(cancelled_on=None, sent_on__gte=month, sent_on__lt=add_months(month, 1))
    lines = product_lines_made_in_month(business, month)
    totals: dict[ProductLine, tuple[Decimal, int]] = {}
    unmatched = []
    for order in orders:
        line = line_of(order, lines)
        if line is None:
            unmatched.append(order)
            continue
        quantity, value = totals.get(line, (Decimal(0), 0))
        made = read_quantity(f"{order.quantity} {order.item.unit}", line.unit)
        totals[line] = (quantity + made, value + order.value)
    initial: dict[str, Any] = {}
    for line, (quantity, value) in totals.items():
        initial |= {f"quantity-{line.pk}": format_number(Fraction(quantity)), f"value-{line.pk}": value}
    count = len(orders) - len(unmatched)
    initial["note"] = _("Diisi dari %(count)d pesanan katalog.") % {"count": count}
    return ReportPrefill(initial, count, unmatched)


def line_of(order: Order, lines: Sequence[ProductLine]) -> ProductLine | None:
    """The product of the item's name, else the only one counted in the item's unit; None if its unit does not
    convert."""
    name, unit = order.item.name.casefold().strip(), order.item.unit
    named = [line for line in lines if line.name.casefold().strip() == name]
    alike = [line for line in lines if find_unit(line.unit) == find_unit(unit) or line.unit == unit]
    candidates = named or (alike if len(alike) == 1 else [])
    if not candidates:
        return None
    try:
        read_quantity(f"{order.quantity} {unit}", candidates[0].unit)
    except NumberError:
        return None
    return candidates[0]
