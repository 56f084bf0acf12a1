"""The tag `{% table %}`."""

from __future__ import annotations

import pytest
from django.template import engines

from tests.markup import compact

CELLS = "{% for name in names %}<tr><td>{{ name }}</td></tr>{% endfor %}"


@pytest.mark.parametrize(("tag", "layout"), [("table", "stack"), ("table plain", "plain")])
def test_the_frame_stands_around_headings_and_rows(tag: str, layout: str) -> None:
    text = f"{{% {tag} %}}<th>{{{{ heading }}}}</th>{{% rows %}}{CELLS}{{% endtable %}}"
    page = engines["django"].from_string(text).render({"heading": "IKM & sentra", "names": ["<b>", "Joho"]})
    assert compact(page) == (
        f'<div class="scroll" tabindex="0"><table class="{layout}"><thead><tr><th>IKM &amp; sentra</th></tr></thead>'
        "<tbody><tr><td>&lt;b&gt;</td></tr><tr><td>Joho</td></tr></tbody></table></div>"
    )
