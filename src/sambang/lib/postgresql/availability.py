"""Detection of a database server that does not respond: stopped, hung, or behind a broken network.

A statement's own timeout runs on the server, so it never fires where the server hangs. Instead a statement that takes
longer than PATIENCE_SECONDS makes its thread open a second connection: where that succeeds too, the statement is only
slow and goes on; where it fails, the statement is given up. Until a later attempt succeeds all statements of the
process fail at once, so that waiting requests do not use up the threads.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import OperationalError
from psycopg import errors

PATIENCE_SECONDS = 1.5  # then the server is asked by a second connection
CONNECT_SECONDS = 2  # the least that libpq allows
RETRY_SECONDS = 2.0  # between attempts to reach a server that is down
STATEMENT_SECONDS, LOCK_SECONDS, IDLE_TRANSACTION_SECONDS = 15, 4, 60
MARGIN_SECONDS = 5  # after which a single hung server process is given up

type Connect = Callable[[], Any]  # opens a connection to the server


class ServerState:
    """Whether the server responded last, shared by the threads of a process."""

    def __init__(self) -> None:
        self._is_down = False
        self._retry_at = 0.0
        self._asking = threading.Lock()

    def require_up(self, connect: Connect) -> None:
        """Raises OperationalError at once while the server is down. One thread at a time asks it again."""
        if not self._is_down:
            return
        if time.monotonic() < self._retry_at or not self._asking.acquire(blocking=False):
            raise OperationalError("the database server does not respond")
        try:
            self._ask(connect)
        finally:
            self._asking.release()

    def is_up(self, connect: Connect) -> bool:
        """Ask the server by a second connection; of several threads one asks and the others use its answer."""
        with self._asking:
            if self._is_down and time.monotonic() < self._retry_at:
                return False
            try:
                self._ask(connect)
            except OperationalError:
                return False
        return True

    def _ask(self, connect: Connect) -> None:
        try:
            connect().close()
        except psycopg.OperationalError as failed:
            self.mark_down()
            raise OperationalError("the database server does not respond") from failed
        self._is_down = False

    def mark_down(self) -> None:
        self._is_down, self._retry_at = True, time.monotonic() + RETRY_SECONDS


SERVER = ServerState()


def give_up_hung_statements(connection: psycopg.Connection[Any], connect: Connect) -> None:
    """Every wait of this connection asks after PATIENCE_SECONDS whether the server responds."""
    wait = connection.wait

    def guarded_wait(gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return wait(gen, interval, timeout)
        end = time.monotonic() + STATEMENT_SECONDS + MARGIN_SECONDS
        while True:
            try:
                return wait(gen, interval, PATIENCE_SECONDS)
            except errors._WaitTimeout:  # noqa: SLF001 no public name; the statement goes on: a second wait resumes it
                if time.monotonic() > end or not SERVER.is_up(connect):
                    connection.pgconn.finish()
                    raise psycopg.OperationalError("the database server does not respond") from None

    connection.wait = guarded_wait  # type: ignore[method-assign]
