"""Workbooks made to end the process that reads them: refused in a sentence, by a process apart, within little
memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable

import pytest
import xlwt

from sambang.imports.sheets import SheetError, grid, read_register
from sambang.lib.sandbox import Limits

from . import workbooks

HEAD = ["No", "Nama Pemilik", "Nama Usaha", "Alamat", "HP"]
SHEET = "xl/worksheets/sheet1.xml"


def plain() -> bytes:
    return workbooks.xlsx({"Daftar": [HEAD, [1, "Sri", "UD Sri", "Joho", "081200000001"]]})


def rebuilt(change: Callable[[str, bytes], tuple[str, bytes]], more: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """A small list, its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
        for name, part in more:
            new.writestr(name, part)
    return out.getvalue()


def with_row(row: bytes) -> bytes:
    return rebuilt(
        lambda name, part: (name, part.replace(b"</sheetData>", row + b"</sheetData>") if name == SHEET else part)
    )


def elsewhere() -> bytes:
    """The sheet under another name than Excel's, with a cell in the last corner."""
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'

    def move(name: str, part: bytes) -> tuple[str, bytes]:
        if name == SHEET:
            return "xl/lain/satu.dat", part.replace(b"</sheetData>", far)
        return name, part.replace(b"worksheets/sheet1.xml", b"lain/satu.dat")

    return rebuilt(move)


def laughs(name: str, part: bytes) -> tuple[str, bytes]:
    """Entities of entities, three thousand million letters when spelled out."""
    if name not in {"xl/sharedStrings.xml", SHEET}:
        return name, part
    lines = [b'<!ENTITY a0 "haha">', *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))]
    begin = part.index(b"?>") + 2
    root = part[begin:].split(b"<", 2)[1].split(b" ")[0].split(b">")[0]
    document = part[:begin] + b"<!DOCTYPE " + root + b" [" + b"".join(lines) + b"]>" + part[begin:]
    return name, document.replace(b"Sri", b"&a9;")


def corners() -> bytes:
    """An XLS of 40 KB with eight sheets, each of 17 million cells."""
    book = xlwt.Workbook()
    for number in range(8):
        sheet = book.add_sheet(f"L{number}")
        sheet.write(0, 0, "Nama")
        sheet.write(65535, 255, "x")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def swelling() -> bytes:
    return rebuilt(lambda name, part: (name, part), [("xl/media/x.xml", b"0" * 30 * 2**20)])


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "single quotes": (lambda: with_row(b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"), "terlalu besar"),
    "spaced": (lambda: with_row(b'<row><c r = "XFD1048576"><v>1</v></c></row>'), "terlalu besar"),
    "a cell without its place": (
        lambda: with_row(b'<row r="3"><c r="XFD3"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>'),
        "terlalu besar",
    ),
    "another name": (elsewhere, "terlalu besar"),
    "corners of an XLS": (corners, "terlalu besar"),
    "one part that swells": (swelling, "terlalu besar"),
    "thousands of parts": (
        lambda: rebuilt(lambda name, part: (name, part), [(f"x{n}", b"") for n in range(2001)]),
        "terlalu besar",
    ),
    "binary parts": (lambda: rebuilt(lambda name, part: (name, part), [("xl/workbook.bin", b"\0")]), "XLSB"),
}


@pytest.fixture(autouse=True)
def _little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "UNPACK_LIMITS", Limits(megabytes=512, seconds=30))


@pytest.mark.parametrize("kind", BOMBS)
def test_refused_in_a_sentence(kind: str) -> None:
    made, words = BOMBS[kind]
    with pytest.raises(SheetError, match=words) as refused:
        read_register(made(), "ikm.xlsx")
    assert "\n" not in str(refused.value) and str(refused.value).endswith(".")


def test_entities_are_not_spelled_out() -> None:
    try:
        sheet = read_register(rebuilt(laughs), "ikm.xlsx")
    except SheetError:
        return
    assert all(len(row.owner) < 100 and "haha" not in row.owner for row in sheet.rows)


def test_two_parts_of_one_name() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = rebuilt(lambda name, part: (name, part), [(SHEET, b"<worksheet/>")])
    with pytest.raises(SheetError, match="rusak"):
        read_register(doubled, "ikm.xlsx")


def test_an_honest_list_is_read_within_the_same_limits() -> None:
    assert [row.owner for row in read_register(plain(), "ikm.xlsx").rows] == ["Sri"]
