"""Operations on passwords: change one's own, and reset another person's by a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.accounts.models import PasswordLink
from sambang.accounts.operations.members import require_not_above, require_outranks
from sambang.accounts.operations.revocation import revoke_sessions
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.lib.tokens import digest_of, new_token

PASSWORD_LINK_DAYS = 2


@dataclass(frozen=True)
class NewPasswordLink:
    """A password link and its token. The token is not stored: it can be shown only now."""

    link: PasswordLink
    token: str

    def __repr__(self) -> str:  # keeps the token out of tracebacks and logs
        return f"NewPasswordLink({self.link.pk})"


@operation("accounts.change_password")
def change_password(person: Person, by: Person, /, *, password: str, keep: str) -> Person:
    """Change one's own password; the view has verified the old one. All sessions except the one with key `keep` end."""
    _store_password(person, password, keep=keep)
    return person


@operation("accounts.reset_password", lock=True)
def make_password_link(person: Person, by: Person, /) -> NewPasswordLink:
    """Create a password-reset link that works once within two days. Earlier links become invalid; the old password
    stays valid until the link is used. Raises ValidationError for a person who does not sign in by password,
    PermissionDenied for a person who holds a role in any council that `by` may not grant there."""
    require_outranks(by, person)
    require_not_above(by, person)
    if not person.email or not person.is_active:
        raise ValidationError(_("%(name)s tidak masuk dengan kata sandi.") % {"name": person.name})
    now, token = clock.now(), new_token()
    person.password_links.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    link = PasswordLink(
        person=person,
        digest=digest_of(token),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=PASSWORD_LINK_DAYS),
    )
    link.full_clean()
    link.save(force_insert=True)
    return NewPasswordLink(link, token)


@operation("accounts.reset_password")
def use_password_link(link: PasswordLink, by: Person, /, *, password: str) -> Person:
    """Set a new password by a reset link. `by` is the creator of the link and must still be allowed to reset this
    account (PermissionDenied). Lifts the lockout after failed attempts and ends all sessions; signs nobody in. Raises
    ValidationError for a link that was used or has expired."""
    link.refresh_from_db(from_queryset=PasswordLink.objects.select_for_update())
    now, person = clock.now(), link.person
    if link.used_at is not None or link.expires_at <= now or not person.is_active:
        raise ValidationError(_("Tautan ini sudah dipakai atau habis masa berlakunya: mintalah tautan baru."))
    if by.pk != link.created_by_id:
        raise PermissionDenied("accounts.reset_password")
    require_outranks(by, person)
    _store_password(person, password)
    link.used_at = now
    link.save(update_fields=["used_at"])
    return person


@operation("accounts.reset_password")
def set_password(person: Person, by: Person, /, *, password: str) -> Person:
    """Set a password entered in a terminal by the operator of the installation. Lifts the lockout after failed attempts
    and ends all sessions."""
    require_outranks(by, person)
    _store_password(person, password)
    return person


def _store_password(person: Person, password: str, *, keep: str = "") -> None:
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    revoke_sessions(person, keep=keep)
    if not keep:
        reset(username=(person.email or "").lower())
