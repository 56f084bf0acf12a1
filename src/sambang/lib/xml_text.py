"""Text for XML 1.0, which has no control characters: one of them makes the whole document unreadable."""

from __future__ import annotations

import re

NOT_IN_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return NOT_IN_XML.sub("", text)
