"""Files that are no list: one clear sentence, at once, whatever they are."""

import io
import struct
import zipfile

import pytest

from sambang.imports.sheets import SheetError, read_register

from . import workbooks

HEAD = ["No", "Nama Pemilik", "Nama Usaha", "Alamat", "HP"]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _time in range(350):
                sheet.write(b"0" * 2**20)
    return out.getvalue()


def far_cell() -> bytes:
    """A list, and one cell in the last corner of the sheet: between them stand seventeen thousand million cells."""
    content = workbooks.xlsx({"Daftar": [HEAD, [1, "Sri", "UD Sri", "Joho", "081200000001"]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                part = part.replace(b"</sheetData>", far)
            new.writestr(name, part)
    return out.getvalue()


def repeated_ods() -> bytes:
    """A filled cell repeated a thousand million times in an OpenDocument file."""
    content = workbooks.ods({"Daftar": [HEAD, [1, "Sri", "UD Sri", "Joho", "x"]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "content.xml":
                many = (
                    b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
                    b'table:number-columns-repeated="1000"'
                )
                part = part.replace(b"<table:table-row><table:table-cell", many, 1)
            new.writestr(name, part)
    return out.getvalue()


def encrypted() -> bytes:
    """What Excel writes for a locked XLSX: an OLE container with a stream called EncryptedPackage."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024) + "EncryptedPackage".encode("utf-16-le") + bytes(4096)


def encrypted_xls() -> bytes:
    """An XLS of the old kind whose stream says FILEPASS right after its first record."""
    content = workbooks.xls({"Daftar": [HEAD]})
    start = content.index(struct.pack("<HHHH", 0x0809, 16, 0x0600, 0x0005))
    end = start + 20
    # The next record becomes FILEPASS (XOR) with the same length.
    return content[:end] + struct.pack("<H", 0x002F) + content[end + 2 :]


def locked_ods() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>")
        archive.writestr("content.xml", b"\x8f\x01\x02")
    return out.getvalue()


REFUSED = {
    "empty": (b"", "ikm.xlsx", "kosong"),
    "blank": (b" \r\n \r\n", "ikm.csv", "kosong"),
    "pdf renamed": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "ikm.xlsx", "PDF|bukan"),
    "picture renamed": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "ikm.xlsx", "bukan"),
    "web page renamed": (b"<!DOCTYPE html><html><body><p>Daftar</p></body></html>", "ikm.xls", "bukan|Tidak ada tabel"),
    "noise": (bytes(range(256)) * 20, "ikm.csv", "bukan"),
    "zip bomb": (bomb, "ikm.xlsx", "terlalu besar"),
    "far cell": (far_cell, "ikm.xlsx", "terlalu besar"),
    "repeated ods": (repeated_ods, "ikm.ods", "terlalu besar"),
    "locked xlsx": (encrypted, "ikm.xlsx", "kata sandi"),
    "locked xls": (encrypted_xls, "ikm.xls", "kata sandi"),
    "locked ods": (locked_ods, "ikm.ods", "kata sandi"),
    "cut zip": (lambda: workbooks.xlsx({"A": [HEAD]})[:900], "ikm.xlsx", "rusak"),
    "cut xls": (lambda: workbooks.xls({"A": [HEAD]})[:700], "ikm.xls", "rusak"),
    "no heading": (
        lambda: workbooks.xlsx({"A": [["rapat", "hari Senin"], [1, 2], ["kopi", 3]]}),
        "ikm.xlsx",
        "judul kolom",
    ),
    "headings only": (lambda: workbooks.xlsx({"A": [HEAD]}), "ikm.xlsx", "tidak.*IKM|Tidak ada"),
    "formulas only": (
        lambda: workbooks.xlsx({"A": [HEAD, *[[f"=Z{row}"] * 5 for row in range(2, 9)]]}),
        "ikm.xlsx",
        "rumus|Tidak ada",
    ),
    "too many columns": (
        lambda: workbooks.xlsx({"A": [HEAD + [f"K{number}" for number in range(260)]]}),
        "ikm.xlsx",
        "kolom",
    ),
    "one endless cell": (b"PK" + b"0" * 200_000, "ikm.xlsx", "bukan buku kerja"),
    "empty sheets": (lambda: workbooks.xlsx({"A": [], "B": []}), "ikm.xlsx", "Tidak ada"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", REFUSED)
def test_refused_with_one_sentence(kind):
    made, filename, words = REFUSED[kind]
    with pytest.raises(SheetError, match=words) as refused:
        read_register(made() if callable(made) else made, filename)
    assert "\n" not in str(refused.value) and str(refused.value).endswith(".")


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(SheetError, match="tidak"):
        read_register(tmp_path / "hilang.xlsx")
