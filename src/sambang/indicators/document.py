"""The indicator table as a Word document, for use in the LKjIP."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from sambang.access.models import Council
from sambang.indicators.queries import IndicatorResult
from sambang.lib.xml_text import xml_text

COLUMN_WIDTHS = (44, 48, 18, 23, 23, 21, 23, 21, 26, 22, 21)  # millimetres, in the order of `table_headings`
F4_LENGTH, F4_WIDTH, PAGE_MARGIN = Mm(330), Mm(215), Mm(20)  # F4, the common paper of Indonesian offices


def table_headings(year: int) -> list[str]:
    return [
        _("Sasaran"),
        _("Indikator"),
        _("Satuan"),
        _("Realisasi %(year)s") % {"year": year - 2},
        _("Realisasi %(year)s") % {"year": year - 1},
        _("Target %(year)s") % {"year": year},
        _("Realisasi %(year)s") % {"year": year},
        _("Capaian (%)"),
        _("Penilaian"),
        _("Target akhir Renstra"),
        _("Kemajuan (%)"),
    ]


def table_cells(result: IndicatorResult) -> list[object]:
    """The values of one line, in the order of `table_headings`."""
    indicator = result.indicator
    return [
        indicator.objective,
        indicator.name,
        indicator.unit,
        result.two_before,
        result.before,
        result.target,
        result.realised,
        result.achievement,
        result.grade,
        result.final_target,
        result.progress,
    ]


def word_document(council: Council, year: int, results: Sequence[IndicatorResult]) -> bytes:
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = F4_LENGTH, F4_WIDTH
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = PAGE_MARGIN
    document.styles["Normal"].font.size = Pt(10)
    document.add_heading(_("Capaian indikator kinerja %(year)s") % {"year": year}, level=1)
    document.add_paragraph(council.name)
    if council.is_simulated:
        document.add_paragraph(_("Data peragaan: semua angka dan nama di sini karangan."))
    titles = table_headings(year)
    table = document.add_table(rows=1, cols=len(titles), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, COLUMN_WIDTHS, strict=True):
        column.width = Mm(width)
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        cell.paragraphs[0].add_run(title).bold = True
    for result in results:
        for cell, value in zip(table.add_row().cells, table_cells(result), strict=True):
            cell.text = cell_text(value)
            if isinstance(value, Decimal) or value is None:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for row in table.rows:
        for cell, width in zip(row.cells, COLUMN_WIDTHS, strict=True):
            cell.width = Mm(width)
    document.add_paragraph(
        _("Dihitung dari register, kunjungan, tindakan dan izin di Sambang; rumus pada tiap indikator.")
    )
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def cell_text(value: object) -> str:
    """A cell as text: at most two decimals, and a dash for an unknown value."""
    if value is None:
        return "–"
    if isinstance(value, Decimal):
        decimals = 0 if value == value.to_integral_value() else 2
        return number_format(value, decimals, force_grouping=True)
    return xml_text(str(value))
