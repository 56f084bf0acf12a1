"""Operations on second factors, and security settings of a council."""

from __future__ import annotations

import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import MAX_LINK_DAYS, Council, Person
from sambang.accounts import totp
from sambang.accounts.models import AuthenticatorApp, Passkey, RecoveryCode
from sambang.accounts.operations.members import require_not_above, require_outranks
from sambang.accounts.operations.revocation import revoke_sessions
from sambang.accounts.passkeys import NewPasskey
from sambang.accounts.verification import has_factor
from sambang.audit.operation import operation

MAX_PASSKEYS = 10


@operation("accounts.enrol")
def enrol_app(person: Person, by: Person, /, *, key: bytes, code: str, keep: str) -> AuthenticatorApp:
    """Store an authenticator app with `key`, verified by a current code, and replace an earlier app. The person's other
    sessions end, because they were opened without this factor. Raises ValidationError for a wrong code."""
    step = totp.matching_step(key, totp.normalise_code(code), seconds=time.time())
    if step is None:
        raise ValidationError(
            {"code": _("Kode ini tidak cocok. Periksa jam ponsel Anda, lalu tulis kode yang terbaru.")}
        )
    app, _created = AuthenticatorApp.objects.update_or_create(
        person=person, defaults={"encrypted_key": totp.encrypt_key(key), "last_step": step}
    )
    revoke_sessions(person, keep=keep)
    return app


@operation("accounts.enrol", lock=True)
def add_passkey(person: Person, by: Person, /, *, key: NewPasskey, name: str, keep: str) -> Passkey:
    """Add a passkey. Raises ValidationError if it is already registered or the person has MAX_PASSKEYS of them."""
    if Passkey.objects.filter(credential_digest=key.digest).exists():
        raise ValidationError(_("Kunci sandi ini sudah terpasang."))
    if person.passkeys.count() >= MAX_PASSKEYS:
        raise ValidationError(
            _("Paling banyak %(most)s kunci sandi: lepas dulu yang tidak dipakai.") % {"most": MAX_PASSKEYS}
        )
    passkey = Passkey(
        person=person,
        name=name.strip() or _("kunci sandi"),
        site=key.site,
        credential=key.credential,
        credential_digest=key.digest,
        count=key.count,
    )
    passkey.full_clean()
    passkey.save(force_insert=True)
    revoke_sessions(person, keep=keep)
    return passkey


@operation("accounts.renew_codes", lock=True)
def renew_codes(person: Person, by: Person, /) -> list[str]:
    """Create ten recovery codes, returned once: only their digests are stored. Earlier codes become invalid. Raises
    ValidationError for a person without a second factor."""
    if not has_factor(person):
        raise ValidationError(_("Pasang dulu aplikasi autentikator atau kunci sandi."))
    codes = totp.new_codes()
    person.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, digest=totp.digest_of_code(code, person.pk)) for code in codes
    )
    return codes


@operation("accounts.drop_factor", lock=True)
def drop_app(person: Person, by: Person, /, *, keep: str) -> Person:
    """Remove the authenticator app. Raises ValidationError if it is the last second factor and a council of the person
    requires one."""
    AuthenticatorApp.objects.filter(person=person).delete()
    _after_dropping(person, keep=keep)
    return person


@operation("accounts.drop_factor", lock=True)
def drop_passkey(person: Person, by: Person, /, *, passkey: Passkey, keep: str) -> Person:
    """Remove a passkey. Raises ValidationError if it is the last second factor and a council of the person requires
    one."""
    person.passkeys.filter(pk=passkey.pk).delete()
    _after_dropping(person, keep=keep)
    return person


def _after_dropping(person: Person, *, keep: str) -> None:
    revoke_sessions(person, keep=keep)
    if has_factor(person):
        return
    requiring = Council.objects.filter(memberships__person=person, second_factor_required=True).first()
    if requiring is not None:
        raise ValidationError(
            _("%(council)s mewajibkan verifikasi dua langkah: pasang cara lain dulu.") % {"council": requiring.name}
        )
    person.recovery_codes.all().delete()


@operation("accounts.remove_factor")
def remove_factor(person: Person, by: Person, /) -> Person:
    """Remove every second factor of a member who lost phone and recovery codes: the next sign-in needs only the
    password and tells the person of the removal. Raises PermissionDenied for a person who holds a role in any council
    that `by` may not grant there."""
    require_outranks(by, person)
    require_not_above(by, person)
    if person.pk == by.pk:
        raise ValidationError(_("Lepas verifikasi dua langkah Anda sendiri di halaman keamanan akun."))
    if not has_factor(person):
        raise ValidationError(_("%(name)s belum memasang verifikasi dua langkah.") % {"name": person.name})
    AuthenticatorApp.objects.filter(person=person).delete()
    person.passkeys.all().delete()
    person.recovery_codes.all().delete()
    person.failed_verifications.all().delete()
    revoke_sessions(person)
    return person


@operation("accounts.allow_photo_positions")
def allow_photo_positions(council: Council, by: Person, /, *, allowed: bool) -> Council:
    """Set whether photos keep the position at which they were taken, for officers who also allow it on their phone.
    Stored positions stay; those of photos that arrive later are not stored once it is forbidden."""
    council.photo_positions_allowed = allowed
    council.save(update_fields=["photo_positions_allowed"])
    return council


@operation("accounts.set_link_days")
def set_link_days(council: Council, by: Person, /, *, days: int) -> Council:
    """Set the validity of new personal links of owners. Raises ValidationError outside 1 to MAX_LINK_DAYS."""
    if not 1 <= days <= MAX_LINK_DAYS:
        raise ValidationError(_("Masa berlaku tautan 1 sampai %(days)s hari.") % {"days": MAX_LINK_DAYS})
    council.link_days = days
    council.save(update_fields=["link_days"])
    return council


@operation("accounts.require_second_factor")
def require_second_factor(council: Council, by: Person, /, *, required: bool) -> Council:
    """Set whether members must set up a second factor before they can do anything else. Raises ValidationError if `by`
    has none."""
    if required and not has_factor(by):
        raise ValidationError(_("Pasang dulu verifikasi dua langkah untuk akun Anda sendiri."))
    council.second_factor_required = required
    council.save(update_fields=["second_factor_required"])
    return council
