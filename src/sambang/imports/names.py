"""Comparison of names without case and punctuation."""

from __future__ import annotations

import re


def normalised_name(text: str | None) -> str:
    return re.sub(r"\W+", " ", text or "").strip().casefold()


def is_same_name(first: str | None, second: str | None) -> bool:
    return normalised_name(first) == normalised_name(second)
