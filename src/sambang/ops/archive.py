"""The content of a backup: the database file, the uploads, and last the manifest with their checksums."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

from sambang.ops.checksums import TableSum
from sambang.ops.databases import CopyError
from sambang.ops.encryption import BackupDecryptionError, decrypt_stream, encrypt_stream

MANIFEST_NAME, DATABASE, UPLOADS = "manifest.json", "database", "uploads"
ARCHIVE_FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What a backup contains, for comparison after restoring it."""

    created_at: str  # UTC, ISO 8601
    vendor: str  # sqlite | postgresql
    versions: dict[str, str]
    tables: dict[str, TableSum]
    audit_head: dict[str, Any]  # number and hash of the last entry, number of entries
    identity: str  # fingerprint of SAMBANG_IDENTITY_KEY, which encrypts the NIK
    files: dict[str, str] = field(default_factory=dict)  # name in the archive → SHA-256
    absent: list[str] = field(default_factory=list)  # uploads that rows refer to and that were missing
    format: int = ARCHIVE_FORMAT


def write_archive(target: BinaryIO, key: str, database: Path, uploads: Path, manifest: Manifest) -> Manifest:
    """Write the encrypted archive to `target`. Returns the manifest with the hashes of all files."""
    with tempfile.TemporaryFile(dir=database.parent) as plain:
        manifest = _write_plain(plain, database, uploads, manifest)
        plain.seek(0)
        encrypt_stream(plain, target, key)
    return manifest


def _write_plain(target: IO[bytes], database: Path, uploads: Path, manifest: Manifest) -> Manifest:
    files: dict[str, str] = {}
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=1) as archive:
        files[DATABASE] = _add(archive, DATABASE, database)
        for path in sorted(file for file in uploads.rglob("*") if file.is_file() and not file.is_symlink()):
            name = f"{UPLOADS}/{path.relative_to(uploads).as_posix()}"
            try:
                files[name] = _add(archive, name, path)
            except FileNotFoundError:  # deleted meanwhile
                continue
        manifest = Manifest(**{**asdict(manifest), "files": files})
        text = json.dumps(asdict(manifest), ensure_ascii=False).encode()
        archive.addfile(_member(MANIFEST_NAME, len(text)), BytesIO(text))
    return manifest


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _add(archive: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as file:
        hashed = _Hashed(file)
        archive.addfile(_member(name, os.fstat(file.fileno()).st_size), cast("IO[bytes]", hashed))
    return hashed.digest.hexdigest()


class _Hashed:
    """A readable file that computes its SHA-256 while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self.file.read(size)
        self.digest.update(part)
        return part


def read_archive(source: Path, key: str, into: Path) -> Manifest:
    """Unpack a backup into the empty folder `into` and compare it with its manifest.

    Raises DecryptionError if it cannot be decrypted, CopyError if a file differs from the manifest.
    """
    into.mkdir(parents=True, exist_ok=True)
    manifest, files = _read(source, key, into, lambda name, content: _extract(content, _place(into, name)))
    wrong = [name for name in sorted({*files, *manifest.files}) if files.get(name) != manifest.files.get(name)]
    if wrong:
        raise CopyError(f"Berkas berbeda dari yang tercatat: {', '.join(wrong[:5])} ({len(wrong)} berkas).")
    return manifest


def read_manifest(source: Path, key: str, scratch: Path) -> Manifest:
    """The manifest of a backup alone. `scratch`: a folder for the decrypted archive meanwhile. Raises as above."""
    return _read(source, key, scratch, lambda _name, _content: "")[0]


def _read(
    source: Path, key: str, scratch: Path, take: Callable[[str, IO[bytes]], str]
) -> tuple[Manifest, dict[str, str]]:
    """The manifest, and what `take` returns for each file before it."""
    with tempfile.TemporaryFile(dir=scratch) as plain:
        with source.open("rb") as file:
            decrypt_stream(file, plain, key)
        plain.seek(0)
        try:
            manifest, files = _unpack(plain, take)
        except (tarfile.TarError, zlib.error, EOFError, json.JSONDecodeError) as damage:
            raise BackupDecryptionError(f"Isi cadangan rusak: {damage}.") from damage
    if manifest is None:
        raise CopyError("Cadangan tidak lengkap: keterangan isinya tidak ada.")
    return manifest, files


def _unpack(plain: IO[bytes], take: Callable[[str, IO[bytes]], str]) -> tuple[Manifest | None, dict[str, str]]:
    """The manifest, which must be the last member, and what `take` returns for every file before it."""
    manifest, files = None, {}
    with tarfile.open(fileobj=plain, mode="r|gz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is None or manifest is not None:
                raise CopyError(f"Cadangan berisi sesuatu yang tidak dikenal: {member.name}.")
            if member.name == MANIFEST_NAME:
                manifest = _manifest(json.loads(content.read()))
            else:
                files[member.name] = take(member.name, content)
    return manifest, files


def _manifest(stored: dict[str, Any]) -> Manifest:
    if stored.get("format") != ARCHIVE_FORMAT:
        raise CopyError(f"Cadangan ini dibuat versi lain (format {stored.get('format')}).")
    return Manifest(**stored)


def _place(into: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or parts[0] not in {DATABASE, UPLOADS} or ".." in parts:
        raise CopyError(f"Cadangan berisi nama yang tidak dikenal: {name}.")
    return into.joinpath(*parts)


def _extract(content: IO[bytes], to: Path) -> str:
    to.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with to.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        while part := content.read(1 << 20):
            digest.update(part)
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
