"""Operations that end sessions: one's own, and those of a member."""

from __future__ import annotations

from sambang.access.models import Person
from sambang.accounts.models import ActiveSession
from sambang.accounts.operations.members import require_outranks
from sambang.accounts.operations.revocation import revoke_session, revoke_sessions
from sambang.audit.operation import operation


@operation("accounts.end_own_sessions")
def end_session(person: Person, by: Person, /, *, session: ActiveSession) -> Person:
    revoke_session(person, session)
    return person


@operation("accounts.end_own_sessions")
def end_other_sessions(person: Person, by: Person, /, *, keep: str) -> Person:
    """End all sessions except the one with key `keep`, and delete all remembered browsers."""
    revoke_sessions(person, keep=keep)
    return person


@operation("accounts.end_sessions")
def end_sessions(person: Person, by: Person, /) -> Person:
    """End all sessions of a member. Raises PermissionDenied for a person who holds a role in any council that `by` may
    not grant there."""
    require_outranks(by, person)
    revoke_sessions(person)
    return person
