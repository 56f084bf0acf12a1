"""Links of people outside the office who are responsible for one action: no account, revocable, expiring."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.actions.models import Action
from sambang.lib import clock


class AssignmentLinkQuerySet(Scoped["AssignmentLink"]):
    def active(self, *, now: datetime) -> Self:
        """Neither revoked nor expired, and its person is still the responsible one, without an account."""
        return self.filter(
            revoked_at=None,
            expires_at__gt=now,
            action__responsible=None,
            action__responsible_name=F("responsible_name"),
        )


class AssignmentLink(models.Model):
    """Only the digest of the token is stored; the token is derived (`lib.tokens.derived_token`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    action = models.ForeignKey(Action, models.CASCADE, related_name="assignment_links", verbose_name=_("tindakan"))
    responsible_name = models.CharField(_("nama/instansi penanggung jawab"), max_length=120)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("dibuat"), default=clock.now)
    expires_at = models.DateTimeField(_("berlaku sampai"))
    revoked_at = models.DateTimeField(_("dicabut"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("terakhir dipakai"), null=True, blank=True)

    objects = AssignmentLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("tautan penanggung jawab")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="assignment_link_ends_after_it_begins",
                condition=models.Q(expires_at__gt=models.F("created_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.action}, {self.responsible_name}"
