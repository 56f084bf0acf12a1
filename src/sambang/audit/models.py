"""The audit log: one entry for every operation and every read of guarded data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped
from sambang.access.row_security import bypass_row_security
from sambang.audit.change_cache import stop_serving
from sambang.audit.hash_chain import GENESIS_HASH, HashedContent, entry_hash
from sambang.lib import clock
from sambang.lib.bulk_sql import insert_rows
from sambang.lib.tokens import new_token

ENTRIES_AT_ONCE = 500


class EntryQuerySet(Scoped["Entry"]):
    def about(self, subject: models.Model) -> EntryQuerySet:
        """Entries whose subject or result is this row."""
        written = row_reference(subject)
        return self.filter(models.Q(subject=written) | models.Q(result=written))

    def newest_first(self) -> EntryQuerySet:
        return self.order_by("-at", "-id")

    def append(self, entries: Iterable[Entry], *, is_change: bool = True) -> list[Entry]:
        """Number, chain and store new entries. `is_change`: they tell of written rows, not of reads.

        The row of the chain head is locked until the transaction ends. `operation` appends last, so that the lock is
        held briefly and cannot be part of a deadlock.
        """
        added = list(entries)
        if is_change:
            stop_serving()
        with bypass_row_security(__name__), transaction.atomic(using=self.db):
            head, _created = ChainHead.objects.using(self.db).select_for_update().get_or_create(pk=1)
            for entry in added:
                entry.id = head.number = head.number + 1
                entry.hash = head.hash = entry_hash(head.hash, entry.content())
            for start in range(0, len(added), ENTRIES_AT_ONCE):
                insert_rows(added[start : start + ENTRIES_AT_ONCE])
            head.last_change = head.hash if is_change else head.last_change
            head.save(force_update=True)
        return added

    def mark_change(self) -> None:
        """Rows were written, of a reference table, that no entry tells of: results kept until a change are computed
        anew."""
        stop_serving()
        ChainHead.objects.using(self.db).filter(pk=1).update(last_change=new_token())

    def create(self, **columns: Any) -> Entry:
        return self.append([Entry(**columns)])[0]

    def bulk_create(self, *args: Any, **options: Any) -> NoReturn:
        raise TypeError("use append: entries are chained")


class Entry(models.Model):
    """Who used which verb on which row, with what result, when. Refers to rows and contains none of their values.

    Append-only (`Entry.objects.append`): triggers refuse changes (`append_only.py`), and the hash chain reveals changes
    made without the triggers.
    """

    at = models.DateTimeField(_("waktu"), default=clock.now)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    verb = models.CharField(_("kata kerja"), max_length=60)
    subject = models.CharField(_("pokok"), max_length=100)
    result = models.CharField(_("hasil"), max_length=100, blank=True)
    region_code = models.CharField(_("kode wilayah"), max_length=10, blank=True, db_index=True)
    hash = models.CharField(_("sidik rantai"), max_length=64, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("catatan jurnal")
        indexes: ClassVar = [
            models.Index(fields=["subject", "at"], name="entry_by_subject"),
            models.Index(fields=["result", "at"], name="entry_by_result"),
        ]
        constraints: ClassVar = [models.CheckConstraint(name="audit_entry_is_chained", condition=~models.Q(hash=""))]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}"

    def save(self, *args: Any, **options: Any) -> NoReturn:
        raise TypeError("entries are append-only")

    def content(self) -> HashedContent:
        return HashedContent(self.id, self.at, self.by_id, self.verb, self.subject, self.result, self.region_code)


class ChainHead(models.Model):
    """The number and hash of the last entry, in one row: the lock of the chain, and the proof that no entry at its end
    was deleted or inserted. `last_change`: the hash of the last entry that is not about a read; empty before it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.BigIntegerField(_("nomor terakhir"), default=0)
    hash = models.CharField(_("sidik rantai"), max_length=64, default=GENESIS_HASH)
    last_change = models.CharField(_("sidik perubahan terakhir"), max_length=64, blank=True)  # change_cache.py

    class Meta:
        verbose_name = _("ujung jurnal")
        constraints: ClassVar = [models.CheckConstraint(name="audit_chain_has_one_head", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"


class IdempotencyKey(models.Model):
    """A submitted form and the redirect that answered it (`idempotency.py`). Deleted after some days."""

    key = models.CharField(_("sidik kiriman"), max_length=64, primary_key=True)
    at = models.DateTimeField(_("waktu"), default=clock.now, db_index=True)
    answer = models.TextField(_("dijawab ke"), blank=True)  # empty while the first request is running

    class Meta:
        verbose_name = _("tanda terima kiriman")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.key[:8]}"


def row_reference(row: object) -> str:
    """`registry.Business:1f0c…`; empty for anything that is not a row."""
    return f"{row._meta.label}:{row.pk}" if isinstance(row, models.Model) else ""
