"""A backup is restored and compared; a restore refuses invalid backups and keeps the existing installation."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from pyrage import x25519

from sambang.access.models import Person
from sambang.audit.append_only import triggers_dropped
from sambang.audit.hash_chain import GENESIS_HASH, entry_hash
from sambang.audit.models import ChainHead, Entry
from sambang.environment import database
from sambang.intake.epochs import current_epoch
from sambang.market.models import Item, Picture
from sambang.ops.archive import DATABASE, read_archive, write_archive
from sambang.ops.backups import back_up, backups_in, identity_key_fingerprint, verify_backup
from sambang.ops.databases import CopyError, connected, current_database, process_environment
from sambang.ops.encryption import BackupDecryptionError
from sambang.ops.restore import identity_key_warning, record_restoration, require_copy_reaches_backup, restore
from sambang.registry.models import Business, Region

pytestmark = pytest.mark.django_db(transaction=True)
KEY = str(x25519.Identity.generate())


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.SAMBANG_DATA, settings.SAMBANG_BACKUP_KEY = tmp_path / "data", KEY
    return settings.SAMBANG_BACKUPS


@pytest.fixture
def written(business: Business, sari: Person) -> Business:
    default_storage.save("items/seragam.jpg", ContentFile(b"gambar peraga"))
    Entry.objects.create(by=sari, verb="registry.change_business", subject="registry.Business:x")
    return business


def test_a_backup_says_what_it_holds_and_is_proven(folder: Path, written: Business, tmp_path: Path) -> None:
    backup, manifest = back_up(folder, key=KEY)
    assert [found.path for found in backups_in(folder)] == [backup.path]
    assert manifest.tables["registry_region"]["rows"] == Region.objects.count()
    assert set(manifest.tables) == set(connection.introspection.table_names())
    assert set(manifest.files) == {DATABASE, "uploads/items/seragam.jpg"}
    assert manifest.audit_head == {"number": 1, "hash": ChainHead.objects.get().hash, "lines": 1}
    assert written.name.encode() not in backup.path.read_bytes()
    assert backup.path.stat().st_mode & 0o077 == 0
    assert verify_backup(backup.path, tmp_path / "proof", KEY) == manifest
    assert (tmp_path / "proof" / "uploads" / "items" / "seragam.jpg").read_bytes() == b"gambar peraga"
    assert not list(folder.glob("*.part")) and not list((tmp_path / "data").glob(".scratch-*"))
    [tip] = [json.loads(line) for line in (folder / "audit-heads.jsonl").read_text().splitlines()]
    assert (tip["number"], tip["hash"]) == (1, ChainHead.objects.get().hash)


def test_a_backup_that_would_not_restore_is_none(
    folder: Path, written: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*args: Any) -> Any:
        manifest = write_archive(*args)
        args[0].truncate(args[0].tell() - 1)
        return manifest

    monkeypatch.setattr("sambang.ops.backups.write_archive", cut)
    with pytest.raises(BackupDecryptionError):
        back_up(folder, key=KEY)
    assert backups_in(folder) == [] and not list(folder.glob("*.part")) and not (folder / "audit-heads.jsonl").exists()


def test_a_table_or_a_file_that_is_not_what_the_manifest_says_is_found(
    folder: Path, written: Business, tmp_path: Path
) -> None:
    backup, manifest = back_up(folder, key=KEY)
    read_archive(backup.path, KEY, tmp_path / "open")
    tables = manifest.tables | {"registry_business": manifest.tables["registry_business"] | {"rows": 2}}
    false = tmp_path / "false.backup"
    with false.open("wb") as file:
        write_archive(file, KEY, tmp_path / "open" / DATABASE, tmp_path / "none", replace(manifest, tables=tables))
    with pytest.raises(CopyError, match="registry_business berbeda: 2 baris tercatat, 1 ditemukan"):
        verify_backup(false, tmp_path / "proof", KEY)
    with pytest.raises(CommandError, match="LATIHAN PULIH GAGAL"):
        call_command("drill", str(false))
    assert "registry_business" in json.loads((folder / "drill.json").read_text())["error"]


@pytest.mark.slow
def test_the_drill_goes_the_whole_way_back_and_opens_pages(folder: Path, written: Business, tmp_path: Path) -> None:
    back_up(folder, key=KEY)
    out = StringIO()
    call_command("drill", stdout=out)
    assert "halamannya terbuka" in out.getvalue() and "detik" in out.getvalue()
    assert json.loads((folder / "drill.json").read_text())["error"] == ""
    assert not list((tmp_path / "data").glob(".scratch-*"))


def test_a_backup_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Tidak dipulihkan: berkas .*kosong\.backup tidak ada"):
        call_command("restore", str(tmp_path / "kosong.backup"))


def test_a_drill_that_hangs_has_failed(
    folder: Path, written: Business, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(folder, key=KEY)
    monkeypatch.setattr("sambang.ops.restore.read_archive", lambda *_args: time.sleep(60))
    with pytest.raises(CommandError, match=r"LATIHAN PULIH GAGAL.*belum selesai setelah 0\.001 menit"):
        call_command("drill", minutes=0.001)
    assert "belum selesai" in json.loads((folder / "drill.json").read_text())["error"]
    assert not list((tmp_path / "data").glob(".scratch-*"))


def test_a_missing_upload_that_a_row_names_is_reported(folder: Path, written: Business) -> None:
    item = Item.objects.create(business=written, name="Seragam", price=90_000)
    Picture.objects.create(item=item, image="items/hilang.jpg")
    err = StringIO()
    call_command("backup", stdout=StringIO(), stderr=err)
    assert "items/hilang.jpg" in err.getvalue() and "seragam.jpg" not in err.getvalue()


def test_only_the_newest_are_stored(folder: Path, written: Business) -> None:
    folder.mkdir(parents=True)
    for day in (1, 2, 3):
        (folder / f"sambang-2026110{day}T000000Z.backup").write_bytes(b"lama")
    (folder / "sambang-catatan.backup").write_bytes(b"bukan cadangan")
    (folder / "sambang-20261104T000000Z.part").write_bytes(b"setengah")
    call_command("backup", keep=2, stdout=StringIO())
    newest, former = backups_in(folder)
    assert former.path.name == "sambang-20261103T000000Z.backup" and not newest.is_old
    assert former.is_old is (datetime.now(UTC) - former.created_at > timedelta(hours=26))
    assert not list(folder.glob("*.part")) and (folder / "sambang-catatan.backup").exists()


def test_two_backups_do_not_run_at_once(folder: Path, written: Business) -> None:
    import fcntl

    folder.mkdir(parents=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="sedang berjalan"):
            call_command("backup")
    assert backups_in(folder) == []


def test_a_restore_brings_back_what_was_and_puts_aside_what_stands(
    folder: Path, written: Business, settings: Any, tmp_path: Path
) -> None:
    backup, _manifest = back_up(folder, key=KEY)
    into = tmp_path / "new"
    if connection.vendor == "sqlite":
        restore(backup.path, into, key=KEY, overwrite=False)
        (into / "sambang.sqlite3-wal").write_bytes(b"dari basis data lama")
    else:
        Business.objects.update(name="Diubah sesudahnya")
        (into / "uploads").mkdir(parents=True)
    with pytest.raises(CopyError, match="--overwrite"):
        restore(backup.path, into, key=KEY, overwrite=False)
    restore(backup.path, into, key=KEY, overwrite=True)
    assert not (into / "sambang.sqlite3-wal").exists()
    [aside] = into.glob("before-restore-*")
    assert (aside / "uploads").is_dir()
    assert (aside / "sambang.sqlite3-wal").exists() is (connection.vendor == "sqlite")
    assert (into / "uploads" / "items" / "seragam.jpg").read_bytes() == b"gambar peraga"
    assert Business.objects.get().name == written.name
    assert not list(into.glob(".restoring-*"))


def test_a_continuous_copy_that_stopped_is_found(folder: Path, written: Business, sari: Person, tmp_path: Path) -> None:
    _backup, early = back_up(folder, key=KEY)
    copy = tmp_path / "copy.sqlite3"
    with sqlite3.connect(copy) as there:  # as far as the first backup
        there.execute("CREATE TABLE audit_entry (id integer, hash text)")
        there.executemany("INSERT INTO audit_entry VALUES (?, ?)", Entry.objects.values_list("id", "hash"))
    there.close()
    require_copy_reaches_backup(copy, early)
    Entry.objects.create(by=sari, verb="visits.plan", subject="visits.Visit:2")
    later = replace(early, audit_head={"number": 2, "hash": ChainHead.objects.get().hash, "lines": 2})
    with pytest.raises(CopyError, match="TERHENTI: sampai catatan jurnal 1, cadangan sampai 2"):
        require_copy_reaches_backup(copy, later)
    copy.write_bytes(b"bukan basis data")
    with pytest.raises(CopyError, match="tidak dapat dibaca"):
        require_copy_reaches_backup(copy, later)


@pytest.mark.slow
def test_phones_meet_a_new_epoch_after_a_restore(folder: Path, written: Business, tmp_path: Path) -> None:
    former = current_epoch()
    backup, manifest = back_up(folder, key=KEY)
    into, out = tmp_path / "new", StringIO()
    call_command("restore", str(backup.path), into=into, overwrite=True, stdout=out)
    facts = database("", into / "sambang.sqlite3") if connection.vendor == "sqlite" else current_database()
    with connected(facts) as there, there.cursor() as cursor:
        cursor.execute("SELECT ordinal, because FROM intake_epoch ORDER BY ordinal")
        assert cursor.fetchall() == [
            (former.ordinal, former.because),
            (former.ordinal + 1, f"dipulihkan dari {backup.path.name}"),
        ]
        cursor.execute("SELECT COUNT(*) FROM audit_entry")
        assert cursor.fetchone() == (manifest.audit_head["lines"],)
    assert "Masa pencatatan baru" in out.getvalue()
    assert json.loads((folder / "audit-heads.jsonl").read_text().splitlines()[-1])["restored"] is True


@pytest.mark.slow
def test_on_a_new_machine_the_command_alone_is_enough(folder: Path, written: Business, tmp_path: Path) -> None:
    """As docs/operate.md says it: the keys, then the command, in a process of its own. Also where the backup was looked
    at before: that opens an empty database."""
    if connection.vendor != "sqlite":
        return  # there a server's empty database is made beforehand
    backup, _manifest = back_up(folder, key=KEY)
    into = tmp_path / "new"
    words = process_environment(current_database(), into) | {"SAMBANG_BACKUPS": str(folder)}

    def sambang(*line: str) -> subprocess.CompletedProcess[str]:
        whole = [sys.executable, "-m", "sambang", *line]
        return subprocess.run(whole, env=words, capture_output=True, text=True, check=False)

    done = sambang("restore", str(backup.path))
    assert done.returncode == 0, done.stderr
    assert {place.name for place in into.iterdir()} >= {"sambang.sqlite3", "uploads"}
    assert not list(into.glob("before-restore-*"))
    with connected(database("", into / "sambang.sqlite3")) as there, there.cursor() as cursor:
        cursor.execute("SELECT name FROM registry_business")
        assert cursor.fetchall() == [(written.name,)]
    assert "--overwrite" in sambang("restore", str(backup.path)).stderr
    shutil.rmtree(into)
    into.mkdir()
    sambang("check")
    assert (into / "sambang.sqlite3").exists()
    assert sambang("restore", str(backup.path)).returncode == 0


def test_missing_keys_are_reported_in_a_sentence(folder: Path, written: Business, settings: Any) -> None:
    backup, manifest = back_up(folder, key=KEY)
    assert manifest.identity == identity_key_fingerprint() and identity_key_warning(manifest) == ""
    settings.SAMBANG_IDENTITY_KEY = "kunci-nik-lain-yang-panjangnya-cukup-untuk-uji"
    assert "KUNCI NIK TIDAK ADA" in identity_key_warning(manifest)
    settings.SAMBANG_BACKUP_KEY = str(x25519.Identity.generate())
    with pytest.raises(CommandError, match="SAMBANG_BACKUP_KEY"):
        call_command("restore", str(backup.path), overwrite=True)
    with pytest.raises(CommandError, match="bukan cadangan"):
        call_command("restore", __file__)


def rewritten() -> None:
    """Every line of the journal changed and chained anew, as somebody who owns the database can."""
    before = GENESIS_HASH
    with triggers_dropped(connection):
        for line in Entry.objects.order_by("id"):
            line.verb = "visits.cancel"
            before = line.hash = entry_hash(before, line.content())
            Entry._base_manager.filter(id=line.id).update(verb=line.verb, hash=line.hash)
        ChainHead.objects.update(hash=before)


def test_a_journal_written_anew_differs_from_the_newest_backup(folder: Path, written: Business, sari: Person) -> None:
    Entry.objects.create(by=sari, verb="registry.change_business", subject="registry.Business:y")
    back_up(folder, key=KEY)
    notes = folder / "audit-heads.jsonl"
    out = StringIO()
    call_command("audit", "verify", stdout=out)
    assert "cocok dengan 1 ujung" in out.getvalue()
    rewritten()
    head = ChainHead.objects.get()
    for text in (
        "",
        json.dumps({"restored": True, "number": head.number, "hash": head.hash}) + "\n",
        json.dumps({"restored": True, "number": 0, "hash": ""}) + "\n",
    ):
        notes.write_text(text)
        with pytest.raises(CommandError, match=r"bukan lagi yang tercatat|bukan yang di sambang-"):
            call_command("audit", "verify")
    notes.unlink()
    with pytest.raises(CommandError, match="bukan lagi yang tercatat"):
        call_command("audit", "verify")


def test_a_backup_that_cannot_be_read_verifies_nothing(folder: Path, written: Business, settings: Any) -> None:
    back_up(folder, key=KEY)
    settings.SAMBANG_BACKUP_KEY = str(x25519.Identity.generate())
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        call_command("audit", "verify")


def test_entries_given_up_by_a_restore_are_named_until_the_next_backup(
    folder: Path, written: Business, sari: Person
) -> None:
    Entry.objects.create(by=sari, verb="registry.change_business", subject="registry.Business:y")
    backup, manifest = back_up(folder, key=KEY)
    first = Entry.objects.order_by("id")[0]
    with triggers_dropped(connection):
        Entry._base_manager.exclude(id=first.id).delete()
    ChainHead.objects.update(number=first.id, hash=first.hash)
    record_restoration(folder, backup.path, replace(manifest, audit_head={"number": first.id, "hash": first.hash}))
    with pytest.raises(CommandError, match="jalankan sambang backup"):
        call_command("audit", "verify")
    backup.path.rename(folder / "sambang-20200101T000000Z.backup")
    back_up(folder, key=KEY)
    call_command("audit", "verify", stdout=StringIO())
