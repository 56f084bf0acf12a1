"""Exports of a council's own form: a table for each repeat, columns in form order, our own columns untouched."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from django.test import Client

from sambang.access.models import Council, Person
from sambang.odk.models import OdkForm
from sambang.odk.operations import offer_form
from tests.odk.conftest import CollectHere
from tests.odk.test_own_forms import form_workbook

pytestmark = pytest.mark.django_db

SURVEY = [
    ("type", "name", "label"),
    ("text", "_by", "Oleh"),
    ("text", "_instance_id", "Nomor"),
    ("select_multiple kain", "kain", "Kain"),
    ("begin_group", "usaha", "Usaha"),
    ("integer", "modal", "Modal"),
    ("end_group", "", ""),
    ("begin_repeat", "pekerja", "Pekerja"),
    ("text", "_key", "Kunci"),
    ("text", "nama", "Nama"),
    ("begin_repeat", "alat", "Alat"),
    ("text", "apa", "Apa"),
    ("end_repeat", "", ""),
    ("end_repeat", "", ""),
    ("text", "akhir", "Akhir"),
]
CHOICES = [("list_name", "name", "label"), ("kain", "lurik", "Lurik"), ("kain", "batik", "Batik")]
ANSWERS = """<data id="pasar" version="1"><_by>palsu</_by><_instance_id>bukan</_instance_id><kain>batik lain</kain>
<usaha><modal>12</modal></usaha><pekerja><_key>k</_key><nama>Ani</nama><alat><apa>gunting</apa></alat>
<alat><apa>jarum</apa></alat></pekerja><pekerja><_key/><nama>Budi</nama></pekerja><akhir>x</akhir><tambahan>t</tambahan>
<meta><instanceID>uuid:1</instanceID></meta></data>"""


@pytest.fixture
def export(
    phone: CollectHere, signed_in: Callable[[Person], Client], sari: Person, sleman: Council, rina: Person
) -> Callable[[str], tuple[str, bytes]]:
    form = offer_form(sleman, rina, xlsform=form_workbook(SURVEY, choices=CHOICES))
    assert phone.submit(ANSWERS.encode()) == [201]

    def get(kind: str) -> tuple[str, bytes]:
        answer = signed_in(sari).get(f"/collect/formulir/{form.pk}/isian.{kind}")
        assert answer.status_code == 200
        return answer.headers["Content-Disposition"], b"".join(answer.streaming_content)  # type: ignore[arg-type]

    return get


def test_csv_has_a_table_for_each_repeat_in_form_order(export: Callable[[str], tuple[str, bytes]]) -> None:
    name, content = export("csv")
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert 'filename="pasar.zip"' in name
    tables = {
        name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig")))) for name in archive.namelist()
    }
    main, workers, tools = tables["pasar.csv"], tables["pasar-pekerja.csv"], tables["pasar-pekerja-alat.csv"]
    own = ["_instance_id", "_received_at", "_by", "_phone", "_files"]
    questions = ["isian:_by", "isian:_instance_id", "kain", "kain/lurik", "kain/batik", "usaha/modal", "akhir"]
    assert main[0] == [*own, *questions, "meta/instanceID", "kain/lain", "tambahan"]
    row = dict(zip(main[0], main[1], strict=True))
    assert (row["_instance_id"], row["_by"], row["isian:_by"]) == ("uuid:1", "Sari", "palsu")
    assert (row["kain"], row["kain/lurik"], row["kain/batik"], row["kain/lain"]) == ("batik lain", "0", "1", "1")
    assert workers == [
        ["_key", "_parent_key", "isian:_key", "nama"],
        ["uuid:1/pekerja[1]", "uuid:1", "k", "Ani"],
        ["uuid:1/pekerja[2]", "uuid:1", "", "Budi"],
    ]
    assert tools[1:] == [
        ["uuid:1/pekerja[1]/alat[1]", "uuid:1/pekerja[1]", "gunting"],
        ["uuid:1/pekerja[1]/alat[2]", "uuid:1/pekerja[1]", "jarum"],
    ]


def test_the_workbook_has_a_sheet_for_each_table_and_numbers(export: Callable[[str], tuple[str, bytes]]) -> None:
    name, content = export("xlsx")
    assert 'filename="pasar.xlsx"' in name
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["pasar", "pekerja", "alat"]
    head, row = ([cell.value for cell in line] for line in book["pasar"].iter_rows())
    assert dict(zip(head, row, strict=True))["usaha/modal"] == 12
    assert [line[3].value for line in book["pekerja"].iter_rows()] == ["nama", "Ani", "Budi"]


def test_a_form_without_repeats_is_one_csv(
    phone: CollectHere, signed_in: Callable[[Person], Client], sari: Person, sleman: Council, rina: Person
) -> None:
    form: OdkForm = offer_form(sleman, rina, xlsform=form_workbook())
    answer = signed_in(sari).get(f"/collect/formulir/{form.pk}/isian.csv")
    assert 'filename="pasar.csv"' in answer.headers["Content-Disposition"]
    assert b"".join(answer.streaming_content).decode("utf-8-sig").startswith("_instance_id,")  # type: ignore[arg-type]


def test_our_columns_in_json_are_ours(export: Callable[[str], tuple[str, bytes]]) -> None:
    [row] = json.loads(export("json")[1])
    assert (row["_by"], row["isian:_by"], row["_instance_id"]) == ("Sari", "palsu", "uuid:1")
