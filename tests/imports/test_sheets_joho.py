"""The demo's own workbook: what the issue says must be found in it, and nothing else complained of."""

from importlib.resources import files

import pytest

from sambang.imports.sheets import read_register


@pytest.fixture(scope="module")
def sheet():
    return read_register((files("sambang.home") / "demo" / "ikm-joho.xlsx").read_bytes(), "ikm-joho.xlsx")


def test_thirty_six_of_which_twelve_embroider(sheet):
    assert len(sheet.rows) == 36 and sum(row.commodity == "Bordir" for row in sheet.rows) == 12
    assert not any("jumlah" in f"{row.name} {row.owner}".lower() or "ketua" in row.name.lower() for row in sheet.rows)
    assert sheet.duplicates == ()


def test_three_errors_are_reported_and_the_rows_are_stored(sheet):
    assert [(wrong.sheet, wrong.cell, wrong.value) for wrong in sheet.errors] == [
        ("Joho", "D19", "340407610364995"),
        ("Joho", "J28", ""),
        ("Joho", "R36", "2o16"),
    ]
    rows = {row.row: row for row in sheet.rows}
    assert (rows[19].nik, rows[28].kbli, rows[36].established) == (None, None, None)


def test_nine_members_are_businesses_of_the_list(sheet):
    assert len(sheet.members) == 9 and len({member.register for member in sheet.members}) == 9
    for member in sheet.members:
        assert sheet.rows[member.register].owner.upper() == member.name
        assert sheet.rows[member.register].commodity == "Bordir"
    assert [member.office for member in sheet.members] == ["chair", "secretary", "treasurer", *["member"] * 6]


def test_numbers_and_telephones_in_every_style(sheet):
    rows = {row.row: row for row in sheet.rows}
    assert (rows[12].investment, rows[24].investment) == (15_000_000, 133_000_000)
    assert (rows[16].annual_value, rows[33].capacity) == (48_000_000, 2_400)
    assert (rows[6].workers_male, rows[6].workers_female, rows[6].workers) == (0, 2, 2)
    assert rows[7].nib is None and rows[6].nib == "8444471006959"
    assert all(row.phone.startswith("+6281200") and len(row.phone) == 14 for row in sheet.rows)
