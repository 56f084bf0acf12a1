"""A backup becomes an installation again, and the drill that proves each night that it would."""

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
from sambang.ops.backups import identity_mark, note_tip, prove
from sambang.ops.checksums import differences, tables_of
from sambang.ops.databases import (
    EMBEDDED,
    CopyError,
    embedded,
    environment_of,
    fill_postgresql,
    opened,
    settings_here,
    tried_out,
)

PATIENCE = 300.0  # seconds until a restored site must answer: a busy machine at night is no failed backup
PAGES = ("/", "/masuk/")


def restore(file: Path, into: Path, *, key: str, overwrite: bool) -> Manifest:
    """The backup's database and uploads in the folder `into` (a PostgreSQL's rows in DATABASE_URL's database).

    All is compared with the manifest before anything that stands there is touched; what stood in the folder is moved
    aside to `before-restore-…`, never deleted. Raises CopyError, DecryptionError.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=into) as name:
        fresh = Path(name) / "fresh"
        manifest = prove(file, fresh, key)
        _refuse_a_living_one(into, manifest.vendor, overwrite=overwrite)
        aside = into / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        if manifest.vendor == "sqlite":
            _swap(fresh / DATABASE, into / EMBEDDED, aside)
        else:
            _fill(fresh / DATABASE, manifest, emptied=overwrite)
        (fresh / UPLOADS).mkdir(exist_ok=True)
        _swap(fresh / UPLOADS, into / UPLOADS, aside)
        flush_folders(into)
    return manifest


def _refuse_a_living_one(into: Path, vendor: str, *, overwrite: bool) -> None:
    if vendor != connection.vendor:
        raise CopyError(
            f"Cadangan ini dari {vendor}, sedangkan DATABASE_URL di sini menunjuk {connection.vendor}: "
            "pulihkan di pengaturan yang sama, lalu pindahkan dengan sambang move."
        )
    if overwrite:
        return
    if vendor == "sqlite":
        stands = _is_begun(into / EMBEDDED)
    else:
        with opened(settings_here()) as there, there.cursor() as cursor:
            stands = bool(there.introspection.table_names(cursor))
    if stands or (into / UPLOADS).exists():
        raise CopyError("Di sana sudah ada instalasi: hentikan layanannya dulu, lalu ulangi dengan --overwrite.")


def _is_begun(place: Path) -> bool:
    """Is there an embedded database with tables? Some command may have opened one, and nothing more. Looked at without
    touching it; what cannot be read is one too."""
    log = Path(f"{place}-wal")
    if not place.exists() or (log.exists() and log.stat().st_size):
        return place.exists()
    try:
        with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as there:
            return bool(there.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.DatabaseError:
        return True


def _swap(fresh: Path, place: Path, aside: Path) -> None:
    """What stands at `place` aside, `fresh` there. A database's -wal and -shm go with it: beside another they corrupt it."""
    for ending in ("", "-wal", "-shm"):
        former = Path(f"{place}{ending}")
        if former.exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            former.rename(aside / former.name)
    fresh.rename(place)


def _fill(dump: Path, manifest: Manifest, *, emptied: bool) -> None:
    fill_postgresql(settings_here(), dump, emptied=emptied)
    connection.close()
    with opened(settings_here()) as there:
        if wrong := differences(manifest.tables, tables_of(there)):
            raise CopyError(" ".join(wrong[:5]))


def words_about_keys(manifest: Manifest) -> str:
    """'' where the key that sealed the NIK is here too."""
    if manifest.identity == identity_mark():
        return ""
    return (
        "KUNCI NIK TIDAK ADA DI SINI: SAMBANG_IDENTITY_KEY (keys/identity) bukan yang menyegel NIK di cadangan ini. "
        "Data lain utuh, tetapi NIK tidak dapat dibaca atau dicari. Taruh salinan keys/ dari instalasi lama di folder data, "
        "lalu jalankan lagi; jangan daftarkan NIK baru sebelum itu."
    )


def note_restoration(folder: Path, file: Path, manifest: Manifest) -> None:
    """Where the journal's tips are kept: lines after this one were given up on purpose."""
    note_tip(
        folder,
        {
            "restored": True,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "file": file.name,
            **manifest.journal,
        },
    )


def begin_anew(into: Path, file: Path) -> None:
    """The restored tables brought up to date, and a new epoch in them: every phone offers again what it still holds.

    In a process of its own, which opens what was restored and nothing else. Raises CopyError.
    """
    words, because = environment_of(settings_here(), into), f"dipulihkan dari {file.name}"
    for line in (["migrate", "--verbosity", "0", "--no-input"], ["new_epoch", "--because", because]):
        whole = [sys.executable, "-m", "sambang", *line]
        done = subprocess.run(whole, env=words, capture_output=True, text=True, check=False)  # noqa: S603 our own words
        if done.returncode:
            raise CopyError(f"sambang {line[0]} gagal: {done.stderr.strip()[-300:]}")


def reaches_the_backup(copy: Path, manifest: Manifest) -> None:
    """A continuous copy of the embedded database is at least as far as the backup: the backup's last journal line is in
    it. Raises CopyError where that copying stopped, silently or not."""
    number, last = manifest.journal["number"], manifest.journal["hash"]
    try:
        with opened(embedded(copy)) as there, there.cursor() as cursor:
            cursor.execute("SELECT hash FROM audit_entry WHERE id = %s", [number])
            found = cursor.fetchone()
            cursor.execute("SELECT MAX(id) FROM audit_entry")
            reached = cursor.fetchone()[0] or 0
    except DatabaseError as damage:
        raise CopyError(f"Salinan terus-menerus tidak dapat dibaca: {damage}.") from damage
    if number and (found is None or found[0] != last):
        raise CopyError(f"Salinan terus-menerus TERHENTI: sampai catatan jurnal {reached}, cadangan sampai {number}.")


def drill(file: Path, *, key: str) -> tuple[Manifest, dict[str, float]]:
    """The whole way back, into a scratch place: unseal, compare every table and upload, serve it, open pages.

    Returns what took how many seconds. Raises CopyError, DecryptionError where anything differs.
    """
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=settings.SAMBANG_DATA) as name:
        folder, started = Path(name), time.monotonic()
        manifest = read_archive(file, key, folder)
        seconds["membuka segel"] = time.monotonic() - started
        with tried_out(folder / DATABASE, manifest.vendor) as facts:
            started = time.monotonic()
            with opened(facts) as there:
                if wrong := differences(manifest.tables, tables_of(there)):
                    raise CopyError(" ".join(wrong[:5]))
            seconds["mencocokkan"] = time.monotonic() - started
            started = time.monotonic()
            if manifest.vendor == "sqlite":
                (folder / DATABASE).rename(folder / EMBEDDED)
            if is_gathered():
                (folder / "static").symlink_to(settings.STATIC_ROOT)
            _open_pages(environment_of(facts, folder))
            seconds["membuka halaman"] = time.monotonic() - started
    return manifest, seconds


def _open_pages(words: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = [sys.executable, "-m", "sambang", "serve", "--port", str(port), "--workers", "1"]
    if "DATABASE_URL" in words:  # an embedded one prepares itself
        subprocess.run([*line[:3], "prepare", "--verbosity", "0"], env=words, check=True)  # noqa: S603 our own words
    with _running(line, words) as site:
        for page in PAGES:
            _must_answer(f"http://127.0.0.1:{port}{page}", site)


@contextmanager
def _running(line: list[str], words: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    site = subprocess.Popen(line, env=words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 our own words
    try:
        yield site
    finally:
        site.terminate()
        try:
            site.wait(20)
        except subprocess.TimeoutExpired:
            site.kill()
            site.wait()


def _must_answer(address: str, site: subprocess.Popen[bytes]) -> None:
    last = time.monotonic() + PATIENCE
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
