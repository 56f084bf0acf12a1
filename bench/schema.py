"""schemathesis against a running site: every address of the URLconf as one OpenAPI document.

    python -m bench.schema --seconds 600 --seed 2026        writes bench/results/schema.md

The document is made for this alone: paths and the kinds of their places come from the URLconf, bodies from what the
field app, ODK Collect and forms send. schemathesis lives in an environment apart (tools/fuzz.txt).
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from bench.fuzz import PLACE, ROOT, routes
from bench.office import Office

BESIDE = ROOT / ".sambang" / "fuzz"
STRING: dict[str, Any] = {"type": "string"}
KINDS = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
    "month": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "slug": {"type": "string", "pattern": "^[a-z0-9-]+$"},
    "str": {"type": "string", "minLength": 1},
}
PHONE = {
    "type": "object",
    "properties": {
        "device": KINDS["uuid"],
        "name": STRING,
        "version": STRING,
        "waiting": {"type": "integer"},
        "storage": {"type": "object"},
        "items": {"type": "array", "items": STRING, "maxItems": 4},
        "seen": {
            "type": "object",
            "properties": {"epoch": KINDS["uuid"], "number": {"type": "integer"}, "item": KINDS["uuid"]},
        },
    },
}
LEFT_OUT = (
    "/masuk/keluar/",
    "/acuan/",
)  # signing out would end the run's own session; Django's tables are bench/fuzz.py's


def document() -> dict[str, Any]:
    """OpenAPI 3.0 of every address."""
    paths: dict[str, Any] = {}
    for route in routes():
        if route.startswith(LEFT_OUT) or not re.fullmatch(r"[/A-Za-z0-9_.<>:-]+", route):
            continue
        places = [(name, kind or "str") for kind, name in PLACE.findall(route)]
        given = [
            {"name": name, "in": "path", "required": True, "schema": KINDS.get(kind, STRING)} for name, kind in places
        ]
        asked = [
            {"name": name, "in": "query", "schema": STRING} for name in ("halaman", "sentra", "bulan", "cari", "format")
        ]
        answers = {"responses": {"default": {"description": "whatever is no error of ours"}}}
        sent = {
            "requestBody": {"content": {kind: {"schema": schema} for kind, schema in bodies(route).items()}},
            **answers,
        }
        verbs: dict[str, Any] = {
            "get": {"parameters": [*given, *asked], **answers},
            "post": {"parameters": given, **sent},
        }
        if "sha256" in route:
            span = {
                "name": "Content-Range",
                "in": "header",
                "schema": {"type": "string", "pattern": r"^bytes \d+-\d+/\d+$"},
            }
            verbs["put"] = {"parameters": [*given, span], **sent}
        paths[PLACE.sub(r"{\2}", route)] = verbs
    return {"openapi": "3.0.3", "info": {"title": "Sambang", "version": "0"}, "paths": paths}


def bodies(route: str) -> dict[str, Any]:
    if route.endswith(".json"):
        return {"application/json": PHONE}
    if "sha256" in route:
        return {"application/octet-stream": {"type": "string", "format": "binary"}}
    if route.endswith("/submission"):
        part = {"type": "object", "properties": {"xml_submission_file": {"type": "string", "format": "binary"}}}
        return {"multipart/form-data": part}
    names = (
        "name",
        "text",
        "held_on",
        "month",
        "amount",
        "value",
        "phone",
        "reason",
        "role",
        "email",
        "code",
        "password",
        "credential",
    )
    return {
        "application/x-www-form-urlencoded": {
            "type": "object",
            "properties": dict.fromkeys(names, STRING),
            "additionalProperties": STRING,
        }
    }


def signed_in(office: Office, name: str) -> dict[str, str]:
    """The headers of somebody signed in, the CSRF token among them: what is tried must get past the door."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{office.port}"
    page = opener.open(f"{address}/masuk/", timeout=60).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    facts = {
        "username": f"{name}@peragaan.test",
        "password": office.password,
        "csrfmiddlewaretoken": token[1] if token else "",
    }
    opener.open(f"{address}/masuk/", urllib.parse.urlencode(facts).encode(), timeout=60).read()
    cookies = {cookie.name: str(cookie.value) for cookie in jar}
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": cookies["csrftoken"],
    }


def ready() -> None:
    """schemathesis in an environment of its own."""
    if (BESIDE / "bin" / "schemathesis").exists():
        return
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(BESIDE)], check=True, cwd=ROOT)
    line = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        str(BESIDE / "bin/python"),
        "--require-hashes",
        "-r",
        "tools/fuzz.txt",
    ]
    subprocess.run(line, check=True, cwd=ROOT)


def tried(office: Office, who: str, wanted: argparse.Namespace, folder: Path) -> Counter[int]:
    """Run as one of the demo's people; how many answers of each status."""
    (folder / "openapi.json").write_text(json.dumps(document()))
    told = folder / f"{who}.ndjson"
    line = [
        str(BESIDE / "bin" / "schemathesis"),
        "run",
        str(folder / "openapi.json"),
        "--url",
        f"http://127.0.0.1:{office.port}",
        "--checks",
        "not_a_server_error",
        "--phases",
        "fuzzing",
        "--continue-on-failure",
        "--seed",
        str(wanted.seed),
        "--max-examples",
        str(wanted.examples),
        "--max-time",
        str(wanted.seconds),
        "--request-timeout",
        "120",
        "--suppress-health-check",
        "all",
        "--no-shrink",
        "--no-color",
        "--report",
        "ndjson",
        "--report-ndjson-path",
        str(told),
    ]
    for name, value in signed_in(office, who).items():
        line += ["-H", f"{name}: {value}"]
    done = subprocess.run(line, capture_output=True, text=True, cwd=folder, check=False)
    (folder / f"{who}.log").write_text(done.stdout + done.stderr)
    return Counter(
        int(status) for status in re.findall(r'"status_code":\s*(\d{3})', told.read_text() if told.exists() else "")
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300, help="as each person")
    parser.add_argument("--examples", type=int, default=40, help="of each operation")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--people", nargs="*", default=["petugas", "pengurus", "pengelola"])
    parser.add_argument("--data", type=Path, help="an office that may be spoilt; else a demo is made")
    wanted = parser.parse_args()
    ready()
    folder = Path(tempfile.mkdtemp(prefix="sambang-schema-"))
    office = Office(wanted.data or folder / "data")
    if not wanted.data:
        office.build()
    os.environ |= {"SAMBANG_DATA": str(office.folder), "DJANGO_SETTINGS_MODULE": "sambang.settings"}
    import django

    django.setup()
    office.open()
    try:
        found = {who: tried(office, who, wanted, folder) for who in wanted.people}
    finally:
        office.kill()
    total = sum(found.values(), Counter[int]())
    errors = sum(count for status, count in total.items() if status >= 500)
    lines = [
        "# schemathesis",
        "",
        (
            f"`python -m bench.schema --seconds {wanted.seconds} --examples {wanted.examples} --seed "
            f"{wanted.seed}`, {time.strftime('%Y-%m-%d')}, "
            f"a served demo on SQLite; load of the machine {os.getloadavg()[0]:.1f}."
        ),
        "",
        f"Addresses in the document {len(document()['paths'])}; as {', '.join(wanted.people)}.",
        "",
        "Answers: " + ", ".join(f"{status} {count}" for status, count in sorted(total.items())) + ".",
        "",
        f"    requests {total.total()} errors {errors}",
    ]
    text = "\n".join(lines) + "\n"
    (ROOT / "bench" / "results" / "schema.md").write_text(text, encoding="utf-8")
    print(text, f"what schemathesis said: {folder}")
    sys.exit(1 if errors or not total else 0)


if __name__ == "__main__":
    main()
