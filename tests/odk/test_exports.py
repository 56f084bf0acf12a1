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

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]

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


def exported(client: Client, form: OdkForm, kind: str) -> bytes:
    answer = client.get(f"/collect/formulir/{form.pk}/isian.{kind}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def test_tables_of_like_names_stay_apart(
    phone: CollectHere, signed_in: Callable[[Person], Client], sari: Person, sleman: Council, rina: Person
) -> None:
    """In a ZIP unpacked on Windows, and in Excel, which reserves the sheet name History."""

    def repeat(name: str, *inside: tuple[str, str, str]) -> list[tuple[str, str, str]]:
        return [("begin_repeat", name, name), ("text", f"{name}_", "T"), *inside, ("end_repeat", "", "")]

    repeats = [*repeat("a", *repeat("b")), *repeat("a-b"), *repeat("A"), *repeat("History")]
    form = offer_form(sleman, rina, xlsform=form_workbook([SURVEY[0], *repeats]))
    nested = "<a><a_>1</a_><b><b_>2</b_></b></a>"
    answers = nested + "".join(
        f"<{name}><{name}_>{at}</{name}_></{name}>" for at, name in enumerate(("a-b", "A", "History"), 3)
    )
    xml = f'<data id="pasar" version="1">{answers}<meta><instanceID>uuid:1</instanceID></meta></data>'
    assert phone.submit(xml.encode()) == [201]
    client = signed_in(sari)
    archive = zipfile.ZipFile(io.BytesIO(exported(client, form, "csv")))
    assert len({name.casefold() for name in archive.namelist()}) == len(archive.namelist()) == 6
    last_cells = {archive.read(name).decode().splitlines()[1].rpartition(",")[2] for name in archive.namelist()}
    assert last_cells >= {"1", "2", "3", "4", "5"}
    book = openpyxl.load_workbook(io.BytesIO(exported(client, form, "xlsx")))
    assert book.sheetnames == ["pasar", "a", "b", "a-b", "A_2", "History_2"]


def test_an_answer_keeps_its_place_where_another_version_has_a_repeat_of_its_name(
    phone: CollectHere, signed_in: Callable[[Person], Client], sari: Person, sleman: Council, rina: Person
) -> None:
    repeat = [("begin_repeat", "alat", "Alat"), ("text", "apa", "Apa"), ("end_repeat", "", "")]
    offer_form(sleman, rina, xlsform=form_workbook([SURVEY[0], *repeat]))
    text = [SURVEY[0], ("text", "alat", "Alat")]
    settings = [("form_id", "form_title", "version"), ("pasar", "S", "2")]
    form = offer_form(sleman, rina, xlsform=form_workbook(text, settings))
    phone.submit(
        b'<data id="pasar" version="2"><alat>gunting</alat><meta><instanceID>uuid:1</instanceID></meta></data>'
    )
    archive = zipfile.ZipFile(io.BytesIO(exported(signed_in(sari), form, "csv")))
    [row] = csv.DictReader(io.StringIO(archive.read("pasar.csv").decode("utf-8-sig")))
    assert row["alat"] == "gunting"


def test_a_text_longer_than_a_cell_says_so_and_nothing_reorders_or_runs(
    phone: CollectHere, signed_in: Callable[[Person], Client], sari: Person, sleman: Council, rina: Person
) -> None:
    form = offer_form(sleman, rina, xlsform=form_workbook())
    long, odd = "k" * 40_000, "Toko\u202e;@A1\t=1"
    for number, answer in enumerate((long, odd)):
        meta = f"<meta><instanceID>uuid:{number}</instanceID></meta>"
        phone.submit(f'<data id="pasar" version="1"><a>{answer}</a>{meta}</data>'.encode())
    client = signed_in(sari)
    sheet = openpyxl.load_workbook(io.BytesIO(exported(client, form, "xlsx")))["pasar"]
    shortened = str(sheet.cell(2, 6).value)
    assert len(shortened) == 32_767 and shortened.endswith("[terpotong: teks utuhnya ada di CSV]")
    rows = list(csv.DictReader(io.StringIO(exported(client, form, "csv").decode("utf-8-sig"))))
    assert [row["a"] for row in rows] == [long, "Toko;'@A1\t'=1"]


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
