"""The office's pages: keys for phones, the council's own forms, what was sent."""

from __future__ import annotations

import base64
import csv
import io
import json
import zipfile
import zlib
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from sambang.access.models import Council, Person, Role
from sambang.odk import settings_qr
from sambang.odk.models import CollectKey, OdkForm, Submission
from sambang.odk.operations import NewKey, give_key, make_key, offer_form, revoke_key, withdraw_form
from tests.odk.collect import RejectedError
from tests.odk.conftest import CollectHere, own_answers, own_workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_form(sleman: Council, rina: Person) -> OdkForm:
    return offer_form(sleman, rina, xlsform=own_workbook())


def test_an_officer_connects_a_phone_of_her_own(
    signed_in: Callable[[Person], Client], sari: Person, sleman: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    drawn = settings_qr.settings_picture
    monkeypatch.setattr("sambang.odk.views.forms.settings_picture", lambda code: shown.append(code) or drawn(code))  # type: ignore[func-returns-value]
    form = {"phone": "HP Sari", "person": sari.pk, "council": sleman.pk}
    answer = signed_in(sari).post("/collect/hp/", form, follow=True)
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    assert "data:image/svg+xml" in answer.content.decode()
    settings = json.loads(zlib.decompress(base64.b64decode(shown[0])))
    assert set(settings) == {"general", "admin", "project"}
    phone = CollectHere(settings["general"]["server_url"])
    assert [form.form_id for form in phone.forms()] == ["sambang_kunjungan"]
    assert CollectKey.objects.get().person == sari


def test_an_officer_makes_no_key_for_a_colleague(
    signed_in: Callable[[Person], Client], sari: Person, rina: Person, sleman: Council
) -> None:
    answer = signed_in(sari).post("/collect/hp/", {"phone": "HP Rina", "person": rina.pk, "council": sleman.pk})
    assert answer.status_code == 422
    with pytest.raises(PermissionDenied):
        give_key(sleman, sari, person=rina, phone="HP Rina")
    assert not CollectKey.objects.exists()


def test_staff_give_a_key_to_an_officer_and_take_it_back(
    signed_in: Callable[[Person], Client], sari: Person, rina: Person, sleman: Council
) -> None:
    client = signed_in(rina)
    assert client.post("/collect/hp/", {"phone": "HP Sari", "person": sari.pk, "council": sleman.pk}).status_code == 302
    key = CollectKey.objects.get()
    assert (key.person, key.created_by) == (sari, rina)
    assert client.post(f"/collect/hp/{key.pk}/cabut/", {"yakin": "1"}).status_code == 302
    assert CollectKey.objects.active().count() == 0


def test_a_key_works_only_for_those_who_do_field_work_in_a_regency(
    sleman: Council, yogyakarta: Council, rina: Person, budi: Person, member: Callable[..., Person]
) -> None:
    with pytest.raises(ValidationError, match="tidak bertugas"):
        give_key(sleman, rina, person=budi, phone="HP Budi")
    province = member("Dewi", yogyakarta, Role.STAFF)
    with pytest.raises(ValidationError, match="kabupaten"):
        make_key(yogyakarta, province, phone="HP Dewi")


def test_only_ones_own_key_or_with_the_right(key: NewKey, member: Callable[..., Person], sleman: Council) -> None:
    other = member("Tono", sleman, Role.OFFICER)
    with pytest.raises(PermissionDenied):
        revoke_key(key.key, other)


PAGES = ("/collect/", "/collect/hp/", "/collect/kiriman/", "/collect/formulir/kunjungan.xlsx")


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_for_field_workers(
    signed_in: Callable[[Person], Client], sari: Person, budi: Person, page: str
) -> None:
    assert signed_in(sari).get(page).status_code == 200
    assert signed_in(budi).get(page).status_code == 403


def test_what_was_sent_is_read_by_its_council_only(
    phone: CollectHere,
    own_form: OdkForm,
    key: NewKey,
    signed_in: Callable[[Person], Client],
    sari: Person,
    citra: Person,
    yogyakarta: Council,
    member: Callable[..., Person],
) -> None:
    phone.submit(own_answers(colour="merah rahasia", photo="a.jpg"), {"a.jpg": b"isi foto"})
    sent = Submission.objects.get()
    file = sent.files.get()
    pages = [
        f"/collect/kiriman/{sent.pk}/",
        f"/collect/kiriman/{sent.pk}/asli.xml",
        f"/collect/kiriman/{sent.pk}/berkas/{file.pk}/",
        f"/collect/formulir/{own_form.pk}/formulir.xlsx",
        f"/collect/formulir/{own_form.pk}/isian.csv",
        f"/collect/formulir/{own_form.pk}/isian.json",
        f"/collect/formulir/{own_form.pk}/isian.xlsx",
    ]
    client = signed_in(sari)
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
        assert page != pages[2] or content == b"isi foto"
        assert page != pages[0] or b"merah rahasia" in content
    for stranger in (citra, member("Dewi", yogyakarta, Role.STAFF)):
        client = signed_in(stranger)
        assert {client.get(page).status_code for page in pages} == {404}
        assert (
            "rahasia" not in client.get("/collect/").content.decode() + client.get("/collect/kiriman/").content.decode()
        )
        assert client.post(f"/collect/hp/{key.key.pk}/cabut/", {"yakin": "1"}).status_code == 404
        assert client.post(f"/collect/formulir/{own_form.pk}/tarik/", {"yakin": "1"}).status_code == 404


@pytest.mark.slow
def test_own_forms_are_offered_corrected_and_withdrawn(
    phone: CollectHere, signed_in: Callable[[Person], Client], rina: Person, sari: Person, sleman: Council
) -> None:
    client = signed_in(rina)

    def upload(content: bytes) -> int:
        file = io.BytesIO(content)
        file.name = "survei.xlsx"
        return client.post("/collect/formulir/", {"xlsform": file, "council": sleman.pk}).status_code

    assert upload(own_workbook()) == 302
    assert upload(own_workbook(question="Lain?")) == 422, "another form under the same version"
    assert upload(own_workbook("2")) == 302
    own = phone.forms()[1]
    assert (own.form_id, own.version) == ("survei_dinas", "2")
    assert b"Warna benang?" in phone.download(own)
    with pytest.raises(PermissionDenied):
        withdraw_form(OdkForm.objects.offered().get(), sari)
    away = f"/collect/formulir/{OdkForm.objects.offered().get().pk}/tarik/"
    assert client.post(away, {"yakin": "1"}).status_code == 302
    assert [form.form_id for form in phone.forms()] == ["sambang_kunjungan"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"bukan buku kerja", "belum benar"),
        (own_workbook(form_id="sambang_kunjungan"), "dipakai Sambang sendiri"),
        (own_workbook(question="${entah}"), "belum benar"),
    ],
)
def test_a_form_that_is_none_is_refused_in_a_sentence(sleman: Council, rina: Person, content: bytes, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        offer_form(sleman, rina, xlsform=content)
    assert not OdkForm.objects.exists()


def test_a_councils_form_may_use_our_lists(phone: CollectHere, sleman: Council, rina: Person) -> None:
    import xlsxwriter

    output = io.BytesIO()
    with xlsxwriter.Workbook(output) as book:
        survey, settings = book.add_worksheet("survey"), book.add_worksheet("settings")
        survey.write_row(0, 0, ("type", "name", "label"))
        survey.write_row(1, 0, ("select_one_from_file ikm.csv", "ikm", "IKM"))
        settings.write_row(0, 0, ("form_id", "form_title", "version"))
        settings.write_row(1, 0, ("pakai_ikm", "Pakai IKM", "1"))
    offer_form(sleman, rina, xlsform=output.getvalue())
    own = phone.forms()[1]
    assert [medium.name for medium in phone.media(own)] == ["ikm.csv"]


def test_the_exports_hold_every_answer_and_run_nothing(
    phone: CollectHere, own_form: OdkForm, signed_in: Callable[[Person], Client], sari: Person
) -> None:
    phone.submit(own_answers(colour='merah, "tua"'))
    phone.submit(own_answers("uuid:2", colour="-5"))
    phone.submit(own_answers("uuid:3", colour="biru", deprecated="uuid:2"))
    client = signed_in(sari)
    answer = client.get(f"/collect/formulir/{own_form.pk}/isian.csv")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    assert archive.namelist() == ["survei_dinas.csv", "survei_dinas-alat.csv"]
    table, tools = (
        list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))) for name in archive.namelist()
    )
    assert [row["warna"] for row in table] == ['merah, "tua"', "biru"], "the corrected one once"
    assert [(row["nama"], row["_parent_key"]) for row in tools[:2]] == [("gunting", "uuid:1"), ("'=2+3", "uuid:1")]
    stream = client.get(f"/collect/formulir/{own_form.pk}/isian.json")
    rows = json.loads(b"".join(stream.streaming_content))  # type: ignore[arg-type]
    assert rows[0]["alat[2]/nama"] == "=2+3" and rows[0]["_by"] == "Sari"


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_at_any_length(
    phone: CollectHere,
    own_form: OdkForm,
    signed_in: Callable[[Person], Client],
    sari: Person,
    many: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for number in range(many):
        phone.submit(own_answers(f"uuid:{number}", photo="a.jpg"))
    client = signed_in(sari)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        assert client.get("/collect/kiriman/").status_code == 200
    with pytest.raises(RejectedError):
        phone.submit(own_answers("uuid:0", colour="lain"))
