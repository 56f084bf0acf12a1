"""Several steps in one transaction, each whole or not at all, with their common work done once.

Inside `together` what was read is not asked for again (`recall`), a row that was read under its lock is not read again
(`holds`), and lists that are written at the end (`grow`) forget what a failed step put into them. Outside of it
everything is asked for each time. Never longer than one transaction, so nothing here can be older than that.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import transaction


@dataclass
class _Work:
    known: dict[Hashable, Any] = field(default_factory=dict)
    held: dict[int, object] = field(default_factory=dict)  # by identity: the very object that was read under the lock
    growing: list[list[Any]] = field(default_factory=list)
    in_step: bool = False


_work: ContextVar[_Work | None] = ContextVar("steps of the transaction at work", default=None)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Inside a transaction that the caller opened."""
    here = _work.set(_Work())
    try:
        yield
    finally:
        _work.reset(here)


@contextmanager
def savepoint() -> Iterator[None]:
    """Whole or not at all. What fails takes back what it wrote, what it put into lists, and all that was read: a row
    may have been changed in memory before it was refused."""
    work = _work.get()
    assert work is not None, "a step is one of several"
    before = [(found, len(found)) for found in work.growing]
    work.in_step = True
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for found, size in before:
            del found[size:]
        work.known.clear()
        work.held.clear()
        raise
    finally:
        work.in_step = False


def in_savepoint() -> bool:
    """Is what happens here undone as a whole where it fails?"""
    work = _work.get()
    return work is not None and work.in_step


def cached[T](key: Hashable, read: Callable[[], T]) -> T:
    """What `read` answers, asked once."""
    work = _work.get()
    if work is None:
        return read()
    if key not in work.known:
        work.known[key] = read()
    return cast("T", work.known[key])


def store_cached(key: Hashable, value: object) -> None:
    """What `recall` will answer: it was read for many at once, or has just been written."""
    work = _work.get()
    if work is not None:
        work.known[key] = value


def discard_cached(key: Hashable) -> None:
    """`recall` asks again."""
    work = _work.get()
    if work is not None:
        work.known.pop(key, None)


def mark_locked(row: object) -> None:
    """This row was read under its lock in this transaction, and is changed through this object only."""
    work = _work.get()
    if work is not None:
        work.held[id(row)] = row


def is_locked(row: object) -> bool:
    work = _work.get()
    return work is not None and id(row) in work.held


def truncate_on_failure[T](found: list[T]) -> list[T]:
    """The list, from now on cut back where a step fails."""
    work = _work.get()
    if work is not None:
        work.growing.append(found)
    return found
