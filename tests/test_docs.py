"""Pages of docs/ that are made from the code say what the code says."""

from __future__ import annotations

from tools import access_page

from sambang.people.access import MAY, REACH


def test_access_page_is_what_the_tables_say() -> None:
    written = access_page.PAGE.read_text(encoding="utf-8")
    assert written == access_page.page(), "docs/access.md is old: run `make docs`"
    assert all(f"| {verb} |" in written for verbs in MAY.values() for verb in verbs)
    assert all(f"| {label} |" in written for label in REACH)
