"""Who looked at what is guarded: a line of the journal for each look, under the verb that allowed it (`READ_VERBS`).

A list or a paper about a whole sentra is one line about that sentra: so is a page with a hundred telephones.
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
AUDITED_READS = ("registry.see_identity", "registry.see_contact", "registry.see_finances")
assert set(AUDITED_READS) <= set(READ_VERBS)


def log_read(
    by: Person, rows: Iterable[models.Model], verbs: Iterable[str], *, again: timedelta = timedelta(0)
) -> None:
    """Write down that `by` was shown what `verbs` guard of these rows. `again`: a machine that fetches the same over
    and over is written down once in this time."""
    known = {row_reference(row): row for row in rows}
    wanted = {(verb, subject) for subject in known for verb in verbs}
    if again and wanted:
        lately = Entry.objects.filter(by=by, subject__in=known, at__gt=clock.now() - again, verb__in=AUDITED_READS)
        wanted -= set(lately.values_list("verb", "subject"))
    # An IKM and a sentra hold the code itself; asking for each would be a query a row.
    codes = {name: getattr(known[name], "region_id", "") or region_of(known[name]) for _verb, name in wanted}
    lines = [Entry(by=by, verb=verb, subject=subject, region_code=codes[subject]) for verb, subject in sorted(wanted)]
    if lines:
        Entry.objects.append(lines)
