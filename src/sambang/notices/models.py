"""Notification settings and the read mark of a person. The notices are derived from other tables."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id


class NoticeKind(models.TextChoices):
    REFUSED = "refused", _("IKM menyatakan belum selesai")
    ANSWERED = "answered", _("IKM menyatakan sudah selesai, atas tindakan saya")
    RESPONSIBLE = "responsible", _("perubahan tindakan yang menjadi tanggung jawab saya")
    RAISED = "raised", _("perkembangan yang saya catat atau usulkan")


class NoticeSettings(models.Model):
    """One row per person, created at the first change; without it all kinds are on and nothing is read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="notice_settings", verbose_name=_("orang"))
    muted = models.JSONField(_("kabar yang tidak diinginkan"), default=list, blank=True)  # values of NoticeKind
    read_until = models.DateTimeField(_("dibaca sampai"), null=True, blank=True)
    weekly_letter = models.BooleanField(_("surat mingguan"), default=False)
    letter_week = models.DateField(_("surat terakhir untuk minggu"), null=True, blank=True)  # its Monday
    # Of the private calendar address: its token is derived from `calendar_id` (`calendar_tokens.py`).
    calendar_id = models.UUIDField(null=True, blank=True, editable=False)
    calendar_digest = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = Scoped["NoticeSettings"].as_manager()

    class Meta:
        verbose_name = _("pilihan kabar")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="calendar_address_has_id_and_digest",
                condition=models.Q(calendar_id=None, calendar_digest=None)
                | models.Q(calendar_id__isnull=False, calendar_digest__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)
