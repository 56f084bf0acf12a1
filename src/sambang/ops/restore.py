"""Restore a backup, and the nightly drill that proves that it can be restored."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from sambang.disk import flush_folders
from sambang.lib.static_files import is_gathered
from sambang.ops.archive import DATABASE, UPLOADS, Manifest, read_archive
from sambang.ops.backups import identity_key_fingerprint, record_chain_head, verify_backup
from sambang.ops.checksums import checksum_differences, tables_of
from sambang.ops.databases import (
    EMBEDDED,
    CopyError,
    connected,
    current_database,
    embedded,
    fill_postgresql,
    process_environment,
    scratch_database,
)

ANSWER_TIMEOUT_SECONDS = 300.0  # seconds until a restored site must answer: a busy machine at night is no failed backup
PAGES = ("/", "/masuk/")


def restore(file: Path, into: Path, *, key: str, overwrite: bool) -> Manifest:
    """Restore database and uploads into the folder `into` (PostgreSQL: into the database of DATABASE_URL).

    Everything is compared with the manifest before the existing installation is changed; its files are moved to
    `before-restore-…`, never deleted. Raises CopyError, DecryptionError.
    """
    if not file.is_file():
        raise CopyError(f"berkas {file} tidak ada.")
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=into) as name:
        restored = Path(name) / "fresh"
        manifest = verify_backup(file, restored, key)
        _refuse_existing_installation(into, manifest.vendor, overwrite=overwrite)
        aside = into / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        if manifest.vendor == "sqlite":
            _swap(restored / DATABASE, into / EMBEDDED, aside)
        else:
            _fill(restored / DATABASE, manifest, emptied=overwrite)
        (restored / UPLOADS).mkdir(exist_ok=True)
        _swap(restored / UPLOADS, into / UPLOADS, aside)
        flush_folders(into)
    return manifest


def _refuse_existing_installation(into: Path, vendor: str, *, overwrite: bool) -> None:
    if vendor != connection.vendor:
        raise CopyError(
            f"Cadangan ini dari {vendor}, sedangkan DATABASE_URL di sini menunjuk {connection.vendor}: "
            "pulihkan di pengaturan yang sama, lalu pindahkan dengan sambang move."
        )
    if overwrite:
        return
    if vendor == "sqlite":
        exists = _has_tables(into / EMBEDDED)
    else:
        with connected(current_database()) as db, db.cursor() as cursor:
            exists = bool(db.introspection.table_names(cursor))
    if exists or (into / UPLOADS).exists():
        raise CopyError("Di sana sudah ada instalasi: hentikan layanannya dulu, lalu ulangi dengan --overwrite.")


def _has_tables(place: Path) -> bool:
    """Does the file contain tables? A command may have created an empty database. The file is opened read-only; one
    that cannot be read counts as a database."""
    log = Path(f"{place}-wal")
    if not place.exists() or (log.exists() and log.stat().st_size):
        return place.exists()
    try:
        with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            return bool(db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.DatabaseError:
        return True


def _swap(restored: Path, place: Path, aside: Path) -> None:
    """Move `place` to `aside` and `fresh` to `place`. -wal and -shm move too: beside another database they corrupt
    it."""
    for ending in ("", "-wal", "-shm"):
        former = Path(f"{place}{ending}")
        if former.exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            former.rename(aside / former.name)
    restored.rename(place)


def _fill(dump: Path, manifest: Manifest, *, emptied: bool) -> None:
    fill_postgresql(current_database(), dump, emptied=emptied)
    connection.close()
    with connected(current_database()) as db:
        if wrong := checksum_differences(manifest.tables, tables_of(db)):
            raise CopyError(" ".join(wrong[:5]))


def identity_key_warning(manifest: Manifest) -> str:
    """A warning if this installation lacks the key that encrypted the NIK, else ''."""
    if manifest.identity == identity_key_fingerprint():
        return ""
    return (
        "KUNCI NIK TIDAK ADA DI SINI: SAMBANG_IDENTITY_KEY (keys/identity) bukan yang menyegel NIK di cadangan ini. "
        "Data lain utuh, tetapi NIK tidak dapat dibaca atau dicari. Taruh salinan keys/ dari instalasi lama di "
        "folder data, "
        "lalu jalankan lagi; jangan daftarkan NIK baru sebelum itu."
    )


def record_restoration(folder: Path, file: Path, manifest: Manifest) -> None:
    """Record in the chain-heads file that later audit entries were given up by a restore."""
    record_chain_head(
        folder,
        {
            "restored": True,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "file": file.name,
            **manifest.audit_head,
        },
    )


def start_new_epoch(into: Path, file: Path) -> None:
    """Migrate the restored tables and start a new epoch, so that every phone sends again what it still has.

    Runs in a separate process that opens only the restored database. Raises CopyError.
    """
    environment, because = process_environment(current_database(), into), f"dipulihkan dari {file.name}"
    for line in (["migrate", "--verbosity", "0", "--no-input"], ["new_epoch", "--because", because]):
        arguments = [sys.executable, "-m", "sambang", *line]
        # A fixed command.
        done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise CopyError(f"sambang {line[0]} gagal: {done.stderr.strip()[-300:]}")


def require_copy_reaches_backup(copy: Path, manifest: Manifest) -> None:
    """A continuous copy of the embedded database must contain the backup's last audit entry. Raises CopyError if the
    copying has stopped."""
    number, last = manifest.audit_head["number"], manifest.audit_head["hash"]
    try:
        with connected(embedded(copy)) as db, db.cursor() as cursor:
            cursor.execute("SELECT hash FROM audit_entry WHERE id = %s", [number])
            row = cursor.fetchone()
            cursor.execute("SELECT MAX(id) FROM audit_entry")
            reached = cursor.fetchone()[0] or 0
    except DatabaseError as damage:
        raise CopyError(f"Salinan terus-menerus tidak dapat dibaca: {damage}.") from damage
    if number and (row is None or row[0] != last):
        raise CopyError(f"Salinan terus-menerus TERHENTI: sampai catatan jurnal {reached}, cadangan sampai {number}.")


def drill(file: Path, *, key: str) -> tuple[Manifest, dict[str, float]]:
    """Restore into a temporary folder: decrypt, compare every table and upload, serve, open pages.

    Returns the manifest and the seconds of each step. Raises CopyError, DecryptionError if anything differs.
    """
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=settings.SAMBANG_DATA) as name:
        folder, started = Path(name), time.monotonic()
        manifest = read_archive(file, key, folder)
        seconds["membuka segel"] = time.monotonic() - started
        with scratch_database(folder / DATABASE, manifest.vendor) as database:
            started = time.monotonic()
            with connected(database) as db:
                if wrong := checksum_differences(manifest.tables, tables_of(db)):
                    raise CopyError(" ".join(wrong[:5]))
            seconds["mencocokkan"] = time.monotonic() - started
            started = time.monotonic()
            if manifest.vendor == "sqlite":
                (folder / DATABASE).rename(folder / EMBEDDED)
            if is_gathered():
                (folder / "static").symlink_to(settings.STATIC_ROOT)
            _open_pages(process_environment(database, folder))
            seconds["membuka halaman"] = time.monotonic() - started
    return manifest, seconds


def _open_pages(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = [sys.executable, "-m", "sambang", "serve", "--port", str(port), "--workers", "1"]
    if "DATABASE_URL" in environment:  # an embedded database prepares itself
        # A fixed command.
        subprocess.run([*line[:3], "prepare", "--verbosity", "0"], env=environment, check=True)  # noqa: S603
    with _running(line, environment) as site:
        for page in PAGES:
            _require_answer(f"http://127.0.0.1:{port}{page}", site)


@contextmanager
def _running(line: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    # A fixed command.
    site = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        yield site
    finally:
        site.terminate()
        try:
            site.wait(20)
        except subprocess.TimeoutExpired:
            site.kill()
            site.wait()


def _require_answer(address: str, site: subprocess.Popen[bytes]) -> None:
    last = time.monotonic() + ANSWER_TIMEOUT_SECONDS
    while time.monotonic() < last and site.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 this machine
                if answer.status == 200 and b"Sambang" in answer.read():
                    return
        except urllib.error.HTTPError as refused:
            raise CopyError(f"Situs yang dipulihkan menjawab {refused.code}.") from None
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise CopyError("Situs yang dipulihkan tidak menjawab.")
