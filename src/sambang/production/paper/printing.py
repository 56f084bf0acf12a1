"""The sheets of a month as PDF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from pathlib import Path
from typing import Any

import cv2
from django.conf import settings
from django.utils import translation

from sambang.lib.months import month_name
from sambang.lib.qr_codes import qr_svg
from sambang.lib.typesetting import accessible_pdf
from sambang.production.models import Report
from sambang.production.paper import layout
from sambang.registry.models import Business, ProductLine

SHEET_TEMPLATE = Path(__file__).parent / "sheet.typ"
MARKER_CELLS = 6  # of a marker's side, its black border included
NO_REPORT = "–"


@dataclass(frozen=True)
class SheetRow:
    line: ProductLine
    business: Business
    before: str  # the previous quantity with its unit


def rows_of(businesses: Sequence[Business], lines: Sequence[ProductLine], before: dict[Any, Report]) -> list[SheetRow]:
    """A row for each product line, in the order of the businesses. `before`: the latest report of each business."""
    by_business: dict[Any, list[ProductLine]] = {}
    for line in lines:
        by_business.setdefault(line.business_id, []).append(line)
    rows = []
    for business in businesses:
        report = before.get(business.pk)
        figures = {row.product_line_id: row.quantity_text for row in report.lines.all()} if report else {}
        for line in by_business.get(business.pk, []):
            text = figures.get(line.pk, "").rpartition(": ")[2]
            rows.append(SheetRow(line, business, text or NO_REPORT))
    return rows


def sheets_of(rows: Sequence[SheetRow], *, one_business: bool) -> list[Sequence[SheetRow]]:
    """The rows of each sheet: full sheets, or sheets of one business each."""
    if not one_business:
        return list(batched(rows, layout.ROWS, strict=False))
    by_business: dict[Any, list[SheetRow]] = {}
    for row in rows:
        by_business.setdefault(row.business.pk, []).append(row)
    return [sheet for own in by_business.values() for sheet in batched(own, layout.ROWS, strict=False)]


def sheet_inputs(sheets: Sequence[Sequence[SheetRow]], *, month: date, council: str, place: str) -> dict[str, str]:
    """What the template reads."""
    data = {
        "title": f"Produksi {month_name(month)}, {place}",
        "month": month_name(month),
        "council": council,
        "place": place,
        "markers": layout.MARKERS,
        "marker": layout.MARKER,
        "marker_images": [marker_svg(number) for number in range(len(layout.MARKERS))],
        "qr": layout.QR,
        "first_row": layout.FIRST_ROW,
        "row": layout.SHEET_ROW_HEIGHT,
        "box": layout.BOX,
        "box_top": layout.BOX_TOP,
        "quantity": layout.QUANTITY,
        "quantity_boxes": layout.QUANTITY_BOXES,
        "value": layout.VALUE,
        "value_boxes": layout.VALUE_BOXES,
        "sheets": [
            {
                "qr": qr_svg(str(layout.SheetReference(month, tuple(row.line.pk for row in sheet)))),
                "rows": [
                    {
                        "business": row.business.name,
                        "owner": row.business.owner.name,
                        "product": row.line.name,
                        "unit": row.line.unit,
                        "before": row.before,
                    }
                    for row in sheet
                ],
            }
            for sheet in sheets
        ],
    }
    return {"data": json.dumps(data, ensure_ascii=False)}


@translation.override(settings.LANGUAGE_CODE)
def sheets_pdf(sheets: Sequence[Sequence[SheetRow]], *, month: date, council: str, place: str) -> bytes:
    inputs = sheet_inputs(sheets, month=month, council=council, place=place)
    return accessible_pdf(SHEET_TEMPLATE, root=SHEET_TEMPLATE.parent, ignore_system_fonts=True, sys_inputs=inputs)


def marker_svg(number: int) -> str:
    """A corner marker of `DICT_4X4_50`."""
    cells = cv2.aruco.generateImageMarker(
        cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), number, MARKER_CELLS
    )
    black = "".join(
        f'<rect x="{x}" y="{y}" width="1.01" height="1.01"/>'
        for y, row in enumerate(cells.tolist())
        for x, cell in enumerate(row)
        if not cell
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MARKER_CELLS} {MARKER_CELLS}">{black}</svg>'
