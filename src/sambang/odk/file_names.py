"""File names as phones write them in an answer and in a request: the same name, not always the same characters."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

LONGEST_NAME = 255  # Django shortens the names of uploads to it, keeping the extension
FOLDERS = re.compile(r"[\\/]")
ESCAPED = re.compile(r"%(?:22|0[AaDd])")  # quotes and line breaks in a multipart header (WHATWG)


def comparable_name(name: str) -> str:
    """Equal for a name in an answer and the name of the upload. HTTP clients escape quotes; Django removes folders,
    spaces other than U+0020 and invisible characters, and shortens the name."""
    base = FOLDERS.split(html.unescape(name))[-1]
    printable = "".join(character for character in base if character.isprintable())
    safe = ESCAPED.sub("", unicodedata.normalize("NFC", _shortened(printable)))
    return re.sub(r"[ \"']", "", safe)


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    extension = f"{dot}{extension}"[:LONGEST_NAME] if stem else ""
    return (stem or name)[: LONGEST_NAME - len(extension)] + extension


def missing_names(expected: Iterable[str], received: Iterable[str]) -> list[str]:
    """The expected names without a received file. An exact name counts first."""
    expected, left = list(expected), set(received)
    exact = left & set(expected)
    spare = {comparable_name(name) for name in left - exact}
    return [name for name in expected if name not in exact and comparable_name(name) not in spare]
