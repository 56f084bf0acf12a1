"""Django's PostgreSQL backend with the database scope of sambang.lib.db_scope.

Before each statement the session gets the role and settings of the current scope, if it has those of another. A role or
setting that is set inside a transaction is lost with a rollback, to a savepoint too. So after every rollback, and on a
new connection, the session's scope is unknown and is set again: nothing depends on what a former request left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from sambang.lib.db_scope import Scope, current_scope
from sambang.lib.postgresql.availability import SERVER, give_up_hung_statements

# The session role is the owner of the tables (system scope), whom row security does not bind, or NAME_reader, which it
# binds to the rows of `sambang.reader`.
SYSTEM_SCOPE_SQL = "SELECT set_config('role', 'none', false)"
ANONYMOUS_SCOPE_SQL = """SELECT set_config('sambang.reader', '', false), set_config('sambang.regions', '', false),
    set_config('role', session_user || '_reader', false)"""
READER_SCOPE_SQL = """SELECT set_config('sambang.reader', %(reader)s::text, false),
    set_config('sambang.regions', sambang_regions(%(reader)s::uuid), false),
    set_config('role', session_user || '_reader', false)"""
SAME_READER_SQL = "SELECT set_config('role', session_user || '_reader', false)"


class DatabaseWrapper(base.DatabaseWrapper):
    _session_scope: Scope | None = None  # None: unknown
    _session_reader: Scope | None = None  # the last scope that was not the system's: its settings are still there
    _is_rolling_back = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._in_scope)

    def _in_scope(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self._gives_up and not self.in_atomic_block:
            SERVER.require_up(self._connect)
        if self._session_scope is not (scope := current_scope()) and not self._is_rolling_back:
            self._session_scope = None
            self._set_session_scope(scope)
            self._session_scope = scope
            if not scope.is_system:
                self._session_reader = scope
        return execute(sql, params, many, context)

    def _set_session_scope(self, scope: Scope) -> None:
        """Uses a plain cursor, so that the statement is not counted among the queries of a page."""
        if scope.is_system:
            statement = SYSTEM_SCOPE_SQL
        elif scope is self._session_reader:
            statement = SAME_READER_SQL
        else:
            statement = ANONYMOUS_SCOPE_SQL if scope.reader is None else READER_SCOPE_SQL
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(statement, {"reader": str(scope.reader)})

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._session_scope = self._session_reader = None
        if not self._gives_up:
            return super().get_new_connection(conn_params)
        SERVER.require_up(self._connect)
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            SERVER.mark_down()
            raise
        give_up_hung_statements(connection, self._connect)
        return connection

    @property
    def _gives_up(self) -> bool:
        return bool(self.settings_dict.get("GIVES_UP_HUNG_STATEMENTS"))

    def _connect(self) -> Any:
        return super().get_new_connection(self.get_connection_params())

    def _rollback(self) -> None:
        self._session_scope = self._session_reader = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        # An aborted transaction accepts no other statement than this one.
        self._session_scope = self._session_reader = None
        self._is_rolling_back = True
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self._is_rolling_back = False
