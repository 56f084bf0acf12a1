"""A page's markup without the line breaks of its template, and the fields of its forms."""

from __future__ import annotations

import re
from html.parser import HTMLParser


def compact(html: str) -> str:
    """White space is one blank between words, and nothing beside a tag's edge."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", html))


def form_values(html: str) -> dict[str, str]:
    """What a browser submits of the page's POST forms without a change, as one dictionary."""
    reader = _FormReader()
    reader.feed(html)
    return reader.values


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.is_posted = False
        self.open = ""  # the name of the select or textarea that is being read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, is_choice = given.get("name", ""), given.get("type") in ("radio", "checkbox")
        if tag == "form":
            self.is_posted = given.get("method") == "post"
        elif tag in ("select", "textarea"):
            self.open = name
            self._put(name, "")
        elif tag == "option" and "selected" in given:
            self._put(self.open, given.get("value", ""))
        elif tag == "input" and (not is_choice or "checked" in given):
            self._put(name, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.open = ""

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and self.open:
            self._put(self.open, self.values.get(self.open, "") + data.removeprefix("\n"))

    def _put(self, name: str, value: str) -> None:
        if name and self.is_posted:
            self.values[name] = value
