"""`{% table %} headings {% rows %} rows {% endtable %}`: the frame of every table. Builtin of every template.

On a narrow screen each row becomes a card; `{% table plain %}` keeps its columns there.
"""

from __future__ import annotations

from django import template
from django.utils.html import format_html

register = template.Library()
# Only what has the focus can be scrolled by keyboard.
FRAME = """<div class="scroll" tabindex="0">
<table class="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>
</div>"""


class TableNode(template.Node):
    child_nodelists = ("headings", "rows")

    def __init__(self, layout: str, headings: template.NodeList, rows: template.NodeList) -> None:
        self.layout, self.headings, self.rows = layout, headings, rows

    def render(self, context: template.Context) -> str:
        return format_html(FRAME, self.layout, self.headings.render(context), self.rows.render(context))


@register.tag
def table(parser: template.base.Parser, token: template.base.Token) -> TableNode:
    layout = "plain" if "plain" in token.split_contents() else "stack"
    headings = parser.parse(("rows",))
    parser.delete_first_token()
    rows = parser.parse(("endtable",))
    parser.delete_first_token()
    return TableNode(layout, headings, rows)
