"""An invitation to join a council in one role; only its digest is kept."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sambang.people.access import Scoped, new_id
from sambang.people.models import MEMBER_ROLES, Council, Person


class Invitation(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="invitations", verbose_name=_("dewan"))
    role = models.CharField(_("peran"), max_length=20, choices=[(role.value, role.label) for role in MEMBER_ROLES])
    name = models.CharField(_("nama"), max_length=120)
    email = models.EmailField(_("alamat surel"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("dibuat"), default=timezone.now)
    expires_at = models.DateTimeField(_("berlaku sampai"))
    accepted_at = models.DateTimeField(_("diterima"), null=True, blank=True)

    objects = Scoped["Invitation"].as_manager()

    class Meta:
        verbose_name = _("undangan")

    def __str__(self) -> str:
        return f"{self.name}: {self.get_role_display()}, {self.council}"
