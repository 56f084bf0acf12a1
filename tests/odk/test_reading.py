"""Malicious XML from a phone is refused within bounded memory and time."""

from __future__ import annotations

import pytest

from sambang.odk import reading
from sambang.odk.reading import UnreadableError, expected_files, leaves, read_xml, tree, upload_paths

BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE data [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><data id="x">&c;</data>"""
FROM_DISK = b"""<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="x">&x;</data>"""


@pytest.mark.parametrize("bomb", [BILLION_LAUGHS, FROM_DISK, b'<!DOCTYPE data SYSTEM "http://x.test/x.dtd"><data/>'])
def test_no_dtd_so_no_entities(bomb: bytes) -> None:
    with pytest.raises(UnreadableError, match="DTD"):
        read_xml(bomb)


def test_depth_number_and_size_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = b"<data>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</data>"
    with pytest.raises(UnreadableError, match="terlalu dalam"):
        tree(deep)
    with pytest.raises(UnreadableError, match="terlalu banyak"):
        tree(b"<data>" + b"<a/>" * 200_001 + b"</data>")
    monkeypatch.setattr(reading, "MAX_XML_BYTES", 100)
    with pytest.raises(UnreadableError, match="terlalu besar"):
        tree(b"<data>" + b" " * 100 + b"</data>")


@pytest.mark.parametrize("broken", [b"", b"<data", b"<data></date>", b"\xff\xfe\x00", b"<data/><data/>", b"bukan xml"])
def test_content_that_is_no_xml_is_refused(broken: bytes) -> None:
    with pytest.raises(UnreadableError, match="bukan XML"):
        read_xml(broken)


def test_unknown_encodings_are_refused_too() -> None:
    with pytest.raises(UnreadableError):
        read_xml(b'<?xml version="1.0" encoding="entah"?><data id="x"/>')


def test_the_envelope() -> None:
    found = read_xml(
        b'<data xmlns:orx="http://openrosa.org/xforms" xmlns="http://contoh.test" id="survei" version="7">'
        b"<orx:meta><orx:instanceID> uuid:1 </orx:instanceID><orx:deprecatedID>uuid:0</orx:deprecatedID>"
        b"<orx:instanceName>Survei 1</orx:instanceName></orx:meta></data>"
    )
    assert (found.form_id, found.version, found.instance_id, found.deprecated_id, found.name) == (
        "survei",
        "7",
        "uuid:1",
        "uuid:0",
        "Survei 1",
    )


def test_a_submission_without_a_name_is_known_by_its_bytes() -> None:
    one, same, other = read_xml(b'<data id="a"/>'), read_xml(b'<data id="a"/>'), read_xml(b'<data id="b"/>')
    assert one.instance_id == same.instance_id != other.instance_id
    assert one.instance_id.startswith("sha256:")


def test_paths_of_files_and_of_answers() -> None:
    form = (
        b'<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:body><upload ref="/data/alat/foto"/><input '
        b'ref="/data/x"/></h:body></h:html>'
    )
    assert upload_paths(tree(form)) == ["alat/foto"]
    root = tree(b"<data><alat><foto>a.jpg</foto></alat><alat><foto>b.jpg</foto></alat><alat><foto/></alat></data>")
    assert expected_files(root, ["alat/foto"]) == ["a.jpg", "b.jpg"]
    assert dict(leaves(root)) == {"alat/foto": "a.jpg", "alat[2]/foto": "b.jpg", "alat[3]/foto": ""}
