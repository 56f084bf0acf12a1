"""The session store, and the list of browsers in which a person is signed in.

The tables are closed to the readers' role of PostgreSQL: whoever could read a session key could sign in with it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection

from sambang.access.models import Person
from sambang.access.row_security import bypass_row_security
from sambang.accounts.models import ActiveSession
from sambang.lib import clock
from sambang.lib.raw_columns import column_list

# Raw SQL, since every request runs it: compiling the query in the ORM takes four times as long as executing it.
ACTIVE_SESSION_CONDITION = "WHERE session_key = %s AND expire_date > %s"
SESSION = f"SELECT {column_list(Session)} FROM django_session {ACTIVE_SESSION_CONDITION}"  # noqa: S608 our own names


class SessionStore(db.SessionStore):
    """Django's session store without row security (settings.SESSION_ENGINE)."""

    def _get_session_from_db(self) -> Session | None:
        now = connection.ops.adapt_datetimefield_value(clock.now())
        session = next(iter(Session.objects.raw(SESSION, [self.session_key, now])), None)
        if session is None:
            self._session_key = None
        return session

    load = bypass_row_security(__name__)(db.SessionStore.load)
    exists = bypass_row_security(__name__)(db.SessionStore.exists)
    save = bypass_row_security(__name__)(db.SessionStore.save)
    delete = bypass_row_security(__name__)(db.SessionStore.delete)


@bypass_row_security(__name__)
def record(key: str, person: Person, *, browser: str, network: str, now: datetime) -> None:
    """Mark the session as in use. If it has no row yet, one is created and expired sessions are deleted."""
    if not ActiveSession.objects.filter(session_id=key).update(last_used_at=now):
        Session.objects.filter(expire_date__lte=now).delete()  # cascades to ActiveSession
        ActiveSession.objects.create(
            session_id=key, person=person, browser=browser, network=network, began_at=now, last_used_at=now
        )


@bypass_row_security(__name__)
def began_before(key: str, time: datetime) -> bool:
    return ActiveSession.objects.filter(session_id=key, began_at__lt=time).exists()


@bypass_row_security(__name__)
def active_sessions(person: Person, *, now: datetime) -> list[ActiveSession]:
    return list(person.active_sessions.filter(session__expire_date__gt=now).order_by("-last_used_at"))


@bypass_row_security(__name__)
def session_of(person: Person, key: UUID) -> ActiveSession | None:
    return person.active_sessions.filter(pk=key).first()
