"""A council's XLSForm to an XForm, as JSON. Run apart by form.py (sambang/lib/sandbox.py): imports nothing of ours.

Writes `{form_id, title, version, xform}`, or `{"trouble": …}` in pyxform's words.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

LARGEST_UNPACKED, MOST_PARTS = 60 * 1024 * 1024, 500  # bytes and parts of an XLSX


def converted(content: bytes) -> dict[str, str]:
    """Raises PyXFormError, and whatever a broken workbook raises in openpyxl: the parent says that it is broken."""
    parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise MemoryError
    found = convert(content, form_name="data", file_type=".xlsx")
    facts: dict[str, Any] = found._pyxform or {}  # noqa: SLF001
    said = {
        name: str(facts.get(key) or "")
        for name, key in (("form_id", "id_string"), ("title", "title"), ("version", "version"))
    }
    return {**said, "xform": found.xform}


if __name__ == "__main__":
    try:
        answer = converted(sys.stdin.buffer.read())
    except PyXFormError as wrong:
        answer = {"trouble": " ".join(str(wrong).split())}
    json.dump(answer, sys.stdout)
