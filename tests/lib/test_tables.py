"""The tag `{% table %}`."""

from __future__ import annotations

import pytest
from django.template import TemplateSyntaxError, engines

from tests.markup import compact


def rendered(text: str, **context: object) -> str:
    return compact(engines["django"].from_string(text).render(context))


def cells_of(text: str, **context: object) -> str:
    return rendered(text, **context).split("<tbody>")[1].split("</tbody>")[0]


def test_headings_in_the_tag() -> None:
    page = rendered('{% table _("Sentra") number:heading unseen:_("Pilihan") %}{% endtable %}', heading="IKM & <b>")
    assert page == (
        '<div class="scroll" tabindex="0"><table class="stack"><thead><tr><th scope="col">Sentra</th>'
        '<th scope="col" class="number">IKM &amp; &lt;b&gt;</th>'
        '<th scope="col"><span class="unseen">Pilihan</span></th></tr></thead><tbody></tbody></table></div>'
    )


def test_cells_are_labelled_by_their_column() -> None:
    row = '<tr><th scope="row">{{ name }}</th><td class="number">{{ name }}</td><td>x</td></tr>'
    text = (
        '{% table _("Sentra") number:heading unseen:_("Pilihan") %}{% for name in names %}'
        + row
        + "{% endfor %}{% endtable %}"
    )
    assert cells_of(text, names=["<td>", "Joho"], heading='"IKM"') == "".join(
        f'<tr><th scope="row">{name}</th><td class="number" data-label="&quot;IKM&quot;">{name}</td><td>x</td></tr>'
        for name in ("&lt;td&gt;", "Joho")
    )


def test_headings_that_depend_on_the_page() -> None:
    text = (
        "{% table %}<th>A</th>{% if more %}<th><span>B</span></th>{% endif %}<th>C</th>{% rows %}"
        "<tr><td>1</td>{% if more %}<td>2</td>{% endif %}<td>3</td></tr>{% endtable %}"
    )
    assert cells_of(text, more=True) == '<tr><td data-label="A">1</td><td>2</td><td data-label="C">3</td></tr>'
    assert cells_of(text, more=False) == '<tr><td data-label="A">1</td><td data-label="C">3</td></tr>'


def test_a_cell_of_several_columns_has_no_label() -> None:
    text = '{% table _("A") _("B") _("C") %}<tr><td colspan="2">1</td><td>2</td></tr>{% endtable %}'
    assert cells_of(text) == '<tr><td colspan="2">1</td><td data-label="C">2</td></tr>'


def test_a_plain_table_keeps_its_columns() -> None:
    page = rendered('{% table plain _("A") %}<tr><td>1</td></tr>{% endtable %}')
    assert '<table class="plain">' in page
    assert "<td>1</td>" in page


def test_rows_without_headings_are_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        rendered("{% table %}<tr></tr>{% endtable %}")
