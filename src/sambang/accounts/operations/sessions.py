"""Ending sessions: one's own, and a member's."""

from __future__ import annotations

from sambang.access.models import Person
from sambang.accounts.models import SignedIn
from sambang.accounts.operations.members import require_over
from sambang.accounts.operations.revocation import let_go, let_go_of
from sambang.audit.operation import operation


@operation("accounts.end_own_sessions")
def end_session(person: Person, by: Person, /, *, signed_in: SignedIn) -> Person:
    """One browser is signed out, from its next page on."""
    let_go_of(person, signed_in)
    return person


@operation("accounts.end_own_sessions")
def end_other_sessions(person: Person, by: Person, /, *, keep: str) -> Person:
    """Every browser but the one whose session has the key `keep`; remembered browsers are forgotten too."""
    let_go(person, keep=keep)
    return person


@operation("accounts.end_sessions")
def end_sessions(person: Person, by: Person, /) -> Person:
    """A member is signed out everywhere. Raises PermissionDenied for somebody above oneself in any council."""
    require_over(by, person)
    let_go(person)
    return person
