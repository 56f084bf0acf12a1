"""Save and delete a calculation; only its owner may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sambang.access.models import Person
from sambang.audit.operation import operation
from sambang.costing.models import CostItem, CostSheet
from sambang.costing.tkdn_rules import tkdn_rule_in_force
from sambang.lib import clock
from sambang.registry.models import Business


@operation("costing.save", lock=True)
def save_cost_sheet(
    business: Business,
    by: Person,
    /,
    *,
    sheet: CostSheet | None,
    fields: dict[str, Any],
    items: Sequence[dict[str, Any]],
) -> CostSheet:
    """Create a sheet, or update it with these fields and exactly these items; its TKDN is
    estimated by the rule in force today. Raises ValidationError."""
    sheet = sheet or CostSheet(business=business)
    for name, value in fields.items():
        setattr(sheet, name, value)
    rule = tkdn_rule_in_force(clock.today())
    sheet.tkdn_version = rule.version if rule else ""
    sheet.changed_at = clock.now()
    sheet.full_clean()
    sheet.save()
    sheet.items.all().delete()
    rows = [CostItem(sheet=sheet, order=number, **item) for number, item in enumerate(items)]
    for row in rows:
        row.full_clean()
    CostItem.objects.bulk_create(rows)
    return sheet


@operation("costing.delete")
def delete_cost_sheet(sheet: CostSheet, by: Person, /) -> Business:
    business = sheet.business
    sheet.delete()
    return business
