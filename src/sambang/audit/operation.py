"""Every write is an operation: allowed, whole, remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Concatenate

from django.db import models, transaction

from sambang.access.models import Person
from sambang.access.permissions import require
from sambang.access.row_security import bypass_row_security
from sambang.audit.models import Entry, row_reference
from sambang.lib.unit_of_work import in_savepoint, truncate_on_failure

OPERATIONS: dict[str, set[str]] = {}  # verb → the functions that do it; tests hold it against access.roles.ROLE_VERBS
_lines: ContextVar[list[Entry] | None] = ContextVar("journal lines of the operation at work", default=None)
_waiting: ContextVar[list[Entry] | None] = ContextVar("journal lines of several operations", default=None)


def add_entry(line: Entry) -> None:
    """A line beside the operation's own, for what it did to another row. Raises LookupError outside an operation."""
    lines = _lines.get()
    if lines is None:
        raise LookupError("no operation is at work")
    lines.append(line)


@contextmanager
def chained_together() -> Iterator[None]:
    """The lines of the operations inside are chained at its end, in their order, all at once. Inside their transaction,
    whose steps (`lib.unit_of_work`) are whole by themselves: an operation that is a step asks for no savepoint of
    its own."""
    lines = truncate_on_failure(list[Entry]())
    here = _waiting.set(lines)
    try:
        yield
    finally:
        _waiting.reset(here)
    if lines:
        Entry.objects.append(lines)


@bypass_row_security(__name__)
def lock_row(row: models.Model) -> None:
    """Lock the row until the transaction ends and read its columns again. SQLite has one writer at a time."""
    fields = {field.attname for field in row._meta.concrete_fields} - row.get_deferred_fields()
    row.refresh_from_db(fields=fields, from_queryset=row._meta.model._base_manager.select_for_update(no_key=True))


def operation[S: models.Model, **P, R](
    verb: str, *, lock: bool = False
) -> Callable[[Callable[Concatenate[S, Person, P], R]], Callable[Concatenate[S, Person, P], R]]:
    """Decorate `def do(subject, by, /, *, facts)`: check the verb, open the transaction, do, write the journal line.

    Raises PermissionDenied before anything is touched; any error inside leaves nothing behind, the line included.
    `lock`: the subject's row is locked and read again before `do`, so that what `do` counts among the subject's rows,
    or reads from the subject, cannot change before the transaction ends.
    The entries of nested operations are appended at the end of the outermost one: the chain's head is locked last.
    """

    def decorate(do: Callable[Concatenate[S, Person, P], R]) -> Callable[Concatenate[S, Person, P], R]:
        OPERATIONS.setdefault(verb, set()).add(f"{do.__module__}.{do.__qualname__}")

        @wraps(do)
        def run(subject: S, by: Person, /, *args: P.args, **facts: P.kwargs) -> R:
            # Both before `do`, which may delete or move it.
            subject_name, region_code = row_reference(subject), require(by, verb, subject)
            outer, lines = _lines.get(), list[Entry]()
            onward = _waiting.get() if outer is None else outer
            here = _lines.set(lines)
            try:
                with transaction.atomic(savepoint=outer is not None or not in_savepoint()):
                    if lock:
                        lock_row(subject)
                    result = do(subject, by, *args, **facts)
                    names = {"subject": subject_name, "result": row_reference(result)}
                    lines.append(Entry(by=by, verb=verb, region_code=region_code, **names))
                    if onward is None:
                        Entry.objects.append(lines)
            finally:
                _lines.reset(here)
            if onward is not None:
                onward += lines
            return result

        return run

    return decorate
