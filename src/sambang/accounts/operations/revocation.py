"""What ends with a sign-in. No verbs: steps of those that end one."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from sambang.access.models import Person
from sambang.access.row_security import bypass_row_security
from sambang.accounts.models import ActiveSession, RememberedBrowser


@bypass_row_security(__name__)
def revoke_sessions(person: Person, *, keep: str = "") -> None:
    """End every session of the person but the one of this key, from the next page on, and forget remembered
    browsers."""
    Session.objects.filter(pk__in=person.active_sessions.exclude(session_id=keep).values("session_id")).delete()
    RememberedBrowser.objects.filter(person=person).delete()


@bypass_row_security(__name__)
def revoke_session(person: Person, session: ActiveSession) -> None:
    """End this one session of the person, from its next page on."""
    Session.objects.filter(pk__in=person.active_sessions.filter(pk=session.pk).values("session_id")).delete()
