"""The database identity under which the current code runs: one reader, anonymous, or the system.

The scope is a context variable. On PostgreSQL the database backend applies it to the connection before every
statement, so a pooled connection carries nothing from one request to the next. SQLite has no row-level security and
ignores scopes (docs/decisions/0027-row-security.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, eq=False)  # compared by identity: a reader's reach is cached per scope
class Scope:
    """The reader's id, or the system; anonymous without either."""

    reader: UUID | None = None
    is_system: bool = False


ANONYMOUS_SCOPE, SYSTEM_SCOPE = Scope(), Scope(is_system=True)
_scope: ContextVar[Scope | None] = ContextVar("database scope", default=None)
_default = ANONYMOUS_SCOPE


def current_scope() -> Scope:
    return _scope.get() or _default


def default_to_system_scope() -> None:
    """For management commands, migrations and tests. A server never calls it."""
    global _default  # noqa: PLW0603 set once, when the process starts
    _default = SYSTEM_SCOPE


def default_to_anonymous_scope() -> None:
    """For a server: code without a scope reads no row."""
    global _default  # noqa: PLW0603 set once, when the process starts
    _default = ANONYMOUS_SCOPE


@contextmanager
def database_scope(scope: Scope) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


def iterate_in_scope[T](scope: Scope, parts: Iterable[T]) -> Iterator[T]:
    """The parts of a streamed response, each produced in this scope; between two parts the scope is not set."""
    iterator, end = iter(parts), object()
    while True:
        with database_scope(scope):
            part = next(iterator, end)
        if part is end:
            return
        yield part  # type: ignore[misc]  # not the end
