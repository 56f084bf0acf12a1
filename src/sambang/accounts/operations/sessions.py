"""Ending sessions: one's own, and a member's."""

from __future__ import annotations

from sambang.access.models import Person
from sambang.accounts.models import ActiveSession
from sambang.accounts.operations.members import require_outranks
from sambang.accounts.operations.revocation import revoke_session, revoke_sessions
from sambang.audit.operation import operation


@operation("accounts.end_own_sessions")
def end_session(person: Person, by: Person, /, *, session: ActiveSession) -> Person:
    """One browser is signed out, from its next page on."""
    revoke_session(person, session)
    return person


@operation("accounts.end_own_sessions")
def end_other_sessions(person: Person, by: Person, /, *, keep: str) -> Person:
    """Every browser but the one whose session has the key `keep`; remembered browsers are forgotten too."""
    revoke_sessions(person, keep=keep)
    return person


@operation("accounts.end_sessions")
def end_sessions(person: Person, by: Person, /) -> Person:
    """A member is signed out everywhere. Raises PermissionDenied for somebody above oneself in any council."""
    require_outranks(by, person)
    revoke_sessions(person)
    return person
