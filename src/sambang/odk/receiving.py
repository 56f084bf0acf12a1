"""One POST of a phone: its parts, kept on disk and in the database before anything is said of them.

First the bytes, then their meaning: files are flushed to disk, the XML stands in a committed row with its digest, and only
then the phone hears 201. What the XML means for the register is worked out after that; a refusal there is shown at the
desk, for the office has the bytes (docs/decisions/0020-odk.md).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from sambang.access.permissions import new_id
from sambang.odk import files
from sambang.odk.models import CollectKey, Submission
from sambang.odk.openrosa import LARGEST
from sambang.odk.operations import Sending, SubmissionRefused, already_kept, keep_submission
from sambang.odk.processing import settle_quietly
from sambang.odk.reading import LARGEST_XML, Reading, UnreadableError, read

SUBMISSION, MORE_COMES = "xml_submission_file", "*isIncomplete*"
IN_MEMORY, PIECE = 1024 * 1024, 64 * 1024  # bytes


@dataclass(frozen=True)
class Sent:
    """The parts of one request. `more_comes`: the phone will send other files of this submission in another request."""

    xml: bytes
    files: list[UploadedFile[bytes]]
    more_comes: bool


@dataclass(frozen=True)
class Outcome:
    status: int
    words: str
    nature: str = ""


@contextmanager
def sent_parts(request: HttpRequest) -> Iterator[Sent | None]:
    """None without a submission; its files are let go of at the end. Raises Django's errors of broken or too large
    requests."""
    fields, found = _parsed(request)
    named = [(name, file) for name, uploads in found.lists() for file in uploads]
    try:
        given = [file for name, file in named if name == SUBMISSION]
        more_comes = any(name == MORE_COMES for name, _file in named) or MORE_COMES in fields
        if given and (given[0].size or 0) > LARGEST_XML:
            raise RequestDataTooBig
        xml = given[0].read() if given else str(fields.get(SUBMISSION, "")).encode()
        others = [file for name, file in named if name not in {SUBMISSION, MORE_COMES}]
        yield Sent(xml, others, more_comes) if xml else None
    finally:
        for _name, file in named:
            file.close()


def _parsed(request: HttpRequest) -> tuple[MultiValueDict[str, str], MultiValueDict[str, UploadedFile[bytes]]]:
    """The form's fields and files. Django reads only bodies that tell their length; chunked ones are measured first."""
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return request.POST, request.FILES
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
        size = 0
        for piece in _pieces(request.META["wsgi.input"]):
            size += len(piece)
            if size > LARGEST:
                raise RequestDataTooBig
            body.write(piece)
        body.seek(0)
        told = {**request.META, "CONTENT_LENGTH": str(size)}
        return MultiPartParser(told, body, request.upload_handlers, request.encoding).parse()  # type: ignore[arg-type]


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def receive(key: CollectKey, sent: Sent) -> Outcome:
    """Keep it, then say so: 201 for what is new, 202 for what was here already."""
    reading, trouble = _read(sent.xml)
    kept = [files.keep(file.name or "", file.chunks(PIECE)) for file in sent.files]
    sending = Sending(new_id(), sent.xml, reading, kept, trouble)
    found = already_kept(key, sending)
    try:
        submission = found or keep_submission(key, key.person, sending=sending)
    except SubmissionRefused as refused:
        return Outcome(refused.status, refused.words)
    if reading is None:
        return Outcome(400, trouble)
    if submission.is_unsettled():
        settle_quietly([submission])
    return _said(submission, brought=found is None and submission.brought, more_comes=sent.more_comes)


def _read(xml: bytes) -> tuple[Reading | None, str]:
    try:
        return read(xml), ""
    except UnreadableError as wrong:
        return None, str(wrong)


def _said(submission: Submission, *, brought: bool, more_comes: bool) -> Outcome:
    missing = submission.missing()
    if missing and not more_comes:
        words = _("Diterima, menunggu %(count)s berkas lagi.") % {"count": len(missing)}
    elif missing:
        words = _("Sebagian diterima; %(count)s berkas lagi menyusul.") % {"count": len(missing)}
    else:
        words = _("Diterima kantor.")
    return Outcome(201 if brought else 202, words, "submit_success")
