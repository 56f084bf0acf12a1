"""A document as a response: its content type follows from the ending of its name."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "png": "image/png",
    "xml": "text/xml",
}
SHOWN = frozenset({"pdf", "png"})  # the others are downloaded


def document_response(content: bytes, name: str, *, is_download: bool | None = None) -> HttpResponse:
    """`name` with its ending. Without `is_download` what a browser can show is shown."""
    ending = name.rpartition(".")[2]
    is_download = ending not in SHOWN if is_download is None else is_download
    headers = {"Content-Disposition": content_disposition_header(is_download, name) or ""}
    return HttpResponse(content, content_type=CONTENT_TYPES[ending], headers=headers)
