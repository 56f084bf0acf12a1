"""What lies in a backup: the database's file, the uploads, and last the manifest that says what they must be."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

from sambang.ops.checksums import TableSum
from sambang.ops.databases import CopyError
from sambang.ops.encrypted_stream import SealBrokenError, SealingWriter, UnsealingReader

MANIFEST, DATABASE, UPLOADS = "manifest.json", "database", "uploads"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str  # UTC, ISO 8601
    vendor: str  # sqlite | postgresql
    versions: dict[str, str]
    tables: dict[str, TableSum]
    journal: dict[str, Any]  # number and hash of its tip, lines
    identity: str  # by which the key that seals the NIK is recognised, not the key
    files: dict[str, str] = field(default_factory=dict)  # name in the archive → SHA-256
    absent: list[str] = field(default_factory=list)  # uploads that rows name and that were not there
    format: int = FORMAT


def write_archive(target: BinaryIO, key: str, database: Path, uploads: Path, manifest: Manifest) -> Manifest:
    """The sealed archive into `target`; the manifest with the files' hashes, as it was written."""
    files: dict[str, str] = {}
    with (
        SealingWriter(target, key) as sealed,
        gzip.GzipFile(fileobj=cast("BinaryIO", sealed), mode="wb", compresslevel=1, mtime=0) as pressed,
        tarfile.open(fileobj=pressed, mode="w|") as archive,
    ):
        files[DATABASE] = _add(archive, DATABASE, database)
        for path in sorted(found for found in uploads.rglob("*") if found.is_file() and not found.is_symlink()):
            name = f"{UPLOADS}/{path.relative_to(uploads).as_posix()}"
            try:
                files[name] = _add(archive, name, path)
            except FileNotFoundError:  # taken away meanwhile, by somebody who may
                continue
        manifest = Manifest(**{**asdict(manifest), "files": files})
        text = json.dumps(asdict(manifest), ensure_ascii=False).encode()
        archive.addfile(_member(MANIFEST, len(text)), BytesIO(text))
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
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self.file.read(size)
        self.digest.update(part)
        return part


def read_archive(source: Path, key: str, into: Path) -> Manifest:
    """Everything of a backup into the empty folder `into`, compared with the manifest.

    Raises SealBrokenError where the seal does not open, CopyError where a file is not what the manifest says.
    """
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with (
            source.open("rb") as file,
            UnsealingReader(file, key) as sealed,
            gzip.GzipFile(fileobj=cast("BinaryIO", sealed), mode="rb") as pressed,
            tarfile.open(fileobj=pressed, mode="r|") as archive,
        ):
            for member in archive:
                content = archive.extractfile(member)
                if content is None or manifest is not None:
                    raise CopyError(f"Cadangan berisi sesuatu yang tidak dikenal: {member.name}.")
                if member.name == MANIFEST:
                    manifest = _manifest(json.loads(content.read()))
                else:
                    found[member.name] = _extract(content, _place(into, member.name))
            while pressed.read(1 << 20):  # to the very end, so that the last chunk's seal is opened too
                pass
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, json.JSONDecodeError) as damage:
        raise SealBrokenError(f"Isi cadangan rusak: {damage}.") from damage
    if manifest is None:
        raise CopyError("Cadangan tidak lengkap: keterangan isinya tidak ada.")
    wrong = [name for name in sorted({*found, *manifest.files}) if found.get(name) != manifest.files.get(name)]
    if wrong:
        raise CopyError(f"Berkas berbeda dari yang tercatat: {', '.join(wrong[:5])} ({len(wrong)} berkas).")
    return manifest


def _manifest(said: dict[str, Any]) -> Manifest:
    if said.get("format") != FORMAT:
        raise CopyError(f"Cadangan ini dibuat versi lain (format {said.get('format')}).")
    return Manifest(**said)


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
