"""Resumable uploads of files in chunks.
A stored file is named by its SHA-256 only. Its bytes are written to a `.part` file, flushed with fsync, hashed and
renamed, and the folder is flushed too, before the row with `complete_at` is committed. The original bytes are deleted
once the item that refers to the file is applied: only the re-encoded photo is stored (sambang/lib/pictures.py)."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.disk import flush_folders
from sambang.intake.kinds.base import FieldItem
from sambang.intake.models import Received, ReceivedFile
from sambang.lib import clock
from sambang.lib.pictures import MAX_UPLOAD_SIZE

MAX_CHUNK_SIZE = 1024 * 1024  # bytes
MAX_UNFINISHED_UPLOADS = 500  # maximum number of incomplete files of one person
SHA256_HEX = re.compile(r"[0-9a-f]{64}")
CONTENT_RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")


class ChunkError(ValueError):
    """The chunk is rejected; the message is for the phone's log."""


@dataclass(frozen=True)
class State:
    """The first `received` bytes are on disk; `complete`: all bytes are, and they match the hash."""

    received: int
    complete: bool


@dataclass(frozen=True)
class Chunk:
    first: int
    size: int  # of the whole file
    content: bytes


def parse_chunk(content_range: str, content: bytes) -> Chunk:
    """Parse a Content-Range header and check the chunk against it. Raises ChunkError."""
    match = CONTENT_RANGE.fullmatch(content_range)
    if match is None:
        raise ChunkError(_("Content-Range tidak terbaca: tulis bytes AWAL-AKHIR/UKURAN."))
    first, last, size = (int(number) for number in match.groups())
    if not first <= last < size or len(content) != last - first + 1:
        raise ChunkError(_("Potongan ini tidak sepanjang yang dikatakannya."))
    if size > MAX_UPLOAD_SIZE or len(content) > MAX_CHUNK_SIZE:
        raise ChunkError(_("Berkas paling besar 12 MB, dikirim dalam potongan paling besar 1 MB."))
    return Chunk(first, size, content)


def state_of(person: Person, sha256: str) -> State:
    row = ReceivedFile.objects.filter(person=person, sha256=sha256).first()
    if row is None:
        return State(0, False)
    return State(_on_disk(row), row.complete_at is not None and _final_path(row).exists())


def append_chunk(person: Person, sha256: str, chunk: Chunk) -> tuple[State, bool]:
    """Append the chunk. Returns the resulting state, and whether the chunk was accepted: a chunk that does not begin at
    the end of the received bytes is ignored.

    Raises ChunkError if the complete file does not match its hash; its bytes are deleted then."""
    with transaction.atomic(durable=True):
        row = _row(person, sha256, chunk.size)
        begun = _on_disk(row)
        if row.complete_at is not None and begun == row.size:
            return State(row.size, True), True
        if chunk.first != begun:
            ReceivedFile.objects.filter(pk=row.pk).update(received=begun, complete_at=None)
            return State(begun, False), False
        _write(_part(row), chunk)
        row.received = chunk.first + len(chunk.content)
        row.complete_at = None
        broken = row.received == row.size and not _complete_file(row)
        if broken:
            row.received = 0
        row.save(update_fields=["received", "complete_at"])
    if broken:
        raise ChunkError(_("Berkas yang tersusun tidak sesuai dengan sidiknya: kirim lagi dari awal."))
    return State(row.received, row.complete_at is not None), True


def complete_files(item: FieldItem, person: Person) -> dict[str, Path]:
    """The paths of the complete files of an item, by hash; incomplete files are omitted."""
    rows = ReceivedFile.objects.filter(person=person, sha256__in=[file.sha256 for file in item.envelope.files])
    return {row.sha256: _final_path(row) for row in rows.exclude(complete_at=None) if _final_path(row).exists()}


def delete_files(item: FieldItem, person: Person) -> None:
    """Delete the original bytes of an applied item after the commit."""
    delete_rows(ReceivedFile.objects.filter(person=person, sha256__in=[file.sha256 for file in item.envelope.files]))


def unreferenced(*, begun_before: datetime) -> Q:
    """Query condition for files begun before a time to which no incomplete or refused item refers. Their phone still
    has them: it deletes only the files of stored items."""
    pending = Received.objects.exclude(outcome=Received.Outcome.STORED).only("text")
    named = {
        digest for row in pending.iterator() for digest in SHA256_HEX.findall(bytes(row.text).decode(errors="replace"))
    }
    old = Q(begun_at__lt=begun_before)
    rows = ReceivedFile.objects.filter(old).values_list("pk", "sha256")
    return old & ~Q(pk__in=[key for key, sha256 in rows if sha256 in named])


def delete_rows(rows: Iterable[ReceivedFile]) -> None:
    """Delete the rows now and their bytes after the commit."""
    for row in rows:
        for path in (_final_path(row), _part(row)):
            transaction.on_commit(partial(path.unlink, missing_ok=True))
        row.delete()


def _row(person: Person, sha256: str, size: int) -> ReceivedFile:
    row, made = ReceivedFile.objects.select_for_update().get_or_create(
        person=person, sha256=sha256, defaults={"size": size}
    )
    if made and ReceivedFile.objects.filter(person=person, complete_at=None).count() > MAX_UNFINISHED_UPLOADS:
        raise ChunkError(_("Terlalu banyak berkas yang belum selesai dikirim: selesaikan dulu yang lain."))
    if row.size != size:  # a different size was announced earlier: the bytes on disk belong to another file
        _part(row).unlink(missing_ok=True)
        row.size, row.received, row.complete_at = size, 0, None
        row.save(update_fields=["size", "received", "complete_at"])
    return row


def _folder(person_id: object) -> Path:
    return Path(settings.MEDIA_ROOT) / "field" / str(person_id)


def _final_path(row: ReceivedFile) -> Path:
    return _folder(row.person_id) / row.sha256


def _part(row: ReceivedFile) -> Path:
    return _folder(row.person_id) / f"{row.sha256}.part"


def _on_disk(row: ReceivedFile) -> int:
    """The number of usable bytes: the smaller of the count in the row and the size on disk. A row restored from a
    backup may have a larger count."""
    path = _final_path(row) if row.complete_at is not None else _part(row)
    return min(row.received, path.stat().st_size) if path.exists() else 0


def _write(path: Path, chunk: Chunk) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.seek(chunk.first)
        file.write(chunk.content)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _complete_file(row: ReceivedFile) -> bool:
    """Rename the complete `.part` file to its hash. Returns False and deletes it if it does not match the hash."""
    part = _part(row)
    with part.open("rb") as file:
        right = hashlib.file_digest(file, "sha256").hexdigest() == row.sha256
    if not right:
        part.unlink()
        return False
    part.replace(_final_path(row))
    flush_folders(part.parent)
    row.complete_at = clock.now()
    return True
