"""Whatever stands in a file: an answer, or one sentence and exit code 2; never a traceback, never half a file."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from sambang_stats.commands import main

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
