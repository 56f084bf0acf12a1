"""Every list page with a table has its file for Excel, and prints without navigation, filters and buttons."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "sambang"
FILE_LINK = re.compile(r"format='?=?'?xlsx|lib/filter\.html|data_files")
# Lists without a file, and why.
WITHOUT_FILE = {
    "accounts/session_list.html": "one's own devices: there to be signed out",
    "aspirations/difficulty_list.html": "a score of codes, on one page",
    "home/part_list.html": "the parts of pages, in the demo",
    "home/withdrawn_list.html": "what waits to be restored for thirty days; the audit log has its file",
    "market/curation_list.html": "what waits for the curator; goods have their files",
}


def template_text(path: Path) -> str:
    """The template with its included ones."""
    text = path.read_text()
    for name in re.findall(r'include "([^"]+)"', text):
        text += next((one.read_text() for one in SOURCE.glob(f"*/templates/{name}")), "")
    return text


def test_every_list_has_its_file() -> None:
    lists = {f"{path.parent.name}/{path.name}": path for path in SOURCE.glob("*/templates/*/*_list.html")}
    tables = {name: path for name, path in lists.items() if re.search("<table|{% table", template_text(path))}
    assert len(tables) > 15
    without = {name for name, path in tables.items() if not FILE_LINK.search(template_text(path))}
    assert without == set(WITHOUT_FILE)


def test_paper_shows_the_table_alone() -> None:
    style = (SOURCE / "lib" / "static" / "lib" / "components.css").read_text()
    printed = style[style.index("@media print") :]
    for selector in (".menu", ".search", ".buttons", ".no-print"):
        assert re.search(rf"(^|[\s,]){re.escape(selector)}[\s,{{]", printed, re.MULTILINE), selector
    assert "display: none" in printed
