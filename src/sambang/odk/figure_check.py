"""The check of submitted figures against the usual ones, as on the phone and at the desk: an unusual figure that nobody
confirmed is asked about and not stored."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.reader import reader_for
from sambang.lib.numbers import NumberError
from sambang.odk.visit_mapping import MappedItem
from sambang.production.amounts import read_amount
from sambang.production.plausibility import UsualFigures, line_questions, usual_figures
from sambang.registry.models import Business
from sambang.registry.personal_names import SEE_FINANCES


def figure_question(item: MappedItem, person: Person) -> str:
    """The question about the unusual figures of a report, '' without any. It names the submitted figures only: the
    result is stored, and the usual ones stay guarded. A body that cannot be read is left to the intake, which refuses
    it with the reason."""
    try:
        business = Business.objects.visible_to(person).filter(pk=item.body["business"]).first()
        month = parse_date(f"{item.body['month']}-01")
        submitted = {UUID(row["line"]): row for row in item.body["amounts"]}
    except (ValueError, KeyError, ValidationError):
        return ""
    if business is None or month is None or not reader_for(person).reads_business(SEE_FINANCES, business):
        return ""
    usual = usual_figures([business], month)
    unusual = []
    for line in business.product_lines.filter(pk__in=list(submitted)).order_by("name"):
        row = submitted[line.pk]
        try:
            amount = read_amount(line, row["amount"], str(row.get("value", "")))
        except NumberError:
            continue
        if line_questions(line, amount, _unconfirmed(usual.get(line.pk, UsualFigures()), row["line"], item.checked)):
            unusual.append(f"{line.name}: {amount.entered}" + ("" if amount.value is None else f", Rp{amount.value}"))
    if not unusual:
        return ""
    return _("%(figures)s jauh dari biasanya, jadi belum disimpan. Tanyakan lagi kepada pemiliknya.") % {
        "figures": ", ".join(unusual)
    }


def _unconfirmed(usual: UsualFigures, line: str, checked: Collection[str]) -> UsualFigures:
    """The usual figures with which a line is still to be compared."""
    return UsualFigures(
        None if f"{line} amount" in checked else usual.quantity, None if f"{line} value" in checked else usual.price
    )
