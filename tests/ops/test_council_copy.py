"""A council goes to a server of its own with all that is its and nothing of another; and is closed where it was."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from sambang.access.models import SYSTEM, Council, Membership, Person, Role, system_person
from sambang.accounts.operations import grant_role, invite
from sambang.audit.models import Entry
from sambang.environment import database
from sambang.lib.region_code import in_region
from sambang.odk.models import CollectKey
from sambang.ops.database_move import target
from sambang.ops.databases import EMBEDDED
from sambang.ops.operations import close_council
from sambang.owners.models import PersonalLink
from sambang.registry.encryption import decrypt_nik
from sambang.registry.models import Business
from tests.reach.credentials import complete_sign_in
from tests.reach.places import World
from tests.reach.world import build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
READ_NIK = """
import django; django.setup()
from sambang.registry.encryption import decrypt_nik
from sambang.registry.models import Business
from sambang.registry.encryption import decrypt_nik
print(sorted(decrypt_nik(row.nik_encrypted) + row.phone for row in Business.objects.exclude(nik_encrypted=None)))
"""


@pytest.fixture
def world() -> World:
    return build(complete_sign_in)


def run(folder: Path, *words: str) -> str:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SAMBANG_")}
    own.pop("DATABASE_URL", None)
    own |= {"SAMBANG_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "sambang.settings"}
    done = subprocess.run([sys.executable, *words], env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_council_is_taken_along_whole_and_alone(world: World, tmp_path: Path, settings: Any) -> None:
    settings.SAMBANG_DATA = tmp_path / "here"
    place, folder = world.here, tmp_path / "along"
    system_person()
    call_command("export_council", place.council.name, to=folder, stdout=StringIO())
    with target(database("", folder / EMBEDDED)) as alias:
        there = Business._base_manager.using(alias)
        ours = Business.objects.filter(in_region("region__code", place.council.region_code))
        assert set(there.values_list("pk", flat=True)) == set(ours.values_list("pk", flat=True))
        entries = Entry.objects.filter(in_region("region_code", place.council.region_code))
        assert list(Entry._base_manager.using(alias).order_by("id").values_list("id", flat=True)) == list(
            entries.order_by("id").values_list("id", flat=True)
        )
        members = Membership._base_manager.using(alias)
        assert set(members.values_list("person__name", flat=True)) == {
            *(person.name for person in place.people.values()),
            "Sistem",
        }
        people = Person._base_manager.using(alias)
        assert people.get(email=SYSTEM).is_active
        assert not people.filter(memberships=None, is_active=True, businesses=None, headed_clusters=None).exists()
    raw = b"".join(path.read_bytes() for path in sorted(folder.glob(f"{EMBEDDED}*")))
    assert place.families[0].name.encode() in raw
    for other in (world.beside, world.far):
        words = {*other.head_words, *(word for one in other.families for word in {one.name, *one.words, *one.contact})}
        assert [word for word in words if word.encode() in raw] == []
    photos = [path for path in (folder / "uploads").rglob("*") if path.is_file()]
    assert photos and not {path.name for path in photos} - {
        path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()
    }
    known = sorted(decrypt_nik(one.business.nik_encrypted) + one.business.phone for one in place.families)
    assert run(folder, "-c", READ_NIK).strip() == str(known)
    assert "cadangan" in run(folder, "-m", "sambang", "backup").lower()
    assert "Jurnal utuh" in run(folder, "-m", "sambang", "audit", "verify")
    run(folder, "-m", "sambang", "cells", "verify")
    assert (folder / "jurnal-asal.jsonl").stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="sudah ada"):
        call_command("export_council", place.council.name, to=folder)
    with pytest.raises(CommandError, match="belum terdaftar"):
        call_command("export_council", "Sambang nasional", to=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_closed_council_has_no_way_in(world: World, client: Client) -> None:
    place = world.here
    officer, council = place.officer, Council.objects.get(pk=place.council.pk)
    client.force_login(officer)
    owner = Client()
    owner.get(f"/saya/{place.links[0].token}/")
    assert owner.get("/saya/").status_code == 200
    out = StringIO()
    call_command("close_council", council.name, stdout=out)
    assert "ditutup" in out.getvalue()
    assert client.get("/daftar/").status_code == 302 and owner.get("/saya/").status_code == 302
    council.refresh_from_db()
    assert council.closed_at is not None and not council.memberships.exists()
    assert not CollectKey.objects.active().filter(council=council).exists()
    mine = PersonalLink.objects.filter(in_region("business__region__code", council.region_code), revoked_at=None)
    assert not mine.exists() and PersonalLink.objects.filter(revoked_at=None).exists()
    assert Business.objects.filter(in_region("region__code", council.region_code)).exists()
    for again in (
        lambda: close_council(council, system_person()),
        lambda: invite(council, system_person(), name="A", email="a@contoh.test", role="officer"),
        lambda: grant_role(council, system_person(), person=officer, role=Role.OFFICER.value),
    ):
        with pytest.raises(ValidationError, match="sudah ditutup"):
            again()
    with pytest.raises(CommandError, match="belum terdaftar"):
        call_command("close_council", "Tidak Ada")
    with pytest.raises(CommandError, match="nasional"):
        call_command("close_council", "Sambang nasional")
    assert connection.vendor in {"sqlite", "postgresql"}
