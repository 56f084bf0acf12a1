"""Receiving a submission once, twice, changed, in parts, or damaged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from sambang.access.models import Council, Membership, Person
from sambang.audit.models import Entry
from sambang.odk.file_names import missing_names
from sambang.odk.files import path_of
from sambang.odk.models import OdkForm, SentFile, Submission
from sambang.odk.operations import NewKey, make_key, offer_form
from tests.odk.collect import RejectedError
from tests.odk.conftest import CollectHere, own_answers, own_workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_form(sleman: Council, rina: Person) -> OdkForm:
    return offer_form(sleman, rina, xlsform=own_workbook())


def only() -> Submission:
    return Submission.objects.get()


def test_the_submitted_bytes_are_stored(phone: CollectHere, key: NewKey, own_form: OdkForm) -> None:
    xml = own_answers()
    assert phone.submit(xml) == [201]
    kept = only()
    assert (bytes(kept.xml), kept.sha256) == (xml, hashlib.sha256(xml).hexdigest())
    assert (kept.instance_id, kept.form, kept.key, kept.results) == ("uuid:1", own_form, key.key, [])
    assert Entry.objects.filter(verb="odk.send", by=key.key.person, subject=f"odk.CollectKey:{key.key.pk}").count() == 1


def test_the_same_again_is_no_second(phone: CollectHere) -> None:
    xml = own_answers(photo="a.jpg")
    assert phone.submit(xml, {"a.jpg": b"foto"}) == [201]
    assert phone.submit(xml, {"a.jpg": b"foto"}) == [202]
    assert SentFile.objects.count() == Submission.objects.count() == 1


def test_the_same_name_with_other_answers_is_a_conflict(phone: CollectHere) -> None:
    phone.submit(own_answers())
    with pytest.raises(RejectedError, match="409: Kiriman dengan nama ini sudah ada dengan isi lain"):
        phone.submit(own_answers(colour="biru"))
    assert b"merah" in bytes(only().xml)


def test_more_than_a_hundred_files_come_in_several_requests(phone: CollectHere) -> None:
    photos = {f"{number}.jpg": b"foto %d" % number for number in range(230)}
    assert phone.submit(own_answers(photo="7.jpg"), photos) == [201, 201, 201]
    assert only().files.count() == 230
    for name, content in photos.items():
        assert path_of(SentFile.objects.get(name=name).sha256).read_bytes() == content


def test_more_than_a_hundred_files_may_come_in_one_request(phone: CollectHere) -> None:
    photos = {f"{number}.jpg": b"foto %d" % number for number in range(230)}
    assert phone.post(own_answers(), photos).status == 201
    assert only().files.count() == 230


def test_incomplete_is_never_called_complete(phone: CollectHere) -> None:
    xml = own_answers(photo="a.jpg")
    answer = phone.post(xml, {}, more_comes=True)
    assert answer.status == 201 and "1 berkas lagi menyusul" in answer.body.decode()
    assert only().missing_files() == ["a.jpg"] and only().problems() == ["a.jpg belum sampai"]
    answer = phone.post(xml, {"a.jpg": b"foto"})
    assert answer.status == 201 and "Diterima kantor." in answer.body.decode()
    assert only().missing_files() == []


def test_other_bytes_under_a_files_name_stand_beside_the_first(phone: CollectHere) -> None:
    xml = own_answers(photo="a.jpg")
    phone.submit(xml, {"a.jpg": b"satu"})
    phone.submit(xml, {"a.jpg": b"dua"})
    assert [path_of(file.sha256).read_bytes() for file in SentFile.objects.order_by("pk")] == [b"satu", b"dua"]


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a/b.jpg"])
def test_a_files_name_is_never_a_path(phone: CollectHere, name: str, tmp_path: object) -> None:
    phone.submit(own_answers(), {name: b"isi"})
    [file] = SentFile.objects.all()
    assert "/" not in file.name and "\\" not in file.name and path_of(file.sha256).read_bytes() == b"isi"


def test_a_correction_replaces_and_erases_nothing(phone: CollectHere) -> None:
    phone.submit(own_answers())
    correction = own_answers("uuid:2", colour="biru", deprecated="uuid:1")
    assert phone.submit(correction) == [201]
    assert phone.submit(correction) == [202]
    assert Submission.objects.current().get().instance_id == "uuid:2"
    assert Submission.objects.get(instance_id="uuid:1").replacement.instance_id == "uuid:2"
    assert phone.submit(own_answers()) == [202], "a late twin of the first is here already"
    with pytest.raises(RejectedError, match="409: Kiriman ini sudah dibetulkan dengan isi lain"):
        phone.submit(own_answers("uuid:3", colour="hijau", deprecated="uuid:1"))
    assert phone.submit(own_answers("uuid:3", colour="hijau", deprecated="uuid:2")) == [201]
    assert Submission.objects.current().get().instance_id == "uuid:3"


def test_a_correction_of_what_never_came_waits_on_the_phone(phone: CollectHere) -> None:
    with pytest.raises(RejectedError, match="404: Kiriman yang dibetulkan belum sampai"):
        phone.submit(own_answers("uuid:2", deprecated="uuid:1"))
    assert not Submission.objects.exists()


def test_nobody_corrects_a_colleague_s(
    phone: CollectHere, sleman: Council, rina: Person, collect_of: Callable[[NewKey], CollectHere]
) -> None:
    phone.submit(own_answers())
    with pytest.raises(RejectedError, match="404"):
        collect_of(make_key(sleman, rina, phone="HP Rina")).submit(own_answers("uuid:2", deprecated="uuid:1"))


def test_names_of_249_characters_and_names_in_no_namespace(phone: CollectHere) -> None:
    long = "uuid:" + "a" * 244
    assert phone.submit(own_answers(long)) == [201]
    assert phone.submit(b'<data id="survei_dinas"><meta><instanceID>uuid:tanpa</instanceID></meta></data>') == [201]
    assert {row.instance_id for row in Submission.objects.all()} == {long, "uuid:tanpa"}
    with pytest.raises(RejectedError, match="400"):
        phone.submit(own_answers(long + "a"))


def test_an_unknown_form_stays_on_the_phone(phone: CollectHere) -> None:
    with pytest.raises(RejectedError, match="404: Formulir “entah” tidak dikenal"):
        phone.submit(b'<data id="entah"><meta><instanceID>uuid:1</instanceID></meta></data>')


def test_a_form_that_is_no_longer_offered_is_still_taken(
    phone: CollectHere, own_form: OdkForm, sleman: Council, rina: Person
) -> None:
    offer_form(sleman, rina, xlsform=own_workbook("2"))
    assert phone.submit(own_answers()) == [201]
    assert only().form == own_form


def test_broken_xml_is_refused_and_its_bytes_are_stored(phone: CollectHere) -> None:
    for _again in range(2):
        with pytest.raises(RejectedError, match="400: Isi kiriman bukan XML"):
            phone.submit(own_answers()[:-9])
    assert bytes(only().xml) == own_answers()[:-9] and only().problems()
    assert phone.submit(own_answers()) == [201], "whole at last"


def test_who_left_the_council_brings_nothing_more(phone: CollectHere, sari: Person) -> None:
    Membership.objects.filter(person=sari).delete()
    with pytest.raises(RejectedError, match="403: Sari tidak bertugas lagi"):
        phone.submit(own_answers())
    assert not Submission.objects.exists()


def test_another_councils_names_do_not_meet_ours(
    phone: CollectHere, bantul: Council, citra: Person, collect_of: Callable[[NewKey], CollectHere]
) -> None:
    offer_form(bantul, citra, xlsform=own_workbook())
    theirs = collect_of(make_key(bantul, citra, phone="HP Citra"))
    assert phone.submit(own_answers()) == [201]
    assert theirs.submit(own_answers(colour="biru")) == [201]
    assert Submission.objects.visible_to(citra).get().council == bantul


NAMES = [
    "foto\u202f1.jpg",
    "foto\u00a01.jpg",
    "foto\u200d1.jpg",
    'foto "satu".jpg',
    "foto\\satu.jpg",
    "foto 'satu'.jpg",
    "foto & satu;dua.jpg",
    "a" * 260 + ".jpg",
    "cafe\u0301.jpg",
    "👩\u200d🏭.jpg",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("escape", ["", "backslash", "percent"])
def test_a_file_is_recognized_by_its_name_as_phones_write_it(
    phone: CollectHere, own_form: OdkForm, name: str, escape: str
) -> None:
    written = {
        "": name,
        "backslash": name.replace("\\", "\\\\").replace('"', '\\"'),
        "percent": name.replace('"', "%22"),
    }[escape]
    xml = own_answers(photo=name.replace("&", "&amp;"))
    assert phone.post(xml, {written: b"isi foto"}).status == 201
    assert only().missing_files() == [] and only().files.count() == 1
    assert phone.post(xml, {written: b"isi foto"}).status == 202


def test_two_names_are_not_met_by_one_file() -> None:
    assert missing_names(["a b.jpg", "ab.jpg"], ["ab.jpg"]) == ["a b.jpg"]
    assert missing_names(["a b.jpg"], ["ab.jpg"]) == []


@pytest.mark.parametrize("instance", ["uuid:1", "uuid:9"])
def test_a_refused_submission_leaves_no_file(phone: CollectHere, own_form: OdkForm, instance: str) -> None:
    phone.submit(own_answers())
    refused = own_answers(
        instance, colour="lain", deprecated="" if instance == "uuid:1" else "uuid:entah", photo="x.jpg"
    )
    with pytest.raises(RejectedError):
        phone.submit(refused, {"x.jpg": b"bukan milik siapa pun"})
    assert not path_of(hashlib.sha256(b"bukan milik siapa pun").hexdigest()).exists()


def test_too_long_answers_and_too_many_files_are_named(phone: CollectHere, own_form: OdkForm) -> None:
    with pytest.raises(RejectedError, match=r"413: Isian .* 5 MB"):
        phone.submit(own_answers(colour="x" * (5 * 1024 * 1024)))
    answer = phone.post(own_answers(), {f"{number}.jpg": b"x" for number in range(1001)})
    assert answer.status == 413 and "lebih dari 1.000 berkas" in answer.body.decode()
