"""Every write is an operation: permitted, atomic, recorded in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Concatenate

from django.db import models, transaction

from sambang.access.models import Person
from sambang.access.permissions import require
from sambang.access.restriction import require_unrestricted
from sambang.access.row_security import bypass_row_security
from sambang.audit.models import Entry, row_reference
from sambang.lib.ask_first import stop_if_unanswered

OPERATIONS: dict[str, set[str]] = {}  # verb → the functions that do it; tests compare it with access.roles.ROLE_VERBS


@bypass_row_security(__name__)
def lock_row(row: models.Model) -> None:
    """Lock the row until the transaction ends and read its columns again. SQLite has one writer at a time."""
    fields = {field.attname for field in row._meta.concrete_fields} - row.get_deferred_fields()
    row.refresh_from_db(fields=fields, from_queryset=row._meta.model._base_manager.select_for_update(no_key=True))


@dataclass(eq=False)
class Operation[S: models.Model, **P, R]:
    """A function `do(subject, by, /, *, data)` that may be called by people with the verb on the subject."""

    do: Callable[Concatenate[S, Person, P], R]
    verb: str
    lock: bool

    def __call__(self, subject: S, by: Person, /, *args: P.args, **keywords: P.kwargs) -> R:
        """Raises PermissionDenied, or ValidationError for a restricted IKM, before anything is written; an error leaves
        nothing behind, nor an audit entry."""
        entries: list[Entry] = []
        with transaction.atomic():
            result = self.within(entries, subject, by, *args, **keywords)
            Entry.objects.append(entries)
        return result

    def within(self, entries: list[Entry], subject: S, by: Person, /, *args: P.args, **keywords: P.kwargs) -> R:
        """Run as a step of the caller's transaction. The audit entry is added to `entries`; the caller appends them as
        its last statement, because appending locks the head of the chain until the commit."""
        # Both before `do`, which may delete or move the subject.
        subject_name, region_code = row_reference(subject), require(by, self.verb, subject)
        if self.lock:
            lock_row(subject)
        for row in (subject, *args, *keywords.values()):
            require_unrestricted(row, by, self.verb)
        result = self.do(subject, by, *args, **keywords)
        stop_if_unanswered()  # the transaction takes back what `do` wrote
        names = {"subject": subject_name, "result": row_reference(result)}
        entries.append(Entry(by=by, verb=self.verb, region_code=region_code, **names))
        return result


def operation[S: models.Model, **P, R](
    verb: str, *, lock: bool = False
) -> Callable[[Callable[Concatenate[S, Person, P], R]], Operation[S, P, R]]:
    """Decorate `def do(subject, by, /, *, data)`: check the verb, open the transaction, do, append the audit entry.

    `lock`: the subject's row is locked and read again before `do`, so that what `do` counts among the subject's rows,
    or reads from the subject, cannot change before the transaction ends.
    """

    def decorate(do: Callable[Concatenate[S, Person, P], R]) -> Operation[S, P, R]:
        OPERATIONS.setdefault(verb, set()).add(f"{do.__module__}.{do.__qualname__}")
        wrapped = Operation(do, verb, lock)
        update_wrapper(wrapped, do)
        return wrapped

    return decorate
