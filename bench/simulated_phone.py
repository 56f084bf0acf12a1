"""An officer's phone in Python: it records items and sends them by the protocol of the officer's app.

Items go again and again until their receipts, files in pieces, all more plainly where a network refuses
(docs/decisions/0018-field-protocol.md).
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import http.client
import io
import json
import random
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

PATIENCE = 540  # seconds that a phone gets
PIECE = 16 * 1024
COMPRESSED, PLAIN, FORM = range(3)
REFUSALS = {400, 403, 404, 405, 406, 411, 413, 415, 501}
KINDS, DIFFICULTIES = ("aspiration", "challenge", "constraint"), ("marketing", "capital", "material", "energy")


class NotYetError(Exception):
    """The network or the office did not answer as the office; everything is kept and tried again."""


@dataclass
class Phone:
    """An officer's phone: what it recorded (`texts`, by id), and the values that the office must have."""

    number: int
    person: str
    cookie: str
    port: int  # of its network
    network: str
    rng: random.Random
    device: str = ""
    csrf: str = ""
    writing: int = COMPRESSED
    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)  # applied by the office when what they wait for arrives
    expected: dict[str, list[list[Any]]] = field(default_factory=dict)

    def record(self, visit: str, cluster: str, month: str) -> None:
        business, lines = str(uuid4()), [str(uuid4()), str(uuid4())]
        name, owner = f"IKM hari {self.number}", f"Pemilik {self.number}"
        products = [{"line": line, "name": f"Produk {at}", "unit": "potong"} for at, line in enumerate(lines)]
        self._say(
            "business", {"business": business, "cluster": cluster, "name": name, "owner_name": owner, "lines": products}
        )
        about = {"visit": visit, "business": business}
        workers, pulse, deputy = self.rng.randrange(1, 60), self.rng.randrange(150), f"Wakil {self.number}"
        self._say("attend", {**about, "present": True, "represented_by": deputy, "workers_seen": workers})
        self._say("attend", {**about, "pulse": pulse})
        said = []
        for turn in range(2):
            words = f"Kata ke-{turn} dari IKM {self.number}: {self.rng.randrange(10**9)} “≥ 2” <kain>"
            kind, difficulty = self.rng.choice(KINDS), self.rng.choice(DIFFICULTIES)
            self._say("aspiration", {**about, "kind": kind, "text": words, "difficulty": difficulty})
            said.append([business, words, kind, difficulty, self.person, visit])
        amounts = [self.rng.randrange(1, 500) for _ in lines]
        values = [1000 * self.rng.randrange(1, 9000) for _ in lines]
        self._say(
            "report",
            {
                "business": business,
                "month": month,
                "amounts": [
                    {"line": line, "amount": str(amount), "value": value}
                    for line, amount, value in zip(lines, amounts, values, strict=True)
                ],
            },
        )
        photo = self._say("photo", about, [self._picture()])
        caption = f"Mesin milik {self.number}"
        self._say("caption", {"visit": visit, "photo": photo, "caption": caption})
        self.expected = {
            "business": [[business, name, owner]],
            "attend": [[business, True, deputy, workers, pulse, self.person]],
            "aspiration": said,
            "report": [
                [business, month, line, str(amount), value, self.person]
                for line, amount, value in zip(lines, amounts, values, strict=True)
            ],
            "photo": [[business, caption, self.person]],
        }

    def _picture(self) -> bytes:
        output = io.BytesIO()
        color = tuple(self.rng.randrange(256) for _ in range(3))
        picture = Image.effect_noise((320, 240), 40).convert("RGB")
        picture.putpixel((0, 0), color)
        picture.save(output, "JPEG", quality=60)
        return output.getvalue()

    def _say(self, kind: str, body: dict[str, Any], files: list[bytes] | None = None) -> str:
        key, sums = str(UUID(int=self.rng.getrandbits(128), version=4)), []
        for content in files or []:
            digest = hashlib.sha256(content).hexdigest()
            self.files[digest] = content
            sums.append({"sha256": digest, "size": len(content), "name": "foto.jpg"})
        now = dt.datetime.now(dt.UTC) + dt.timedelta(milliseconds=len(self.texts))
        envelope = {
            "id": key,
            "sequence": len(self.texts) + 1,
            "device": self.device,
            "by": self.person,
            "schema": 1,
            "kind": kind,
            "recorded_at": now.isoformat(timespec="milliseconds"),
            "body": body,
            "files": sums,
        }
        self.texts[key] = json.dumps(envelope, ensure_ascii=False)
        return key

    def send_all(self) -> None:
        """Until everything has its receipt, or patience ends."""
        last, wait = time.monotonic() + PATIENCE, 0.2
        while len(self.confirmed) + len(self.refused) < len(self.texts) and time.monotonic() < last:
            try:
                if not self.csrf:
                    self.introduce()
                self._send()
                wait = 0.2
            except NotYetError:
                time.sleep(wait * (0.5 + self.rng.random()))
                wait = min(wait * 2, 5)

    def introduce(self) -> None:
        identity = self.ask("GET", "siapa.json")
        person = identity.get("person")
        if not isinstance(person, dict) or person.get("id") != self.person:
            raise NotYetError
        self.csrf = identity["csrf"]
        self.ask("POST", "hp.json", {"device": self.device, "name": "HP", "version": "bench"})

    def _send(self) -> None:
        left = [key for key in self.texts if key not in self.confirmed and key not in self.refused]
        self.rng.shuffle(left)
        batch = left[: self.rng.randrange(1, 9)]
        answer = self.ask(
            "POST",
            "kirim.json",
            {
                "device": self.device,
                "made": len(self.texts),
                "waiting": len(left),
                "quarantined": 0,
                "version": "bench",
                "storage": {"used": 0, "quota": 0},
                "items": [self.texts[key] for key in batch],
            },
        )
        if not isinstance(answer.get("answers"), list):
            raise NotYetError
        for receipt in answer["answers"]:
            self._apply(receipt)

    def _apply(self, receipt: dict[str, Any]) -> None:
        key = str(receipt["id"])
        if receipt["sha256"] != hashlib.sha256(self.texts[key].encode()).hexdigest():
            return
        missing = [one["sha256"] for one in receipt["files"] if one["state"] != "kept"]
        if receipt["outcome"] in {"stored", "already"} and not missing:
            self.confirmed.add(key)
        elif receipt["outcome"] == "refused":
            self.refused.add(key)
        for digest in missing:
            self._upload(digest)

    def _upload(self, digest: str) -> None:
        content = self.files[digest]
        state = self.ask("GET", f"berkas/{digest}")
        while not state.get("complete"):
            start = state.get("received")
            if not isinstance(start, int):
                raise NotYetError
            piece = content[start : start + PIECE]
            state = self.ask("PUT", f"berkas/{digest}", piece, f"bytes {start}-{start + len(piece) - 1}/{len(content)}")

    def ask(self, method: str, path: str, content: Any = None, piece: str = "") -> dict[str, Any]:
        """The office's JSON. What the network refuses is written more plainly. Raises NotYetError."""
        while True:
            sent_method, headers, body = self._written(method, content, piece)
            status, answer = self._exchange(sent_method, path, headers, body)
            try:
                found = json.loads(answer)
            except ValueError:
                found = None
            if status in {200, 409} and isinstance(found, dict):
                return found
            is_ours = isinstance(found, dict) and "reason" in found
            if status not in REFUSALS or is_ours or body is None or self.writing == FORM:
                raise NotYetError
            self.writing = PLAIN if headers.get("Content-Encoding") else FORM

    def _written(self, method: str, content: Any, piece: str) -> tuple[str, dict[str, str], bytes | None]:
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.csrf, "Referer": f"http://127.0.0.1:{self.port}/"}
        if content is None:
            return method, headers, None
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        if self.writing == FORM:
            parts = [
                b'--batas\r\nContent-Disposition: form-data; name="content"; filename="content"\r\n\r\n',
                raw,
                b"\r\n",
            ]
            if piece:
                parts.append(
                    b'--batas\r\nContent-Disposition: form-data; name="range"\r\n\r\n' + piece.encode() + b"\r\n"
                )
            headers["Content-Type"] = "multipart/form-data; boundary=batas"
            return "POST", headers, b"".join([*parts, b"--batas--\r\n"])
        if piece:
            headers |= {"Content-Type": "application/octet-stream", "Content-Range": piece}
            return method, headers, raw
        headers["Content-Type"] = "application/json"
        if self.writing == COMPRESSED and len(raw) > 800:
            headers["Content-Encoding"] = "gzip"
            raw = gzip.compress(raw)
        return method, headers, raw

    def _exchange(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, f"/lapangan/{path}", body, headers)
            answer = connection.getresponse()
            kept = SimpleCookie(self.cookie)
            for line in answer.headers.get_all("Set-Cookie", []):
                kept.load(line)
            self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in kept.items())
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            raise NotYetError from None
        finally:
            connection.close()
