"""Lists as workbooks: values keep their kind, and nothing that somebody typed becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from sambang.lib.exports import WORKBOOK_CHUNK_ROWS, csv_response, workbook_bytes, workbook_response


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
        "Jahit & Bordir",
        1_250_000.0,
        12.5,
        date(2022, 3, 31),
        "",
        "0812",
        datetime.fromisoformat("2022-03-31T09:30"),
    ]


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


def test_a_csv_flows_and_its_headings_come_before_the_first_row_is_read() -> None:
    read: list[int] = []

    def rows() -> Iterator[list[object]]:
        for number in range(5 * WORKBOOK_CHUNK_ROWS):
            read.append(number)
            yield [number, "Batik"]

    parts = iter(csv_response("daftar", ["Nomor", "Nama"], rows()))
    assert next(parts) == "\ufeffNomor,Nama\r\n".encode()
    assert read == []
    next(parts)
    assert len(read) == WORKBOOK_CHUNK_ROWS  # no further than what was sent
    assert sum(part.count(b"\r\n") for part in parts) == 4 * WORKBOOK_CHUNK_ROWS


def test_a_csv_keeps_values_and_runs_no_formula() -> None:
    typed: list[object] = [
        '=HYPERLINK("http://jahat.test")',
        "+62812",
        "@SUM(A1)",
        "-1+1",
        "a,b",
        'kata "kain"',
        None,
        Decimal("12.5"),
        -3,
        date(2022, 3, 31),
        datetime.fromisoformat("2022-03-31T09:30:05.5"),
    ]
    content = b"".join(csv_response("daftar", ["a"] * len(typed), [typed])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content)))[1] == [
        '\'=HYPERLINK("http://jahat.test")',
        "+62812",
        "'@SUM(A1)",
        "'-1+1",
        "a,b",
        'kata "kain"',
        "",
        "12.5",
        "-3",
        "2022-03-31",
        "2022-03-31 09:30:05",
    ]


def test_a_csv_that_cannot_be_read_to_its_end_is_no_list() -> None:
    def rows() -> Iterator[list[object]]:
        yield ["Batik"]
        raise OSError("the database went away")

    with pytest.raises(OSError, match="went away"):
        list(csv_response("daftar", ["Nama"], rows()))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("before", ["Toko", "Toko, Jahit", 'Toko "Asri"', ""])
@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "＝"])
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits(separator: str, before: str, mark: str) -> None:
    hostile = [f"{before}{cut}{mark}1+1" for cut in (";", "\t", "\n", "\r\n", "; ", ';"', ';""', "\n ", ' ;\t"')]
    response = csv_response("x", ["nama", "lain"], [["satu", text, "dua"] for text in [*hostile, f" {mark}1+1"]])
    text = b"".join(response).decode().lstrip("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
    assert len(cells) >= 12
    assert [cell for cell in cells if cell.strip().startswith(mark)] == []
