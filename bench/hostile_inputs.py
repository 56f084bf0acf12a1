"""Hostile values and the forms of the site's pages: the input of bench/fuzz.py."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, fields
from html.parser import HTMLParser
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import UUID

from PIL import Image

from sambang.intake.kinds import kinds

BOUNDARY = "batas"
WORDS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "0",
    "-1",
    "1",
    "2.500",
    "1,5",
    "1e309",
    "NaN",
    "Infinity",
    "9" * 30,
    "9" * 400,
    "-" + "9" * 25,
    "١٢٣",
    "½",
    "²",
    "０１",
    "true",
    "null",
    "None",
    "[]",
    "{}",
    "2022-03",
    "2022-13",
    "0000-00",
    "9999-12",
    "2022-02-30",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2022-03-31",
    "31/03/2022",
    "2022-03-31T12:00:00+99:99",
    "bukan-uuid",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "../../etc/passwd",
    "..\\..",
    "%00",
    "%2e%2e%2f",
    "'",
    '"',
    "';--",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "{% now 'Y' %}",
    "${7*7}",
    "#eval(1)",
    "=1+1",
    "@SUM(A1)",
    "\r\nSet-Cookie: a=b",
    "\u202e\u2066",
    "e\u0301" * 40,
    "𐍈" * 300,
    "ꦲꦤꦕꦫꦏ",
    "a" * 5_000,
    "🧵" * 2_000,
    "javascript:alert(1)",
    "//jahat.example",
    "http://169.254.169.254/",
    "+62812",
    "081" + "0" * 40,
    "a@" + "b" * 300 + ".test",
)
TYPES = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/json",
    "text/plain",
    "text/xml",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    f"multipart/form-data; boundary={BOUNDARY}",
    f"multipart/form-data; boundary={BOUNDARY}; charset=entah",
    "multipart/form-data; boundary=" + "x" * 300,
    "application/octet-stream",
    "",
    "/",
    ";;;",
)
HEADERS = {
    "Content-Range": (
        "bytes 0-9/10",
        "bytes 9-0/10",
        "bytes 0-0/0",
        "bytes 0-99999999999/999999999999",
        "items 0-1/2",
        "\xff",
    ),
    "Accept": ("application/json", "text/html", "*/*", ";q=", "\xff"),
    "Accept-Language": ("en", "id;q=2", "x" * 300),
    "X-Forwarded-For": ("1.2.3.4", "'", "::1, \xff"),
    "X-Forwarded-Proto": ("https", "ftp"),
    "X-OpenRosa-Version": ("1.0", "2.0", "\xff"),
    "X-Requested-With": ("XMLHttpRequest",),
    "HX-Request": ("true",),
    "Range": ("bytes=0-1", "bytes=5-1", "bytes=-", "lines=1"),
    "If-None-Match": ('"x"', "W/", "*"),
    "If-Modified-Since": ("Thu, 01 Jan 1970 00:00:00 GMT", "kemarin", "Thu, 99 Jan 99999 00:00:00 GMT"),
    "Origin": ("null", "https://jahat.example"),
    "Referer": ("http://testserver/", "\xff", "https://jahat.example/"),
    "User-Agent": ("", "\xff" * 30, "x" * 3_000),
    "Authorization": ("Bearer x", "Basic \xff", "Digest"),
    "Content-Encoding": ("gzip",),
}
METHODS = (
    "GET",
    "GET",
    "GET",
    "HEAD",
    "POST",
    "POST",
    "POST",
    "POST",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "ENTAH",
)


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, and of each field what the page offers."""

    action: str
    method: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]


class Reader(HTMLParser):
    """Forms and links of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.links = address, set[str]()
        self.forms: list[tuple[str, str, dict[str, list[str]]]] = []
        self.choosing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "a" and facts.get("href", "").startswith("/"):
            self.links.add(facts["href"].partition("#")[0])
        elif tag == "form":
            self.forms.append((facts.get("action") or self.address, facts.get("method", "get").upper(), {}))
        elif self.forms:
            self._field(tag, facts)

    def _field(self, tag: str, facts: dict[str, str]) -> None:
        values = self.forms[-1][2]
        if tag in {"input", "textarea", "select", "button"} and facts.get("name"):
            values.setdefault(facts["name"], []).append(facts.get("value", ""))
            self.choosing = facts["name"] if tag == "select" else ""
        elif tag == "option" and self.choosing:
            values[self.choosing].append(facts.get("value", ""))

    def found(self) -> list[Form]:
        return [
            Form(action, method, tuple((name, tuple(values)) for name, values in sorted(offered.items())))
            for action, method, offered in self.forms
        ]


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def encoded(pairs: list[tuple[str, str]]) -> bytes:
    """As a browser would, but for letters that none can send."""
    quoted = [(quote_from_bytes(part.encode("utf-8", "surrogatepass")) for part in pair) for pair in pairs]
    return "&".join("=".join(pair) for pair in quoted).encode()


def multipart(pairs: list[tuple[str, str]], files: list[tuple[str, str, bytes]], random: Random) -> bytes:
    """Now and then cut, without an end, or with a header of its own."""
    lines = []
    for name, value in pairs:
        lines.append(
            b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
            % (BOUNDARY.encode(), name.encode("utf-8", "replace"), value.encode("utf-8", "surrogatepass"))
        )
    for name, filename, content in files:
        odd = random.choice(
            (b"", b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: \xff\r\n", b"X: " + b"y" * 3000 + b"\r\n")
        )
        lines.append(
            b'--%b\r\nContent-Disposition: form-data; name="%b"; filename="%b"\r\n%bContent-Type: '
            b"image/jpeg\r\n\r\n%b\r\n"
            % (BOUNDARY.encode(), name.encode("utf-8", "replace"), filename.encode("utf-8", "replace"), odd, content)
        )
    whole = b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()
    return whole[: random.randrange(len(whole) + 1)] if random.random() < 0.15 else whole


def broken(content: bytes, random: Random) -> bytes:
    """Some bytes changed, or the end cut off."""
    if not content or random.random() < 0.3:
        return content
    if random.random() < 0.3:
        return content[: random.randrange(len(content))]
    changed = bytearray(content)
    for _time in range(random.randrange(1, 20)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def file(random: Random) -> tuple[str, bytes]:
    """A name and bytes of what might be uploaded."""
    name = random.choice(
        (
            "foto.jpg",
            "a.xlsx",
            "a.csv",
            "../../x.jpg",
            "a\r\nb.jpg",
            "\u202egpj.exe",
            "x" * 300 + ".png",
            ".htaccess",
            "con.xml",
        )
    )
    return name, broken(random.choice(FILES), random)


def _picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind)
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


FILES = (
    _picture("JPEG"),
    _picture("PNG"),
    _picture("WEBP"),
    _picture("GIF"),
    _zip(),
    b"",
    b"\0" * 50,
    b"\xff\xfe" + "Nama;HP\n".encode("utf-16-le"),
    b"No;Nama Pemilik;Nama Usaha;Alamat;HP\n1;Sri;UD Sri;Joho;0812\n",
    b"%PDF-1.7",
    b"<svg onload='x'/>",
    b'{"sambang":"lapangan","schema":1,"items":[{}],"files":[1]}',
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><data id="x">&b;</data>',
    b"<data id='sambang_kunjungan' version='1'><meta><instanceID>uuid:1</instanceID></meta><visit/></data>",
)


def json_value(random: Random, depth: int = 0) -> Any:
    kind = random.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return random.choice(WORDS)
    if kind < 6:
        return random.choice(
            (None, True, False, 0, -1, 1, 10**30, 1.5, float("nan"), float("inf"), 2**63, -(2**63) - 1)
        )
    if kind == 6:
        return [json_value(random, depth + 1) for _time in range(random.randrange(4))]
    return {random.choice(WORDS)[:50]: json_value(random, depth + 1) for _time in range(random.randrange(4))}


def item(random: Random, ids: list[str]) -> str:
    """An item of a phone, each of its parts right or wrong."""
    kind = random.choice([*kinds(), "entah"])
    shape = kinds().get(kind, kinds()["visit"]).schema
    facts: dict[str, Any] = {part.name: one(random, ids) for part in fields(shape)}
    head: dict[str, Any] = {
        "id": random.choice(ids),
        "sequence": random.choice((1, 0, -1, 2**70, "1", None)),
        "device": random.choice(ids),
        "by": random.choice(ids),
        "schema": random.choice((1, 1, 0, 99, "1", None)),
        "kind": kind,
        "recorded_at": random.choice(("2022-03-31T12:00:00+07:00", *WORDS)),
        "body": facts,
    }
    if random.random() < 0.3:
        head["files"] = random.choice(([{"sha256": "0" * 64, "size": 1, "name": "a"}], [{}], 3, [[]], "x"))
    if random.random() < 0.2:
        head[random.choice(list(head))] = json_value(random)
    return json.dumps(head)


def one(random: Random, ids: list[str]) -> Any:
    return random.choice(
        (
            random.choice(ids),
            random.choice(WORDS),
            "2022-03-31",
            "2022-02",
            random.randrange(9),
            True,
            None,
            json_value(random),
        )
    )


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
