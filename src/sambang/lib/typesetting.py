"""Papers as PDF that a screen reader can read, whatever signs people wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typst

STANDARD = "ua-1"
NO_SIGN = "could not be displayed"  # how typst refuses a letter that none of its fonts has


def accessible_pdf(template: Path, **options: Any) -> bytes:
    """PDF/UA-1. That standard refuses the whole paper for one emoji or one word in Javanese script, and a council must
    still get its minutes: such a paper is set without the standard's seal, an empty box in the place of the sign."""
    compile_paper: Any = typst.compile  # its stubs list every combination of options
    try:
        content = compile_paper(template, format="pdf", pdf_standards=[STANDARD], **options)
    except typst.TypstError as refused:
        if NO_SIGN not in str(refused):
            raise
        content = compile_paper(template, format="pdf", **options)
    return bytes(content)
