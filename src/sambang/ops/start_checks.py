"""Checks of the database before a worker uses it. A worker also starts while the database does not respond: then they
run at the first connection."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from sambang.access.row_security import require_row_security
from sambang.lib.durability import require_durable_commits

log = logging.getLogger(__name__)


def require_safe_database() -> None:
    """Raises ImproperlyConfigured for a database that could lose acknowledged rows or show rows of others."""
    try:
        _check()
    except (OperationalError, InterfaceError) as failed:
        log.warning("the database does not respond yet: %s", type(failed).__name__)
        connection_created.connect(_check_at_connection)


def _check() -> None:
    require_durable_commits()
    require_row_security()


def _check_at_connection(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    if connection.alias != "default":
        return
    connection_created.disconnect(_check_at_connection)
    try:
        _check()
    except BaseException as failed:
        connection_created.connect(_check_at_connection)
        connection.close()
        if isinstance(failed, ImproperlyConfigured):
            log.critical("the database must not be used: %s", failed)
        raise
