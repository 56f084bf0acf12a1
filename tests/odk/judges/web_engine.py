"""ODK's web engine (`@getodk/xforms-engine`) judges the form that a phone downloads, and we take its submission byte
for byte.

Run by itself, for it fetches packages from npm's registry (Node 20 or newer):

    .venv/bin/pytest -n0 tests/odk/judges/web_engine.py

What it fetches lies under .sambang/judges and is never committed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sambang.aspirations.models import Aspiration
from sambang.odk.models import Submission
from sambang.production.models import ReportLine
from sambang.registry.models import Business
from sambang.visits.models import Attendance, Visit
from tests.odk.conftest import CollectHere
from tests.odk.test_visit import picture

pytestmark = pytest.mark.django_db
PACKAGES = ("@getodk/xforms-engine@0.22.0", "jsdom@26.1.0")
ROOT = Path(__file__).parents[3]
FILL = Path(__file__).with_name("fill.mjs")


@pytest.fixture(scope="session")
def engine() -> Path:
    """A folder with the engine and our program beside it."""
    folder = ROOT / ".sambang" / "judges"
    folder.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    assert npm, "Node and npm are missing: install Node 20 or newer"
    if not (folder / "node_modules" / "@getodk").exists():
        (folder / "package.json").write_text('{"private": true}')
        line = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", *PACKAGES]
        subprocess.run(line, cwd=folder, check=True, capture_output=True)
    shutil.copy(FILL, folder / FILL.name)
    return folder


@pytest.fixture
def filled_in(engine: Path, phone: CollectHere, tmp_path: Path) -> Callable[[list[tuple[str, str]]], tuple[str, bytes]]:
    """The engine's errors and the submission."""
    form = phone.forms()[0]
    (tmp_path / "form.xml").write_bytes(phone.download(form))
    for medium in phone.media(form):
        (tmp_path / medium.name).write_bytes(phone.medium(medium))

    def fill(answers: list[tuple[str, str]]) -> tuple[str, bytes]:
        (tmp_path / "answers.json").write_text(json.dumps(answers))
        places = [tmp_path / "form.xml", tmp_path, tmp_path / "answers.json", tmp_path / "sent.xml"]
        line = ["node", FILL.name, *map(str, places)]
        said = subprocess.run(line, cwd=engine, capture_output=True, text=True, check=False)
        sent = tmp_path / "sent.xml"
        return said.stderr, sent.read_bytes() if sent.exists() else b""

    return fill


def answers(planned: Visit, business: Business, **other: str) -> list[tuple[str, str]]:
    given = {
        "visit": str(planned.pk),
        "held_on": "2022-03-31",
        "month": other.get("month", ""),
        "ikm[1]/business": str(business.pk),
        "ikm[1]/present": "yes",
        "ikm[1]/workers_seen": "4",
        "ikm[1]/said": "yes",
        "ikm[1]/aspiration[1]/kind": "aspiration",
        "ikm[1]/aspiration[1]/text": "Minta pameran & <murah>",
        "ikm[1]/aspiration[1]/difficulty": "marketing",
        "ikm[1]/aspiration[2]/kind": "constraint",
        "ikm[1]/aspiration[2]/text": "Benang mahal",
        "ikm[1]/aspiration[2]/difficulty": "material",
        "ikm[1]/production[1]/amount": "3 kodi",
        "ikm[1]/photo[1]/image": "a.jpg",
        "summary": "Pasar sepi",
    }
    return [(f"/data/{path}", answer) for path, answer in (given | other).items() if path != "month" or answer]


def test_the_web_engine_fills_in_our_form_and_we_take_it_byte_for_byte(
    planned: Visit, business: Business, phone: CollectHere, filled_in: Callable[..., tuple[str, bytes]]
) -> None:
    lists = {medium.name: medium for medium in phone.media(phone.forms()[0])}
    month = phone.medium(lists["bulan.csv"]).decode().splitlines()[2].split(",")[0]
    said, xml = filled_in(answers(planned, business, month=month))
    assert said == "" and xml
    assert phone.submit(xml, {"a.jpg": picture()}) == [201]
    kept = Submission.objects.get()
    assert bytes(kept.xml) == xml and kept.problems() == []
    assert {answer["outcome"] for answer in kept.results or []} == {"stored"}
    assert Attendance.objects.get(visit=planned).workers_seen == 4
    assert set(Aspiration.objects.values_list("text", flat=True)) == {"Minta pameran & <murah>", "Benang mahal"}
    assert ReportLine.objects.get(report__business=business).quantity == 60


@pytest.mark.parametrize(
    ("path", "answer", "error"),
    [("ikm[1]/pulse", "1001", "/data/ikm[1]/pulse"), ("held_on", "2999-01-01", "/data/held_on")],
)
def test_the_web_engine_refuses_what_the_pages_would_refuse(
    planned: Visit,
    business: Business,
    filled_in: Callable[..., tuple[str, bytes]],
    path: str,
    answer: str,
    error: str,
) -> None:
    given = [pair for pair in answers(planned, business) if "production" not in pair[0]]
    said, xml = filled_in([*given, (f"/data/{path}", answer)])
    assert error in said and xml == b""
