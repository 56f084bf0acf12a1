"""Checks of the database before a worker uses it. A worker also starts while the database does not respond: then they
run at the first connection."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from sambang.access.models import Council
from sambang.access.row_security import bypass_row_security, require_row_security
from sambang.environment import LOOPBACK
from sambang.lib.durability import require_durable_commits

log = logging.getLogger(__name__)


def require_safe_database() -> None:
    """Raises ImproperlyConfigured for a database that could lose acknowledged rows or show rows of others, and for a
    simulated council under a host name."""
    try:
        _check()
    except (OperationalError, InterfaceError) as failed:
        log.warning("the database does not respond yet: %s", type(failed).__name__)
        connection_created.connect(_check_at_connection)


def _check() -> None:
    require_durable_commits()
    require_row_security()
    _require_real_councils()


@bypass_row_security(__name__)
def _require_real_councils() -> None:
    """Refuse a simulated council under a host name: the demo prints its password, so it may be served to this machine
    only."""
    hosts = sorted(set(settings.ALLOWED_HOSTS) - set(LOOPBACK))
    if not hosts or Council._meta.db_table not in default_connection.introspection.table_names():
        return
    simulated = Council.objects.filter(is_simulated=True).values_list("name", flat=True).first()
    if simulated is not None:
        raise ImproperlyConfigured(
            f"{simulated} berisi data peragaan, yang kata sandinya diketahui umum: tidak dibuka di "
            f"{', '.join(hosts)}. "
            "Pakai SAMBANG_DATA atau DATABASE_URL yang lain, atau hapus SAMBANG_HOSTS."
        )


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
