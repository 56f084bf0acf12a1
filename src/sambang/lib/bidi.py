"""Unicode's directional controls, by which one name could reorder the text and figures beside it. They are stored as
entered and removed from every page, document, message, file name, CSV and list for phones; a workbook cell isolates
them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Callable, Iterable
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase, StreamingHttpResponse

# Embeddings and overrides, U+202A to U+202E, and isolates, U+2066 to U+2069.
CONTROLS = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
_REMOVED = dict.fromkeys(map(ord, CONTROLS))
# As JSON writes them, behind any number of escaped backslashes.
_ESCAPED = re.compile(rb"((?<!\\)(?:\\\\)*)\\u(?:202[a-e]|206[6-9])")
_ENCODED = [control.encode() for control in CONTROLS]


def without_controls(text: str) -> str:
    return text.translate(_REMOVED)


def without_escaped_controls(content: bytes) -> bytes:
    """Remove the controls from JSON in ASCII, where they are escaped."""
    return _ESCAPED.sub(rb"\1", content)


def remove_controls_from_pages(
    respond: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware for HTML and SVG, inside whatever compresses it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        if not response.headers.get("Content-Type", "").startswith(("text/html", "image/svg+xml")):
            return response
        if response.has_header("Content-Encoding"):  # a drawing, made of text of ours
            return response
        if isinstance(response, StreamingHttpResponse):
            parts = response.streaming_content
            if not isinstance(parts, AsyncIterable):
                response.streaming_content = map(_without_encoded, cast("Iterable[bytes]", parts))
        elif isinstance(response, HttpResponse) and b"\xe2" in response.content:
            response.content = _without_encoded(response.content)
        return response

    return middleware


def _without_encoded(content: bytes) -> bytes:
    """Remove the controls from `content`, a chunk of UTF-8 that ends at a character boundary."""
    for control in _ENCODED:
        content = content.replace(control, b"")
    return content
