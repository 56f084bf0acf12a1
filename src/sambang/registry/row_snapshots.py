"""Database rows before and after a change, stored as bytes, by which the change can be undone."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import batched
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from sambang.registry.encrypted_fields import Ciphertext

KEYS_AT_ONCE = 500
type Values = dict[str, Any]
"""Column values by attname; encrypted columns stay ciphertext."""
type Snapshot = dict[tuple[str, str], Values]
"""Rows by model label and primary key, in the order in which they can be inserted."""


@dataclass(frozen=True)
class RowChanges:
    """Rows that were deleted, changed columns with their values before and after, and the keys of the other rows."""

    deleted: list[tuple[str, Values]] = field(default_factory=list)
    changed: list[tuple[str, str, Values, Values]] = field(default_factory=list)
    unchanged: list[tuple[str, str]] = field(default_factory=list)

    def keys(self) -> set[tuple[str, str]]:
        deleted = {(label, str(values[apps.get_model(label)._meta.pk.attname])) for label, values in self.deleted}
        return deleted | {(label, key) for label, key, _old, _new in self.changed} | set(self.unchanged)


def relations_to(model: type[models.Model]) -> list[models.ManyToOneRel]:
    """Every foreign key of any app to this model, hidden ones included."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    ]


def take_snapshot(querysets: Iterable[models.QuerySet[Any]]) -> Snapshot:
    snapshot: Snapshot = {}
    for rows in querysets:
        for values in rows.values():
            key = values[rows.model._meta.pk.attname]
            snapshot.setdefault((rows.model._meta.label, str(key)), values)
    return snapshot


def changes_since(before: Snapshot) -> RowChanges:
    """Compare the snapshot with the rows in the database."""
    changes, after = RowChanges(), _current_rows(before)
    for (label, key), old in before.items():
        new = after.get((label, key))
        if new is None:
            changes.deleted.append((label, old))
        elif columns := [name for name, value in old.items() if new[name] != value]:
            changes.changed.append((label, key, {c: old[c] for c in columns}, {c: new[c] for c in columns}))
        else:
            changes.unchanged.append((label, key))
    return changes


def undo_changes(changes: RowChanges) -> None:
    """Set changed columns back, unless they were changed again since, and insert deleted rows. Raises IntegrityError.

    Columns first: a deleted row may collide with a row that moved. Foreign keys are checked when the transaction ends.
    """
    for label, key, old, new in changes.changed:
        current = _current(label, key)
        columns = {name: value for name, value in old.items() if current is not None and current[name] == new[name]}
        if columns:
            apps.get_model(label)._base_manager.filter(pk=key).update(**columns)
    for label, values in changes.deleted:
        model = apps.get_model(label)
        model._base_manager.bulk_create([model(**values)])


def _current_rows(before: Snapshot) -> Snapshot:
    keys: dict[str, list[str]] = defaultdict(list)
    for label, key in before:
        keys[label].append(key)
    return take_snapshot(
        apps.get_model(label)._base_manager.filter(pk__in=some)
        for label, all_keys in keys.items()
        for some in batched(all_keys, KEYS_AT_ONCE, strict=False)
    )


def _current(label: str, key: str) -> Values | None:
    values: Values | None = apps.get_model(label)._base_manager.filter(pk=key).values().first()
    return values


def dump_changes(changes: RowChanges) -> bytes:
    return zlib.compress(json.dumps(vars(changes), default=_encoded).encode())


def load_changes(content: bytes) -> RowChanges:
    stored = json.loads(zlib.decompress(content))
    return RowChanges(
        [(label, _decoded(label, values)) for label, values in stored["deleted"]],
        [(label, key, _decoded(label, old), _decoded(label, new)) for label, key, old, new in stored["changed"]],
        [(label, key) for label, key in stored["unchanged"]],
    )


def _encoded(value: Any) -> Any:
    if isinstance(value, Ciphertext):
        return {"ciphertext": b64encode(value).decode()}
    if isinstance(value, bytes | memoryview):
        return {"bytes": b64encode(bytes(value)).decode()}
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value)} is no column value")


def _decoded(label: str, values: Values) -> Values:
    fields = {column.attname: column for column in apps.get_model(label)._meta.concrete_fields}
    return {name: _value(fields[name], value) for name, value in values.items()}


def _value(column: Any, value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"ciphertext"}:
        return Ciphertext(b64decode(value["ciphertext"]))
    if isinstance(value, dict) and value.keys() == {"bytes"}:
        return b64decode(value["bytes"])
    target = column.target_field if column.is_relation else column
    return target.to_python(value)
