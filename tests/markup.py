"""A page's markup without the line breaks of its template."""

from __future__ import annotations

import re


def compact(html: str) -> str:
    """White space is one blank between words, and nothing beside a tag's edge."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", html))
