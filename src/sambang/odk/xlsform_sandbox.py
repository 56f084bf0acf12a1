"""Converts an XLSForm from standard input to an XForm; runs in the sandbox (sambang/lib/sandbox.py), so it imports no
module of Sambang.

Writes JSON: `{form_id, title, version, xform}`, or `{"error": …}` with the message of pyxform.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

MAX_UNPACKED_BYTES, MAX_PARTS = 60 * 1024 * 1024, 500  # bytes and parts of an XLSX


def converted(content: bytes) -> dict[str, str]:
    """Raises PyXFormError, or any exception of openpyxl for a damaged workbook: the parent process reports it."""
    parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise MemoryError
    found = convert(content, form_name="data", file_type=".xlsx")
    settings: dict[str, Any] = found._pyxform or {}  # noqa: SLF001
    named = {
        name: str(settings.get(key) or "")
        for name, key in (("form_id", "id_string"), ("title", "title"), ("version", "version"))
    }
    return {**named, "xform": found.xform}


if __name__ == "__main__":
    try:
        answer = converted(sys.stdin.buffer.read())
    except PyXFormError as error:
        answer = {"error": " ".join(str(error).split())}
    json.dump(answer, sys.stdout)
