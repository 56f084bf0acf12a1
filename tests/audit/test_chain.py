"""The audit log is append-only and chained: the database refuses changes, and bypassing it is detected."""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from sambang.access.models import Person
from sambang.audit.append_only import missing_triggers, triggers_dropped
from sambang.audit.hash_chain import GENESIS_HASH, HashedContent, entry_hash
from sambang.audit.models import ChainHead, Entry
from sambang.audit.operation import operation
from sambang.audit.verification import first_chain_break, recorded_heads
from sambang.ops.backups import CHAIN_HEADS_FILE, record_chain_head
from sambang.ops.management.commands.audit import anchor as anchor_of
from sambang.registry.models import Business

LINES = 7
COLUMNS: dict[str, object] = {
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "verb": "registry.merge",
    "subject": "registry.Business:x",
    "result": "registry.Business:y",
    "region_code": "3402",
    "hash": "f" * 64,
}


@pytest.fixture
def lines(sari: Person) -> list[Entry]:
    return [
        Entry.objects.create(by=sari, verb="visits.plan", subject=f"visits.Visit:{number}", region_code="3404")
        for number in range(LINES)
    ]


def change(number: int, **columns: object) -> None:
    """Change rows without the triggers, as a person with the database password could."""
    with triggers_dropped(connection):
        assert Entry._base_manager.filter(id=number).update(**columns) == 1


def test_a_known_line_has_its_known_hash() -> None:
    content = HashedContent(
        1, datetime(2026, 11, 2, 3, 4, 5, 6, UTC), UUID(int=7), "visits.plan", "visits.Visit:1", "", "3404"
    )
    said = (
        '["sambang audit 1","' + "0" * 64 + '",1,"2026-11-02T03:04:05.000006+00:00",'
        '"00000000000000000000000000000007","visits.plan","visits.Visit:1","","3404"]'
    )
    assert entry_hash(GENESIS_HASH, content) == hashlib.sha256(said.encode()).hexdigest()
    assert set(HashedContent._fields) | {"hash"} == {field.attname for field in Entry._meta.concrete_fields}


@pytest.mark.django_db
def test_the_whole_chain_holds(lines: list[Entry]) -> None:
    assert [line.id for line in lines] == list(range(lines[0].id, lines[0].id + LINES))
    assert first_chain_break() == ""
    out = StringIO()
    call_command("audit", "head", stdout=out)
    anchor = out.getvalue().strip()
    assert anchor == f"{lines[-1].id}:{lines[-1].hash}"
    call_command("audit", "verify", anchor=[anchor_of(anchor)], stdout=out)
    assert f"{LINES} catatan" in out.getvalue() and "cocok dengan 1 ujung" in out.getvalue()
    assert ChainHead.objects.get().hash == lines[-1].hash


@pytest.mark.django_db
def test_a_chain_without_anything_outside_to_compare_with_is_not_verified(lines: list[Entry], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="tidak ada ujung"):
        call_command("audit", "verify", tips=tmp_path / "audit-heads.jsonl")


@pytest.mark.django_db
def test_an_emptied_chain_is_not_verified_either(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="tidak ada ujung"):
        call_command("audit", "verify", tips=tmp_path / "journal.jsonl")


@pytest.mark.django_db
def test_a_chain_that_was_written_anew_differs_from_a_pinned_head(lines: list[Entry], tmp_path: Path) -> None:
    pinned = (lines[2].id, "ab" * 32)
    with pytest.raises(CommandError, match=f"Catatan {lines[2].id} bukan lagi"):
        call_command("audit", "verify", tips=tmp_path / "none", anchor=[pinned])
    notes = tmp_path / "audit-heads.jsonl"
    notes.write_text(json.dumps({"number": lines[2].id, "hash": lines[2].hash}) + "\n")
    with pytest.raises(CommandError, match="bukan yang di catatan di luar"):
        call_command("audit", "verify", tips=notes, anchor=[pinned])


@pytest.mark.parametrize("text", ["", "7", "0:" + "a" * 64, "7:" + "A" * 64, "7:" + "a" * 63])
def test_a_pinned_head_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        anchor_of(text)


@pytest.mark.django_db
def test_the_database_refuses_to_change_or_remove_a_line(lines: list[Entry]) -> None:
    assert missing_triggers(connection) == set()
    for trial in (
        lambda: Entry.objects.update(verb="visits.cancel"),
        lines[3].delete,
        lambda: Entry.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            trial()
    for trial in (lines[2].save, lambda: Entry.objects.bulk_create([])):
        with pytest.raises(TypeError):
            trial()
    assert first_chain_break() == "" and Entry.objects.count() == LINES


@pytest.mark.django_db
@pytest.mark.parametrize("position", range(LINES))
@pytest.mark.parametrize("column", [*COLUMNS, "by_id"])
def test_a_changed_column_of_any_line_is_found(lines: list[Entry], budi: Person, column: str, position: int) -> None:
    number = lines[position].id
    change(number, **{column: COLUMNS.get(column, budi.pk)})
    assert f"catatan {number} " in first_chain_break()
    with pytest.raises(CommandError, match=f"catatan {number} "):
        call_command("audit", "verify")


@pytest.mark.django_db
@pytest.mark.parametrize("position", range(LINES))
def test_a_removed_line_is_found(lines: list[Entry], position: int) -> None:
    with triggers_dropped(connection):
        Entry._base_manager.filter(id=lines[position].id).delete()
    after = lines[position + 1].id if position + 1 < LINES else lines[position].id - 1
    assert f"catatan {after}" in first_chain_break()


@pytest.mark.django_db
def test_swapped_lines_are_found(lines: list[Entry]) -> None:
    first, second = lines[1].id, lines[4].id
    with triggers_dropped(connection):
        for old, new in ((first, -1), (second, first), (-1, second)):
            Entry._base_manager.filter(id=old).update(id=new)
    assert f"catatan {first} " in first_chain_break()


@pytest.mark.django_db
def test_a_forged_line_at_the_end_is_found(lines: list[Entry], sari: Person) -> None:
    forged = Entry(id=lines[-1].id + 1, by=sari, verb="visits.cancel", subject="visits.Visit:1")
    forged.hash = entry_hash(lines[-1].hash, forged.content())
    super(Entry, forged).save(force_insert=True)
    assert f"catatan {forged.id}," in first_chain_break()


@pytest.mark.django_db
def test_a_chain_written_anew_is_found_by_the_tip_kept_outside(lines: list[Entry], tmp_path: Path) -> None:
    notes = tmp_path / "audit-heads.jsonl"
    notes.write_text(json.dumps({"number": lines[4].id, "hash": lines[4].hash}) + "\n")
    assert first_chain_break(recorded_heads(notes)) == ""
    with triggers_dropped(connection):
        before = lines[0].hash
        for line in lines[1:]:
            line.verb = "visits.cancel"
            before = line.hash = entry_hash(before, line.content())
            Entry._base_manager.filter(id=line.id).update(verb=line.verb, hash=line.hash)
        ChainHead.objects.update(hash=before)
    assert first_chain_break() == "", "by itself such a chain holds: that is why tips are kept elsewhere"
    assert f"Catatan {lines[4].id} " in first_chain_break(recorded_heads(notes))


@pytest.mark.django_db
def test_an_end_cut_off_together_with_the_tip_is_found_by_the_tip_kept_outside(
    lines: list[Entry], tmp_path: Path
) -> None:
    kept = {"number": lines[-1].id, "hash": lines[-1].hash}
    with triggers_dropped(connection):
        Entry._base_manager.filter(id__gt=lines[3].id).delete()
    ChainHead.objects.update(number=lines[3].id, hash=lines[3].hash)
    notes = tmp_path / "audit-heads.jsonl"
    notes.write_text(json.dumps(kept) + "\n")
    assert first_chain_break() == ""
    assert f"Catatan {kept['number']}," in first_chain_break(recorded_heads(notes))
    restored = {"restored": True, "number": lines[3].id, "hash": lines[3].hash}
    notes.write_text(f"{json.dumps(kept)}\n{json.dumps(restored)}\n")
    assert first_chain_break(recorded_heads(notes)) == "", "a restore gave the later lines up, and says so"


@pytest.mark.django_db
def test_missing_triggers_are_reported(lines: list[Entry]) -> None:
    with triggers_dropped(connection):
        assert "audit_entry_is_not_changed" in first_chain_break()
    assert first_chain_break() == ""


@operation("registry.change_business")
def rename_with_a_word(business: Business, by: Person, /, *, name: str) -> Business:
    entries = [Entry(by=by, verb="registry.add_permit", subject="beside")]
    rename.within(entries, business, by, name=name)
    Entry.objects.append(entries)
    return business


@operation("registry.change_business")
def rename(business: Business, by: Person, /, *, name: str) -> Business:
    if name == "gagal":
        raise RuntimeError(name)
    return business


@pytest.mark.django_db
def test_an_operation_within_another_writes_its_line_before_it(business: Business, sari: Person) -> None:
    rename_with_a_word(business, sari, name="baru")
    verbs = list(Entry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["registry.add_permit", "registry.change_business", "registry.change_business"]
    with pytest.raises(RuntimeError):
        rename_with_a_word(business, sari, name="gagal")
    assert Entry.objects.count() == 3 and first_chain_break() == ""


def until_it_is_free(work: Callable[[], object]) -> None:
    """Threads on SQLite's database in memory do not wait for each other, they are turned away: try again."""
    while True:
        try:
            work()
        except OperationalError as busy:
            if connection.vendor != "sqlite" or "locked" not in str(busy):
                raise
        else:
            return


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_make_one_chain(make_business: Callable[..., Business], sari: Person) -> None:
    writers, each = 4, 5
    businesses = [make_business(f"Jahit {number}") for number in range(writers)]
    start = Barrier(writers)

    def work(business: Business) -> None:
        start.wait()
        try:
            for _number in range(each):
                until_it_is_free(lambda: rename(business, sari, name=str(uuid4())))
        finally:
            connection.close()

    threads = [Thread(target=work, args=[business]) for business in businesses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Entry.objects.count() == writers * each
    assert first_chain_break() == ""
    assert ChainHead.objects.get().number == writers * each


@pytest.mark.parametrize(
    "line", ['{"number": 5, "ha', "bukan json", '{"number": 5}', "[5]", '{"number": "x", "hash": "0"}']
)
@pytest.mark.django_db
def test_an_unreadable_line_of_heads_is_named(tmp_path: Path, line: str) -> None:
    """A power cut can tear the last line; the next head still begins a line of its own."""
    record_chain_head(tmp_path, {"number": 1, "hash": "a" * 64})
    heads = tmp_path / CHAIN_HEADS_FILE
    with heads.open("a", encoding="utf-8") as file:
        file.write(line)
    record_chain_head(tmp_path, {"number": 7, "hash": "b" * 64})
    with pytest.raises(ValueError, match=r"Baris 2 di audit-heads\.jsonl tidak terbaca"):
        recorded_heads(heads)
    with pytest.raises(CommandError, match="Baris 2"):
        call_command("audit", "verify", tips=heads)
    heads.write_text("".join(heads.read_text(encoding="utf-8").splitlines(keepends=True)[::2]), encoding="utf-8")
    assert recorded_heads(heads) == {1: "a" * 64, 7: "b" * 64}
