"""Personal links of owners: no account, one business, revocable, expiring. Only the digest of the token is stored."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.lib import clock
from sambang.registry.models import Business


class PersonalLinkQuerySet(Scoped["PersonalLink"]):
    def active(self, *, now: datetime) -> Self:
        """Neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class PersonalLink(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="personal_links", verbose_name=_("IKM"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("dibuat"), default=clock.now)
    expires_at = models.DateTimeField(_("berlaku sampai"))
    revoked_at = models.DateTimeField(_("dicabut"), null=True, blank=True)
    sent_at = models.DateTimeField(_("terakhir dikirim"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("terakhir dipakai"), null=True, blank=True)

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("tautan pribadi")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="personal_link_ends_after_it_begins",
                condition=models.Q(expires_at__gt=models.F("created_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.business}, {self.created_at:%Y-%m-%d}"


class UsedCode(models.Model):
    """A six-digit code of an owner (`queries.codes_of`) that has been used."""

    link = models.ForeignKey(PersonalLink, models.CASCADE, related_name="used_codes", verbose_name=_("tautan pribadi"))
    number = models.PositiveIntegerField(_("nomor kode"))
    used_at = models.DateTimeField(_("dipakai"), default=clock.now)

    class Meta:
        verbose_name = _("kode terpakai")
        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "number"], name="code_is_used_once")]

    def __str__(self) -> str:
        return f"{self.link}, {self.number}"


class FailedAttempt(models.Model):
    """A wrong link or code, counted by a keyed digest of the client's address or of the IKM, deleted after a day."""

    digest = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("percobaan gagal")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
