"""Slips that are asked about and never refused: a nought too many, lusin or kodi taken for pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from statistics import median

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from sambang.lib.months import add_months
from sambang.lib.units import MULTIPLIERS, WHOLE, known_unit
from sambang.production.amounts import Amount
from sambang.production.models import ReportLine
from sambang.registry.models import Business, ProductLine

LOOK_BACK = 12  # months
FAR = Decimal(5)  # times more or less than usual: far outside a Lebaran peak
ZERO_TOO_MANY = Decimal(10)
MULTIPLIER_NAMES = {Decimal(factor): name for name, factor in MULTIPLIERS.items()}


def questions(business: Business, month: date, amounts: Mapping[ProductLine, Amount]) -> list[str]:
    """Sentences that ask about figures far from those of the twelve months before; empty when nothing is odd."""
    before: dict[object, list[tuple[Decimal, int | None]]] = {}
    rows = ReportLine.objects.filter(
        report__business=business,
        report__replaced_by=None,
        report__month__lt=month,
        report__month__gte=add_months(month, -LOOK_BACK),
    )
    for line_id, quantity, value in rows.values_list("product_line", "quantity", "value"):
        before.setdefault(line_id, []).append((quantity, value))
    asked = []
    for line, said in amounts.items():
        known = before.get(line.pk, [])
        asked += [*_of_quantity(line, said, [quantity for quantity, _value in known if quantity > 0])]
        asked += [
            *_of_price(line, said, [Decimal(value) / quantity for quantity, value in known if value and quantity])
        ]
    return asked


def _of_quantity(line: ProductLine, said: Amount, usual: Sequence[Decimal]) -> list[str]:
    if not usual or said.quantity == 0:
        return []
    normal = median(usual)
    times = said.quantity / normal
    if 1 / FAR < times < FAR:
        return []
    params = {
        "line": line.name,
        "said": f"{_shown(said.quantity)} {line.unit}",
        "usual": f"{_shown(normal)} {line.unit}",
        "guess": f"{_shown(said.quantity / _slip(times))} {line.unit}",
    }
    if times >= FAR:
        if _slip(times) in MULTIPLIER_NAMES and not _has_pieces(line):
            return [_("%(line)s: %(said)s, padahal biasanya sekitar %(usual)s. Betulkah?") % params]
        return [_("%(line)s: %(said)s, padahal biasanya sekitar %(usual)s. Apakah maksudnya %(guess)s?") % params]
    counted_in = MULTIPLIER_NAMES.get(_slip(1 / times))
    if counted_in and _has_pieces(line):
        params["said"] = _shown(said.quantity)
        return [
            _("%(line)s: %(said)s, padahal biasanya sekitar %(usual)s. Apakah maksudnya %(said)s %(unit)s?")
            % {**params, "unit": counted_in}
        ]
    return [_("%(line)s: %(said)s, padahal biasanya sekitar %(usual)s. Betulkah, atau kurang angka nol?") % params]


def _of_price(line: ProductLine, said: Amount, usual: Sequence[Decimal]) -> list[str]:
    if not usual or not said.value or not said.quantity:
        return []
    price, normal = said.value / said.quantity, median(usual)
    if 1 / FAR < price / normal < FAR:
        return []
    return [
        _("%(line)s: nilainya Rp%(price)s untuk satu %(unit)s, padahal biasanya sekitar Rp%(usual)s. Betulkah?")
        % {"line": line.name, "price": _shown(price, 0), "unit": line.unit, "usual": _shown(normal, 0)}
    ]


def _has_pieces(line: ProductLine) -> bool:
    unit = known_unit(line.unit)
    return unit is not None and not unit.is_multiplier and unit.dimension in WHOLE


def _slip(times: Decimal) -> Decimal:
    """The slip that most likely explains so many times too much, by ratio."""
    slips = sorted({*MULTIPLIER_NAMES, *(ZERO_TOO_MANY**zeros for zeros in (1, 2, 3))})
    return min(slips, key=lambda slip: max(slip / times, times / slip))


def _shown(number: Decimal, places: int = 3) -> str:
    rounded = round(number, places)
    whole = rounded == rounded.to_integral_value()
    return str(number_format(rounded, decimal_pos=0 if whole else places, force_grouping=True))
