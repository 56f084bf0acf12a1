"""QR codes as SVG."""

from __future__ import annotations

import segno


def qr_svg(text: str) -> str:
    return segno.make(text, error="m", micro=False).svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
