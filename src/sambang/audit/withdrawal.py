"""Rows that are withdrawn with a reason instead of deleted, and restored within `RESTORE_DAYS`."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.access.models import Person
from sambang.access.permissions import Scoped
from sambang.lib import clock

RESTORE_DAYS = 30  # also for undoing a merge


class CurrentManager[M: models.Model](models.Manager[M]):
    """Rows that are not withdrawn. Relations use it too, so a withdrawn row is shown and counted nowhere; a condition
    across a join names `withdrawn_at` itself."""

    _queryset_class: type[Scoped[M]] = Scoped  # `from_queryset` replaces it

    def get_queryset(self) -> Scoped[M]:
        return self._queryset_class(self.model, using=self._db).filter(withdrawn_at=None)

    def visible_to(self, person: Person) -> Scoped[M]:
        return self.get_queryset().visible_to(person)


class Withdrawal(models.Model):
    """When a row was withdrawn, by whom and why; a report is recorded anew instead of restored."""

    withdrawn_at = models.DateTimeField(gettext_lazy("ditarik"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("ditarik oleh")
    )
    withdrawn_because = models.CharField(gettext_lazy("alasan ditarik"), max_length=300, blank=True)

    class Meta:
        abstract = True


class Withdrawable(Withdrawal):
    """A row that can be restored too: home/withdrawable.py lists every model."""

    class Meta:
        abstract = True


def withdrawn_constraint(model_name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model_name}_withdrawn_says_who", condition=Q(withdrawn_at=None) | Q(withdrawn_by__isnull=False)
    )


def once_unless_withdrawn(*fields: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=fields, condition=Q(withdrawn_at=None), name=name)


def restorable_since() -> datetime:
    return clock.now() - timedelta(days=RESTORE_DAYS)


def restorable[W: Withdrawable](model: type[W]) -> Scoped[W]:
    """Rows that were withdrawn and can be restored."""
    return Scoped(model).filter(withdrawn_at__gte=restorable_since())


def mark_withdrawn[W: Withdrawal](row: W, by: Person, because: str) -> W:
    """A step of an operation that locked the row. Raises ValidationError."""
    if row.withdrawn_at is not None:
        raise ValidationError(_("Ini sudah ditarik."))
    if not because.strip():
        raise ValidationError({"because": _("Tulis alasannya: orang lain akan membacanya.")})
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = clock.now(), by, because.strip()[:300]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return row


def require_unused(row: models.Model) -> None:
    """Raises ValidationError that names the current rows which refer to the row and would not go with it."""
    uses = []
    for relation in row._meta.related_objects:
        if getattr(relation, "on_delete", None) is models.PROTECT:
            used_by = relation.related_model._default_manager.filter(**{relation.field.name: row}).count()
            if used_by:
                uses.append(f"{used_by} {relation.related_model._meta.verbose_name}")
    if uses:
        raise ValidationError(
            _("Masih dipakai %(uses)s: pindahkan atau tarik itu dahulu.") % {"uses": ", ".join(uses)}, code="used"
        )


def _require_current_parents(row: models.Model) -> None:
    for field in row._meta.concrete_fields:
        parent = getattr(row, field.name) if field.is_relation else None
        if isinstance(parent, Withdrawable) and parent.withdrawn_at is not None:
            raise ValidationError(_("Kembalikan “%(row)s” dahulu.") % {"row": parent})


def mark_restored[W: Withdrawable](row: W) -> W:
    """A step of an operation that locked the row. Raises ValidationError when another row took its place."""
    if row.withdrawn_at is None or row.withdrawn_at < restorable_since():
        raise ValidationError(
            _("Ini tidak ditarik, atau ditarik lebih dari %(days)s hari yang lalu.") % {"days": RESTORE_DAYS}
        )
    _require_current_parents(row)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = None, None, ""
    try:
        row.validate_constraints()
    except ValidationError:
        raise ValidationError(_("Sudah ada yang baru di tempatnya: betulkan yang baru itu.")) from None
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return row
