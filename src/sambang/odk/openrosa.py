"""OpenRosa 1.0 as ODK Collect reads it: the four headers and the five kinds of answers.

The specification: https://docs.getodk.org/openrosa/. Collect rejects a whole list or manifest for one element that is
missing in one form, and takes only 201 and 202 for "received".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import http_date

from sambang.odk.visit_form import XForm

LARGEST = 100_000_000  # bytes of one request; Collect splits what is larger
RESPONSE = "http://openrosa.org/http/response"
FORM_LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True)
class Medium:
    """A file beside a form. `body` are the bytes that its address answers."""

    name: str
    body: bytes
    address: str
    integrity: str = ""  # an entity list says which of its rows are gone, at this address


def answered(body: bytes | str, *, status: int = 200, content_type: str = XML) -> HttpResponse:
    """A response with the headers that every one of them carries."""
    return HttpResponse(
        body,
        status=status,
        headers={
            "Content-Type": content_type,
            "X-OpenRosa-Version": "1.0",
            "X-OpenRosa-Accept-Content-Length": str(LARGEST),
            "Content-Language": "id",
            "Date": http_date(timezone.now().timestamp()),
            "Cache-Control": "no-store",
        },
    )


def message(words: str, *, status: int, nature: str = "") -> HttpResponse:
    """An OpenRosaResponse: a sentence that the phone shows."""
    root = Element("OpenRosaResponse", xmlns=RESPONSE)
    said = SubElement(root, "message", {"nature": nature} if nature else {})
    said.text = words
    return answered(_written(root), status=status)


def form_list(forms: Iterable[tuple[XForm, str, str]]) -> HttpResponse:
    """Each form with the address of its bytes and of its manifest ('' for none)."""
    root = Element("xforms", xmlns=FORM_LIST)
    for form, address, manifest_address in forms:
        one = SubElement(root, "xform")
        facts = {
            "formID": form.form_id,
            "name": form.title,
            "version": form.version,
            "hash": f"md5:{form.md5}",
            "downloadUrl": address,
            "manifestUrl": manifest_address,
        }
        for name, value in facts.items():
            if value:
                SubElement(one, name).text = value
    return answered(_written(root))


def manifest(media: Iterable[Medium]) -> HttpResponse:
    root = Element("manifest", xmlns=MANIFEST)
    for medium in media:
        one = SubElement(root, "mediaFile", {"type": "entityList"} if medium.integrity else {})
        digest = hashlib.md5(medium.body, usedforsecurity=False).hexdigest()
        facts = {
            "filename": medium.name,
            "hash": f"md5:{digest}",
            "downloadUrl": medium.address,
            "integrityUrl": medium.integrity,
        }
        for name, value in facts.items():
            if value:
                SubElement(one, name).text = value
    return answered(_written(root))


def integrity(deleted: Iterable[tuple[str, bool]]) -> HttpResponse:
    """Which entities, by id, are gone."""
    root = Element("data")
    entities = SubElement(root, "entities")
    for name, gone in deleted:
        entity = SubElement(entities, "entity", {"id": name})
        SubElement(entity, "deleted").text = "true" if gone else "false"
    return answered(_written(root))


def _written(root: Element) -> bytes:
    """The namespace stands as a plain attribute of the root: the default one, which is where Collect looks."""
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
