"""Merging of two rows that are one IKM: no record of either is lost, no filled column is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import require
from sambang.access.row_security import bypass_row_security
from sambang.audit.operation import lock_row, operation
from sambang.audit.withdrawal import RESTORE_DAYS, restorable_since
from sambang.lib import clock
from sambang.lib.region_code import RegionCode
from sambang.registry.dto import EDITABLE_COLUMNS, same_permit, update_fields
from sambang.registry.hooks import business_hooks
from sambang.registry.models import Business, FormerKey, GroupMember, MergeRecord, Permit, ProductLine
from sambang.registry.queries import merged_business
from sambang.registry.row_snapshots import (
    RowChanges,
    Snapshot,
    changes_since,
    dump_changes,
    load_changes,
    relations_to,
    take_snapshot,
    undo_changes,
)

# Models with one row per IKM and visit, month, step …: if both IKM have one, the survivor's row stays. The value
# names a boolean column: if it is true only in the duplicate's row, that row stays. Every other collision stops the
# merge, since dropping a row would change what was reported or confirmed.
COLLISIONS_KEEPING_SURVIVOR: dict[str, str] = {
    "visits.Attendance": "present",
    "visits.Photo": "",  # the same picture with the same caption
    "market.Channel": "",
    "market.OnlineShare": "",
    "training.LadderStep": "",
    "production.Price": "",  # recomputed from the reports of both
    "production.PanelMember": "",
}
FILLED_COLUMNS = (
    *(column for column in EDITABLE_COLUMNS if column not in {"region", "status"}),
    "nik_encrypted",
    "nik_digest",
)
OFFICES_BY_RANK = [*GroupMember.Office.values]  # from chair to member


@operation("registry.merge")
def merge_businesses(survivor: Business, by: Person, /, *, duplicate: Business) -> Business:
    """Move every record of `duplicate` to `survivor`, fill empty columns of `survivor` from it, and delete it.

    Raises ValidationError and changes nothing if both are the same row, are in two regencies, or have records that
    collide (two production reports of one month).
    """
    require(by, "registry.merge", duplicate)
    _lock_together(survivor, duplicate)
    if survivor.pk == duplicate.pk:
        raise ValidationError(_("Pilih dua IKM yang berbeda."))
    if RegionCode(survivor.region_id).regency != RegionCode(duplicate.region_id).regency:
        raise ValidationError(_("Kedua IKM ada di kabupaten yang berbeda: tidak digabung."))
    join_businesses(survivor, by, duplicate=duplicate)
    return survivor


def join_businesses(
    survivor: Business, by: Person, *, duplicate: Business, correct: Callable[[], object] | None = None
) -> None:
    """The steps of a merge, for operations that check their own verb. `correct` first writes into the survivor what is
    undone together with the merge."""
    former = duplicate.owner
    record = MergeRecord(business=survivor, survivor_key=survivor.pk, by=by)
    before = take_snapshot(_affected_rows(survivor, duplicate))
    with business_hooks([survivor, duplicate], "registry.merge"):
        if correct is not None:
            correct()
        _join_product_lines(survivor, duplicate)
        _join_permits(survivor, duplicate)
        _join_memberships(survivor, duplicate)
        for relation in relations_to(Business):
            if relation.related_model not in {ProductLine, Permit, GroupMember}:
                _move_rows(relation, survivor, duplicate)
        _fill_blanks(survivor, duplicate)
        FormerKey.objects.create(id=duplicate.pk, business=survivor)
        duplicate.delete()
    if former.pk != survivor.owner_id:
        _forget_if_unused(former)
    record.content = dump_changes(_changes_since(before))
    record.save(force_insert=True)


@operation("registry.merge", lock=True)
def unmerge_businesses(record: MergeRecord, by: Person, /) -> Business:
    """Undo a merge within 30 days: restore the duplicate with its records. What was recorded since stays with the
    survivor, but for reports of the duplicate's products (a hook of production). Returns the restored business.
    Raises ValidationError."""
    if record.undone_at is not None or record.merged_at < restorable_since():
        raise ValidationError(
            _("Penggabungan ini sudah dibatalkan, atau lebih dari %(days)s hari yang lalu.") % {"days": RESTORE_DAYS}
        )
    if record.survivor_key != record.business_id:
        raise ValidationError(_("IKM ini sudah digabung lagi: batalkan dulu penggabungan yang terakhir."))
    changes = load_changes(record.content)
    restored = merged_business(changes)
    lines = [values["id"] for label, values in changes.deleted if label == ProductLine._meta.label]
    try:
        with transaction.atomic(), business_hooks([record.business, restored], "registry.merge"):
            FormerKey.objects.filter(pk__in=[restored.pk, *lines]).delete()
            _undo(changes)
    except IntegrityError:
        raise ValidationError(
            _("Catatan sesudah penggabungan bertentangan dengannya: tidak dapat dibatalkan.")
        ) from None
    record.undone_at, record.content = clock.now(), b""
    record.save(update_fields=["undone_at", "content"])
    return Business.objects.get(pk=restored.pk)


@bypass_row_security(__name__)
def _changes_since(before: Snapshot) -> RowChanges:
    return changes_since(before)


@bypass_row_security(__name__)
def _undo(changes: RowChanges) -> None:
    undo_changes(changes)


@bypass_row_security(__name__)
def _affected_rows(survivor: Business, duplicate: Business) -> list[models.QuerySet[Any]]:
    """Every row that a merge can change or delete, referenced rows first."""
    pair = [survivor.pk, duplicate.pk]
    lines = list(ProductLine.objects.filter(business__in=pair).values_list("pk", flat=True))
    related = {
        (relation.related_model, relation.field.name): keys
        for model, keys in ((Business, pair), (ProductLine, lines))
        for relation in relations_to(model)
        if relation.related_model not in {Business, ProductLine}
    }
    return [
        Person.objects.filter(pk__in=[survivor.owner_id, duplicate.owner_id]),
        Business._base_manager.filter(pk__in=pair),
        ProductLine._base_manager.filter(pk__in=lines),
        *(model._base_manager.filter(**{f"{column}__in": keys}) for (model, column), keys in related.items()),
    ]


def _lock_together(*rows: Business) -> None:
    """Lock in key order, so that two merges of the same rows cannot deadlock. Raises
    ValidationError for a row that another merge has deleted."""
    for row in sorted(rows, key=lambda row: row.pk):
        try:
            lock_row(row)
        except Business.DoesNotExist:
            raise ValidationError(_("Salah satu IKM ini baru saja digabung orang lain: muat ulang halaman.")) from None


def _join_product_lines(survivor: Business, duplicate: Business) -> None:
    own = {(line.name.casefold(), line.unit.casefold()): line for line in survivor.product_lines.all()}
    for line in duplicate.product_lines.all():
        same = own.get((line.name.casefold(), line.unit.casefold()))
        if same is None:
            line.business = survivor
            line.save(update_fields=["business"])
            continue
        for relation in relations_to(ProductLine):
            _move_rows(relation, same, line)
        _fill(same, line, ("capacity", "annual_value", "started_on"))
        FormerKey.objects.create(id=line.pk, business=survivor, product_line=same)
        line.delete()


def _join_permits(survivor: Business, duplicate: Business) -> None:
    own = list(survivor.permits.order_by("pk"))
    for permit in duplicate.permits.order_by("-number"):
        same = same_permit(own, permit)
        if same is not None:
            _fill(same, permit, ("number", "issuer", "issued_on", "valid_until"))
            permit.delete()
        else:
            permit.business = survivor
            permit.save(update_fields=["business"])


def _join_memberships(survivor: Business, duplicate: Business) -> None:
    own = {member.group_id: member for member in survivor.group_memberships.current()}
    for member in duplicate.group_memberships.all():
        same = own.get(member.group_id) if member.left_on is None else None
        if same is None:
            member.business = survivor
            member.save(update_fields=["business"])
            continue
        office = min(same.office, member.office, key=OFFICES_BY_RANK.index)
        member.delete()
        if office != same.office:
            same.office = office
            same.save(update_fields=["office"])


def _move_rows(relation: models.ManyToOneRel, survivor: models.Model, duplicate: models.Model) -> None:
    model, column = relation.related_model, relation.field.name
    for row in model._base_manager.filter(**{column: duplicate}):
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=row.pk).update(**{column: survivor})
        except IntegrityError:
            _settle_collision(row, column, survivor)


def _settle_collision(row: models.Model, column: str, survivor: models.Model) -> None:
    """Keep the survivor's row where a constraint refuses the move and the model allows it, else raise."""
    model = type(row)
    if model._meta.auto_created:  # a many-to-many pair that exists already
        row.delete()
        return
    if model._meta.label not in COLLISIONS_KEEPING_SURVIVOR:
        raise ValidationError(
            _("Keduanya punya %(what)s yang sama: betulkan dulu salah satunya, baru gabungkan.")
            % {"what": model._meta.verbose_name}
        )
    answer = COLLISIONS_KEEPING_SURVIVOR[model._meta.label]
    if answer and getattr(row, answer):
        colliding = _colliding_row(row, column, survivor)
        if colliding is not None and not getattr(colliding, answer):
            colliding.delete()
            model._base_manager.filter(pk=row.pk).update(**{column: survivor})
            return
    row.delete()


def _colliding_row(row: models.Model, column: str, survivor: models.Model) -> models.Model | None:
    """The row of the surviving IKM that violates a unique constraint with this row."""
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and column in constraint.fields:
            rest = {field: getattr(row, field) for field in constraint.fields if field != column}
            return type(row)._base_manager.filter(**{column: survivor}, **rest).first()
    return None


def _fill(survivor: models.Model, other: models.Model, columns: tuple[str, ...]) -> None:
    filled = [
        column
        for column in columns
        if getattr(survivor, column) in {None, ""} and getattr(other, column) not in {None, ""}
    ]
    for column in filled:
        setattr(survivor, column, getattr(other, column))
    if filled:
        survivor.save(update_fields=update_fields(filled))


def _fill_blanks(survivor: Business, duplicate: Business) -> None:
    columns = FILLED_COLUMNS
    counts = [survivor.workers_male, survivor.workers_female, survivor.workers]
    if any(count is not None for count in counts):  # counts of two dates must not be mixed
        columns = tuple(column for column in columns if not column.startswith("workers"))
    _fill(survivor, duplicate, columns)


@bypass_row_security(__name__)
def _forget_if_unused(owner: Person) -> None:
    """Delete the owner of the removed row unless any other row refers to them."""
    if owner.email or owner.memberships.exists():
        return
    for relation in relations_to(Person):
        if relation.related_model._base_manager.filter(**{relation.field.name: owner}).exists():
            return
    owner.delete()
