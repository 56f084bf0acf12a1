"""Revocation of sessions and remembered browsers. Steps of other operations, no operations themselves."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from sambang.access.models import Person
from sambang.access.row_security import bypass_row_security
from sambang.accounts.models import ActiveSession, RememberedBrowser


@bypass_row_security(__name__)
def revoke_sessions(person: Person, *, keep: str = "") -> None:
    """End all sessions of the person except the one with key `keep`, and delete all remembered browsers. It takes
    effect at the next request."""
    Session.objects.filter(pk__in=person.active_sessions.exclude(session_id=keep).values("session_id")).delete()
    RememberedBrowser.objects.filter(person=person).delete()


@bypass_row_security(__name__)
def revoke_session(person: Person, session: ActiveSession) -> None:
    """End one session of the person. It takes effect at the next request."""
    Session.objects.filter(pk__in=person.active_sessions.filter(pk=session.pk).values("session_id")).delete()
