"""QR codes as SVG, inline or as the source of an image."""

from __future__ import annotations

import segno


def qr_svg(text: str) -> str:
    return segno.make(text, error="m", micro=False).svg_inline(border=2, dark="#000", light="#fff", omitsize=True)


def qr_data_uri(text: str) -> str:
    return segno.make(text, error="m").svg_data_uri(scale=5, border=4, light="white")
