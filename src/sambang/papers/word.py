"""Official papers as Word documents (DOCX), which an office can edit further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from io import BytesIO
from itertools import zip_longest
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
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

PAGE_WIDTH, PAGE_LENGTH = Mm(210), Mm(297)
LEFT_MARGIN, RIGHT, TOP, BOTTOM = Mm(28), Mm(22), Mm(20), Mm(22)
LINE_LENGTH = PAGE_WIDTH - LEFT_MARGIN - RIGHT
LABEL_WIDTHS = (Mm(36), Mm(4), LINE_LENGTH - Mm(40))
SMALL_TEXT, FOOTER_TEXT = Pt(9.5), Pt(8.5)
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
        document.paragraphs[-1].paragraph_format.space_after = Pt(10)
    for block, following in zip_longest(content.blocks, content.blocks[1:]):
        SETTERS[type(block)](document, block)
        if isinstance(block, Text) and isinstance(following, TableBlock | Chart | Items):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    _footer(section.footer.paragraphs[0], content.footer)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _footer(paragraph: Any, text: str) -> None:
    """The text, and at the right margin the number of the page and of all pages."""
    paragraph.paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(LINE_LENGTH, WD_TAB_ALIGNMENT.RIGHT)
    for part, field in ((f"{text}\t", "PAGE"), (" / ", "NUMPAGES")):
        paragraph.add_run(part).font.size = FOOTER_TEXT
        number = OxmlElement("w:fldSimple")
        number.set(qn("w:instr"), field)
        run = paragraph.add_run()
        run.font.size = FOOTER_TEXT
        run.text = "1"
        number.append(run._r)  # noqa: SLF001 # python-docx does not name this property
        paragraph._p.append(number)  # noqa: SLF001


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
    last.paragraph_format.space_after = Pt(10)


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
            paragraph = document.add_paragraph(part)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if block.is_at_right else WD_ALIGN_PARAGRAPH.JUSTIFY


def _labels(document: Any, block: Labels) -> None:
    table = _columns(document.add_table(rows=len(block.rows), cols=3), LABEL_WIDTHS)
    for row, (label, value) in zip(table.rows, block.rows, strict=True):
        for cell, text in zip(row.cells, (label, ":", value), strict=True):
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            cell.paragraphs[0].add_run(text)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _columns(table: Any, widths: tuple[int, ...]) -> Any:
    """Fix the column widths, also for programs that read only the grid of a table. A row stays on one page."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        _row(row, widths)
    return table


def _row(row: Any, widths: tuple[int, ...]) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 # python-docx does not name it
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = width


def _items(document: Any, block: Items) -> None:
    for item in block.items:
        _lines(document.add_paragraph(style="List Number" if block.numbered else "List Bullet"), item)


def _table(document: Any, block: TableBlock) -> None:
    widths = tuple(LINE_LENGTH * width // sum(block.widths) for width in block.widths)
    table = _columns(document.add_table(rows=1, cols=len(block.headings), style="Table Grid"), widths)
    for cell, heading in zip(table.rows[0].cells, block.headings, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 # python-docx does not name this property
    for values in block.rows:
        row = table.add_row()
        if block.row_height:
            row.height = Mm(block.row_height + 3)
        _row(row, widths)
        for cell, value in zip(row.cells, values, strict=True):
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            _lines(cell.paragraphs[0], value)
    fits_on_page = len(block.rows) <= WHOLE_ROWS
    for row in table.rows if fits_on_page else (table.rows[0], *table.rows[-LAST_ROWS:]):
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    gap = document.add_paragraph().paragraph_format
    gap.space_after, gap.keep_with_next = Pt(0), True


def _signatures(document: Any, block: Signatures) -> None:
    """All in one row of a table, which stays on one page."""
    frame = _columns(document.add_table(rows=1, cols=1), (LINE_LENGTH,)).cell(0, 0)
    first = frame.paragraphs[0]
    if block.above:
        first.add_run(block.above)
        first = frame.add_paragraph()
    first.add_run(block.place_and_date)  # of a letter it stands above
    first.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    beside = frame.add_table(rows=2, cols=len(block.signatures))  # two rows, so that the names stand level
    beside.alignment = WD_TABLE_ALIGNMENT.CENTER
    _columns(beside, (LINE_LENGTH // len(block.signatures),) * len(block.signatures))
    for column, one in zip(beside.columns, block.signatures, strict=True):
        if one:
            for cell, fill in zip(column.cells, (_signature_role, _signature_name), strict=True):
                empty = cell.paragraphs[0]
                fill(cell, one)
                cell._element.remove(empty._p)  # noqa: SLF001 # a cell is made with one
    if block.below:
        _signature_role(frame, block.below)
        _signature_name(frame, block.below)


def _signature_role(parent: Any, one: SignatureBlock) -> None:
    for line in (one.role, one.note):
        _centred(parent, line).paragraph_format.keep_with_next = True


def _signature_name(parent: Any, one: SignatureBlock) -> None:
    if one.image:
        _centred(parent, "").add_run().add_picture(BytesIO(one.image), height=Mm(16))
    else:
        _centred(parent, "\n\n").paragraph_format.keep_with_next = True
    name = _centred(parent, one.name or BLANK_LINE, bold=bool(one.name))
    name.runs[0].underline = bool(one.name)
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
