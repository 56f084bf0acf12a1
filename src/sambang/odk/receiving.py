"""Receiving a submission: one multipart POST in, one OpenRosa message out.

Before the response is 201, the files are flushed to disk and the XML is committed in a row with its digest. The
content is processed afterwards; an item that is refused then is shown at the desk, because the office has the bytes
(docs/decisions/0020-odk.md).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
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
from sambang.odk.openrosa import MAX_REQUEST_BYTES
from sambang.odk.operations import IncomingSubmission, SubmissionError, find_stored, store_submission
from sambang.odk.processing import process_logging_errors
from sambang.odk.reading import MAX_XML_BYTES, Reading, UnreadableError, read_xml

SUBMISSION_PART, INCOMPLETE_PART = "xml_submission_file", "*isIncomplete*"
NOT_ATTACHMENTS = {SUBMISSION_PART, INCOMPLETE_PART}
SUBMISSION_MEMORY_BYTES, CHUNK_BYTES = 1024 * 1024, 64 * 1024


class RequestTooLargeError(Exception):
    """The body is larger than MAX_REQUEST_BYTES."""


@dataclass(frozen=True)
class SubmissionRequest:
    """The parts of one request. `is_incomplete`: other files of this submission follow in another request."""

    xml: bytes
    files: list[UploadedFile[bytes]]
    is_incomplete: bool


@dataclass(frozen=True)
class SubmissionResponse:
    status: int
    text: str
    nature: str = ""


@contextmanager
def parsed_submission(request: HttpRequest) -> Iterator[SubmissionRequest | None]:
    """None where the request has no submission; uploaded files are closed at the end. Raises Django's exceptions for
    broken requests, RequestDataTooBig for too long answers, and RequestTooLargeError."""
    fields, uploads = _parse(request)
    files = {name: list(parts) for name, parts in uploads.lists()}
    try:
        xml = _submission_xml(fields, files.get(SUBMISSION_PART, []))
        is_incomplete = INCOMPLETE_PART in files or INCOMPLETE_PART in fields
        attachments = [file for name, parts in files.items() if name not in NOT_ATTACHMENTS for file in parts]
        yield SubmissionRequest(xml, attachments, is_incomplete) if xml else None
    finally:
        for parts in files.values():
            for file in parts:
                file.close()


def _submission_xml(fields: MultiValueDict[str, str], parts: list[UploadedFile[bytes]]) -> bytes:
    """The XML, sent as a file or as a form field."""
    if not parts:
        return str(fields.get(SUBMISSION_PART, "")).encode()
    if (parts[0].size or 0) > MAX_XML_BYTES:
        raise RequestDataTooBig
    return bytes(parts[0].read())


def _parse(request: HttpRequest) -> tuple[MultiValueDict[str, str], MultiValueDict[str, UploadedFile[bytes]]]:
    """The fields and files. Django parses only bodies with a Content-Length, so a chunked body is read and measured
    first."""
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return request.POST, request.FILES
    with tempfile.SpooledTemporaryFile(max_size=SUBMISSION_MEMORY_BYTES) as body:
        size = 0
        for chunk in _chunks(request.META["wsgi.input"]):
            size += len(chunk)
            if size > MAX_REQUEST_BYTES:
                raise RequestTooLargeError
            body.write(chunk)
        body.seek(0)
        meta = {**request.META, "CONTENT_LENGTH": str(size)}
        return MultiPartParser(meta, body, request.upload_handlers, request.encoding).parse()  # type: ignore[arg-type]


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def receive(key: CollectKey, request: SubmissionRequest) -> SubmissionResponse:
    """Store the submission, then respond: 201 where anything is new, 202 where everything was stored already."""
    reading, read_error = _read(request.xml)
    uploads = [files.incoming_file(file.name or "", partial(file.chunks, CHUNK_BYTES)) for file in request.files]
    incoming = IncomingSubmission(new_id(), request.xml, reading, uploads, read_error)
    stored = find_stored(key, incoming)
    try:
        submission = stored or store_submission(key, key.person, incoming=incoming)
    except SubmissionError as error:
        return SubmissionResponse(error.status, error.text)
    if reading is None:
        return SubmissionResponse(400, read_error)
    if submission.is_unfinished():
        process_logging_errors([submission])
    return _response(submission, is_new=stored is None and submission.is_new, is_incomplete=request.is_incomplete)


def _read(xml: bytes) -> tuple[Reading | None, str]:
    try:
        return read_xml(xml), ""
    except UnreadableError as error:
        return None, str(error)


def _response(submission: Submission, *, is_new: bool, is_incomplete: bool) -> SubmissionResponse:
    missing = submission.missing_files()
    if missing and not is_incomplete:
        text = _("Diterima, menunggu %(count)s berkas lagi.") % {"count": len(missing)}
    elif missing:
        text = _("Sebagian diterima; %(count)s berkas lagi menyusul.") % {"count": len(missing)}
    else:
        text = _("Diterima kantor.")
    return SubmissionResponse(201 if is_new else 202, text, "submit_success")
