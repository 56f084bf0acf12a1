"""What KoboCollect and ODK Collect, and the tests of Kobo's own server, expect of a server: one function each.

Written from the OpenRosa specification (https://docs.getodk.org/openrosa/) and from what the clients were seen to
check. Each function asks one office anew; test_contract.py runs them all. Here: form list, forms, media;
submissions are in contract_submissions.py.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from tests.odk.collect import DEVICE, LIST, MANIFEST, Answer, Collect, OfferedForm, RejectedError

RESPONSE = "{http://openrosa.org/http/response}"


@dataclass(frozen=True)
class Office:
    """An office with the form `pasar` (text `a`, picture `foto`, file kecamatan.csv) of version 1 beside the visit
    form, which has an IKM to visit."""

    phone: Collect
    stranger: Collect  # of another council, without a form of its own
    offer: Callable[[str], None]  # another version of `pasar`
    withdraw: Callable[[], None]
    revoke: Callable[[], None]
    businesses: Callable[[], list[str]]

    @property
    def own(self) -> OfferedForm:
        return next(form for form in self.phone.forms() if form.form_id == "pasar")

    @property
    def visit(self) -> OfferedForm:
        return next(form for form in self.phone.forms() if form.form_id != "pasar")

    def get(self, path: str, **headers: str) -> Answer:
        return self.phone.ask("GET", f"{self.phone.server}/{path}", headers=headers)

    def post(self, xml: bytes | str, files: Mapping[str, bytes] | None = None, **options: bool) -> int:
        content = xml.encode() if isinstance(xml, str) else xml
        return self.phone.post(content, files or {}, **options).status


def message(answer: Answer) -> str:
    found = ET.fromstring(answer.body).findtext(f"{RESPONSE}message", "")
    if not found:
        raise RejectedError("no message")
    return found


# The form list.
def list_is_text_xml(office: Office) -> None:
    answer = office.get(f"formList?{DEVICE}")
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/xml")


def list_has_the_root_of_openrosa(office: Office) -> None:
    assert ET.fromstring(office.get("formList").body).tag == f"{LIST}xforms"


def every_form_has_id_name_version_and_address(office: Office) -> None:
    for form in office.phone.forms():
        assert form.form_id and form.name and form.version and form.download


def hash_is_md5_in_hexadecimal(office: Office) -> None:
    assert all(re.fullmatch(r"md5:[0-9a-f]{32}", form.hash) for form in office.phone.forms())


def addresses_are_absolute_and_of_this_server(office: Office) -> None:
    here = urlsplit(office.phone.server)
    for form in office.phone.forms():
        for address in filter(None, (form.download, form.manifest)):
            parts = urlsplit(address)
            assert (parts.scheme, parts.netloc, parts.query) == (here.scheme, here.netloc, "")


def manifest_only_where_a_form_has_media(office: Office) -> None:
    assert office.own.manifest and office.visit.manifest
    office.offer("tanpa berkas")
    assert not office.own.manifest


def list_of_one_form(office: Office) -> None:
    root = ET.fromstring(office.get("formList?formID=pasar").body)
    assert [one.findtext(f"{LIST}formID") for one in root] == ["pasar"]


def list_of_an_unknown_form_is_empty(office: Office) -> None:
    answer = office.get("formList?formID=lain")
    assert answer.status == 200 and not list(ET.fromstring(answer.body))


def verbose_and_all_versions_may_be_asked_for(office: Office) -> None:
    assert office.get("formList?verbose=true&listAllVersions=true").status == 200


def list_answers_head(office: Office) -> None:
    answer = office.phone.ask("HEAD", f"{office.phone.server}/formList")
    assert (answer.status, answer.body) == (200, b"")


def new_version_has_another_hash_and_version(office: Office) -> None:
    before = office.own
    office.offer("2")
    assert (office.own.hash, office.own.version) != (before.hash, before.version)
    assert office.own.version == "2" and office.own.form_id == before.form_id


def one_form_is_listed_once(office: Office) -> None:
    office.offer("2")
    assert [form.form_id for form in office.phone.forms()].count("pasar") == 1


def withdrawn_form_is_not_listed(office: Office) -> None:
    office.withdraw()
    assert [form.form_id for form in office.phone.forms()] == [office.visit.form_id]


def another_council_sees_no_form_of_ours(office: Office) -> None:
    assert "pasar" not in {form.form_id for form in office.stranger.forms()}


def answers_are_not_cached(office: Office) -> None:
    assert "no-store" in office.get("formList").headers["cache-control"]


# Headers.
def version_header(office: Office) -> None:
    assert office.get("formList").headers["x-openrosa-version"] == "1.0"


def date_header(office: Office) -> None:
    assert office.get("formList").headers["date"].endswith("GMT")


def language_header(office: Office) -> None:
    assert office.get("formList").headers["content-language"]


def accepted_length_header(office: Office) -> None:
    assert int(office.get("formList").headers["x-openrosa-accept-content-length"]) >= 10_000_000


def another_version_of_openrosa_is_refused(office: Office) -> None:
    assert office.get("formList", **{"X-OpenRosa-Version": "2.0"}).status == 400


def odd_date_is_accepted(office: Office) -> None:
    """Collect writes the hour of twelve."""
    assert office.get("formList", Date="Thu, 26 Nov 2026 02:14:03 GMT+07:00").status == 200


def headers_on_refusals_too(office: Office) -> None:
    assert office.get("form/0.xml").headers["x-openrosa-version"] == "1.0"


# Forms.
def bytes_of_the_form_have_the_listed_hash(office: Office) -> None:
    for form in office.phone.forms():
        assert f"md5:{hashlib.md5(office.phone.download(form)).hexdigest()}" == form.hash


def form_is_text_xml(office: Office) -> None:
    answer = office.phone.ask("GET", f"{office.own.download}?{DEVICE}")
    assert answer.headers["content-type"].startswith("text/xml")


def form_has_the_listed_id_and_version(office: Office) -> None:
    form = ET.fromstring(office.phone.download(office.own))
    root = form.find(".//{http://www.w3.org/2002/xforms}instance/*")
    assert root is not None and (root.get("id"), root.get("version")) == ("pasar", "1")


def replaced_version_is_still_downloaded(office: Office) -> None:
    before = office.own
    office.offer("2")
    assert office.phone.download(before)


def unknown_form_is_404_with_a_message(office: Office) -> None:
    answer = office.get("form/0123456789abcdef0123456789abcdef.xml")
    assert answer.status == 404 and message(answer)


def form_of_another_council_is_404(office: Office) -> None:
    name = office.own.download.rpartition("/")[2]
    assert office.stranger.ask("GET", f"{office.stranger.server}/form/{name}").status == 404


# Manifests and media.
def manifest_is_text_xml_with_its_root(office: Office) -> None:
    answer = office.phone.ask("GET", office.own.manifest)
    assert answer.headers["content-type"].startswith("text/xml")
    assert ET.fromstring(answer.body).tag == f"{MANIFEST}manifest"


def every_file_has_name_hash_and_address(office: Office) -> None:
    for form in office.phone.forms():
        assert all(one.name and one.hash.startswith("md5:") and one.download for one in office.phone.media(form))


def bytes_of_a_file_have_the_listed_hash(office: Office) -> None:
    for form in office.phone.forms():
        for medium in office.phone.media(form):
            assert f"md5:{hashlib.md5(office.phone.medium(medium)).hexdigest()}" == medium.hash


def own_file_has_its_type(office: Office) -> None:
    [medium] = office.phone.media(office.own)
    answer = office.phone.ask("GET", medium.download)
    assert (medium.name, answer.headers["content-type"].split(";")[0]) == ("kecamatan.csv", "text/csv")


def entity_list_is_typed_and_has_an_integrity_address(office: Office) -> None:
    lists = {one.name: one for one in office.phone.media(office.visit)}
    assert lists["ikm.csv"].kind == "entityList" and lists["ikm.csv"].integrity
    assert {one.kind for name, one in lists.items() if name != "ikm.csv"} == {""}


def entity_list_has_name_label_and_version(office: Office) -> None:
    [ikm] = [one for one in office.phone.media(office.visit) if one.name == "ikm.csv"]
    heading, row = office.phone.medium(ikm).decode().splitlines()[:2]
    assert heading.startswith("name,label,__version") and row.startswith(office.businesses()[0])


def integrity_tells_which_entities_are_deleted(office: Office) -> None:
    [ikm] = [one for one in office.phone.media(office.visit) if one.name == "ikm.csv"]
    known, unknown = office.businesses()[0], "00000000-0000-4000-8000-000000000000"
    assert office.phone.gone(ikm, [known, unknown]) == {known: False, unknown: True}


def integrity_of_nothing_is_empty(office: Office) -> None:
    [ikm] = [one for one in office.phone.media(office.visit) if one.name == "ikm.csv"]
    assert office.phone.gone(ikm, []) == {}


def unknown_manifest_is_404(office: Office) -> None:
    answer = office.get("manifest/0123456789abcdef0123456789abcdef.xml")
    assert answer.status == 404 and message(answer)


def unknown_file_is_404(office: Office) -> None:
    name = office.own.download.rpartition("/")[2].removesuffix(".xml")
    assert office.get(f"form/{name}/lain.csv").status == 404
    assert office.get("media/lain.csv").status == 404
