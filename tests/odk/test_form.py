"""The visit's form: one definition, its workbook, and a version that follows what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import pyxform
from pyxform.xls2xform import convert

from sambang.aspirations.difficulties import Difficulty
from sambang.aspirations.models import Aspiration
from sambang.lib.numbers import examples
from sambang.odk import visit_form as visit_form_module
from sambang.odk import xlsform
from sambang.odk.visit_form import visit_form, workbook
from sambang.odk.xlsform import ENTITY_LISTS, TWO_READINGS

pytestmark = [pytest.mark.django_db, pytest.mark.once]
JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"


def java() -> str:
    found = shutil.which("java")
    assert found, "Java 17 is missing: install Debian's openjdk-17-jdk-headless"
    return found


@pytest.mark.slow
def test_odk_validate_finds_the_form_valid(tmp_path: Path) -> None:
    file = tmp_path / "kunjungan.xml"
    file.write_bytes(visit_form().body)
    said = subprocess.run([java(), "-jar", str(JAR), str(file)], capture_output=True, text=True, check=False)
    assert said.returncode == 0 and "Xform is valid" in said.stdout, said.stderr
    file.write_bytes(visit_form().body.replace(b"count(instance('tindakan')", b"count(instance('entah')"))
    said = subprocess.run([java(), "-jar", str(JAR), str(file)], capture_output=True, text=True, check=False)
    assert said.returncode != 0, "a form that is wrong is seen"


def test_the_workbook_is_the_same_form() -> None:
    assert convert(workbook(), form_name="data").xform.encode() == visit_form().body


def test_pyxform_has_nothing_to_complain_of() -> None:
    warnings: list[str] = []
    convert(workbook(), form_name="data", warnings=warnings)
    assert warnings == []


def test_the_choices_are_those_of_the_pages() -> None:
    body = visit_form().body.decode()
    for value, label in [*Aspiration.Kind.choices, *Difficulty.choices]:
        assert f"<name>{value}</name><label>{label}</label>" in "".join(body.split("\n")).replace("> <", "><")


def test_a_changed_word_is_a_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    version, _made = visit_form_module.versioned()
    assert visit_form().version == version == visit_form_module.versioned()[0]

    def changed() -> Any:
        made = xlsform.sheets()
        made["survey"][3] = {**made["survey"][3], "label": "Kunjungan mana?"}
        return made

    monkeypatch.setattr(visit_form_module, "sheets", changed)
    assert visit_form_module.versioned()[0] != version


def test_every_list_that_the_form_asks_for_is_made() -> None:
    from sambang.odk.entities import ENTITY_CONTENTS
    from sambang.odk.queries import lists_of

    assert set(lists_of(visit_form())) == set(ENTITY_LISTS) == set(ENTITY_CONTENTS)


def test_an_amount_with_two_readings_is_asked_about_on_the_phone() -> None:
    asked = re.compile(TWO_READINGS)
    amounts = [row for row in examples() if row["kind"] == "quantity" and row["text"]]
    ambiguous = {row["text"] for row in amounts if row["outcome"] == "ambiguous"}
    assert ambiguous
    assert {row["text"] for row in amounts if asked.fullmatch(row["text"])} == ambiguous
