"""Django's own sentences of forms are Indonesian on Indonesian pages."""

from __future__ import annotations

from pathlib import Path

import django
from babel.messages.extract import extract
from django.utils import translation

DJANGO = Path(django.__file__).parent
SOURCES = (
    *(DJANGO / "forms").rglob("*.py"),
    *(DJANGO / "db/models/fields").rglob("*.py"),
    DJANGO / "core/validators.py",
)
# The same in both languages, or of a field that no form has.
UNTRANSLATED = {":?.!", ":", "IPv4", "IPv6", "URL", "“%(value)s” is not a valid binary value."}


def test_every_sentence_of_forms_is_translated() -> None:
    english = set()
    with translation.override("id"):
        for source in SOURCES:
            with source.open("rb") as lines:
                for _line, message, _comments, _context in extract("python", lines, {"_": None, "gettext_lazy": None}):
                    if isinstance(message, str) and translation.gettext(message) == message:
                        english.add(message)
    assert english == UNTRANSLATED
