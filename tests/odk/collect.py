"""A client that demands of a server what ODK Collect demands, and nothing else: written from the OpenRosa specification
(https://docs.getodk.org/openrosa/) and from what Collect was seen to check."""

from __future__ import annotations

import hashlib
import http.client
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

LIST, MANIFEST = "{http://openrosa.org/xforms/xformsList}", "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"
ENTITY_LISTS = {"entityList", "approvalEntityList"}
ASSUMED_LENGTH = 10_000_000  # bytes, where a server does not say what it takes
FILES_AT_ONCE = 100
DEVICE = "deviceID=collect%3Auji0001"


class RejectedError(Exception):
    """Collect would show an error and keep what it has."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class OfferedForm:
    form_id: str
    name: str
    version: str
    hash: str
    download: str
    manifest: str


@dataclass(frozen=True)
class MediaFile:
    name: str
    hash: str
    download: str
    kind: str
    integrity: str


@dataclass
class Collect:
    """`server` is the address in the phone's settings."""

    server: str
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    timeout: float = 60

    def ask(self, method: str, address: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.timeout)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        sent = {"X-OpenRosa-Version": "1.0", "Date": "Thu, 26 Nov 2026 02:14:03 GMT+07:00", **(headers or {})}
        chunked = isinstance(body, Iterator)
        try:
            connection.request(method, path, body=body, headers=sent, encode_chunked=chunked)  # type: ignore[arg-type]
            response = connection.getresponse()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()
        self.asked.append((method, parts.path, answer.status))
        _require_headers(answer)
        return answer

    def forms(self) -> list[OfferedForm]:
        answer = self.ask("GET", f"{self.server}/formList?{DEVICE}")
        root = _xml(answer)
        if root.tag != f"{LIST}xforms":
            raise RejectedError(f"the list's root is {root.tag}")
        found = []
        for one in root:
            fact = {child.tag.removeprefix(LIST): (child.text or "").strip() for child in one}
            if missing := {"formID", "name", "downloadUrl"} - {name for name, value in fact.items() if value}:
                raise RejectedError(f"one form lacks {missing}: the whole list is thrown away")
            if not fact.get("hash", "").startswith("md5:"):
                raise RejectedError("a form without hash is never updated")
            found.append(
                OfferedForm(
                    fact["formID"],
                    fact["name"],
                    fact.get("version", ""),
                    fact["hash"],
                    fact["downloadUrl"],
                    fact.get("manifestUrl", ""),
                )
            )
        return found

    def download(self, form: OfferedForm | MediaFile) -> bytes:
        answer = self.ask("GET", _with_device(form.download))
        _require_hash(answer, form.hash)
        return answer.body

    def media(self, form: OfferedForm) -> list[MediaFile]:
        root = _xml(self.ask("GET", form.manifest))
        if root.tag != f"{MANIFEST}manifest":
            raise RejectedError(f"the manifest's root is {root.tag}")
        found = []
        for one in root.iter(f"{MANIFEST}mediaFile"):
            fact = {child.tag.removeprefix(MANIFEST): (child.text or "").strip() for child in one}
            if missing := {"filename", "hash", "downloadUrl"} - {name for name, value in fact.items() if value}:
                raise RejectedError(f"one file lacks {missing}: the whole manifest is thrown away")
            name = PurePosixPath(fact["filename"]).name
            kind = one.get("type", "")
            found.append(MediaFile(name, fact["hash"], fact["downloadUrl"], kind, fact.get("integrityUrl", "")))
        return found

    def medium(self, medium: MediaFile) -> bytes:
        answer = self.ask("GET", _with_device(medium.download))
        if answer.status != 200:
            raise RejectedError(f"{medium.name}: {answer.status}")
        if medium.kind in ENTITY_LISTS:
            heading = answer.body.decode().splitlines()[0].split(",")
            if not {"name", "label", "__version"} <= set(heading):
                raise RejectedError("an entity list without name, label or __version is ignored without a word")
        return answer.body

    def gone(self, medium: MediaFile, ids: Sequence[str]) -> dict[str, bool]:
        root = _xml(self.ask("GET", f"{medium.integrity}?id={','.join(ids)}"))
        return {one.get("id", ""): one.findtext("deleted") == "true" for one in root.iter("entity")}

    def accepted_length(self) -> int:
        """What HEAD says; its headers are read only with 204."""
        answer = self.ask("HEAD", f"{self.server}/submission?{DEVICE}")
        if answer.status == 401:
            raise RejectedError("credentials are asked for")
        if answer.status != 204:
            raise RejectedError("is this an OpenRosa endpoint?")
        return int(answer.headers.get("x-openrosa-accept-content-length", ASSUMED_LENGTH))

    def submit(self, xml: bytes, files: Mapping[str, bytes] | None = None, *, chunked: bool = False) -> list[int]:
        """The status of each request; the submission counts as sent only when all of them were 201 or 202."""
        most = self.accepted_length()
        given = []
        batches = list(_batches(files or {}, most - len(xml)))
        for number, batch in enumerate(batches):
            answer = self.post(xml, batch, more_comes=number < len(batches) - 1, chunked=chunked)
            given.append(self.judged(answer))
        return given

    def post(
        self, xml: bytes, files: Mapping[str, bytes], *, more_comes: bool = False, chunked: bool = False
    ) -> Answer:
        boundary = secrets.token_hex(16)
        body = b"".join(_parts(boundary, xml, files, more_comes))
        content = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        mapped_items = (body[at : at + 8192] for at in range(0, len(body), 8192))
        address = f"{self.server}/submission?{DEVICE}"
        return self.ask("POST", address, mapped_items if chunked else body, content)

    @staticmethod
    def judged(answer: Answer) -> int:
        """Raises RejectedError with what the phone would show."""
        if answer.status not in {201, 202}:
            raise RejectedError(f"{answer.status}: {_message(answer.body)}")
        if not _message(answer.body):
            raise RejectedError("an answer without OpenRosaResponse")
        return answer.status


def _parts(boundary: str, xml: bytes, files: Mapping[str, bytes], more_comes: bool) -> Iterator[bytes]:
    def part(name: str, content: bytes, kind: str, filename: str = "") -> bytes:
        named = f'; filename="{filename}"' if filename else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\nContent-Type: {kind}\r\n\r\n'
        return head.encode() + content + b"\r\n"

    yield part("xml_submission_file", xml, "text/xml; charset=utf-8", "isian.xml")
    for name, content in files.items():
        yield part(name, content, "image/jpeg", name)
    if more_comes:
        yield part("*isIncomplete*", b"yes", "text/plain")
    yield f"--{boundary}--\r\n".encode()


def _batches(files: Mapping[str, bytes], room: int) -> Iterator[dict[str, bytes]]:
    """At most a hundred files and `room` bytes at once; the submission itself goes with each."""
    batch: dict[str, bytes] = {}
    for name, content in files.items():
        if batch and (len(batch) >= FILES_AT_ONCE or sum(map(len, batch.values())) + len(content) > room):
            yield batch
            batch = {}
        batch[name] = content
    yield batch


def _with_device(address: str) -> str:
    return f"{address}?{DEVICE}"


def _require_headers(answer: Answer) -> None:
    if answer.headers.get("x-openrosa-version") != "1.0":
        raise RejectedError("no X-OpenRosa-Version: this is no OpenRosa server")
    for name in ("date", "content-language", "x-openrosa-accept-content-length"):
        if not answer.headers.get(name):
            raise RejectedError(f"no {name}")


def _require_hash(answer: Answer, wanted: str) -> None:
    if answer.status != 200 or f"md5:{hashlib.md5(answer.body).hexdigest()}" != wanted:
        raise RejectedError("other bytes than the list named")


def _xml(answer: Answer) -> ET.Element:
    if answer.status == 401:
        raise RejectedError("credentials are asked for")
    if answer.status != 200:
        raise RejectedError(f"unreachable: {answer.status}")
    if "text/xml" not in answer.headers.get("content-type", ""):
        raise RejectedError(f"no text/xml but {answer.headers.get('content-type')}")
    return ET.fromstring(answer.body)


def _message(body: bytes) -> str:
    try:
        root = ET.fromstring(body)
    except ET.ParseError:
        return ""
    return root.findtext(f"{RESPONSE}message", "") if root.tag == f"{RESPONSE}OpenRosaResponse" else ""
