"""One reader at one address: what came back, and whether anything was written."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.http import FileResponse
from django.test import RequestFactory
from django.test.client import ClientHandler
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from sambang.audit.models import Entry
from sambang.audit.read_audit import AUDITED_READS
from sambang.lib.ask_first import ANSWER
from tests.reach.addresses import Address
from tests.reach.readers import Reader
from tests.reach.sent import sent_to
from tests.reach.world import World

SIGN_IN_PATH = "/masuk/?next="
BETWEEN_DIGITS = re.compile(r"(?<=\d)[  .\-](?=\d)")


class Visitor(RequestFactory):
    """Django's test client without template instrumentation, for speed. Exceptions are raised
    (DEBUG_PROPAGATE_EXCEPTIONS)."""

    def __init__(self) -> None:
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


@dataclass(frozen=True)
class Response:
    word: str  # of the table
    text: str  # what the answer says, digits drawn together
    written: tuple[str, ...]  # verbs that the journal got
    offers: tuple[str, ...] = ()  # the forms in which the page offers itself
    looks: frozenset[str] = frozenset()  # verbs of guarded facts that were written down as seen
    is_page: bool = False  # HTML with status 200


def visit(
    client: Visitor, world: World, reader: Reader, address: Address, method: str, more: str = "", *, sure: bool = True
) -> Response:
    """In a savepoint that is rolled back: nobody's visit changes what the next one meets. `sure`: a question before
    the step is answered with yes."""
    path = address.of(world.here)
    path += ("&" if "?" in path else "?") + more if more else ""
    block = transaction.atomic()
    # Lets durable blocks begin inside, as Django's own tests do.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        last = _last_entry()
        answer = _ask(reader.at(client), world, reader, address, method, path, sure)
        lines = _verbs_after(last)
        verbs = tuple(verb for verb in lines if verb not in AUDITED_READS)  # a look is written down, and does nothing
        content = _content(answer)
        transaction.set_rollback(True)
    kind = answer.headers.get("Content-Type", "")
    # A paper is read once: whoever posts there gets the same one, and reading it is slow.
    is_read = answer.status_code == 200 and (method == "GET" or kind != "application/pdf")
    text = text_of(content, kind) if is_read else ""
    offers = tuple(form for form in ("xlsx", "csv") if f"format={form}" in text)
    is_page = answer.status_code == 200 and kind.startswith("text/html")
    return Response(status_of(answer, verbs), text, verbs, offers, frozenset(lines) & frozenset(AUDITED_READS), is_page)


# Raw SQL, because it runs at every visit: compiling the queries takes a tenth of the time of a refusal.
LAST_ENTRY = f"SELECT COALESCE(MAX(id), 0) FROM {Entry._meta.db_table}"  # a name of our own
VERBS_AFTER = f"SELECT verb FROM {Entry._meta.db_table} WHERE id > %s ORDER BY id"  # the same


def _last_entry() -> int:
    with connection.cursor() as cursor:
        cursor.execute(LAST_ENTRY)
        return int(cursor.fetchone()[0])


def _verbs_after(last: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(VERBS_AFTER, [last])
        return [verb for (verb,) in cursor.fetchall()]


def _ask(client: Visitor, world: World, reader: Reader, address: Address, method: str, path: str, sure: bool) -> Any:
    if method != "POST":
        return client.generic(
            method, path, headers={"X-OpenRosa-Version": "1.0"} if address.name.startswith("odk_") else {}
        )
    sent = sent_to(address.name, world, reader)
    if sent.session:
        session = SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value)
        session.update(sent.session)
        session.save()
    if sent.content_type:
        return client.post(path, sent.data, content_type=sent.content_type)
    own = {"business": str(reader.family.business.pk)} if reader.token and reader.family else {}
    answered = {ANSWER: "1"} if sure and not address.name.startswith("admin:") else {}
    return client.post(path, {**sent.data, **own, **answered}, headers=sent.headers)


def _content(answer: Any) -> bytes:
    if isinstance(answer, FileResponse) or answer.streaming:
        return b"".join(answer.streaming_content)
    return bytes(answer.content)


def status_of(answer: Any, verbs: tuple[str, ...]) -> str:
    """How the table names this answer."""
    status = answer.status_code
    if status in {301, 302, 303} and answer.headers["Location"].startswith(SIGN_IN_PATH):
        return "login"
    if verbs and status in {200, 201, 302}:
        return "done"
    return str(status)


@lru_cache(maxsize=512)
def text_of(content: bytes, content_type: str) -> str:
    if "spreadsheet" in content_type:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        text = "\n".join(
            str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
        )
    elif content_type == "application/pdf":
        text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif content.startswith(b"PK"):  # Word, ZIP
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    elif content_type.startswith(("text/", "application/")):
        text = content.decode(errors="replace")
    else:
        return ""
    return BETWEEN_DIGITS.sub("", text)
