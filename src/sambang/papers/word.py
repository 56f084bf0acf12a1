"""Official papers as Word documents (DOCX), which an office can edit further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from io import BytesIO
from itertools import zip_longest
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt

from sambang.lib.xml_text import xml_text
from sambang.papers.blocks import (
    BLANK_LINE,
    Block,
    Chart,
    Heading,
    Items,
    Labels,
    LetterheadContent,
    PaperContent,
    Pictures,
    SignatureBlock,
    Signatures,
    TableBlock,
    Text,
)

WORD_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE_WIDTH, PAGE_LENGTH = Mm(210), Mm(297)
LEFT_MARGIN, RIGHT, TOP, BOTTOM = Mm(28), Mm(22), Mm(20), Mm(22)
LINE_LENGTH = PAGE_WIDTH - LEFT_MARGIN - RIGHT
SMALL_TEXT = Pt(9.5)
LAST_ROWS = 3  # rows of a table that stay on one page with the following block
WHOLE_ROWS = 15  # largest table that is not broken between pages
CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def _for_xml(value: Any) -> Any:
    """The same content without the characters that XML cannot hold."""
    if isinstance(value, str):
        return xml_text(value)
    if isinstance(value, list | tuple):
        return type(value)(_for_xml(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _for_xml(getattr(value, field.name)) for field in fields(value)})
    return value


def render_word(content: PaperContent) -> bytes:
    document: Any = Document()
    content = _for_xml(content)
    section = document.sections[0]
    section.page_width, section.page_height = PAGE_WIDTH, PAGE_LENGTH
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        LEFT_MARGIN,
        RIGHT,
        TOP,
        BOTTOM,
    )
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.paragraph_format.space_after = Pt(4)
    properties = document.core_properties
    properties.title, properties.author, properties.language = content.footer, content.letterhead.council, "id-ID"
    properties.created = properties.modified = content.dated_at.replace(tzinfo=None)
    _letterhead(document, content.letterhead)
    if content.has_title:
        _centred(document, content.title.upper(), size=Pt(13), bold=True)
        if content.number is not None:
            _centred(document, f"Nomor: {content.number or BLANK_LINE}")
    for block, following in zip_longest(content.blocks, content.blocks[1:]):
        SETTERS[type(block)](document, block)
        if isinstance(block, Text) and isinstance(following, TableBlock | Chart | Items):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    section.footer.paragraphs[0].add_run(content.footer).font.size = Pt(8.5)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _letterhead(document: Any, head: LetterheadContent) -> None:
    if head.logo:
        _centred(document, "").add_run().add_picture(BytesIO(head.logo), height=Mm(20))
    if head.authority:
        _centred(document, head.authority.upper(), size=Pt(12))
    last = _centred(document, head.council.upper(), size=Pt(15), bold=True)
    if head.region and not head.authority:
        last = _centred(document, head.region.upper(), size=Pt(12))
    for line in (head.address, head.contact):
        if line:
            last = _centred(document, line, size=SMALL_TEXT)
    _rule_below(last)


def _rule_below(paragraph: Any) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "thickThinSmallGap"), ("sz", "18"), ("space", "4"), ("color", "auto")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph.paragraph_format.element.get_or_add_pPr().append(borders)


def _centred(parent: Any, text: str, *, size: Any = None, bold: bool = False) -> Any:
    paragraph = parent.add_paragraph()
    paragraph.alignment = CENTRE
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold = bold
    if size:
        run.font.size = size
    return paragraph


def _lines(paragraph: Any, text: str) -> None:
    """Add the lines of a text; lines after the first are smaller."""
    first, *others = text.split("\n")
    paragraph.add_run(first)
    for line in others:
        run = paragraph.add_run()
        run.add_break()
        run.add_text(line)
        run.font.size = SMALL_TEXT


def _heading(document: Any, block: Heading) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(block.text)
    run.bold, run.italic = block.level == 1, block.level != 1
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(8)


def _text(document: Any, block: Text) -> None:
    for part in block.text.split("\n"):
        if part.strip():
            document.add_paragraph(part).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _labels(document: Any, block: Labels) -> None:
    table = document.add_table(rows=0, cols=3)
    for label, value in block.rows:
        _fill(table.add_row().cells, (label, ":", value), (Mm(36), Mm(4), LINE_LENGTH - Mm(40)))
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _items(document: Any, block: Items) -> None:
    for item in block.items:
        _lines(document.add_paragraph(style="List Number" if block.numbered else "List Bullet"), item)


def _table(document: Any, block: TableBlock) -> None:
    table = document.add_table(rows=1, cols=len(block.headings), style="Table Grid")
    widths = tuple(LINE_LENGTH * width // sum(block.widths) for width in block.widths)
    for cell, heading, width in zip(table.rows[0].cells, block.headings, widths, strict=True):
        cell.width = width
        cell.paragraphs[0].add_run(heading).bold = True
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 # python-docx does not name this property
    for values in block.rows:
        row = table.add_row()
        if block.row_height:
            row.height = Mm(block.row_height + 3)
        _fill(row.cells, values, widths)
    fits_on_page = len(block.rows) <= WHOLE_ROWS
    for row in table.rows if fits_on_page else (table.rows[0], *table.rows[-LAST_ROWS:]):
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    gap = document.add_paragraph().paragraph_format
    gap.space_after, gap.keep_with_next = Pt(0), True


def _fill(cells: Any, values: tuple[str, ...], widths: tuple[int, ...]) -> None:
    for cell, value, width in zip(cells, values, widths, strict=True):
        cell.width = width
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)
        _lines(cell.paragraphs[0], value)


def _signatures(document: Any, block: Signatures) -> None:
    if block.above:
        document.add_paragraph(block.above).paragraph_format.keep_with_next = True
    place = document.add_paragraph(block.place_and_date)
    place.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    place.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(block.signatures))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, one in zip(table.rows[0].cells, block.signatures, strict=True):
        if one:
            _signature(cell, one)
    if block.below:
        _signature(document, block.below)


def _signature(parent: Any, one: SignatureBlock) -> None:
    for line in (one.role, one.note):
        _centred(parent, line).paragraph_format.keep_with_next = True
    if one.image:
        _centred(parent, "").add_run().add_picture(BytesIO(one.image), height=Mm(16))
    else:
        _centred(parent, "\n\n").paragraph_format.keep_with_next = True
    _centred(parent, one.name or BLANK_LINE, bold=bool(one.name))
    for line in filter(None, one.below.split("\n")):
        _centred(parent, line, size=SMALL_TEXT)


def _pictures(document: Any, block: Pictures) -> None:
    table = document.add_table(rows=0, cols=2)
    for position in range(0, len(block.pictures), 2):
        cells = table.add_row().cells
        for cell, (jpeg, caption) in zip(cells, block.pictures[position : position + 2], strict=False):
            cell.paragraphs[0].add_run().add_picture(BytesIO(jpeg), width=LINE_LENGTH // 2 - Mm(4))
            cell.add_paragraph().add_run(caption).font.size = SMALL_TEXT


def _chart(document: Any, block: Chart) -> None:
    shape = document.add_picture(BytesIO(block.picture), width=LINE_LENGTH * block.width // 100)
    shape._inline.docPr.set("descr", block.alt)  # noqa: SLF001 # python-docx does not name this property


SETTERS: dict[type[Block], Callable[[Any, Any], None]] = {
    Heading: _heading,
    Text: _text,
    Labels: _labels,
    Items: _items,
    TableBlock: _table,
    Signatures: _signatures,
    Pictures: _pictures,
    Chart: _chart,
}
