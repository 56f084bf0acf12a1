"""Operations on invitations and memberships. Nobody may grant or withdraw a role with a verb that they do not hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import MEMBER_ROLES, SYSTEM, Council, Membership, Person, Role
from sambang.access.reader import forget_reader, reader_for
from sambang.access.roles import ROLE_VERBS
from sambang.accounts.models import Invitation, PendingMembership
from sambang.accounts.operations.revocation import revoke_sessions
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.lib.region_code import RegionCode
from sambang.lib.tokens import digest_of, new_token

INVITATION_DAYS = 14


@dataclass(frozen=True)
class NewInvitation:
    """An invitation and its token. The token is not stored: it can be shown only now."""

    invitation: Invitation
    token: str

    def __repr__(self) -> str:  # keeps the token out of tracebacks and logs
        return f"NewInvitation({self.invitation.pk})"


@operation("accounts.invite", lock=True)
def invite(council: Council, by: Person, /, *, name: str, email: str, role: str) -> NewInvitation:
    """Invite a person in one role, by a link that is valid for 14 days and works once. Earlier invitations of the same
    person to the same role become invalid. Raises ValidationError; PermissionDenied for a role that `by` may not
    grant."""
    require_grantable(council, by, role)
    address = email.strip().lower()
    if Membership.objects.filter(council=council, role=role, person__email__iexact=address).exists():
        raise ValidationError({"email": _("Orang ini sudah memegang peran itu di dewan ini.")})
    now, token = clock.now(), new_token()
    council.invitations.filter(email__iexact=address, role=role, accepted_at=None, expires_at__gt=now).update(
        expires_at=now
    )
    invitation = Invitation(
        council=council,
        role=role,
        name=name.strip(),
        email=address,
        digest=digest_of(token),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    invitation.full_clean()
    invitation.save(force_insert=True)
    return NewInvitation(invitation, token)


@operation("accounts.withdraw_invitation", lock=True)
def withdraw_invitation(invitation: Invitation, by: Person, /) -> Invitation:
    """Withdraw the invitation: its link becomes invalid."""
    if invitation.accepted_at is not None:
        raise ValidationError(_("Undangan ini sudah diterima: tarik perannya di daftar anggota."))
    invitation.expires_at = clock.now()
    invitation.save(update_fields=["expires_at"])
    return invitation


@operation("accounts.admit")
def accept_invitation(
    invitation: Invitation, by: Person, /, *, person: Person | None = None, password: str = ""
) -> Person:
    """Grant the invited role to `person`, who is signed in under the invited e-mail, or to a new person with
    `password`.

    `by` is the inviter, and the role is granted with the inviter's current permissions. Raises PermissionDenied if the
    inviter may no longer grant it, ValidationError for an invitation that was used, has expired, or was sent to another
    e-mail.
    """
    invitation.refresh_from_db(from_queryset=Invitation.objects.select_for_update())
    now = clock.now()
    if invitation.accepted_at is not None or invitation.expires_at <= now:
        raise ValidationError(_("Undangan ini sudah dipakai atau habis masa berlakunya: mintalah undangan baru."))
    if by.pk != invitation.created_by_id:
        raise PermissionDenied("accounts.admit")
    if person is None:
        if Person.objects.filter(email__iexact=invitation.email).exists():
            raise ValidationError(_("Alamat surel ini sudah punya akun: masuklah dahulu, lalu buka lagi undangannya."))
        person = Person.objects.create_user(invitation.email, password, name=invitation.name)
    elif (person.email or "").lower() != invitation.email.lower():
        raise ValidationError(_("Undangan ini untuk %(email)s, bukan untuk akun Anda.") % {"email": invitation.email})
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    grant_role(invitation.council, by, person=person, role=invitation.role)
    return person


@operation("accounts.grant", lock=True)
def grant_role(council: Council, by: Person, /, *, person: Person, role: str) -> Membership | PendingMembership:
    """Grant a person one more role in the council. An existing membership is returned unchanged. A role granted by a
    person above the regency stays pending until an administrator of the regency's council confirms it
    (`confirm_membership`)."""
    require_grantable(council, by, role)
    if is_above(council, by) and not council.memberships.filter(person=person, role=role).exists():
        pending, _created = PendingMembership.objects.get_or_create(
            council=council, person=person, role=role, defaults={"created_by": by}
        )
        return pending
    membership, _created = Membership.objects.get_or_create(council=council, person=person, role=role)
    forget_reader(person)
    return membership


@operation("accounts.confirm_membership", lock=True)
def confirm_membership(pending: PendingMembership, by: Person, /) -> Membership:
    """Confirm a pending role. Raises PermissionDenied unless `by` is an administrator of the council itself."""
    require_own_administrator(pending.council, by)
    membership, _created = Membership.objects.get_or_create(
        council=pending.council, person=pending.person, role=pending.role
    )
    PendingMembership.objects.filter(pk=pending.pk).delete()
    forget_reader(pending.person)
    return membership


@operation("accounts.refuse_membership", lock=True)
def refuse_membership(pending: PendingMembership, by: Person, /) -> Council:
    require_own_administrator(pending.council, by)
    PendingMembership.objects.filter(pk=pending.pk).delete()
    return pending.council


@operation("accounts.withdraw_role", lock=True)
def withdraw_role(council: Council, by: Person, /, *, person: Person, role: str) -> Council:
    """Withdraw one role of a person. Raises ValidationError for the council's only administrator."""
    require_grantable(council, by, role)
    require_other_administrator(council, person, {role})
    Membership.objects.filter(council=council, person=person, role=role).delete()
    forget_reader(person)
    return council


@operation("accounts.leave", lock=True)
def leave(council: Council, by: Person, /, *, person: Person) -> Council:
    """Remove all roles of the person in the council and end all sessions of the person. What they recorded stays, under
    their name."""
    roles = set(Membership.objects.filter(council=council, person=person).values_list("role", flat=True))
    for role in roles:
        require_grantable(council, by, role)
    require_other_administrator(council, person, roles)
    Membership.objects.filter(council=council, person=person).delete()
    forget_reader(person)
    revoke_sessions(person)
    return council


def is_above(council: Council, by: Person) -> bool:
    """Whether this council of a regency has administrators other than `by`. Always False for the system person, the
    actor of the server's commands."""
    administrators = council.memberships.filter(role=Role.ADMINISTRATOR, person__is_active=True)
    return (
        RegionCode(council.region_code).is_regency
        and by.email != SYSTEM
        and administrators.exists()
        and not administrators.filter(person=by).exists()
    )


def require_own_administrator(council: Council, by: Person) -> None:
    """Raise PermissionDenied unless `by` is an administrator of this council, not of one above it."""
    if not council.memberships.filter(role=Role.ADMINISTRATOR, person=by).exists():
        raise PermissionDenied("accounts.confirm_membership")


def require_not_above(by: Person, person: Person) -> None:
    """Raise PermissionDenied if the person is a member of a regency's council and `by` is above that regency: whoever
    resets a member's password or second factor could sign in as that member and read personal data."""
    if any(is_above(row.council, by) for row in person.memberships.select_related("council")):
        raise PermissionDenied("accounts.reset_password")


def grantable(council: Council, by: Person) -> list[Role]:
    """The roles all of whose verbs this person holds in the council."""
    own_verbs = frozenset[str]().union(*(ROLE_VERBS[role] for role in reader_for(by).roles_on(council)))
    return [role for role in MEMBER_ROLES if ROLE_VERBS[role] <= own_verbs]


def require_grantable(council: Council, by: Person, role: str) -> None:
    """Raise ValidationError for an unknown role or a closed council, PermissionDenied for a role that `by` may not
    grant."""
    if council.closed_at is not None:
        raise ValidationError(_("%(name)s sudah ditutup di server ini.") % {"name": council.name})
    if role not in {member_role.value for member_role in MEMBER_ROLES}:
        raise ValidationError({"role": _("Peran itu tidak dikenal.")})
    if role not in grantable(council, by):
        raise PermissionDenied("accounts.grant")


def require_outranks(by: Person, person: Person) -> None:
    """Raise PermissionDenied unless `by` may grant every role that the person holds, in every council: deactivating or
    resetting an account needs the rights of that account everywhere."""
    for membership in person.memberships.select_related("council"):
        require_grantable(membership.council, by, membership.role)


def require_other_administrator(council: Council, person: Person, roles: set[str]) -> None:
    """Raise ValidationError if the person is the council's only administrator and would lose that role."""
    if Role.ADMINISTRATOR.value not in roles:
        return
    others = council.memberships.filter(role=Role.ADMINISTRATOR, person__is_active=True).exclude(person=person)
    if not others.exists():
        raise ValidationError(
            _("%(name)s satu-satunya pengelola sistem dewan ini: beri peran itu kepada orang lain dahulu.")
            % {"name": person.name}
        )
