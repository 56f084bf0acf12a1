"""A user with a browser who sends a form again until it is answered, for the benchmarks with faults."""

from __future__ import annotations

import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from io import BytesIO

from bench.faulty_machine import PATIENCE, Keeper
from PIL import Image

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CLUSTER = re.compile(r'<option value="([0-9a-f-]{36})"')
VISIT = re.compile(r'href="(/kunjungan/[0-9a-f-]{36}/)"')
BOUNDARY = "multipart/form-data; boundary=batas"


class RefusedError(Exception):
    """No answer, or one that stores nothing."""


@dataclass
class Person:
    """Somebody at a browser: cookies, forms, and what was answered."""

    office: Keeper
    email: str = "pengurus@peragaan.test"
    answered: dict[str, str] = field(default_factory=dict)  # purpose → the new visit's address
    photographed: set[str] = field(default_factory=set)  # addresses of visits whose photo was answered
    answers: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), Unfollowed())

    def ask(
        self, path: str, content: bytes | None = None, kind: str = "application/x-www-form-urlencoded"
    ) -> tuple[int, str, str]:
        request = urllib.request.Request(self.office.address + path, data=content, headers={"Content-Type": kind})
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except urllib.error.HTTPError as other:
            return other.code, other.headers.get("Location", ""), other.read().decode(errors="replace")
        except (OSError, ValueError) as silence:  # cut off, refused, half an answer
            raise RefusedError(str(silence)) from silence

    def form(self, path: str) -> tuple[str, str]:
        """(page, CSRF token)"""
        status, _location, page = self.ask(path)
        if status != 200:
            raise RefusedError(str(status))
        return page, TOKEN.findall(page)[0]

    def sign_in(self) -> None:
        _page, token = self.form("/masuk/")
        said = {"csrfmiddlewaretoken": token, "username": self.email, "password": self.office.password}
        status, _location, _page = self.ask("/masuk/", urllib.parse.urlencode(said).encode())
        assert status == 302, status

    def plan(self, purpose: str, *, give_up: threading.Event | None = None) -> None:
        """Until it is answered: the same form again and again, a new one only where the list does not show it."""
        said: bytes | None = None
        last = time.monotonic() + PATIENCE
        while time.monotonic() < last and not (give_up and give_up.is_set()):
            try:
                if said is None:
                    page, token = self.form("/kunjungan/rencana/")
                    facts = {
                        "csrfmiddlewaretoken": token,
                        "cluster": CLUSTER.findall(page)[0],
                        "purpose": purpose,
                        "planned_for": datetime.now(UTC).date().isoformat(),
                    }
                    said = urllib.parse.urlencode(facts).encode()
                status, location, _page = self.ask("/kunjungan/rencana/", said)
                self.answers[str(status)] += 1
                if status == 302 and location.startswith("/kunjungan/"):
                    self.answered[purpose] = location
                    return
                if status in {409, 422}:
                    _status, _location, listed = self.ask(f"/kunjungan/?cari={urllib.parse.quote(purpose)}")
                    if found := VISIT.search(listed):
                        self.answered[purpose] = found[1]
                        return
                    said = None
            except RefusedError:
                self.answers["silence"] += 1
            time.sleep(0.3)
        if give_up is None:
            raise TimeoutError(f"{purpose}: {dict(self.answers)}")

    def photograph(self, visit: str, picture: bytes, *, give_up: threading.Event | None = None) -> None:
        """The visit's one photo, sent again until it is answered."""
        said: bytes | None = None
        last = time.monotonic() + PATIENCE
        while time.monotonic() < last and not (give_up and give_up.is_set()):
            try:
                if said is None:
                    said = photo_form(self.form(f"{visit}foto/")[1], picture)
                status, _location, _page = self.ask(f"{visit}foto/", said, BOUNDARY)
                self.answers[str(status)] += 1
                if status == 302:
                    self.photographed.add(visit)
                    return
                if status in {409, 422}:
                    said = None
            except RefusedError:
                self.answers["silence"] += 1
            time.sleep(0.3)
        if give_up is None:
            raise TimeoutError(f"{visit}: {dict(self.answers)}")


def photo_form(token: str, content: bytes) -> bytes:
    return (
        (
            f'--batas\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--batas\r\n'
            'Content-Disposition: form-data; name="image"; filename="foto.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        ).encode()
        + content
        + b"\r\n--batas--\r\n"
    )


def noise(seed: int, size: tuple[int, int] = (400, 300)) -> bytes:
    """A photo of which no other has the bytes."""
    picture = BytesIO()
    Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3)).save(picture, "JPEG")
    return picture.getvalue()


class Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_facts: object) -> None:
        return None
