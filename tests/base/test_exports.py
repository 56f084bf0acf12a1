"""Lists as workbooks: values keep their kind, and nothing that somebody typed becomes a formula."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

from python_calamine import CalamineWorkbook

from sambang.base.exports import workbook_bytes, workbook_response


def read(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_values_keep_their_kind() -> None:
    row = [
        "Jahit & Bordir",
        1_250_000,
        Decimal("12.5"),
        date(2022, 3, 31),
        None,
        "0812",
        datetime.fromisoformat("2022-03-31T09:30"),
    ]
    sheet = read(workbook_bytes(["a", "b", "c", "d", "e", "f", "g"], [row]))
    assert sheet[1] == [
        "Jahit & Bordir", 1_250_000.0, 12.5, date(2022, 3, 31), "", "0812", datetime.fromisoformat("2022-03-31T09:30"),
    ]  # fmt: skip


def test_typed_text_never_becomes_a_formula_or_a_link() -> None:
    typed = ['=HYPERLINK("http://jahat.test")', "+62812", "@SUM(A1)", "-1+1", "http://jahat.test"]
    content = workbook_bytes(typed, [typed])
    assert read(content) == [typed, typed]
    import zipfile

    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml


def test_a_number_too_long_for_a_spreadsheet_stays_whole() -> None:
    assert read(workbook_bytes(["NIK"], [[3404072502869997]]))[1] == ["3404072502869997"]


def test_the_download_has_its_name() -> None:
    answer = workbook_response("daftar-ikm", ["a"], [])
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''daftar-ikm.xlsx"
