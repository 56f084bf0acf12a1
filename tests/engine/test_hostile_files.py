"""Any file gives an answer, or one sentence and exit code 2; never a traceback, never half a file."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pyarrow.csv as pa_csv
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sambang_stats import month_number, month_text
from sambang_stats.commands import main

from .panels import refused

COLUMNS = {
    "index": ("unit", "product", "month", "quantity", "value"),
    "adjust": ("month", "value"),
    "effect": ("unit", "period", "outcome", "first_treated", "cluster"),
}
CELL = st.one_of(
    st.sampled_from(
        (
            "",
            " ",
            "0",
            "-1",
            "1",
            "2.5",
            "1e308",
            "-1e309",
            "NaN",
            "inf",
            "9" * 40,
            "1,5",
            "2022-01",
            "2022-13",
            "0000-00",
            "9999-12",
            "2022-1",
            "2022-01-31",
            "-",
            "u1",
            "=1+1",
            '"',
            "\0",
            "a;b",
            "ꦲ",
            "🧵",
            "null",
            "u" * 2000,
        )
    ),
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=False).map(str),
    st.text(max_size=6),
)
GOOD = {
    "unit": st.sampled_from(("u1", "u2", "u3")),
    "product": st.just("baju"),
    "month": st.sampled_from(("2022-01", "2022-02", "2022-03", "2023-01")),
    "quantity": st.integers(1, 90).map(str),
    "value": st.integers(1, 9000).map(str),
    "period": st.sampled_from(("2022-01", "2022-02", "2022-03")),
    "outcome": st.integers(-9, 90).map(str),
    "first_treated": st.sampled_from(("", "2022-02")),
    "cluster": st.sampled_from(("a", "b")),
}


@st.composite
def file(draw: st.DrawFn, command: str) -> bytes:
    """A table most of whose cells are right; or bytes that are none."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    columns = COLUMNS[command]
    if draw(st.integers(0, 9)) == 0:
        columns = tuple(draw(st.permutations(columns)))[: draw(st.integers(0, len(columns)))]
    separator, worst = draw(st.sampled_from(",;\t")), draw(st.sampled_from((0, 0, 3, 30)))
    rows = [
        [draw(CELL if draw(st.integers(0, 99)) < worst else GOOD[name]) for name in columns]
        for _row in range(draw(st.integers(0, 12)))
    ]
    if rows and draw(st.integers(0, 9)) == 0:
        rows[-1] = rows[-1][:-1]
    text = "\n".join(separator.join(row) for row in [list(columns), *rows]) + "\n"
    return text.encode(draw(st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))), "replace")


@pytest.mark.parametrize("command", COLUMNS)
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_an_answer_or_a_sentence(tmp_path: Path, command: str, suffix: str) -> None:
    @hypothesis_settings(
        max_examples=60 if suffix == ".csv" else 15,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(content=file(command))
    def tried(content: bytes) -> None:
        given_file, out = tmp_path / f"masuk{suffix}", tmp_path / "keluar.csv"
        given_file.write_bytes(content)
        out.unlink(missing_ok=True)
        complained = io.StringIO()
        with contextlib.redirect_stderr(complained):
            code = main([command, str(given_file), "--out", str(out)])
        assert code in {0, 2}
        assert out.exists() is (code == 0)
        if code == 2:
            assert complained.getvalue().strip() and "Traceback" not in complained.getvalue()

    tried()


def _index(tmp_path, text, encoding="utf-8"):
    file, out = tmp_path / "reports.csv", tmp_path / "out.csv"
    file.write_text(text, encoding=encoding)
    return main(["index", str(file), "--out", str(out)]), out


def _rows(quantities, unit="u1"):
    months = [f"2019-{month:02d}" for month in range(1, len(quantities) + 1)]
    return "unit,product,month,quantity,value\n" + "".join(
        f"{unit},baju,{month},{quantity},\n" for month, quantity in zip(months, quantities, strict=True)
    )


@pytest.mark.parametrize("text", ["1.010", '"1,010"'])
def test_a_mark_that_may_be_thousands_or_decimal_is_refused(tmp_path, capsys, text):
    assert _index(tmp_path, _rows(["900", "980", text]))[0] == 2
    plain = text.strip('"')
    assert f"“{plain}” di baris 4" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["900.000", "1.800.000"], 2),
        (["0.900", "1.800"], 2),
        (["2500.5", "4877.125"], 1.9506),
        (["900", '"1,234,567"'], 1371.741),
        (['"800,5"', "1.601"], 2),
        (['"1.234,50"', '"2.469"'], 2),
        (['"1,234.50"', '"2,469"'], 2),
        (["1250.5", '"2,501"'], 2),
        (["1e3", "1.5e3"], 1.5),
    ],
)
def test_marks_that_can_be_only_one_thing_are_read_as_that(tmp_path, written, meant):
    code, out = _index(tmp_path, _rows(written))
    found = pa_csv.read_csv(out)["index"].to_pylist()
    assert code == 0
    assert found[1] / found[0] == pytest.approx(meant, rel=1e-3)


@pytest.mark.parametrize("written", [["12.5", '"12,5"'], ['"1.234,5"', '"1,234.5"'], ["1.234.567", "0.5"]])
def test_two_decimal_marks_in_a_column_are_refused(tmp_path, capsys, written):
    assert _index(tmp_path, _rows(written))[0] == 2
    assert "Kolom quantity pada laporan memakai koma dan titik" in capsys.readouterr().err


def test_the_decimal_mark_of_one_column_is_that_of_the_others(tmp_path):
    text = "unit;product;month;quantity;value\nu1;baju;2019-01;12,5;1.250\nu1;baju;2019-02;25;2.500\n"
    code, out = _index(tmp_path, text)
    assert code == 0
    assert pa_csv.read_csv(out)["index"].to_pylist() == pytest.approx([200 / 3, 400 / 3])


def _run(tmp_path, command, text, encoding="utf-8"):
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(text, encoding=encoding)
    return main([command, str(file), "--out", str(out)]), out


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (["987", "1.010", "995"], None),
        (["100.125", "101.250", "99.875"], [100.125, 101.25, 99.875]),
        (["100,125", "101,250", "99,875"], [100.125, 101.25, 99.875]),
        (["1.234,5", "987", "1.010"], [1234.5, 987, 1010]),
        (["99,5", "100", "101,25"], [99.5, 100, 101.25]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_series_are_read_by_the_same_rules(tmp_path, capsys, values, read, encoding):
    text = "month;value\n" + "".join(f"2020-{month:02d};{value}\n" for month, value in enumerate(values, 1))
    code, out = _run(tmp_path, "adjust", text, encoding)
    if read is None:
        assert code == 2
        assert "“1.010” di baris 3" in capsys.readouterr().err
    else:
        assert code == 0
        assert pa_csv.read_csv(out)["observed"].to_pylist() == pytest.approx(read)


@pytest.mark.parametrize(("outcomes", "code"), [(("0,9", "1,1"), 0), (("1.050", "1.010"), 0), (("2", "1.010"), 2)])
def test_outcomes_of_an_effect_are_read_by_the_same_rules(tmp_path, capsys, outcomes, code):
    rows = [
        f"u{unit};{month_text(2020 * 12 + month)};{outcomes[(unit + month) % 2]};{'2021-01' if unit < 4 else ''}"
        for unit in range(8)
        for month in range(18)
    ]
    found, _ = _run(tmp_path, "effect", "unit;period;outcome;first_treated\n" + "\n".join(rows))
    assert found == code
    assert ("1.010" in capsys.readouterr().err) is (code == 2)


def test_units_and_the_register_of_a_panel_are_read_by_the_same_rules(tmp_path, capsys):
    text = "unit;region;industry;start;end;weight\n" + "".join(
        f"u{number};3404072003;14111;;;{weight}\n" for number, weight in enumerate(["1.010", "900", "2.500"])
    )
    units = tmp_path / "units.csv"
    units.write_text(text)
    assert main(["panel", str(units), "--size", "2", "--out", str(tmp_path / "out.csv")]) == 2
    assert "Kolom weight pada daftar unit" in capsys.readouterr().err
    units.write_text(text.replace("1.010", "1.234.567,5"))
    assert main(["panel", str(units), "--size", "2", "--out", str(tmp_path / "out.csv")]) == 0


@pytest.mark.parametrize("where", ["heading", "row"])
def test_other_encodings_are_refused_in_one_sentence(tmp_path, capsys, where):
    text = _rows([1, 2, 3], unit="bu é") if where == "row" else "é," + _rows([1, 2, 3])
    assert _index(tmp_path, text, "latin-1")[0] == 2
    assert "tidak disimpan sebagai UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_utf_16_is_refused_in_one_sentence(tmp_path, capsys, encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"
    assert _index(tmp_path, mark + _rows([1, 2, 3]), encoding)[0] == 2
    assert "UTF-16" in capsys.readouterr().err


def test_a_unit_may_be_called_na_and_rows_of_nothing_are_no_reports(tmp_path):
    code, out = _index(tmp_path, _rows([10, "NA", 30], unit="NA") + ",,,,\n,,,,\n")
    assert code == 0
    assert pa_csv.read_csv(out)["index"].to_pylist() == pytest.approx([60, 60, 180])


def test_a_wrong_cell_is_named_by_the_row_of_the_spreadsheet(tmp_path, capsys):
    assert _index(tmp_path, _rows([10, "sepuluh", 30]))[0] == 2
    assert "baris 3" in capsys.readouterr().err


@pytest.mark.parametrize("empty", ["\n\n", ",,,,\n", ',"",,,\n\n,,,,\n'])
def test_empty_rows_count_as_in_the_spreadsheet(tmp_path, capsys, empty):
    """Rows of nothing are no reports, and the spreadsheet numbers them; a text of two lines is one row."""
    head, first, *others = _rows([10, 20, "tiga puluh"]).splitlines(keepends=True)
    text = "".join([head, first.replace("baju", '"baju\nanak"'), empty, *others])
    assert _index(tmp_path, text)[0] == 2
    row = len(list(csv.reader(io.StringIO(text))))
    assert f"“tiga puluh” di baris {row}." in capsys.readouterr().err
    (tmp_path / "seri.csv").write_text("month,value\n2019-01,1\n,\n\n2019-02,dua\n")
    assert main(["adjust", str(tmp_path / "seri.csv"), "--out", str(tmp_path / "out.csv")]) == 2
    assert "di baris 5" in capsys.readouterr().err


@pytest.mark.parametrize("month", ["2019-01-99", "", "Mei"])
def test_a_wrong_month_is_named_with_its_row(tmp_path, capsys, month):
    head = "unit,product,month,quantity,value\n"
    right = "".join(f"u{unit},baju,2019-{number:02d},10,\n" for unit in range(3) for number in range(1, 13))
    assert _index(tmp_path, head + right + f"u0,baju,{month},10,\n" + right)[0] == 2
    assert "baris 38" in capsys.readouterr().err


@pytest.mark.parametrize("month", ["2019-01-99", "2019-02-29", "2019-00", "2019-13", "0019-01", "9019-01"])
def test_a_day_that_does_not_exist_is_no_month(month):
    with refused("tidak ada"):
        month_number(month)


TREATED = "unit,period,outcome,first_treated\n" + "".join(
    f"u{unit},{month_text(2020 * 12 + month)},1,{'2020-09' if unit < 3 else ''}\n"
    for unit in range(6)
    for month in range(18)
)
LEVELS = "month,value\n" + "".join(f"2019-{month:02d},{90 + month}\n" for month in range(1, 13))


@pytest.mark.parametrize(
    ("command", "text", "named"),
    [
        ("adjust", LEVELS.replace("2019-07", "2019-17"), "baris 8"),
        ("adjust", LEVELS + "2019-04,3\n", "Bulan 2019-04"),
        ("adjust", LEVELS + "month,value\n", "Baris 14 pada deret mengulang judul kolom"),
        ("adjust", LEVELS.replace(",97", ",97,5"), "Baris 8 berkas in.csv berisi 3 sel, bukan 2"),
        ("effect", TREATED.replace("u1,2020-03", "u1,2020-33"), "baris 22"),
        ("effect", TREATED.replace("2020-09", "September", 1), "(Kolom first_treated pada panel, baris 2.)"),
        ("effect", TREATED + "u4,2020-02,1,\n", "Unit u4"),
        ("index", _rows([10, 20, 30]) + "unit,product,month,quantity,value\n", "Baris 5 pada laporan mengulang"),
        ("index", _rows([10, "20,5", 30]), "Baris 3 berkas in.csv berisi 6 sel, bukan 5"),
        ("index", _rows([10, 20, 30]) + "u1;baju\n", "Baris 5 berkas in.csv berisi 1 sel"),
    ],
)
def test_what_is_wrong_is_named_in_every_command(tmp_path, capsys, command, text, named):
    assert _run(tmp_path, command, text)[0] == 2
    assert named in capsys.readouterr().err


def test_a_line_of_blanks_is_no_report(tmp_path):
    head, *others = _rows([10, 20, 30]).splitlines(keepends=True)
    code, out = _index(tmp_path, head + "   \n" + "".join(others) + "\n  \n")
    assert code == 0
    assert pa_csv.read_csv(out)["index"].to_pylist() == pytest.approx([50, 100, 150])


@pytest.mark.parametrize("unit", [1, 1e-3, 1e-6])
def test_the_unit_of_measure_of_quantities_without_values_changes_nothing(tmp_path, unit):
    made = [12, 7, 30, 11]
    code, out = _index(tmp_path, _rows([f"{number * unit:.7f}" for number in made]))
    assert code == 0
    assert pa_csv.read_csv(out)["index"].to_pylist() == pytest.approx([number / 15 * 100 for number in made])


def test_of_zeros_alone_there_is_no_index(tmp_path):
    rows = "".join(_rows([0] * 12, unit=f"u{number}").partition("\n")[2] for number in range(6))
    code, out = _index(tmp_path, "unit,product,month,quantity,value\n" + rows)
    found = pa_csv.read_csv(out)
    assert code == 0
    assert set(found["status"].to_pylist()) == {"not_enough_data"}
    assert found["index"].null_count == 12
