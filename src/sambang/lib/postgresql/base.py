"""Django's PostgreSQL, in the scope of the work at hand (sambang.lib.db_scope).

Before each statement the connection is brought into that scope if it stands in another. A setting or role given inside
a transaction goes away when that is rolled back, to a savepoint too: after any rollback, and on any new connection,
this side knows nothing, and says it again. So nothing depends on a request having tidied up behind itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

from sambang.lib.db_scope import Scope, current_scope

# Without jit: policies make a statement look dear, and compiling one for seconds to answer a page of fifty rows is
# dearer. The owner of the tables, whom row-level security does not bind; or the role that it binds, and whose reach
# this is.
AS_OFFICE = """SELECT set_config('role', 'none', false), set_config('sambang.reader', '', false),
    set_config('sambang.regions', '', false), set_config('jit', 'off', false)"""
AS_NOBODY = """SELECT set_config('sambang.reader', '', false), set_config('sambang.regions', '', false),
    set_config('jit', 'off', false), set_config('role', session_user || '_reader', false)"""
AS_READER = """SELECT set_config('sambang.reader', %(reader)s, false),
    set_config('sambang.regions', sambang_regions(%(reader)s), false), set_config('jit', 'off', false),
    set_config('role', session_user || '_reader', false)"""


class DatabaseWrapper(base.DatabaseWrapper):
    _stands_as: Scope | None = None  # None: not known
    _is_going_back = False

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.execute_wrappers.append(self._in_scope)

    def _in_scope(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self._stands_as is not (scope := current_scope()) and not self._is_going_back:
            self._stands_as = None
            self._stand_as(scope)
            self._stands_as = scope
        return execute(sql, params, many, context)

    def _stand_as(self, scope: Scope) -> None:
        """Past Django's cursor: not a query of anybody's page."""
        statement = AS_OFFICE if scope.is_system else AS_NOBODY if scope.reader is None else AS_READER
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(statement, {"reader": str(scope.reader)})

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._stands_as = None
        return super().get_new_connection(conn_params)

    def _rollback(self) -> None:
        self._stands_as = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        # An aborted transaction takes no other statement than this one.
        self._stands_as, self._is_going_back = None, True
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self._is_going_back = False
