"""File names as phones write them in an answer and in a request: the same name, not always the same characters."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

MAX_FILE_NAME_LENGTH = 255  # Django shortens the names of uploads to it, keeping the extension
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
    if len(name) <= MAX_FILE_NAME_LENGTH:
        return name
    stem, dot, extension = name.rpartition(".")
    extension = f"{dot}{extension}"[:MAX_FILE_NAME_LENGTH] if stem else ""
    return (stem or name)[: MAX_FILE_NAME_LENGTH - len(extension)] + extension


def matched_names(expected: Iterable[str], received: Iterable[str]) -> dict[str, str]:
    """The name of the received file by expected name. A file with an expected name matches no other name."""
    expected, received = list(expected), set(received)
    exact = received & set(expected)
    spare = {comparable_name(name): name for name in sorted(received - exact)}
    pairs = {name: name if name in exact else spare.get(comparable_name(name)) for name in expected}
    return {name: file for name, file in pairs.items() if file is not None}


def missing_names(expected: Iterable[str], received: Iterable[str]) -> list[str]:
    """The expected names without a received file."""
    expected = list(expected)
    matched = matched_names(expected, received)
    return [name for name in expected if name not in matched]
