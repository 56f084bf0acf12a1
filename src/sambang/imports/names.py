"""Names as they are compared: without case and punctuation."""

from __future__ import annotations

import re


def plain(text: str | None) -> str:
    return re.sub(r"\W+", " ", text or "").strip().casefold()


def is_same(first: str | None, second: str | None) -> bool:
    return plain(first) == plain(second)
