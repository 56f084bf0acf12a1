"""What Kobo and Collect expect when they send: the second part of contract.py."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote
from xml.etree import ElementTree as ET

from tests.odk.collect import DEVICE
from tests.odk.contract import RESPONSE, Office, message

NAMESPACED = '<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>%s</orx:instanceID></orx:meta>'


def answers(instance: str = "uuid:1", a: str = "ya", *, foto: str = "", version: str = "1", old: str = "") -> str:
    deprecated = f"<deprecatedID>{old}</deprecatedID>" if old else ""
    meta = f"<meta><instanceID>{instance}</instanceID>{deprecated}</meta>"
    return f'<data id="pasar" version="{version}"><a>{a}</a><foto>{foto}</foto>{meta}</data>'


def statuses(results: Iterable[int], *expected: int) -> None:
    found = list(results)
    assert found == list(expected), found


# The address of submissions.
def head_is_204_without_a_body(office: Office) -> None:
    answer = office.phone.ask("HEAD", f"{office.phone.server}/submission?{DEVICE}")
    assert (answer.status, answer.body) == (204, b"")


def head_tells_the_accepted_length(office: Office) -> None:
    assert office.phone.accepted_length() == 100_000_000


def no_redirect(office: Office) -> None:
    assert "location" not in office.phone.ask("HEAD", f"{office.phone.server}/submission").headers


def other_methods_are_405_with_allow(office: Office) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = office.phone.ask(method, f"{office.phone.server}/submission")
        assert answer.status == 405 and "POST" in answer.headers["allow"]


def unknown_token_is_401_with_a_challenge(office: Office) -> None:
    server = office.phone.server.rpartition("/")[0]
    for path in ("formList", "submission"):
        answer = office.phone.ask("GET" if path == "formList" else "HEAD", f"{server}/{'x' * 32}/{path}")
        assert answer.status == 401 and answer.headers["www-authenticate"]


def revoked_key_is_401_and_says_so(office: Office) -> None:
    office.revoke()
    answer = office.get("formList")
    assert answer.status == 401 and "Kunci HP ini tidak berlaku lagi" in message(answer)


# Submissions.
def submission_is_201_with_a_message(office: Office) -> None:
    answer = office.phone.post(answers().encode(), {})
    assert answer.status == 201 and message(answer)
    assert ET.fromstring(answer.body).find(f"{RESPONSE}message").get("nature") == "submit_success"  # type: ignore[union-attr]


def answer_is_text_xml(office: Office) -> None:
    assert office.phone.post(answers().encode(), {}).headers["content-type"].startswith("text/xml")


def the_same_again_is_202(office: Office) -> None:
    statuses([office.post(answers()) for _ in range(3)], 201, 202, 202)


def other_answers_under_the_same_id_are_409(office: Office) -> None:
    statuses([office.post(answers()), office.post(answers(a="tidak"))], 201, 409)


def the_same_with_another_file_adds_it(office: Office) -> None:
    xml = answers(foto="a.jpg")
    statuses([office.post(xml), office.post(xml, {"a.jpg": b"1"}), office.post(xml, {"a.jpg": b"1"})], 201, 201, 202)


def files_may_come_in_parts(office: Office) -> None:
    xml = answers(foto="b.jpg")
    statuses([office.post(xml, {"a.jpg": b"1"}, more_comes=True), office.post(xml, {"b.jpg": b"2"})], 201, 201)


def more_than_a_hundred_files(office: Office) -> None:
    files = {f"{number}.jpg": b"x%d" % number for number in range(120)}
    statuses(office.phone.submit(answers().encode(), files), 201, 201)


def file_that_no_answer_names(office: Office) -> None:
    assert office.post(answers(), {"audit.csv": b"event\n"}) == 201


def empty_file(office: Office) -> None:
    assert office.post(answers(foto="a.jpg"), {"a.jpg": b""}) == 201


def file_name_with_spaces_and_letters_of_any_language(office: Office) -> None:
    assert office.post(answers(foto="foto ibu é.jpg"), {"foto ibu é.jpg": b"1"}) == 201


def file_name_that_looks_like_a_path(office: Office) -> None:
    assert office.post(answers(), {"../../a.jpg": b"1"}) == 201


def xml_as_a_field_of_the_form(office: Office) -> None:
    boundary = "batas"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="xml_submission_file"\r\n\r\n'
    body = f"{head}{answers()}\r\n--{boundary}--\r\n".encode()
    content = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    assert office.phone.ask("POST", f"{office.phone.server}/submission", body, content).status == 201


def submission_without_xml_is_400(office: Office) -> None:
    body = b'--batas\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--batas--\r\n'
    content = {"Content-Type": "multipart/form-data; boundary=batas"}
    assert office.phone.ask("POST", f"{office.phone.server}/submission", body, content).status == 400


def post_that_is_no_form_is_400(office: Office) -> None:
    content = {"Content-Type": "application/json"}
    assert office.phone.ask("POST", f"{office.phone.server}/submission", b"{}", content).status == 400


def broken_xml_is_400(office: Office) -> None:
    statuses([office.post(xml) for xml in ("<data", "", "bukan xml")], 400, 400, 400)


def entities_of_xml_are_refused(office: Office) -> None:
    bomb = '<!DOCTYPE data [<!ENTITY a "x">]>' + answers(a="&a;")
    assert office.post(bomb) == 400


def encrypted_submission_is_400(office: Office) -> None:
    assert office.post('<data id="pasar" encrypted="yes"><meta><instanceID>uuid:1</instanceID></meta></data>') == 400


def unknown_form_is_404(office: Office) -> None:
    assert office.post(answers().replace('id="pasar"', 'id="lain"')) == 404


def form_of_another_council_takes_nothing(office: Office) -> None:
    assert office.stranger.post(answers().encode(), {}).status == 404


def withdrawn_form_still_takes_what_phones_hold(office: Office) -> None:
    office.withdraw()
    assert office.post(answers()) == 201


def replaced_version_still_takes_what_phones_hold(office: Office) -> None:
    office.offer("2")
    statuses([office.post(answers()), office.post(answers("uuid:2", version="2"))], 201, 201)


def submission_without_an_id_is_known_by_its_bytes(office: Office) -> None:
    xml = '<data id="pasar" version="1"><a>x</a></data>'
    statuses([office.post(xml), office.post(xml)], 201, 202)


def id_in_the_namespace_of_openrosa(office: Office) -> None:
    xml = f'<data id="pasar" version="1"><a>x</a>{NAMESPACED % "uuid:7"}</data>'
    statuses([office.post(xml), office.post(xml.replace(">x<", ">y<"))], 201, 409)


def id_as_an_attribute_of_the_root(office: Office) -> None:
    xml = '<data id="pasar" version="1" instanceID="uuid:8"><a>x</a></data>'
    statuses([office.post(xml), office.post(xml.replace(">x<", ">y<"))], 201, 409)


def id_of_249_characters(office: Office) -> None:
    statuses([office.post(answers("x" * 249)), office.post(answers("x" * 250))], 201, 400)


def correction_of_the_newest_version(office: Office) -> None:
    corrected = answers("uuid:2", "tidak", old="uuid:1")
    statuses([office.post(answers()), office.post(corrected), office.post(corrected)], 201, 201, 202)


def correction_of_an_older_version_is_409(office: Office) -> None:
    second, third = answers("uuid:2", "b", old="uuid:1"), answers("uuid:3", "c", old="uuid:1")
    statuses([office.post(answers()), office.post(second), office.post(third)], 201, 201, 409)


def correction_of_something_unknown_is_404(office: Office) -> None:
    assert office.post(answers("uuid:2", old="uuid:1")) == 404


def declaration_and_byte_order_mark(office: Office) -> None:
    xml = '\ufeff<?xml version="1.0" encoding="utf-8"?>\n' + answers()
    assert office.post(xml) == 201


def letters_of_any_language_and_cdata(office: Office) -> None:
    assert office.post(answers(a="<![CDATA[Bu Yem “≥ 2” & <3> 🧵]]>")) == 201


def chunked_body_of_the_same_submission(office: Office) -> None:
    statuses([office.post(answers()), office.post(answers(), chunked=True)], 201, 202)


def attribute_of_a_question(office: Office) -> None:
    assert office.post(answers().replace("<a>", '<a lang="id">')) == 201


def question_that_no_version_has(office: Office) -> None:
    assert office.post(answers().replace("<a>", "<baru>1</baru><a>")) == 201


def device_in_the_address_and_unknown_parameters(office: Office) -> None:
    head = f"{office.phone.server}/submission?deviceID={quote('uuid:a b')}&lain=1"
    assert office.phone.ask("HEAD", head).status == 204
