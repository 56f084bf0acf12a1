"""A council's own form is offered whole, or refused with the reason."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
import xlsxwriter
import xlwt
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sambang.access.models import Council, Person
from sambang.odk.models import FormMedia, OdkForm, Submission
from sambang.odk.operations import offer_form
from tests.odk.collect import RejectedError
from tests.odk.conftest import CollectHere

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]
type Lines = Sequence[Sequence[str]]
SETTINGS: Lines = [("form_id", "form_title", "version"), ("pasar", "Survei pasar", "1")]
SURVEY: Lines = [("type", "name", "label"), ("text", "a", "A")]


def form_workbook(survey: Lines = SURVEY, settings: Lines = SETTINGS, **sheets: Lines) -> bytes:
    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        book.set_properties({"created": datetime(2022, 3, 31, tzinfo=UTC)})  # the same rows, the same bytes
        for name, lines in {"survey": survey, "settings": settings, **sheets}.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    return output.getvalue()


def xls_workbook(sheets: dict[str, Lines]) -> bytes:
    output, book = io.BytesIO(), xlwt.Workbook()
    for name, lines in sheets.items():
        sheet = book.add_sheet(name)
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                sheet.write(number, column, value)
    book.save(output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("public_key", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq", "public_key"),
        ("submission_url", "https://lain.example/kirim", "https://lain.example/kirim"),
    ],
)
def test_a_form_that_hides_answers_or_sends_them_elsewhere_is_refused(
    sleman: Council, rina: Person, column: str, value: str, why: str
) -> None:
    settings = [(*SETTINGS[0], column), (*SETTINGS[1], value)]
    with pytest.raises(ValidationError, match=why):
        offer_form(sleman, rina, xlsform=form_workbook(settings=settings))
    assert not OdkForm.objects.exists()


@pytest.mark.parametrize("name", ["ikm", "pengrajin"])
def test_a_form_that_makes_entities_is_refused_by_the_lists_name(sleman: Council, rina: Person, name: str) -> None:
    entities = [("list_name", "label"), (name, "${a}")]
    with pytest.raises(ValidationError, match=f"entities.*{name}"):
        offer_form(sleman, rina, xlsform=form_workbook(entities=entities))


def test_an_encrypted_submission_is_refused(phone: CollectHere, sleman: Council, rina: Person) -> None:
    offer_form(sleman, rina, xlsform=form_workbook())
    envelope = b"""<data id="pasar" version="1" encrypted="yes"><base64EncryptedKey>a</base64EncryptedKey>
<encryptedXmlFile>submission.xml.enc</encryptedXmlFile><meta><instanceID>uuid:1</instanceID></meta></data>"""
    with pytest.raises(RejectedError, match="400: Kiriman ini tersandi"):
        phone.submit(envelope)


def test_a_form_without_a_version_gets_one_of_its_content(phone: CollectHere, sleman: Council, rina: Person) -> None:
    settings = [("form_id", "form_title"), ("pasar", "Survei pasar")]
    first = offer_form(sleman, rina, xlsform=form_workbook(settings=settings))
    second = offer_form(sleman, rina, xlsform=form_workbook([*SURVEY, ("text", "b", "B")], settings))
    assert first.version and first.version != second.version
    own = phone.forms()[1]
    assert own.version == second.version
    assert f'id="pasar" version="{second.version}"'.encode() in phone.download(own)
    with pytest.raises(ValidationError, match="sudah ada"):
        offer_form(sleman, rina, xlsform=form_workbook(settings=settings))


@pytest.mark.parametrize("lines", [[("form_title",), ("Survei",)], [("form_title", "version"), ("Survei", "1")]])
def test_a_form_without_form_id_is_refused_by_the_name_of_the_column(
    sleman: Council, rina: Person, lines: Lines
) -> None:
    with pytest.raises(ValidationError, match="form_id di lembar settings"):
        offer_form(sleman, rina, xlsform=form_workbook(settings=lines))


def test_a_form_may_be_named_like_pyxforms_default(sleman: Council, rina: Person) -> None:
    settings = [SETTINGS[0], ("data", "Survei", "1")]
    assert offer_form(sleman, rina, xlsform=form_workbook(settings=settings)).form_id == "data"


def test_an_xls_workbook_is_taken(phone: CollectHere, sleman: Council, rina: Person) -> None:
    content = xls_workbook({"survey": SURVEY, "settings": [SETTINGS[0], ("survei_xls", "Survei", "1")]})
    assert offer_form(sleman, rina, xlsform=content).form_id == "survei_xls"
    assert phone.forms()[1].form_id == "survei_xls"


@pytest.mark.parametrize("content", [bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, b"PK\x03\x04 rusak", b"a,b\n1,2"])
def test_another_file_is_refused_in_words_of_the_office(sleman: Council, rina: Person, content: bytes) -> None:
    with pytest.raises(ValidationError, match="bukan XLSX maupun XLS"):
        offer_form(sleman, rina, xlsform=content)


REFERRING = [
    ("type", "name", "label", "media::image", "appearance", "calculation"),
    ("select_one_from_file kecamatan.csv", "kec", "Kecamatan"),
    ("select_one_from_file toko.geojson", "toko", "Toko"),
    ("note", "n", "Logo", "logo dinas.png"),
    ("text", "kode", "Kode"),
    ("calculate", "harga", "", "", "", "pulldata('harga','h','k',${kode})"),
    ("select_one jenis", "pilih", "Pilih", "", "search('jenis_kain')"),
]
CHOICES = [("list_name", "name", "label"), ("jenis", "name", "label")]
FILES = {
    "kecamatan.csv": b"name,label\n1,Gamping\n",
    "toko.geojson": b'{"type":"FeatureCollection","features":[]}',
    "logo dinas.png": b"\x89PNG",
    "harga.csv": b"k,h\n1,2\n",
    "jenis_kain.csv": b"name,label\nlurik,Lurik\n",
}


def test_the_files_of_a_form_are_listed_with_hashes_and_served(
    phone: CollectHere, signed_in: Callable[[Person], Client], sleman: Council, rina: Person
) -> None:
    uploads = [SimpleUploadedFile(name, content) for name, content in FILES.items()]
    workbook = SimpleUploadedFile("pasar.xlsx", form_workbook(REFERRING, choices=CHOICES))
    answer = signed_in(rina).post(
        "/collect/formulir/", {"xlsform": workbook, "attachments": uploads, "council": sleman.pk}
    )
    assert answer.status_code == 302
    media = {medium.name: medium for medium in phone.media(phone.forms()[1])}
    assert set(media) == set(FILES)
    assert {name: phone.download(medium) for name, medium in media.items()} == FILES


@pytest.mark.parametrize("name", FILES)
def test_a_reference_without_a_file_is_refused_by_its_name(sleman: Council, rina: Person, name: str) -> None:
    media = {key: content for key, content in FILES.items() if key != name}
    with pytest.raises(ValidationError, match=name):
        offer_form(sleman, rina, xlsform=form_workbook(REFERRING, choices=CHOICES), media=media)
    assert not OdkForm.objects.exists() and not FormMedia.objects.exists()


def test_files_nobody_opens_and_our_own_lists_are_refused(sleman: Council, rina: Person) -> None:
    with pytest.raises(ValidationError, match=r"tidak memakai berkas lain\.csv"):
        offer_form(sleman, rina, xlsform=form_workbook(), media={"lain.csv": b"a"})
    with pytest.raises(ValidationError, match=r"ikm\.csv adalah daftar Sambang"):
        offer_form(sleman, rina, xlsform=form_workbook(), media={"ikm.csv": b"a"})


def test_each_reference_gets_the_file_of_its_own_name(phone: CollectHere, sleman: Council, rina: Person) -> None:
    """Also where names differ only in spaces, or where one is composed and the other decomposed (Unicode NFC, NFD)."""
    composed, decomposed = (unicodedata.normalize(form, "kué.jpg") for form in ("NFC", "NFD"))
    names = (composed, "harga kain.jpg", "hargakain.jpg")
    survey = [
        ("type", "name", "label", "media::image"),
        *(("text", f"q{at}", "Q", name) for at, name in enumerate(names)),
    ]
    media = {decomposed: b"kue", "harga kain.jpg": b"spasi", "hargakain.jpg": b"rapat"}
    offer_form(sleman, rina, xlsform=form_workbook(survey), media=media)
    served = {medium.name: phone.download(medium) for medium in phone.media(phone.forms()[1])}
    assert served == dict(zip(names, (b"kue", b"spasi", b"rapat"), strict=True))
    with pytest.raises(ValidationError, match=r"tidak memakai berkas kain\.jpg"):
        offer_form(
            sleman,
            rina,
            xlsform=form_workbook([survey[0], ("text", "a", "A", "ka in.jpg")], [SETTINGS[0], ("pasar", "S", "2")]),
            media={"ka in.jpg": b"1", "kain.jpg": b"2"},
        )


@pytest.mark.parametrize(
    "appearance", ["search('ikm')", 'search("ikm.csv")', "minimal search('ikm', 'matches', 'b', 1)"]
)
def test_our_list_is_served_to_a_form_that_searches_it(
    phone: CollectHere, sleman: Council, rina: Person, appearance: str
) -> None:
    survey = [("type", "name", "label", "appearance"), ("select_one k", "b", "B", appearance)]
    choices = [("list_name", "name", "label"), ("k", "name", "label")]
    offer_form(sleman, rina, xlsform=form_workbook(survey, choices=choices))
    assert [medium.name for medium in phone.media(phone.forms()[1])] == ["ikm.csv"]


def test_the_form_list_has_no_directional_controls(phone: CollectHere, sleman: Council, rina: Person) -> None:
    offer_form(sleman, rina, xlsform=form_workbook(settings=[SETTINGS[0], ("pasar", "Survei\u202e rasap", "1")]))
    assert phone.forms()[1].name == "Survei rasap"


def test_a_new_version_keeps_the_files_that_are_not_uploaded_again(
    phone: CollectHere, sleman: Council, rina: Person
) -> None:
    offer_form(sleman, rina, xlsform=form_workbook(REFERRING, choices=CHOICES), media=FILES)
    settings = [SETTINGS[0], ("pasar", "Survei pasar", "2")]
    newer = {"harga.csv": b"k,h\n1,3\n"}
    offer_form(sleman, rina, xlsform=form_workbook(REFERRING, settings, choices=CHOICES), media=newer)
    served = {medium.name: phone.download(medium) for medium in phone.media(phone.forms()[1])}
    assert served == FILES | newer


def test_the_audit_log_and_background_audio_are_awaited(phone: CollectHere, sleman: Council, rina: Person) -> None:
    survey = [("type", "name", "label"), ("audit", "audit"), ("background-audio", "rekam"), ("text", "a", "A")]
    offer_form(sleman, rina, xlsform=form_workbook(survey))
    xml = b"""<data id="pasar" version="1"><rekam>r.m4a</rekam><a>x</a>
<meta><audit>audit.csv</audit><instanceID>uuid:1</instanceID></meta></data>"""
    assert phone.post(xml, {}, more_comes=True).status == 201
    assert Submission.objects.get().missing_files() == ["audit.csv", "r.m4a"]
    assert phone.submit(xml, {"audit.csv": b"event\n", "r.m4a": b"suara"}) == [201]
    assert Submission.objects.get().missing_files() == []


def test_a_required_answer_left_open_is_marked(phone: CollectHere, sleman: Council, rina: Person) -> None:
    survey = [
        ("type", "name", "label", "required"),
        ("text", "a", "A", "yes"),
        ("begin_repeat", "alat", "Alat", ""),
        ("text", "nama", "Nama", "yes"),
        ("end_repeat", "", "", ""),
        ("text", "tak_berlaku", "T", "yes"),
    ]
    offer_form(sleman, rina, xlsform=form_workbook(survey))
    xml = b"""<data id="pasar" version="1"><a/><alat><nama>x</nama></alat><alat><nama/></alat>
<meta><instanceID>uuid:1</instanceID></meta></data>"""
    assert phone.submit(xml) == [201]
    row = Submission.objects.get()
    assert row.unanswered == ["a", "alat/nama"] and len(row.problems()) == 2
    assert str(row) == "Survei pasar"
