"""As whom this work meets the database: as one reader, as nobody, or as the office itself.

The scope belongs to the work (a context variable), never to a connection: base/postgresql makes the connection follow
it before every statement, so that what a request leaves behind on a connection cannot reach the next one. On SQLite,
which has no row-level security, scopes say the same and nothing listens (docs/decisions/0027-second-wall.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, eq=False)  # each is its own: the reach of a reader is looked up once a scope
class Scope:
    """Who reads. Nobody where neither `reader` is given nor the work is the office's."""

    reader: UUID | None = None
    is_system: bool = False


ANONYMOUS_SCOPE, SYSTEM_SCOPE = Scope(), Scope(is_system=True)
_here: ContextVar[Scope | None] = ContextVar("scope of the work at hand", default=None)
_otherwise = ANONYMOUS_SCOPE


def current_scope() -> Scope:
    return _here.get() or _otherwise


def default_to_system_scope() -> None:
    """For a process that is the office's own: commands, migrations, the tests. A server never calls it."""
    global _otherwise  # noqa: PLW0603 a fact of the process, said once at its start
    _otherwise = SYSTEM_SCOPE


def default_to_anonymous_scope() -> None:
    """For a server: whatever a request did not say who reads, sees nothing."""
    global _otherwise  # noqa: PLW0603 a fact of the process, said once at its start
    _otherwise = ANONYMOUS_SCOPE


@contextmanager
def database_scope(scope: Scope) -> Iterator[None]:
    before = _here.set(scope)
    try:
        yield
    finally:
        _here.reset(before)


def iterate_in_scope[T](scope: Scope, parts: Iterable[T]) -> Iterator[T]:
    """The parts of an answer that is written while it is sent: each made in this scope, and none left standing
    between."""
    made, end = iter(parts), object()
    while True:
        with database_scope(scope):
            part = next(made, end)
        if part is end:
            return
        yield part  # type: ignore[misc]  # not the end
