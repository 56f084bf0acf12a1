"""Queries of the import pages."""

from __future__ import annotations

from django.db.models import QuerySet

from sambang.access.models import Person
from sambang.imports.models import ImportBatch


def waiting_batches(person: Person) -> QuerySet[ImportBatch]:
    """Workbooks within reach that were not imported yet, newest first, without their content."""
    rows = ImportBatch.objects.visible_to(person).filter(imported_at=None)
    return rows.defer("workbook", "reading").select_related("by").order_by("-uploaded_at", "-pk")
