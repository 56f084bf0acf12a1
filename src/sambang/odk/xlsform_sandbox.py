"""Converts an XLSForm from standard input to an XForm; runs in the sandbox (sambang/lib/sandbox.py), so it imports no
module of Sambang.

Writes JSON: `{form_id, title, version, xform, itemsets}`, `form_id` empty where the workbook has none, or
`{"error": …}` with the message of pyxform.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert

MAX_UNPACKED_BYTES, MAX_PARTS = 60 * 1024 * 1024, 500  # bytes and parts of an XLSX
XLS_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
FORM_NAME = "data"  # of the root; also the form_id that pyxform makes up where there is none
FORM_ID_HEADINGS = {"form_id", "id_string", "set_form_id", "set form id", "form id"}


def converted(content: bytes) -> dict[str, str]:
    """Raises PyXFormError, or any exception of the reader for a damaged workbook: the parent process reports it."""
    file_type = ".xls" if content.startswith(XLS_SIGNATURE) else ".xlsx"
    if file_type == ".xlsx":
        _require_small(content)
    form = convert(content, form_name=FORM_NAME, file_type=file_type)
    settings: dict[str, Any] = form._pyxform or {}  # noqa: SLF001
    named = {
        name: str(settings.get(key) or "")
        for name, key in (("form_id", "id_string"), ("title", "title"), ("version", "version"))
    }
    if named["form_id"] == FORM_NAME and not _has_form_id(content, file_type):
        named["form_id"] = ""
    return {**named, "xform": form.xform, "itemsets": form.itemsets or ""}


def _has_form_id(content: bytes, file_type: str) -> bool:
    rows = get_xlsform(content, file_type=file_type).settings or []
    return any(value for row in rows for heading, value in row.items() if heading.lower() in FORM_ID_HEADINGS)


def _require_small(content: bytes) -> None:
    parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise MemoryError


if __name__ == "__main__":
    try:
        answer = converted(sys.stdin.buffer.read())
    except PyXFormError as error:
        answer = {"error": " ".join(str(error).split())}
    json.dump(answer, sys.stdout)
