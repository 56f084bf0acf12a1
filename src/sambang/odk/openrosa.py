"""OpenRosa 1.0 responses as ODK Collect reads them: headers, message, form list, manifest, entity integrity.

Specification: https://docs.getodk.org/openrosa/. Collect rejects a whole list or manifest if one form lacks an element,
and counts a submission as received only on 201 and 202.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse
from django.utils.http import http_date

from sambang.lib import clock
from sambang.lib.bidi import without_controls
from sambang.odk.visit_form import XForm

MAX_REQUEST_BYTES = 100_000_000  # of one request; Collect splits larger submissions
RESPONSE_NAMESPACE = "http://openrosa.org/http/response"
FORM_LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST_NAMESPACE = "http://openrosa.org/xforms/xformsManifest"
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True)
class MediaFile:
    """A media file of a form. `body` is what `address` returns."""

    name: str
    body: bytes
    address: str
    integrity: str = ""  # of an entity list: URL that lists deleted entities


def openrosa_response(body: bytes | str, *, status: int = 200, content_type: str = XML) -> HttpResponse:
    """A response with the headers of OpenRosa."""
    return HttpResponse(
        body,
        status=status,
        headers={
            "Content-Type": content_type,
            "X-OpenRosa-Version": "1.0",
            "X-OpenRosa-Accept-Content-Length": str(MAX_REQUEST_BYTES),
            "Content-Language": "id",
            "Date": http_date(clock.now().timestamp()),
            "Cache-Control": "no-store",
        },
    )


def message_response(text: str, *, status: int, nature: str = "") -> HttpResponse:
    """An OpenRosaResponse; the phone shows its text."""
    root = Element("OpenRosaResponse", xmlns=RESPONSE_NAMESPACE)
    element = SubElement(root, "message", {"nature": nature} if nature else {})
    element.text = text
    return openrosa_response(_serialized(root), status=status)


def form_list_xml(forms: Iterable[tuple[XForm, str, str]]) -> HttpResponse:
    """`forms`: each form, the address of its XForm, and of its manifest ('' for none)."""
    root = Element("xforms", xmlns=FORM_LIST)
    for form, address, manifest_address in forms:
        one = SubElement(root, "xform")
        attributes = {
            "formID": form.form_id,
            "name": without_controls(form.title),
            "version": form.version,
            "hash": f"md5:{form.md5}",
            "downloadUrl": address,
            "manifestUrl": manifest_address,
        }
        for name, value in attributes.items():
            if value:
                SubElement(one, name).text = value
    return openrosa_response(_serialized(root))


def manifest(media: Iterable[MediaFile]) -> HttpResponse:
    root = Element("manifest", xmlns=MANIFEST_NAMESPACE)
    for medium in media:
        one = SubElement(root, "mediaFile", {"type": "entityList"} if medium.integrity else {})
        digest = hashlib.md5(medium.body, usedforsecurity=False).hexdigest()
        attributes = {
            "filename": medium.name,
            "hash": f"md5:{digest}",
            "downloadUrl": medium.address,
            "integrityUrl": medium.integrity,
        }
        for name, value in attributes.items():
            if value:
                SubElement(one, name).text = value
    return openrosa_response(_serialized(root))


def integrity(deleted: Iterable[tuple[str, bool]]) -> HttpResponse:
    """`deleted`: entity ids, and whether each is deleted."""
    root = Element("data")
    entities = SubElement(root, "entities")
    for name, is_deleted in deleted:
        entity = SubElement(entities, "entity", {"id": name})
        SubElement(entity, "deleted").text = "true" if is_deleted else "false"
    return openrosa_response(_serialized(root))


def _serialized(root: Element) -> bytes:
    """The default namespace is a plain attribute of the root, where Collect expects it."""
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
