"""Every page about a simulated row says so at its foot."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

import sambang

NOTE = "note-simulated"
NAMES = ("action", "business", "cluster", "council", "matter", "visit")


@pytest.mark.parametrize("is_simulated", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_about_a_simulated_row_says_so(name: str, is_simulated: bool) -> None:
    page = render_to_string("lib/page.html", {name: SimpleNamespace(is_simulated=is_simulated)})
    assert (NOTE in page) is is_simulated


def test_no_page_repeats_what_the_base_page_says() -> None:
    templates = list(Path(sambang.__file__).parent.rglob("templates/**/*.html"))
    own = re.compile(rf"{{% if ({'|'.join(NAMES)})\.is_simulated %}}\s*{{% include \"lib/simulated.html\" %}}")
    repeated = [page.name for page in templates if own.search(page.read_text(encoding="utf-8"))]
    assert len(templates) > 250 and repeated == []
