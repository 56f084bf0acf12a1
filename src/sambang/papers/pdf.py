"""Official papers as PDF. Texts are passed to the typst template as JSON, never as part of its source."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sambang.lib.typesetting import accessible_pdf
from sambang.papers.blocks import Block, PaperContent

PAPER_TEMPLATE = Path(__file__).parent / "paper.typ"


def render_pdf(content: PaperContent) -> bytes:
    """A tagged PDF (PDF/UA-1). The same content gives the same bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(PAPER_TEMPLATE, folder)
        data = {
            "title": content.title,
            "has_title": content.has_title,
            "footer": content.footer,
            "number": content.number,
            "letterhead": _with_files(asdict(content.letterhead), folder),
            "blocks": [_block_data(block, folder) for block in content.blocks],
        }
        return accessible_pdf(
            folder / PAPER_TEMPLATE.name,
            timestamp=int(content.dated_at.timestamp()),
            root=folder,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )


def _block_data(block: Block, folder: Path) -> dict[str, Any]:
    return {"kind": type(block).__name__, **_with_files(asdict(block), folder)}


def _with_files(value: Any, folder: Path) -> Any:
    """The value with every image replaced by the name of its file in the folder ("" without an image)."""
    if isinstance(value, bytes):
        if not value:
            return ""
        file = folder / f"picture-{len(list(folder.iterdir()))}.jpg"
        file.write_bytes(value)
        return file.name
    if isinstance(value, dict):
        return {key: _with_files(part, folder) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_with_files(part, folder) for part in value]
    return value
