"""Any workbook: every filled cell and row is a value, a question, an error, or left aside with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sambang.imports.plan import plan_import
from sambang.imports.preview import balance, preview_rows
from sambang.imports.sheets import SheetError, dump_sheet, load_sheet, read_register
from sambang.registry.models import Region

from . import workbooks
from .test_lists_of_other_offices import checked

pytestmark = pytest.mark.slow

texts = st.sampled_from(
    ["", "", "Tini", "Jumlah", "Mengetahui", "Depok", "sda", "-", "081200000001", "3", "12,5", "ada", "NIB, PIRT belum"]
)
any_cells = st.one_of(texts, st.integers(0, 10**12), st.dates(), st.text("aZ9 .-/'", max_size=6), st.floats(0, 10**9))
headings = st.sampled_from(
    [
        "No",
        "Nama Pemilik",
        "Nama Usaha",
        "Alamat",
        "No HP",
        "Desa",
        "Produk",
        "TK L",
        "TK P",
        "Omset",
        "Merek",
        "Legalitas",
        "Lain",
        "",
    ]
)


@settings(max_examples=150)
@given(
    titles=st.lists(st.lists(texts, max_size=2), max_size=3),
    heads=st.lists(headings, min_size=3, max_size=9),
    rows=st.lists(st.lists(texts, max_size=10), max_size=12),
    again=st.booleans(),
)
def test_every_filled_cell_and_row_of_any_workbook_is_accounted_for(
    titles: list[list[str]], heads: list[str], rows: list[list[str]], again: bool
) -> None:
    more = [heads[::-1], *rows] if again else []
    lines = workbooks.lines([*titles, heads, *rows, *more])
    try:
        sheet = read_register(lines.encode(), "daftar.csv")
    except SheetError:
        return
    checked(sheet)
    assert sheet.cells.filled == sum(bool(cell.strip()) for row in [*titles, heads, *rows, *more] for cell in row)


blocks = st.builds(
    lambda titles, heads, rows: [*titles, *heads, *rows],
    st.lists(st.lists(texts, max_size=2), max_size=2),
    st.lists(st.lists(headings, min_size=3, max_size=9), max_size=3),  # none, one, or headings over several rows
    st.lists(st.lists(any_cells, max_size=10), max_size=8),
)
ranges = st.lists(st.sampled_from(["A1:B1", "C1:D2", "E2:F2", "B3:B5", "A4:A6", "D5:F5"]), unique=True, max_size=3)


def written(rows: list[list[Any]]) -> int:
    return sum(bool(str(cell).strip()) for row in rows for cell in row)


@settings(max_examples=40, deadline=None)
@given(
    sheets=st.lists(st.lists(blocks, min_size=1, max_size=3), min_size=1, max_size=3),
    merged=ranges,
    hidden=st.integers(1, 3),  # the first sheet of a workbook is shown
)
def test_every_filled_cell_of_any_sheets_is_accounted_for(
    sheets: list[list[list[list[Any]]]], merged: list[str], hidden: int
) -> None:
    """Several sheets, tables below each other, headings over several rows, merged ranges, a hidden sheet."""
    book = {f"L{at}": [row for block in parts for row in [*block, []]] for at, parts in enumerate(sheets)}
    shown = {name: rows for name, rows in book.items() if name != f"L{hidden}" or len(book) == 1}
    content = workbooks.xlsx(book, {"L0": merged}, hidden=[name for name in book if name not in shown])
    try:
        sheet = read_register(content, "daftar.xlsx")
    except SheetError:
        return
    checked(sheet)
    assert sheet.cells.filled == sum(map(written, shown.values()))
    assert all(item.reason for item in sheet.left_aside)
    assert load_sheet(dump_sheet(sheet)) == sheet


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    heads=st.lists(headings, min_size=3, max_size=9),
    rows=st.lists(st.lists(texts, max_size=10), min_size=1, max_size=12),
)
def test_the_preview_and_the_file_have_the_same_rows(
    places: dict[str, Region], heads: list[str], rows: list[list[str]]
) -> None:
    """Rows in = read + asked + left aside, after matching with the register."""
    try:
        sheet = read_register(workbooks.lines([heads, *rows]).encode(), "daftar.csv")
    except SheetError:
        return
    region = Region.objects.get(code="3404")
    sums = balance(sheet, preview_rows(sheet, plan_import(sheet, region=region, cluster=None, cluster_name="Baru")))
    total = sums["rows"].pop("in")
    assert total == sum(sums["rows"].values()) == sum(any(cell.strip() for cell in row) for row in rows)
    filled = sums["cells"].pop("filled")
    assert filled == sum(sums["cells"].values())
