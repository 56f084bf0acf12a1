"""Typst documents as accessible PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typst

from sambang.lib.bidi import without_controls

STANDARD = "ua-1"
PICTURE_PPI = 144
NO_GLYPH = "could not be displayed"  # typst's error for a character that no font has


def accessible_pdf(template: Path, *, sys_inputs: dict[str, str], **options: Any) -> bytes:
    """PDF/UA-1. Typst refuses that standard if a font lacks one character, such as an emoji or Javanese script: the
    document is then compiled as plain PDF with a box in its place."""
    compile_paper: Any = typst.compile  # the stubs enumerate combinations of options
    options["sys_inputs"] = {name: without_controls(text) for name, text in sys_inputs.items()}
    try:
        content = compile_paper(template, format="pdf", pdf_standards=[STANDARD], **options)
    except typst.TypstError as refused:
        if NO_GLYPH not in str(refused):
            raise
        content = compile_paper(template, format="pdf", **options)
    return bytes(content)


def picture(template: Path, *, sys_inputs: dict[str, str]) -> bytes:
    """A one-page document as PNG."""
    inputs = {name: without_controls(text) for name, text in sys_inputs.items()}
    content: Any = typst.compile(template, format="png", ppi=PICTURE_PPI, sys_inputs=inputs)
    return bytes(content)
