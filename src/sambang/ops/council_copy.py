"""Export one council as a new installation with its rows, people, uploads and new keys.

Every row is first copied and compared (`database_move`), then the rows of others are deleted: of a model with a path to
a region (access/reach.py) those of other regions; sessions and failed attempts entirely. Rows that a remaining row
refers to stay, such as a province's course in which an IKM is enrolled.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connections, models, transaction

from sambang import environment
from sambang.access.exemptions import CLOSED_TO_READERS
from sambang.access.models import SYSTEM, Council, Person
from sambang.access.reach import REACH
from sambang.audit.append_only import triggers_dropped
from sambang.audit.hash_chain import GENESIS_HASH, entry_hash
from sambang.audit.models import ChainHead, Entry
from sambang.lib.region_code import in_region
from sambang.odk.files import path_of
from sambang.odk.models import SentFile
from sambang.ops.database_move import all_models, columns_of, insert_raw, move, target
from sambang.ops.databases import EMBEDDED, CopyError

FORMER_CHAIN = "jurnal-asal.jsonl"
# Installation-wide tables, copied unchanged; people are pruned last.
UNDIVIDED = frozenset({"access.Council", "access.Person", "access.Membership", "accounts.AuthenticatorApp"})


def export_council(council: Council, folder: Path, *, announce: Callable[[str], object]) -> dict[str, int]:
    """Create the SAMBANG_DATA of the new installation in the new folder `folder`; returns the number of rows by model.

    The site must be stopped. Raises CopyError; an unfinished folder is deleted.
    """
    if folder.exists():
        raise CopyError(f"{folder} sudah ada: sebut folder baru, tidak ada yang ditimpa.")
    folder.mkdir(parents=True, mode=0o700)
    try:
        database = environment.database("", folder / EMBEDDED)
        move(database, folder, announce=announce)
        with target(database) as alias:
            counts = _keep_only(council, alias, folder)
            _execute(alias, "VACUUM")  # nothing of the others is left in free pages
            _copy_uploads(alias, folder / "uploads")
        _renew_keys(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return counts


def _keep_only(council: Council, alias: str, folder: Path) -> dict[str, int]:
    with triggers_dropped(connections[alias]), transaction.atomic(using=alias):
        expected: dict[str, int] = {}
        remaining = {label: _rows_of(label, council, alias) for label in REACH if label not in UNDIVIDED}
        for label, rows in remaining.items():
            _delete(_rows(label, alias).exclude(pk__in=rows))
        for label in CLOSED_TO_READERS:
            _delete(_rows(label, alias))
        _delete(_rows("accounts.AuthenticatorApp", alias))  # encrypted with a key that is not exported
        system = models.Q(council__region_code="", person__email=SYSTEM)
        members = _rows("access.Membership", alias).exclude(models.Q(council=council.pk) | system)
        _delete(_rows("access.Membership", alias).filter(pk__in=list(members.values_list("pk", flat=True))))
        _delete(_rows("access.Council", alias).exclude(pk=council.pk).exclude(region_code=""))
        _repair_references(alias)
        _prune_people(alias)
        _rebuild_chain(alias, folder / FORMER_CHAIN)
        for label in remaining:
            expected[label] = _rows_of(label, council, "default").count()
            if (count := _rows(label, alias).count()) < expected[label]:
                raise CopyError(f"{label}: {expected[label]} baris di sini, {count} yang terbawa. Dibatalkan.")
    return {label: number for label, number in expected.items() if number}


def _delete(rows: models.QuerySet[Any]) -> None:
    """Delete with one statement and without following references, which are repaired at the end."""
    rows._raw_delete(rows.db)  # noqa: SLF001 `delete` would fetch every row that refers to these


def _rows(label: str, alias: str) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = apps.get_model(label)._base_manager.using(alias).order_by()
    return rows


def _rows_of(label: str, council: Council, alias: str) -> models.QuerySet[Any]:
    """The rows of the council's region, without rows whose path to their region was deleted before."""
    rows = _rows(label, alias).filter(in_region(REACH[label].region, council.region_code))
    return _rows(label, alias).filter(pk__in=rows.values("pk"))


def _repair_references(alias: str) -> None:
    """Restore rows that remaining rows refer to; nullable references are set to NULL instead."""
    tables = {model._meta.db_table: model for model in all_models()}
    while dangling := list(_dangling(alias)):
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for table, rowid, column in dangling:
            model = tables[table]
            [field] = [one for one in model._meta.concrete_fields if one.column == column]
            if field.null:
                _execute(alias, f'UPDATE "{table}" SET "{column}" = NULL WHERE rowid = %s', [rowid])  # noqa: S608
            else:
                statement = f'SELECT "{column}" FROM "{table}" WHERE rowid = %s'  # noqa: S608
                [(value,)] = _execute(alias, statement, [rowid])
                parent: Any = field.related_model
                wanted[parent].add(parent._meta.pk.to_python(value))
        for model, keys in wanted.items():
            fields = columns_of(model)
            names = [field.attname for field in fields]
            rows = model._base_manager.filter(pk__in=keys).values_list(*names, named=True)
            insert_raw(model, fields, list(rows), alias)


def _dangling(alias: str) -> Iterator[tuple[str, int, str]]:
    """(table, rowid, column) of every foreign key whose target is missing."""
    columns: dict[str, dict[int, str]] = {}
    for table, rowid, _parent, number in _execute(alias, "PRAGMA foreign_key_check"):
        if table not in columns:
            foreign_keys = _execute(alias, f'PRAGMA foreign_key_list("{table}")')
            columns[table] = {row[0]: row[3] for row in foreign_keys}
        yield table, rowid, columns[table][number]


def _execute(alias: str, statement: str, values: list[Any] | None = None) -> list[Any]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def _prune_people(alias: str) -> None:
    """Delete people to whom no row refers. Those who are referred to but have no council, IKM or sentra in the copy
    keep their name and cannot sign in."""
    people = Person._base_manager.using(alias)
    used: set[Any] = set()
    for model in all_models():
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Person:
                used |= set(model._base_manager.using(alias).values_list(field.attname, flat=True).distinct())
    _delete(people.exclude(pk__in=used - {None}))
    outsiders = people.filter(memberships=None, businesses=None, headed_clusters=None)
    people.filter(pk__in=list(outsiders.values_list("pk", flat=True))).update(
        email=None, password=UNUSABLE_PASSWORD_PREFIX, is_active=False
    )


def _rebuild_chain(alias: str, former: Path) -> None:
    """Recompute the hash chain over the council's entries, since those between them are removed. `former`: number and
    hash of each entry before."""
    number, digest = 0, GENESIS_HASH
    with former.open("x", encoding="utf-8") as file:
        for entry in Entry._base_manager.using(alias).order_by("id").iterator(chunk_size=2000):
            file.write(json.dumps({"number": entry.id, "hash": entry.hash}) + "\n")
            number, digest = entry.id, entry_hash(digest, entry.content())
            Entry._base_manager.using(alias).filter(pk=entry.id).update(hash=digest)
    former.chmod(0o600)
    ChainHead._base_manager.using(alias).update(number=number, hash=digest, last_change=digest)


def _copy_uploads(alias: str, uploads: Path) -> None:
    """Copy the files to which rows refer."""
    root = Path(settings.MEDIA_ROOT)
    names = {str(path_of(row).relative_to(root)) for row in _rows_of_sent_files(alias)}
    for model in all_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                names |= set(model._base_manager.using(alias).values_list(field.attname, flat=True))
    uploads.mkdir(mode=0o700)
    for name in sorted(filter(None, names)):
        if (root / name).is_file():
            (uploads / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(root / name, uploads / name)


def _rows_of_sent_files(alias: str) -> Iterator[str]:
    yield from SentFile._base_manager.using(alias).values_list("sha256", flat=True).distinct()


def _renew_keys(folder: Path) -> None:
    """Re-encrypt everything under new keys. Authenticator apps are removed, since their encryption key is not
    copied."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SAMBANG_")}
    own.pop("DATABASE_URL", None)
    own["SAMBANG_DATA"] = str(folder)
    with tempfile.NamedTemporaryFile("w", dir=folder) as former:
        former.write(settings.SAMBANG_IDENTITY_KEY)
        former.flush()
        line = [sys.executable, "-m", "sambang", "rotate_keys", "--former", former.name]
        done = subprocess.run(line, env=own, capture_output=True, text=True, check=False)  # noqa: S603 our own words
    if done.returncode:
        raise CopyError(f"sambang rotate_keys gagal: {done.stderr.strip()[-300:]}")
