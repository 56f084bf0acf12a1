"""Every code has its sentence, and every place that raises a code gives the facts that its sentence names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import sambang_stats
from sambang_stats.coaching_effect import Conclusion
from sambang_stats.errors import PanelError, Problem, TableName
from sambang_stats.messages import CONCLUSIONS, ERROR_SENTENCES, STAGE_LABELS, TABLE_LABELS, sentence
from sambang_stats.progress import Stage

MODULES = sorted(Path(sambang_stats.__file__).parent.glob("*.py"))


def test_every_code_has_a_sentence():
    assert set(ERROR_SENTENCES) == set(Problem)
    assert set(TABLE_LABELS) == set(TableName)
    assert set(STAGE_LABELS) == set(Stage)
    assert set(CONCLUSIONS) == set(Conclusion)


def test_every_raised_code_has_the_facts_of_its_sentence():
    raised = set()
    for module in MODULES:
        for call in ast.walk(ast.parse(module.read_text())):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "PanelError":
                continue
            [code] = call.args
            facts = {keyword.arg for keyword in call.keywords}
            codes = [Problem[code.attr]] if isinstance(code, ast.Attribute) else RAISED_BY_NAME[module.name]
            for problem in codes:
                raised.add(problem)
                assert facts == set(re.findall(r"%\((\w+)\)", ERROR_SENTENCES[problem])), (module.name, problem)
    assert raised == set(Problem)


RAISED_BY_NAME = {
    "input_table.py": (Problem.NUMBER_TOO_LARGE, Problem.NEGATIVE_NUMBER),
    "commands.py": (Problem.UNKNOWN_MONTH_IN_COLUMN, Problem.UNKNOWN_PERIOD),
}


def test_a_sentence_is_translated_with_its_facts():
    error = PanelError(Problem.EMPTY_MONTH, column="month", table=TableName.UNITS, row=3)
    assert sentence(error) == "Kolom month pada daftar unit kosong di baris 3; tulis seperti 2022-03."
    english = {
        ERROR_SENTENCES[Problem.EMPTY_MONTH]: "%(column)s of %(table)s",
        TABLE_LABELS[TableName.UNITS]: "the list of units",
    }
    assert sentence(error, english.__getitem__) == "month of the list of units"
    assert str(error) == "empty_month {'column': 'month', 'table': <TableName.UNITS: 'units'>, 'row': 3}"


def test_only_the_commands_know_sentences():
    importing = {module.name for module in MODULES if "sambang_stats.messages" in module.read_text()}
    assert importing == {"commands.py", "panel_command.py"}
