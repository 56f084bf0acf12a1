from django.db import models
from django.utils.translation import gettext_lazy as _


class WriteCheck(models.Model):
    """The single row that `/ready` writes to check whether the database can commit (readiness.py)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    at = models.DateTimeField(_("waktu"))

    class Meta:
        verbose_name = _("uji tulis")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
