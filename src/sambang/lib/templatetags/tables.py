"""`{% table _("Barang") number:_("Harga") unseen:_("Pilihan") %} rows {% endtable %}`. Builtin of every template.

A heading of figures is aligned with them, one of buttons is only read aloud. On a narrow screen each row becomes a card
whose cells name their column: the tag writes `data-label`. Headings that depend on the page are written as
`{% table %} <th>…</th> {% rows %} rows {% endtable %}`; one within an element, as in `<th><span>…`, labels no cell.
`{% table plain … %}` keeps its columns on a narrow screen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# Only what has the focus can be scrolled by keyboard.
FRAME = """<div class="scroll" tabindex="0">
<table class="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>
</div>"""
HEADING_CELLS = {
    "": '<th scope="col">{}</th>',
    "number": '<th scope="col" class="number">{}</th>',
    "unseen": '<th scope="col"><span class="unseen">{}</span></th>',
}
HEADING = re.compile(r"<th\b[^>]*>([^<]*)")
ROW_OR_CELL = re.compile(r"<(tr|td|th)\b([^>]*)>")
COLSPAN = re.compile(r'colspan="(\d+)"')


class TableNode(template.Node):
    child_nodelists = ("headings", "rows")

    def __init__(self, layout: str, headings: template.NodeList, rows: template.NodeList) -> None:
        self.layout, self.headings, self.rows = layout, headings, rows

    def render(self, context: template.Context) -> str:
        headings, rows = self.headings.render(context), self.rows.render(context)
        if self.layout == "stack":
            rows = _labelled(rows, [text.strip() for text in HEADING.findall(headings)])
        return format_html(FRAME, self.layout, headings, rows)


class HeadingsNode(template.Node):
    def __init__(self, headings: Sequence[tuple[str, FilterExpression]]) -> None:
        self.headings = headings

    def render(self, context: template.Context) -> SafeString:
        return format_html_join(
            "", "{}", ((format_html(HEADING_CELLS[kind], text.resolve(context)),) for kind, text in self.headings)
        )


def _labelled(rows: SafeString, headings: Sequence[str]) -> SafeString:
    """Each cell of one column with its heading; a row's `<th>` is the title of its card."""
    place = 0

    def label(match: re.Match[str]) -> str:
        nonlocal place
        kind, attributes = match.groups()
        if kind == "tr":
            place = 0
            return match[0]
        heading = headings[place] if place < len(headings) else ""
        columns = COLSPAN.search(attributes)
        place += int(columns[1]) if columns else 1
        return match[0] if kind == "th" or columns or not heading else f'<td{attributes} data-label="{heading}">'

    return mark_safe(ROW_OR_CELL.sub(label, rows))  # noqa: S308  # headings and rows are escaped already


@register.tag
def table(parser: Parser, token: Token) -> TableNode:
    _name, *arguments = token.split_contents()
    layout = arguments.pop(0) if arguments[:1] == ["plain"] else "stack"
    if arguments:
        pairs = [
            argument.partition(":") if argument.startswith(("number:", "unseen:")) else ("", "", argument)
            for argument in arguments
        ]
        headings = template.NodeList(
            [HeadingsNode([(kind, parser.compile_filter(text)) for kind, _colon, text in pairs])]
        )
    else:
        headings = parser.parse(("rows",))
        parser.delete_first_token()
    rows = parser.parse(("endtable",))
    parser.delete_first_token()
    return TableNode(layout, headings, rows)
