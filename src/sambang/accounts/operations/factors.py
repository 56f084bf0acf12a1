"""The second factor: setting it up, taking it away, and which council requires it."""

from __future__ import annotations

import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import LONGEST_LINK_DAYS, Council, Person
from sambang.accounts import totp
from sambang.accounts.models import AuthenticatorApp, Passkey, RecoveryCode
from sambang.accounts.operations.members import require_not_above, require_outranks
from sambang.accounts.operations.revocation import revoke_sessions
from sambang.accounts.passkeys import NewKey
from sambang.accounts.verification import has_factor
from sambang.audit.operation import operation

MOST_PASSKEYS = 10


@operation("accounts.enrol")
def enrol_app(person: Person, by: Person, /, *, key: bytes, code: str, keep: str) -> AuthenticatorApp:
    """Store an authenticator app with `key`, verified by a current code, in place of an earlier app. The person's
    other sessions end: they were opened without it. Raises ValidationError for a wrong code."""
    step = totp.step_of(key, totp.bare(code), seconds=time.time())
    if step is None:
        raise ValidationError(
            {"code": _("Kode ini tidak cocok. Periksa jam ponsel Anda, lalu tulis kode yang terbaru.")}
        )
    app, _made = AuthenticatorApp.objects.update_or_create(
        person=person, defaults={"sealed_key": totp.seal_key(key), "last_step": step}
    )
    revoke_sessions(person, keep=keep)
    return app


@operation("accounts.enrol", lock=True)
def add_passkey(person: Person, by: Person, /, *, key: NewKey, name: str, keep: str) -> Passkey:
    """One more passkey. Raises ValidationError for one that is known already, or more than ten."""
    if Passkey.objects.filter(credential_digest=key.digest).exists():
        raise ValidationError(_("Kunci sandi ini sudah terpasang."))
    if person.passkeys.count() >= MOST_PASSKEYS:
        raise ValidationError(
            _("Paling banyak %(most)s kunci sandi: lepas dulu yang tidak dipakai.") % {"most": MOST_PASSKEYS}
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
    """Ten fresh codes for paper, shown once: only their digests are kept. The earlier ones stop working."""
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
    """The app's codes open nothing any more. Raises ValidationError where a council requires what would be the last."""
    AuthenticatorApp.objects.filter(person=person).delete()
    _after_dropping(person, keep=keep)
    return person


@operation("accounts.drop_factor", lock=True)
def drop_passkey(person: Person, by: Person, /, *, passkey: Passkey, keep: str) -> Person:
    """This key opens nothing any more. Raises ValidationError where a council requires what would be the last."""
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


@operation("accounts.take_factor")
def take_factor(person: Person, by: Person, /) -> Person:
    """The way back for a member who lost phone and paper: nothing but the password is asked of them at the next
    sign-in, and they are notices. Raises PermissionDenied for somebody above oneself in any council."""
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
    """Whether an officer who allows it on the own phone may keep with a photo where it was taken. What was
    stored before stays; of a photo that comes in later the place is not stored."""
    council.photo_positions_allowed = allowed
    council.save(update_fields=["photo_positions_allowed"])
    return council


@operation("accounts.set_link_days")
def set_link_days(council: Council, by: Person, /, *, days: int) -> Council:
    """Set the validity of new personal links of owners. Raises ValidationError outside 1 to LONGEST_LINK_DAYS."""
    if not 1 <= days <= LONGEST_LINK_DAYS:
        raise ValidationError(_("Masa berlaku tautan 1 sampai %(days)s hari.") % {"days": LONGEST_LINK_DAYS})
    council.link_days = days
    council.save(update_fields=["link_days"])
    return council


@operation("accounts.require_second_factor")
def require_second_factor(council: Council, by: Person, /, *, required: bool) -> Council:
    """Whether members without a second factor must set one up before anything else. Whoever requires it has one."""
    if required and not has_factor(by):
        raise ValidationError(_("Pasang dulu verifikasi dua langkah untuk akun Anda sendiri."))
    council.second_factor_required = required
    council.save(update_fields=["second_factor_required"])
    return council
