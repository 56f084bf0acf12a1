"""Invitations, password links, second factors and sessions. Of tokens and recovery codes only the digest is stored."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _

from sambang.access.models import MEMBER_ROLES, Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock


class Invitation(models.Model):
    """An invitation to join a council in one role, accepted by a link that works once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="invitations", verbose_name=_("dewan"))
    role = models.CharField(_("peran"), max_length=20, choices=[(role.value, role.label) for role in MEMBER_ROLES])
    name = models.CharField(_("nama"), max_length=120)
    email = models.EmailField(_("alamat surel"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("dibuat"), default=clock.now)
    expires_at = models.DateTimeField(_("berlaku sampai"))
    accepted_at = models.DateTimeField(_("diterima"), null=True, blank=True)

    objects = Scoped["Invitation"].as_manager()

    class Meta:
        verbose_name = _("undangan")

    def __str__(self) -> str:
        return f"{self.name}: {self.get_role_display()}, {self.council}"


class PendingMembership(models.Model):
    """A role in a regency's council, granted by a person above the regency. It takes effect when an administrator of
    that council confirms it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="pending_memberships", verbose_name=_("dewan"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="pending_memberships", verbose_name=_("orang"))
    role = models.CharField(_("peran"), max_length=20, choices=[(role.value, role.label) for role in MEMBER_ROLES])
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("dibuat"), default=clock.now)

    objects = Scoped["PendingMembership"].as_manager()

    class Meta:
        verbose_name = _("keanggotaan yang menunggu konfirmasi")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["council", "person", "role"], name="pending_membership_is_asked_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.council}"


class PasswordLink(models.Model):
    """A password-reset link, created by an administrator; works once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="password_links", verbose_name=_("orang"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("dibuat"), default=clock.now)
    expires_at = models.DateTimeField(_("berlaku sampai"))
    used_at = models.DateTimeField(_("dipakai"), null=True, blank=True)

    class Meta:
        verbose_name = _("tautan kata sandi")

    def __str__(self) -> str:
        return f"{self.person}, {self.created_at:%Y-%m-%d}"


class AuthenticatorApp(models.Model):
    """The authenticator app of a person, which generates six-digit codes (TOTP)."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="authenticator_app", verbose_name=_("orang"))
    encrypted_key = models.BinaryField(editable=False)
    last_step = models.BigIntegerField(_("langkah terakhir"))  # steps of 30 s since 1970: a code works once
    created_at = models.DateTimeField(_("dipasang"), default=clock.now)

    class Meta:
        verbose_name = _("aplikasi autentikator")

    def __str__(self) -> str:
        return f"{self.person}"


class Passkey(models.Model):
    """A WebAuthn credential. The private key stays in the person's phone, computer or security key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="passkeys", verbose_name=_("orang"))
    name = models.CharField(_("nama"), max_length=60)
    site = models.CharField(_("situs"), max_length=253)  # relying-party id: the host name
    credential_digest = models.CharField(max_length=64, unique=True, editable=False)
    credential = models.BinaryField(editable=False)  # attested credential data: its id and the public key
    # The signature counter: one that does not increase reveals a cloned key.
    count = models.BigIntegerField(_("hitungan pemakaian"), default=0)
    created_at = models.DateTimeField(_("dipasang"), default=clock.now)
    last_used_at = models.DateTimeField(_("terakhir dipakai"), null=True, blank=True)

    class Meta:
        verbose_name = _("kunci sandi")

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of ten single-use recovery codes on paper, for a person who lost the phone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="recovery_codes", verbose_name=_("orang"))
    digest = models.CharField(max_length=128, editable=False)
    used_at = models.DateTimeField(_("dipakai"), null=True, blank=True)

    class Meta:
        verbose_name = _("kode cadangan")

    def __str__(self) -> str:
        return f"{self.person}"


class FailedVerification(models.Model):
    """A wrong code or password of an already identified person. Deleted after a day."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="failed_verifications", verbose_name=_("orang"))
    at = models.DateTimeField(_("waktu"), default=clock.now)

    class Meta:
        verbose_name = _("jawaban salah")
        indexes: ClassVar = [models.Index(fields=["person", "at"], name="failed_verification_by_person")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class RememberedBrowser(models.Model):
    """A browser that skips the second factor until `expires_at`."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="remembered", verbose_name=_("orang"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("dibuat"), default=clock.now)
    expires_at = models.DateTimeField(_("berlaku sampai"))

    class Meta:
        verbose_name = _("peramban yang diingat")

    def __str__(self) -> str:
        return f"{self.person}, {self.created_at:%Y-%m-%d}"


class ActiveSession(models.Model):
    """A browser in which a person is signed in. Deleted with Django's session."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.OneToOneField(Session, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="active_sessions", verbose_name=_("orang"))
    browser = models.CharField(_("peramban"), max_length=60)
    network = models.CharField(_("jaringan"), max_length=60)  # only the first half of the address
    began_at = models.DateTimeField(_("sejak"), default=clock.now)
    last_used_at = models.DateTimeField(_("terakhir dipakai"), default=clock.now)

    class Meta:
        verbose_name = _("perangkat yang masuk")

    def __str__(self) -> str:
        return f"{self.person}: {self.browser}"
