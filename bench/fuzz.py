"""Hostile requests to every address of the site as every role; counts the responses of status 500 and above.

    python -m bench.fuzz --requests 20000 --seed 2026        writes bench/results/fuzz.md

Addresses come from the URLconf, so a new one is included; fields come from the forms of the pages that each role
sees, values from there or from bench/hostile_inputs.py. The site runs in this process with its own demo and every
middleware. tests/test_fuzz.py runs a short part.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench import hostile_inputs as hostile

ROOT = Path(__file__).parents[1]
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
SIGNS_OUT = ("/masuk/keluar/", "/saya/tutup/")


def routes() -> list[str]:
    """Every address as its pattern, Django's own tables included."""
    from django.urls import URLResolver, get_resolver

    def below(resolver: Any, start: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            here = start + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from below(pattern, here)
            else:
                yield re.sub(r"^\^|\$$|\(\?P<\w+>.*\)", "", here)

    return ["/" + route for route in below(get_resolver(), "")]


@dataclass
class Broken:
    """What was answered with an error of ours."""

    method: str
    path: str
    who: str
    status: int
    why: str

    def __str__(self) -> str:
        return f"{self.status} {self.method} {self.path[:200]} as {self.who}: {self.why}"


@dataclass
class Fuzz:
    """`people` by their names, None for a stranger; `links` are tokens of owners, `keys` of phones with Collect."""

    random: Random
    people: dict[str, Any]
    links: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    broken: list[Broken] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    forms: dict[str, list[hostile.Form]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from django.test import Client

        self.clients = {name: Client(raise_request_exception=False) for name in (*self.people, "owner")}
        self.routes = routes()
        for name in self.clients:
            self.complete_sign_in(name)

    def complete_sign_in(self, name: str) -> None:
        client = self.clients[name]
        if name == "owner" and self.links:
            client.get(f"/saya/{self.random.choice(self.links)}/")
        elif self.people.get(name) is not None:
            client.force_login(self.people[name], backend="sambang.accounts.backends.PersonBackend")

    def harvest(self, most: int) -> None:
        """Read so many pages as each role: their forms, and the identifiers in them."""
        seen_ids = set[str]()
        for name, client in self.clients.items():
            waiting, seen = deque(["/saya/" if name == "owner" else "/"]), set[str]()
            forms: dict[tuple[str, str], hostile.Form] = {}
            while waiting and len(seen) < most:
                address = waiting.popleft()
                shape = IDENTIFIER.sub("*", address)
                if shape in seen:
                    continue
                seen.add(shape)
                answer = client.get(address)
                self.note("GET", address, name, answer)
                if answer.streaming or "html" not in answer.get("Content-Type", ""):
                    continue
                reader = hostile.Reader(address.partition("?")[0])
                reader.feed(answer.text)
                seen_ids |= set(IDENTIFIER.findall(answer.text))
                forms |= {(form.action, form.method): form for form in reader.found()}
                waiting.extend(sorted(reader.links))
            self.forms[name] = list(forms.values())
        self.ids = sorted(seen_ids) or ["00000000-0000-0000-0000-000000000000"]

    def run(self, requests: int) -> None:
        for number in range(requests):
            name = self.random.choice(list(self.clients))
            if number % 50 == 0:
                self.complete_sign_in(name)
            self.shoot(name)

    def shoot(self, name: str) -> None:
        random = self.random
        forms = self.forms.get(name) or []
        if forms and random.random() < 0.5:
            form = random.choice(forms)
            method, path, offered = form.method, form.action, form.fields
        else:
            path = self.address(random.choice(self.routes))
            method = random.choice(hostile.METHODS)
            offered = random.choice(forms).fields if forms else ()
        pairs = self.filled(offered)
        if method == "GET" or random.random() < 0.3:
            path += ("&" if "?" in path else "?") + hostile.encoded(pairs[:6]).decode()
        body, kind = self.body(method, path, pairs)
        headers = {key: random.choice(values) for key, values in hostile.HEADERS.items() if random.random() < 0.06}
        self.send(name, method, path, body=body, kind=kind, headers=headers)
        if path.startswith(SIGNS_OUT) or "akhiri" in path:
            self.complete_sign_in(name)

    def send(self, name: str, method: str, path: str, *, body: bytes, kind: str, headers: dict[str, str]) -> None:
        client = self.clients[name]
        extra = {f"HTTP_{key.upper().replace('-', '_')}": value for key, value in headers.items()}
        try:
            answer = client.generic(method, path, body, content_type=kind, **extra)
            self.note(method, path, name, answer)
        except Exception as wrong:
            self.broken.append(Broken(method, path, name, 599, last_lines(wrong)))

    def note(self, method: str, path: str, name: str, answer: Any) -> None:
        if answer.streaming:
            for _piece in answer.streaming_content:
                pass
        if hasattr(answer, "file_to_stream"):  # Django's test client ends the request itself
            answer.file_to_stream.close()
        self.tried[name] += 1
        self.answered[answer.status_code] += 1
        if answer.status_code >= 500:
            wrong = (getattr(answer, "exc_info", None) or (None, None))[1]
            self.broken.append(Broken(method, path, name, answer.status_code, last_lines(wrong)))

    def address(self, route: str) -> str:
        def fill(place: re.Match[str]) -> str:
            kind, name = place[1] or "str", place[2]
            random = self.random
            if kind == "uuid" and random.random() < 0.9:
                return random.choice(self.ids)
            if kind == "month":
                return random.choice(("2022-02", "2022-03", "2022-13", "9999-12", "0000-01", "2021-00"))
            if kind == "int":
                return random.choice(("1", "2", "0", "9" * 12, "9" * 40))
            if kind == "sha256":
                return f"{random.getrandbits(256):064x}"
            if name == "token" and random.random() < 0.7 and (self.keys or self.links):
                return random.choice([*self.keys, *self.links])
            return (
                hostile.encoded([(random.choice((random.choice(self.ids), *hostile.WORDS[:40])), "")])[:-1].decode()
                or "x"
            )

        return PLACE.sub(fill, route)

    def filled(self, offered: tuple[tuple[str, tuple[str, ...]], ...]) -> list[tuple[str, str]]:
        """Each field as offered or with something nobody should send; now and then twice, or left out."""
        random, pairs = self.random, []
        odd = random.random()
        for name, values in offered:
            for _time in range(random.choice((1, 1, 1, 1, 1, 1, 0, 2))):
                known = [value for value in values if value]
                hostile_one = random.random() < odd or not known
                pairs.append(
                    (name, random.choice((*hostile.WORDS, *self.ids[:20])) if hostile_one else random.choice(known))
                )
        if random.random() < 0.1:
            pairs.append((random.choice(hostile.WORDS), random.choice(hostile.WORDS)))
        return pairs

    def body(self, method: str, path: str, pairs: list[tuple[str, str]]) -> tuple[bytes, str]:
        random = self.random
        if method in {"GET", "HEAD", "OPTIONS", "TRACE"}:
            return b"", ""
        if path.startswith("/lapangan/") and ".json" in path:
            return self.phone_words(), "application/json"
        if "/submission" in path:
            name, content = hostile.file(random)
            files = [
                ("xml_submission_file", "a.xml", hostile.broken(random.choice(hostile.FILES[-2:]), random)),
                (name, name, content),
            ]
            return hostile.multipart(pairs[:2], files, random), f"multipart/form-data; boundary={hostile.BOUNDARY}"
        choice = random.random()
        if choice < 0.55:
            return hostile.encoded(pairs), hostile.TYPES[0]
        if choice < 0.8:
            names = [name for name, _values in pairs] or ["workbook"]
            files = [
                (random.choice((*names, "workbook", "image", "file", "photo", "xlsform")), *hostile.file(random))
                for _ in range(random.randrange(3))
            ]
            return hostile.multipart(pairs, files, random), f"multipart/form-data; boundary={hostile.BOUNDARY}"
        raw = random.choice(
            (
                hostile.nested(3000),
                json.dumps(hostile.json_value(random)).encode(),
                os.urandom(0) + b"\xff" * 40,
                hostile.encoded(pairs),
            )
        )
        return raw, random.choice(hostile.TYPES)

    def phone_words(self) -> bytes:
        random, known = self.random, self.ids
        said: Any = {
            "device": random.choice(known),
            "name": random.choice(hostile.WORDS),
            "version": random.choice(hostile.WORDS),
            "items": [hostile.item(random, known) for _ in range(random.randrange(4))],
            "seen": random.choice(
                (
                    None,
                    {},
                    {
                        "epoch": random.choice(known),
                        "number": random.choice((1, -1, 2**70, "1")),
                        "item": random.choice(known),
                    },
                    3,
                )
            ),
        }
        if random.random() < 0.4:
            said[random.choice(list(said))] = hostile.json_value(random)
        text = json.dumps(said).encode()
        return random.choice(
            (text, text, text, hostile.broken(text, random), hostile.nested(100_000), b"", b"null", b"\xff\xfe")
        )


def last_lines(wrong: BaseException | None) -> str:
    if wrong is None:
        return "?"
    frames = list(traceback.extract_tb(wrong.__traceback__))
    ours = [frame for frame in frames if "/sambang/" in frame.filename] or frames
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(ours[-3:]))
    return f"{type(wrong).__name__}: {str(wrong)[:160]!r} at {where}"


def made(stage: str) -> Path:
    """A demo in a folder of its own."""
    import subprocess

    folder = Path(tempfile.mkdtemp(prefix="sambang-fuzz-"))
    given = {key: value for key, value in os.environ.items() if not key.startswith(("SAMBANG_", "DATABASE_URL"))}
    given |= {"SAMBANG_DATA": str(folder), "PYTHONPATH": str(ROOT / "src")}
    line = [sys.executable, "-m", "sambang", "demo", "--size", "sentra", "--stage", stage, "--no-serve"]
    subprocess.run(line, env=given, check=True, capture_output=True)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--pages", type=int, default=120, help="read as each role before")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--stage", default="acted")
    parser.add_argument("--seconds", type=float, default=900, help="ends earlier")
    parser.add_argument("--data", type=Path, help="an office that may be spoilt; else a demo is made")
    wanted = parser.parse_args()
    folder = wanted.data or made(wanted.stage)
    os.environ |= {"SAMBANG_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "sambang.settings"}
    sys.path.insert(0, str(ROOT / "src"))
    try:
        fuzz, took = shot(wanted)
        report(fuzz, wanted, took)
    finally:
        if not wanted.data:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if fuzz.broken else 0)


def shot(wanted: argparse.Namespace) -> tuple[Fuzz, float]:
    import logging

    import django
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS.append("testserver")
    settings.PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
    django.setup()
    logging.disable(logging.CRITICAL)
    from sambang.access.models import Council, Person
    from sambang.home.demo.people import DEMO_PEOPLE
    from sambang.odk.operations import make_key
    from sambang.owners.operations import make_link
    from sambang.registry.models import Business

    people: dict[str, Any] = {one.key: Person.objects.get(email=one.email) for one in DEMO_PEOPLE}
    staff = people["pengurus"]
    open_ones = Business.objects.visible_to(staff).active()[:3]
    links = [make_link(business, staff).token for business in open_ones]
    keys = [make_key(Council.objects.get(region_code="3404"), people["petugas"], phone="uji").token]
    fuzz = Fuzz(Random(wanted.seed), {**people, "stranger": None}, links, keys)
    begun, cpu = time.monotonic(), time.process_time()
    fuzz.harvest(wanted.pages)
    while sum(fuzz.tried.values()) < wanted.requests and time.monotonic() - begun < wanted.seconds:
        fuzz.run(100)
    return fuzz, time.process_time() - cpu


def report(fuzz: Fuzz, wanted: argparse.Namespace, took: float) -> None:
    total = sum(fuzz.tried.values())
    statuses = ", ".join(f"{status} {count}" for status, count in sorted(fuzz.answered.items()))
    lines = [
        "# Hostile requests",
        "",
        (
            f"`python -m bench.fuzz --requests {wanted.requests} --seed {wanted.seed}`, "
            f"{time.strftime('%Y-%m-%d')}, SQLite, in one process, "
            f"{took:.0f} CPU s; load of the machine {os.getloadavg()[0]:.1f}."
        ),
        "",
        (
            f"Addresses in the URLconf {len(fuzz.routes)}; roles {len(fuzz.clients)} (the stranger and an "
            "owner by link among them); "
            f"forms found on their pages {sum(map(len, fuzz.forms.values()))}."
        ),
        "",
        f"Answers: {statuses}.",
        "",
        *[f"- {broken}" for broken in fuzz.broken[:40]],
        *([""] if fuzz.broken else []),
        f"    requests {total} errors {len(fuzz.broken)}",
    ]
    text = "\n".join(lines) + "\n"
    (ROOT / "bench" / "results" / "fuzz.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
