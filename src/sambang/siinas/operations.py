"""An IKM's quarterly sheet is filled in; a council records its target."""

from __future__ import annotations

from datetime import date
from typing import Any

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.registry.models import Business
from sambang.siinas.models import QuarterSheet, QuarterTarget
from sambang.siinas.quarters import Quarter


@operation("siinas.save", lock=True)
def save_sheet(business: Business, by: Person, /, *, quarter: Quarter, **items: Any) -> QuarterSheet:
    """Create or change the sheet of the quarter. `items`: FIGURE_FIELDS and `reported_on`."""
    key = {"business": business, "year": quarter.year, "quarter": quarter.number}
    sheet = QuarterSheet.objects.filter(**key).first() or QuarterSheet(**key)
    for name, value in items.items():
        setattr(sheet, name, value)
    sheet.saved_by, sheet.saved_at = by, clock.now()
    sheet.full_clean()
    sheet.save()
    return sheet


@operation("siinas.set_target", lock=True)
def set_quarter_target(
    council: Council,
    by: Person,
    /,
    *,
    quarter: Quarter,
    due_on: date | None = None,
    businesses: int | None = None,
    source: str = "",
) -> QuarterTarget:
    key = {"council": council, "year": quarter.year, "quarter": quarter.number}
    target = QuarterTarget.objects.filter(**key).first() or QuarterTarget(**key)
    target.due_on, target.businesses, target.source = due_on, businesses, source
    target.full_clean()
    target.save()
    return target
