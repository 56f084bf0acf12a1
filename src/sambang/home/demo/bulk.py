"""Bulk writing for the demo: what thousands of operations would store one by one. Audit entries are those of the
operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import batched

from django.db import models

from sambang.access.models import Council, Person
from sambang.access.permissions import require
from sambang.audit.models import Entry, row_reference
from sambang.home.demo.clock import datetime_on
from sambang.home.demo.sending import Sending
from sambang.lib.bulk_sql import insert_rows
from sambang.production.cell_rebuild import rebuild
from sambang.production.models import Report, ReportLine
from sambang.registry.dto import BusinessData, new_product_line
from sambang.registry.models import Business, Cluster, Permit
from sambang.registry.operations.businesses import new_business, with_workers_counted

DEMO_ROWS_AT_ONCE = 400


def register_many(target: Cluster | Council, by: Person, every: Sequence[BusinessData]) -> list[Business]:
    """What `register_business` stores in a sentra, or outside any in a council, for valid data of new owners."""
    cluster = target if isinstance(target, Cluster) else None
    businesses = []
    for data in every:
        business = new_business(cluster, with_workers_counted(data), is_simulated=True)
        business.owner = Person(name=data.owner_name)
        business.owner.set_unusable_password()
        businesses.append(business)
    pairs = zip(businesses, every, strict=True)
    _insert([business.owner for business in businesses])
    _insert(businesses)
    _insert([new_product_line(line, business) for business, data in pairs for line in data.product_lines])
    _append_entries(by, "registry.register_business", ((target, business) for business in businesses))
    return businesses


def store_permits(permits: Sequence[Permit], by: Person) -> None:
    """What `add_permit` stores."""
    _insert(permits)
    _append_entries(by, "registry.add_permit", ((permit.business, permit) for permit in permits))


def store_reports(sendings: Sequence[Sending]) -> None:
    """Store reports of past years in bulk, and compute their cells."""
    for some in batched(sendings, DEMO_ROWS_AT_ONCE, strict=False):
        reports = [
            Report(
                business_id=sending.line.business_id,
                month=sending.made.month,
                source=Report.Source.SIMULATION,
                by=sending.officer,
                submitted_at=datetime_on(sending.made.comes_on),
            )
            for sending in some
        ]
        lines = [
            ReportLine(
                report=report,
                product_line=sending.line,
                quantity=Decimal(sending.made.quantity),
                value=sending.made.value,
                entered=f"{sending.made.quantity} {sending.line.unit}",
            )
            for report, sending in zip(reports, some, strict=True)
        ]
        insert_rows(reports)
        insert_rows(lines)
    rebuild("34")


def _insert(rows: Sequence[models.Model]) -> None:
    for some in batched(rows, DEMO_ROWS_AT_ONCE, strict=False):
        insert_rows(some)


def _append_entries(by: Person, verb: str, pairs: Iterable[tuple[models.Model, models.Model]]) -> None:
    entries, codes = [], dict[object, str]()
    for subject, result in pairs:
        if subject.pk not in codes:
            codes[subject.pk] = require(by, verb, subject)
        code = codes[subject.pk]
        names = {"subject": row_reference(subject), "result": row_reference(result)}
        entries.append(Entry(by=by, verb=verb, region_code=code, **names))
    Entry.objects.append(entries)
