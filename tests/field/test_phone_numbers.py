"""The phone's reader of numbers: the same tables as Python's, and the same examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_mini_racer import MiniRacer
from tools.phone_tables import TARGET, module

import sambang
from sambang.lib.numbers import examples
from sambang.production.amounts import Amount
from sambang.production.plausibility import UsualFigures, line_questions
from sambang.registry.models import ProductLine
from tests.lib.test_numbers import outcome

STATIC = Path(sambang.__file__).parent / "field" / "static" / "field"
OUTCOME = """
(kind, unit, text) => {
  const ways = {
    number: () => readNumber(text).value,
    whole: () => ofInteger(readInteger(text, { units: [unit] })),
    rupiah: () => ofInteger(readInteger(text, { money: true })),
    quantity: () => readQuantity(text, unit),
  };
  try {
    return `value;${plain(ways[kind]())}`;
  } catch (wrong) {
    if (wrong instanceof AmbiguousNumberError) return `ambiguous;${wrong.readings.map(plain).join(" | ")}`;
    if (wrong instanceof NumberError) return `refused;${wrong.code}`;
    throw wrong;
  }
}
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[MiniRacer]:
    """V8 with the modules as one script: imports and exports between them taken away."""
    modules = ("tables.js", "numbers.js", "plausibility.js")
    script = "".join((STATIC / name).read_text(encoding="utf-8") for name in modules)
    script = re.sub(r"^import \{[^}]*\} from \"./\w+.js\";$", "", script, flags=re.M)
    with MiniRacer() as engine:
        engine.eval("const translate = (text) => text")
        engine.eval(re.sub(r"^export ", "", script, flags=re.M))
        engine.eval(f"const outcome = {OUTCOME}")
        yield engine


def test_the_phone_reads_every_example_as_python_does(engine: MiniRacer) -> None:
    rows = list(examples())
    assert len(rows) > 150
    read = {}
    for row in rows:
        asked = ", ".join(json.dumps(row[name]) for name in ("kind", "unit", "text"))
        read[row["kind"], row["unit"], row["text"]] = engine.eval(f"outcome({asked})")
    assert read == {(row["kind"], row["unit"], row["text"]): f"{row['outcome']};{row['result']}" for row in rows}


@settings(max_examples=100)
@given(
    st.sampled_from(["number", "whole", "rupiah", "quantity"]),
    st.sampled_from(["", "%", "potong", "stel", "kg", "botol", "karung"]),
    st.lists(
        st.sampled_from(
            [
                "0",
                "1",
                "2",
                "5",
                "12",
                "250",
                "500",
                "000",
                "1.000",
                "1,250",
                "0.500",
                "2,5",
                "3.75",
                "1/2",
                "½",
                ".",
                ",",
                "-",
                "+",
                "/",
                "(",
                ")",
                "rp",
                "Rp.",
                "juta",
                "jt",
                "ribu",
                "rb",
                "ratus",
                "miliar",
                "m",
                "M",
                "k",
                "kodi",
                "lusin",
                "potong",
                "kg",
                "ton",
                "kuintal",
                "dus",
                "bulan",
                "per",
                "/bln",
                "%",
                "satu",
                "dua",
                "puluh",
                "seratus",
                "lima",
                "belas",
                "dan",
                "sekitar",
                "±",
                "nihil",
                "setengah",
            ]
        ),
        max_size=7,
    ),
    st.sampled_from(["", " "]),
)
@pytest.mark.slow
def test_the_phone_reads_any_text_as_python_does(
    engine: MiniRacer, kind: str, unit: str, parts: list[str], between: str
) -> None:
    text = between.join(parts)
    asked = ", ".join(json.dumps(value) for value in (kind, unit, text))
    assert engine.eval(f"outcome({asked})") == ";".join(outcome(kind, unit, text)), (kind, unit, text)


def test_the_phone_asks_in_the_same_sentence(engine: MiniRacer) -> None:
    said = engine.eval("try { readNumber('0.500') } catch (asked) { asked.message }")
    assert said == "“0.500” dapat berarti 500 atau 0,5: tulis salah satunya."


def test_the_phones_tables_are_pythons() -> None:
    assert TARGET.read_text(encoding="utf-8") == module(), "run python tools/phone_tables.py"


UNITS_TRIED = ["potong", "kodi", "stel", "kg", "meter", "karung"]
FIGURES = st.one_of(st.integers(1, 10**6), st.sampled_from([12, 20, 144, 240, 1269, 12690, 126900]))


def phone_questions(engine: MiniRacer, unit: str, amount: Amount, usual: UsualFigures) -> list[str]:
    figures = {"quantity": usual.quantity, "price": usual.price, "capacity": usual.capacity}
    given = (
        {"name": "Kemeja", "unit": unit},
        {"quantity": float(amount.quantity), "value": amount.value or 0},
        {name: figure and float(figure) for name, figure in figures.items()},
    )
    return list(json.loads(engine.eval(f"JSON.stringify(lineQuestions({', '.join(map(json.dumps, given))}))")))


@settings(max_examples=300)
@given(
    st.sampled_from(UNITS_TRIED),
    FIGURES,
    st.none() | st.integers(1, 10**8),
    st.none() | FIGURES,
    st.tuples(st.none() | FIGURES, st.none() | FIGURES),
)
def test_the_phone_asks_about_odd_figures_as_the_office_does(
    engine: MiniRacer, unit: str, quantity: int, value: int | None, normal: int | None, others: tuple[int | None, ...]
) -> None:
    line, amount = ProductLine(name="Kemeja", unit=unit), Amount(Decimal(quantity), value, "")
    usual = UsualFigures(*(figure and Decimal(figure) for figure in (normal, *others)))
    assert phone_questions(engine, unit, amount, usual) == line_questions(line, amount, usual)


def test_a_figure_ten_times_the_usual_one_is_asked_about(engine: MiniRacer) -> None:
    amount, usual = Amount(Decimal(12690), None, ""), UsualFigures(Decimal(1269))
    asked = phone_questions(engine, "potong", amount, usual)
    assert asked == ["Kemeja: 12.690 potong, padahal biasanya sekitar 1.269 potong. Apakah maksudnya 1.269 potong?"]
    assert phone_questions(engine, "potong", Amount(Decimal(1300), None, ""), usual) == []
