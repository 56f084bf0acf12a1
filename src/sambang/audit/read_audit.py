"""Audit of reads: an entry for each read of guarded data, under the verb that allowed it (`READ_VERBS`).

A list or document about a whole sentra is one entry about that sentra, however many telephone numbers it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import models

from sambang.access.models import Person
from sambang.access.reader import region_of
from sambang.access.roles import READ_VERBS
from sambang.audit.models import Entry, row_reference
from sambang.lib import clock

REPEAT_INTERVAL = timedelta(hours=12)  # repeated reads of one list or page are one entry within this time
AUDITED_READS = ("registry.see_identity", "registry.see_contact", "registry.see_finances", "owners.send_reminder")
assert set(AUDITED_READS) <= set(READ_VERBS)


def log_read(
    by: Person, rows: Iterable[models.Model], verbs: Iterable[str], *, again: timedelta = timedelta(0)
) -> None:
    """Record that `by` read the data of these rows that `verbs` guard. `again`: a repeated read within this time is not
    recorded."""
    subjects = {row_reference(row): row for row in rows}
    reads = {(verb, subject) for subject in subjects for verb in verbs}
    if again and reads:
        recent = Entry.objects.filter(by=by, subject__in=subjects, at__gt=clock.now() - again, verb__in=AUDITED_READS)
        reads -= set(recent.values_list("verb", "subject"))
    # IKM and sentra have the code as a column; asking for each would be a query per row.
    codes = {name: getattr(subjects[name], "region_id", "") or region_of(subjects[name]) for _verb, name in reads}
    lines = [Entry(by=by, verb=verb, subject=subject, region_code=codes[subject]) for verb, subject in sorted(reads)]
    if lines:
        Entry.objects.append(lines, is_change=False)
