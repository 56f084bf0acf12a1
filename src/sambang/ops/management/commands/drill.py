"""`sambang drill`: prove that the newest backup can be restored. Run every night by a timer."""

from __future__ import annotations

import json
import signal
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sambang.ops.backups import backup_state, newest_backup
from sambang.ops.databases import CopyError
from sambang.ops.encryption import BackupDecryptionError
from sambang.ops.restore import drill, identity_key_warning, require_copy_reaches_backup

LIMIT_MINUTES = 240  # the office works again on the same day


class Command(BaseCommand):
    help = (
        "Latihan pulih: cadangan terbaru dipulihkan ke tempat sementara, dicocokkan, dan dibuka. Kode keluar 1 "
        "bila berbeda."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="berkas cadangan (bawaan: yang terbaru di SAMBANG_BACKUPS)"
        )
        parser.add_argument(
            "--minutes", type=float, default=LIMIT_MINUTES, help="batas waktu; lebih lama berarti gagal (bawaan: 240)"
        )
        parser.add_argument(
            "--copy", type=Path, help="salinan terus-menerus (Litestream) yang dipulihkan: sampaikah sejauh cadangan?"
        )

    def handle(
        self, *args: Any, file: Path | None, copy: Path | None, minutes: float = LIMIT_MINUTES, **options: Any
    ) -> None:
        newest = newest_backup()
        chosen = file or (newest.path if newest else None)
        if chosen is None:
            raise CommandError(f"Tidak ada cadangan di {settings.SAMBANG_BACKUPS}.")
        started = monotonic()
        try:
            with _time_limit(minutes):
                manifest, seconds = drill(chosen, key=settings.SAMBANG_BACKUP_KEY)
                if copy is not None:
                    require_copy_reaches_backup(copy, manifest)
        except (CopyError, BackupDecryptionError, OSError) as error:
            _record_result(chosen, str(error))
            raise CommandError(f"LATIHAN PULIH GAGAL, {chosen.name}: {error}") from error
        if warning := identity_key_warning(manifest):
            _record_result(chosen, warning)
            raise CommandError(warning)
        _record_result(chosen, "")
        for step, duration in seconds.items():
            self.stdout.write(f"{step}: {duration:.1f} detik")
        rows = sum(table["rows"] for table in manifest.tables.values())
        self.stdout.write(
            f"{chosen.name}: {len(manifest.tables)} tabel, {rows:,} baris dan {len(manifest.files) - 1} unggahan sama; "
            f"halamannya terbuka. {monotonic() - started:.1f} detik."
        )
        if backup_state() == "future":
            raise CommandError("Ada cadangan bertanggal nanti: jam komputer ini pernah salah. Hapus yang itu.")
        if newest is not None and newest.is_old:
            raise CommandError(f"Cadangan terbaru sudah lebih dari 26 jam: {newest.path.name}. Pencadangan terhenti?")


@contextmanager
def _time_limit(minutes: float) -> Iterator[None]:
    """Raise TimeoutError, an OSError, in the main thread after this time: a drill that hangs is a drill that failed."""

    def stop(*_args: object) -> None:
        raise TimeoutError(f"belum selesai setelah {minutes:g} menit")

    former = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, minutes * 60)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def _record_result(file: Path, error: str) -> None:
    """Write drill.json for the page *Cadangan*; `error` is '' after a success."""
    result = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "file": file.name, "error": error}
    settings.SAMBANG_BACKUPS.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.SAMBANG_BACKUPS / "drill.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
