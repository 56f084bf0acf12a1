"""Deactivation and reactivation of accounts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.accounts.operations.members import require_other_administrator, require_outranks
from sambang.accounts.operations.revocation import revoke_sessions
from sambang.audit.operation import lock_row, operation


@operation("accounts.deactivate", lock=True)
def deactivate(person: Person, by: Person, /) -> Person:
    """Deactivate the account: sign-in by password, app or passkey is refused and all sessions end. Roles and records of
    the person stay. Raises ValidationError for one's own account and for a council's only administrator,
    PermissionDenied for a person who holds a role in any council that `by` may not grant there."""
    require_outranks(by, person)
    if person.pk == by.pk:
        raise ValidationError(_("Akun sendiri tidak dapat dinonaktifkan: mintalah pengelola sistem lain."))
    for membership in person.memberships.select_related("council").order_by("council_id"):
        lock_row(membership.council)
        require_other_administrator(membership.council, person, {membership.role})
    person.is_active = False
    person.save(update_fields=["is_active"])
    revoke_sessions(person)
    return person


@operation("accounts.activate")
def activate(person: Person, by: Person, /) -> Person:
    """Reactivate the account with its former roles. Raises PermissionDenied as `deactivate` does."""
    require_outranks(by, person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person
