"""Parsing the XML of a submission or a form: no DTD (so no entities), limits on size, depth and number of elements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from django.utils.translation import gettext as _

from sambang.odk.models import MAX_INSTANCE_ID

MAX_XML_BYTES = 5 * 1024 * 1024
MAX_DEPTH, MAX_ELEMENTS = 40, 200_000


class UnreadableError(ValueError):
    """The XML cannot be read; the message is for the sender."""


@dataclass(frozen=True)
class Reading:
    """A submission and its metadata. `instance_id` is a digest of the bytes where the form has none."""

    root: Element
    form_id: str
    version: str
    instance_id: str
    deprecated_id: str = ""
    name: str = ""


class _Tree:
    """Builds elements named without namespaces; raises at a DTD or beyond a limit."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.depth = self.count = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.builder.data

    def refuse(self, *_declared: object) -> None:
        raise UnreadableError(_("Isi kiriman memuat DTD: tidak diterima."))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise UnreadableError(_("Isi kiriman terlalu dalam atau terlalu banyak bagiannya."))
        self.builder.start(local(tag), attributes)

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(local(tag))


def local(tag: str) -> str:
    """The name without its namespace: meta/instanceID has OpenRosa's namespace or none."""
    return tag.rpartition("}")[2]


def tree(xml: bytes) -> Element:
    """The root, names without namespaces. Raises UnreadableError."""
    if len(xml) > MAX_XML_BYTES:
        raise UnreadableError(_("Isi kiriman terlalu besar."))
    reading = _Tree()
    try:
        reading.parser.Parse(xml, True)
        return reading.builder.close()
    except (expat.ExpatError, LookupError):
        raise UnreadableError(_("Isi kiriman bukan XML yang dapat dibaca.")) from None


def read_xml(xml: bytes) -> Reading:
    """Raises UnreadableError."""
    root = tree(xml)
    if root.get("encrypted") == "yes":
        raise UnreadableError(_("Kiriman ini tersandi: kantor tidak dapat membacanya."))
    meta = root.find("meta")
    instance_id = text_at(meta, "instanceID") or root.get("instanceID", "").strip()
    if len(instance_id) > MAX_INSTANCE_ID:
        raise UnreadableError(_("Nama kiriman (instanceID) terlalu panjang."))
    return Reading(
        root=root,
        form_id=root.get("id", "") or root.tag,
        version=root.get("version", ""),
        instance_id=instance_id or f"sha256:{hashlib.sha256(xml).hexdigest()}",
        deprecated_id=text_at(meta, "deprecatedID")[:MAX_INSTANCE_ID],
        name=text_at(meta, "instanceName")[:300],
    )


def text_at(parent: Element | None, path: str) -> str:
    """The trimmed text at a path below `parent`; '' where there is none."""
    return ((parent.findtext(path) if parent is not None else "") or "").strip()


def expected_files(root: Element, uploads: list[str]) -> list[str]:
    """The file names in the answers at the paths of `uploads`."""
    names = (text_at(place, ".") for path in uploads for place in root.iterfind(path))
    return sorted({name for name in names if name})


def upload_paths(xform: Element) -> list[str]:
    """The paths, below the root, of answers that name a file: questions, background audio, the audit log."""
    binds = xform.iterfind("head/model/bind")
    paths = {bind.get("nodeset", "") for bind in binds if bind.get("type") == "binary"}
    paths |= {control.get("ref", "") for name in ("upload", "recordaudio") for control in xform.iter(name)}
    return sorted({path.strip("/").partition("/")[2] for path in paths if path.count("/") >= 2})


def blank_paths(root: Element, paths: list[str]) -> list[str]:
    """The paths of `paths` with a blank answer; a question that does not apply is absent, so it is not blank."""
    return [path for path in paths if any(not text_at(answer, ".") for answer in root.iterfind(path))]


def leaves(root: Element, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Path and text of every answer; the second and later turns of a repeat are numbered, as in `ikm[2]/present`."""
    seen: dict[str, int] = {}
    for child in root:
        seen[child.tag] = seen.get(child.tag, 0) + 1
        turn = f"[{seen[child.tag]}]" if seen[child.tag] > 1 else ""
        path = f"{prefix}{child.tag}{turn}"
        if len(child):
            yield from leaves(child, f"{path}/")
        else:
            yield path, (child.text or "").strip()
