"""The commands that need no database: tables out, one sentence on wrong input, exit code 2, nothing written."""

from __future__ import annotations

import csv
import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest

from sambang_stats import month_text
from sambang_stats.commands import main

from .panels import CASES, FIRST

UNITS = "unit,region,industry,start,end,weight\n" + "".join(
    f"u{i},{'3404072003' if i < 6 else '3402082001'},14111,,,{1000 * (i + 1)}\n" for i in range(12)
)
REPORTS = "unit,product,month,quantity,value\n" + "".join(
    f"u{i},baju,{month_text(FIRST + t)},{10 + i + t},{1000 * (10 + i + t)}\n" for i in range(12) for t in range(30)
)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "units.csv").write_text(UNITS)
    (tmp_path / "reports.csv").write_text(REPORTS)
    return tmp_path


def _rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _index(place, *more, reports="reports.csv", out="out.csv"):
    return main(["index", str(place / reports), "--units", str(place / "units.csv"), "--out", str(place / out), *more])


def test_index_by_regency_and_industry(place):
    assert _index(place, "--by", "region:4,industry:2") == 0
    rows = _rows(place / "out.csv")
    assert list(rows[0])[:8] == ["cell", "month", "index", "lower", "upper", "response", "borrowed", "status"]
    assert {row["cell"] for row in rows} == {"3404/14", "3402/14"}
    assert len(rows) == 60
    assert np.mean([float(row["index"]) for row in rows if row["cell"] == "3404/14"][:12]) == pytest.approx(100)


def test_index_to_parquet_and_from_semicolons(place):
    (place / "reports.csv").write_text(REPORTS.replace(",", ";"))
    assert _index(place, "--series", "same-lines", "--base", "2020", out="out.parquet") == 0
    table = pq.read_table(place / "out.parquet")
    assert table["index"].to_numpy()[12:24].mean() == pytest.approx(100)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("quantity,value", "qty,value", "Kolom quantity tidak ada"),
        ("u3,baju,2019-02", "u3,baju,2019-01", "Laporan ganda"),
        ("u3,baju,2019-02,14", "u3,baju,2019-02,-14", "negatif"),
        ("u3,baju,2019-02,14", "u3,baju,2019-02,empat belas", "bukan angka: “empat belas” di baris 93"),
        ("u3,baju,2019-02,14", "u3,baju,2019-02,1e300", "terlalu besar: 1e+300 di baris 93"),
        (
            "u3,baju,2021-02,38",
            "u3,baju,2021-02,10000000000000",
            "unit u3 pada 2021-02 bernilai lebih dari seribu triliun",
        ),
        ("u3,baju,2019-02", "u3,baju,2022-13", "2022-13"),
        ("u3,baju,2019-02", "u99,baju,2019-02", "Unit u99"),
    ],
)
def test_wrong_reports(place, capsys, old, new, said):
    assert old in REPORTS
    (place / "wrong.csv").write_text(REPORTS.replace(old, new))
    assert _index(place, reports="wrong.csv") == 2
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in place.iterdir()) == ["reports.csv", "units.csv", "wrong.csv"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--base", "2011"], "Tahun dasar 2011"),
        (["--by", "kota:3"], "--by tidak mengerti “kota:3”"),
        (["--by", "region:11"], "--by tidak mengerti"),
    ],
)
def test_wrong_options(place, capsys, more, said):
    assert _index(place, *more) == 2
    assert said in capsys.readouterr().err
    assert not (place / "out.csv").exists()


def test_an_excel_workbook_is_distinguished_from_a_broken_file(place, capsys):
    (place / "book.csv").write_bytes(b"PK\x03\x04 and so on")
    assert _index(place, reports="book.csv") == 2
    assert "simpan dahulu sebagai CSV" in capsys.readouterr().err


def test_decimal_commas_of_an_indonesian_spreadsheet(place):
    (place / "points.csv").write_text(REPORTS.replace("u3,baju,2019-02,14", "u3,baju,2019-02,14.5"))
    text = REPORTS.replace(",", ";").replace("u3;baju;2019-02;14", "u3;baju;2019-02;14,5")
    (place / "commas.csv").write_text(text)
    assert _index(place, reports="points.csv", out="points.out") == 0
    assert _index(place, reports="commas.csv", out="commas.out") == 0
    assert (place / "commas.out").read_text() == (place / "points.out").read_text()


def test_marks_name_the_reports_to_look_at(place):
    slip = REPORTS.replace("u3,baju,2020-06,30,30000", "u3,baju,2020-06,360,360000")
    assert slip != REPORTS
    (place / "reports.csv").write_text(slip)
    assert _index(place, "--marks", str(place / "marks.csv")) == 0
    [marked] = _rows(place / "marks.csv")
    assert (marked["unit"], marked["product"], marked["month"], marked["marks"]) == ("u3", "baju", "2020-06", "slip_12")
    assert float(marked["quantity"]) == 360
    assert float(marked["usual"]) == pytest.approx(28, abs=2)


def test_a_single_report_is_not_enough_data(place):
    (place / "reports.csv").write_text("\n".join(REPORTS.splitlines()[:2]))
    assert _index(place) == 0
    assert [(row["month"], row["status"]) for row in _rows(place / "out.csv")] == [("2019-01", "not_enough_data")]


@pytest.mark.parametrize("content", ["", "unit,product,month,quantity,value\n"])
def test_empty_input(place, capsys, content):
    (place / "empty.csv").write_text(content)
    assert _index(place, reports="empty.csv") == 2
    assert "kosong" in capsys.readouterr().err
    assert _index(place, reports="none.csv") == 2
    assert "tidak ada" in capsys.readouterr().err


def test_unknown_region(place, capsys):
    (place / "units.csv").write_text(UNITS.replace("3402082001", "9902082001"))
    assert _index(place) == 2
    assert "Wilayah “9902082001”" in capsys.readouterr().err


def test_adjust(place):
    months = FIRST + np.arange(72)
    value = 100 * (1 + 0.2 * np.sin(2 * np.pi * months / 12))
    lines = "".join(f"{month_text(int(m))},{v}\n" for m, v in zip(months, value, strict=True))
    (place / "series.csv").write_text("month,value\n" + lines)
    assert main(["adjust", str(place / "series.csv"), "--holidays", "none", "--out", str(place / "out.csv")]) == 0
    rows = _rows(place / "out.csv")
    assert [float(row["adjusted"]) for row in rows] == pytest.approx([100] * 72, rel=0.03)
    assert rows[0]["method"] in {"x13", "regression"}
    assert float(rows[0]["window"]) == 0


def test_adjust_refuses_doubled_months(place, capsys):
    (place / "series.csv").write_text("month,value\n2019-01,1\n2019-01,2\n")
    assert main(["adjust", str(place / "series.csv"), "--out", str(place / "out.csv")]) == 2
    assert "Bulan 2019-01 tertulis lebih dari sekali" in capsys.readouterr().err


@pytest.mark.parametrize("anticipation", [0, 1])
@pytest.mark.parametrize("control", ["never", "not-yet"])
def test_effect_agrees_with_csdid(place, control, anticipation):
    shutil.copy(CASES / "made_effect" / "panel.csv", place / "panel.csv")
    options = ["--control", control, "--anticipation", str(anticipation), "--out", str(place / "out.csv")]
    assert main(["effect", str(place / "panel.csv"), *options]) == 0
    rows = _rows(place / "out.csv")
    overall = {
        row["type"]: row for row in rows if row["estimate"] and not (row["group"] or row["period"] or row["event"])
    }
    expected = [
        row
        for row in _rows(CASES / "made_effect" / "expected.csv")
        if row["control"] == control and int(row["anticipation"]) == anticipation
    ]
    assert len(expected) == 4
    for row in expected:
        found = overall[row["average"]]
        assert float(found["estimate"]) == pytest.approx(float(row["estimate"]), abs=1e-12)
        assert float(found["std_error"]) == pytest.approx(float(row["std_error"]), abs=1e-12)
    assert rows[-1]["verdict"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0,,2,1.0,", "Unit 0 tertulis lebih dari sekali"),
        ("0,,9,1.0,5", "lebih dari satu first_treated"),
        ("0,,x,1.0,", "Periode “x”"),
    ],
)
def test_effect_refuses(place, capsys, line, said):
    (place / "panel.csv").write_text("unit,x,period,outcome,first_treated\n0,,1,1.0,\n0,,2,1.0,\n" + line + "\n")
    assert main(["effect", str(place / "panel.csv"), "--out", str(place / "out.csv")]) == 2
    assert said in capsys.readouterr().err
    assert not (place / "out.csv").exists()
