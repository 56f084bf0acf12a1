"""What must never be in the code, or come out of it: one test a promise of docs/decisions/0029-hardening.md."""

from __future__ import annotations

import ast
import csv
import io
import json
import logging
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import sambang
from sambang.access.models import Council, Person
from sambang.lib.exports import workbook_response
from sambang.lib.logs import JsonLines
from sambang.odk.exports import structure_of, write_csv
from sambang.odk.models import CollectKey, Submission

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path(sambang.__file__).parent
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
INSECURE = {"pickle", "marshal", "shelve", "dill", "yaml"}
KEYS = re.compile(
    rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[bp]-[0-9A-Za-z-]{20,}"
    rb"|SAMBANG_(?:SECRET|IDENTITY|BACKUP)_KEY\s*=\s*['\"]?(?=[a-zA-Z_+/=-]*[0-9])[A-Za-z0-9_+/=-]{32,}"
)


def calls() -> Iterator[tuple[str, ast.Call]]:
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield file.relative_to(SOURCE).as_posix(), node


def named(call: ast.Call) -> str:
    return ast.unparse(call.func)


def test_no_code_is_made_of_text() -> None:
    found = [(file, named(call)) for file, call in calls()]
    assert len(found) > 5_000
    assert [(file, name) for file, name in found if name in RUNS_TEXT or name.split(".")[0] in INSECURE] == []
    assert [(file, name) for file, name in found if name in {"os.system", "os.popen"}] == []
    assert [file for file, name in found if name == "runpy.run_path"] == [
        "imports/sheets/unpack.py"
    ]  # the one beside it
    assert [
        (file, ast.unparse(call)) for file, call in calls() if any(word.arg == "shell" for word in call.keywords)
    ] == []


# Patterns that are put together when a module is read or from its own words, never from what somebody typed.
OWN_PATTERNS = {
    "imports/region_lookup.py": "the names of the levels, written out above",
    "maps/map_links.py": "the pattern of a number, written out above",
    "lib/numbers.py": "the words of numbers, scales and periods, written out above",
    "imports/sheets/headings.py": "the rules of headings, written out above, and the names of units",
    "imports/sheets/old_marks.py": "the names of attributes of ODS, written out in it",
    "imports/sheets/detail_values.py": "the words of education and disability, written out above",
    "imports/sheets/year_parts.py": "the names of months, written out above",
    "imports/sheets/people_values.py": "the words of the sexes, from the rules of headings",
    "imports/sheets/permit_cells.py": "the words of permits, from registry/permit_kinds.py and written out above",
    "imports/sheets/permit_days.py": "the words of days beside a permit, written out above",
}


def test_no_pattern_is_made_of_text() -> None:
    works = {"compile", "match", "search", "sub", "fullmatch", "findall", "split", "finditer"}
    found = [
        (file, call)
        for file, call in calls()
        if named(call).partition(".")[0] == "re" and named(call).split(".")[-1] in works
    ]
    assert len(found) > 20
    made = {
        file
        for file, call in found
        if call.args and not isinstance(call.args[0], ast.Constant) and not ast.unparse(call.args[0]).isupper()
    }
    assert made == set(OWN_PATTERNS)


def test_no_template_is_made_of_text() -> None:
    words = {"Template", "engines", "from_string", "mark_safe", "SafeString"}
    found = [(file, named(call)) for file, call in calls() if named(call).split(".")[-1] in words]
    assert {file for file, _name in found} == SAFE_MARKUP.keys(), found


# Where markup is called safe, and of what it is made.
SAFE_MARKUP: dict[str, str] = {
    "lib/form_renderer.py": "form widgets whose values and attributes were escaped one by one",
    "lib/templatetags/tables.py": "rows and headings of a table, rendered and escaped by their template",
    "market/structured_data.py": "JSON-LD whose <, > and & are JSON escapes",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/media/", "/uploads/", "/uploads/odk/", "/static/", "/static/lib/", "/.git/config", "/.env", "/keys/secret"],
)
def test_no_folder_of_uploads_is_served(client: Client, sari: Person, settings: Any, path: str) -> None:
    kept = Path(settings.MEDIA_ROOT) / "odk" / "x"
    kept.parent.mkdir(parents=True)
    kept.write_text("bukan-untuk-umum")
    client.force_login(sari)
    for wanted in (path, path + "x", path + "../odk/x", path + "%2e%2e/odk/x"):
        answer = client.get(wanted)
        assert answer.status_code in {302, 404} and b"bukan-untuk-umum" not in answer.content


@pytest.mark.django_db
def test_trace_is_no_echo(client: Client) -> None:
    for path in ("/", "/masuk/", "/daftar/", "/lapangan/siapa.json"):
        answer = client.generic("TRACE", path, headers={"X-Rahasia": "gema-gema"})
        assert "gema-gema" not in answer.text and "Set-Cookie" not in answer.headers.get("Content-Type", "")


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: b=c", 'a"; filename="b.exe', "../../x", "ꦲ\u202e.xlsx", "a" * 500, "\0", "a;b=c"]
)
def test_names_of_downloads_cannot_break_a_header(name: str) -> None:
    told = workbook_response(name, ["a"], [])["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9%._~/-]+", told), told


@pytest.mark.parametrize("typed", ["=1+1", "+1;x", "-x", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
@pytest.mark.django_db
def test_no_cell_of_the_csv_runs(sleman: Council, sari: Person, typed: str) -> None:
    key = CollectKey.objects.create(council=sleman, person=sari, phone=typed, digest="d", created_by=sari)
    Person.objects.filter(pk=sari.pk).update(name=typed)
    Submission.objects.create(
        council=sleman, key=key, instance_id=typed, xml=f"<data><a>{typed}</a></data>".encode(), sha256="0" * 64
    )
    rows = list(Submission.objects.select_related("key__person").prefetch_related("files"))
    file, _content_type = write_csv(structure_of([], rows), rows, "isian")
    with file:
        text = file.read().decode().lstrip("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert len(cells) >= 12
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))] == []


def test_a_log_line_is_one_line() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "kata %s", ('a\n{"level":"error"}\u2028b',), None)
    line = JsonLines().format(record)
    assert "\n" not in line and json.loads(line)["level"] == "info"


@pytest.mark.django_db
def test_an_error_tells_a_stranger_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_a: object, **_f: object) -> None:
        raise RuntimeError("NIK 3404070000000001")

    monkeypatch.setattr("sambang.home.views.home.catalogue", fails)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "NIK " not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text
    assert answer["X-Content-Type-Options"] == "nosniff" and "default-src 'none'" in answer["Content-Security-Policy"]


def test_no_secret_stands_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    assert len(files) > 500
    here = Path(__file__).resolve()
    found = [file.name for file in files if file.is_file() and file != here and KEYS.search(file.read_bytes())]
    assert found == []


@pytest.mark.parametrize(
    "leak", [b"-----BEGIN PRIVATE KEY-----", b"SAMBANG_SECRET_KEY=" + b"a1" * 20, b"AKIA" + b"ABCD1234" * 2]
)
def test_a_secret_would_be_seen(leak: bytes) -> None:
    assert KEYS.search(leak)


@pytest.mark.django_db
def test_a_form_that_is_a_bomb_is_refused_in_a_sentence(client: Client, rina: Person) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (80 * 2**20))
    client.force_login(rina)
    bomb = SimpleUploadedFile("f.xlsx", out.getvalue())
    answer = client.post("/collect/formulir/", {"xlsform": bomb, "council": str(rina.memberships.get().council_id)})
    assert answer.status_code == 422 and "terlalu besar" in answer.text
