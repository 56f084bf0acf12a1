"""Every write is an operation: allowed, whole, remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.db import models, transaction

from sambang.journal.models import Entry, name_of
from sambang.people.access import region_of, require
from sambang.people.models import Person

OPERATIONS: dict[str, set[str]] = {}  # verb → the functions that do it; tests hold it against people.access.MAY


def operation[S: models.Model, **P, R](
    verb: str,
) -> Callable[[Callable[Concatenate[S, Person, P], R]], Callable[Concatenate[S, Person, P], R]]:
    """Decorate `def do(subject, by, /, *, facts)`: check the verb, open the transaction, do, write the journal line.

    Raises PermissionDenied before anything is touched; any error inside leaves nothing behind, the line included.
    """

    def decorate(do: Callable[Concatenate[S, Person, P], R]) -> Callable[Concatenate[S, Person, P], R]:
        OPERATIONS.setdefault(verb, set()).add(f"{do.__module__}.{do.__qualname__}")

        @wraps(do)
        def run(subject: S, by: Person, /, *args: P.args, **facts: P.kwargs) -> R:
            require(by, verb, subject)
            subject_name, region_code = name_of(subject), region_of(subject)  # before `do`, which may delete or move it
            with transaction.atomic():
                result = do(subject, by, *args, **facts)
                Entry.objects.create(
                    by=by, verb=verb, subject=subject_name, result=name_of(result), region_code=region_code
                )
            return result

        return run

    return decorate
