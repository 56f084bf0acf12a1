"""A council's own form: conversion of its workbook, and checks of what phones and this office can do with it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from sambang.lib.sandbox import Failure, Limits, SandboxError, run_sandboxed
from sambang.odk.file_names import matched_names
from sambang.odk.visit_form import XForm
from sambang.odk.xlsform import ENTITY_LISTS

SANDBOX_SCRIPT, SANDBOX_LIMITS = Path(__file__).with_name("xlsform_sandbox.py"), Limits(megabytes=1024, seconds=60)
ITEMSETS = "itemsets.csv"  # pyxform makes it of the sheet `external_choices`
MEDIA_REFERENCE = re.compile(r"jr://(?:images|audio|video|file|file-csv)/(.+)")
SEARCH_REFERENCE = re.compile(r"""\bsearch\(\s*['"]([^'"]+)['"]""")
PRIMARY_INSTANCE = re.compile(r"(<instance>\s*<[^\s>]+\s[^>]*?)(\s*/?>)")
type Media = dict[str, bytes]  # by file name


class FormError(ValueError):
    """The form cannot be offered; the message is for its author."""


def convert_xlsform(xlsform: bytes) -> tuple[XForm, Media]:
    """A workbook (.xlsx or .xls) as a form with the files that the workbook itself contains, converted in a sandbox
    (xlsform_sandbox.py). A form without a version gets a digest of its content. Raises FormError, with pyxform's
    message where there is one."""
    try:
        result: dict[str, Any] = json.loads(run_sandboxed(SANDBOX_SCRIPT, xlsform, SANDBOX_LIMITS))
    except SandboxError as error:
        raise FormError(
            _("berkasnya terlalu besar.")
            if error.failure is Failure.TOO_MUCH
            else _("berkasnya rusak, terkunci kata sandi, atau bukan XLSX maupun XLS.")
        ) from None
    if "error" in result:
        raise FormError(result["error"])
    if not result["form_id"]:
        raise FormError(_("isi kolom form_id di lembar settings."))
    version, body = result["version"], result["xform"]
    if not version:
        version = hashlib.sha256(body.encode()).hexdigest()[:12]
        body = PRIMARY_INSTANCE.sub(rf'\1 version="{version}"\2', body, count=1)
    media = {ITEMSETS: result["itemsets"].encode()} if result["itemsets"] else {}
    return XForm(result["form_id"], result["title"], version, body.encode()), media


def require_supported(xform: Element) -> None:
    """Refuse what would send answers elsewhere, hide them from the office, or write into its lists."""
    submission = xform.find("head/model/submission")
    if submission is not None and submission.get("base64RsaPublicKey"):
        raise FormError(
            _("isiannya tersandi (public_key di lembar settings) dan tidak terbaca kantor: hapus kolom itu.")
        )
    if submission is not None and submission.get("action"):
        raise FormError(
            _("submission_url di lembar settings mengirim isian ke %(address)s, bukan ke kantor: hapus kolom itu.")
            % {"address": submission.get("action")}
        )
    for element in xform.iter("entity"):
        if name := element.get("dataset"):
            raise FormError(_("lembar entities (daftar “%(name)s”) tidak dilayani: hapus lembar itu.") % {"name": name})


def referenced_files(xform: Element) -> list[str]:
    """The names of the CSV, pictures, audio, video and GeoJSON that the form opens, in the order of the form."""
    names: dict[str, None] = {}
    for element in xform.iter():
        for value in (element.text or "", *element.attrib.values()):
            if reference := MEDIA_REFERENCE.fullmatch(value.strip()):
                names[reference[1]] = None
        if search := SEARCH_REFERENCE.search(element.get("appearance", "")):
            names[search[1] if search[1].endswith(".csv") else f"{search[1]}.csv"] = None
    return list(names)


def media_of(xform: Element, uploaded: Media, earlier: Media) -> Media:
    """The files to serve with the form, under the names that the form uses: uploaded ones, else those of its earlier
    version. Raises FormError for a reference without a file, and for an uploaded file that no phone would open."""
    names = referenced_files(xform)
    if reserved := sorted(set(ENTITY_LISTS) & set(uploaded)):
        raise FormError(_("%(names)s adalah daftar Sambang sendiri: beri nama lain.") % {"names": ", ".join(reserved)})
    needed = [name for name in names if name not in ENTITY_LISTS]
    earlier_files, new = matched_names(needed, earlier), matched_names([*needed, ITEMSETS], uploaded)
    if missing := [name for name in needed if name not in earlier_files | new]:
        raise FormError(_("unggah juga berkas yang dipakainya: %(names)s.") % {"names": ", ".join(missing)})
    if unused := sorted(set(uploaded) - set(new.values())):
        raise FormError(_("formulir ini tidak memakai berkas %(names)s.") % {"names": ", ".join(unused)})
    return {name: earlier[file] for name, file in earlier_files.items()} | {
        name: uploaded[file] for name, file in new.items()
    }


def required_paths(xform: Element) -> list[str]:
    """The paths, below the root, of the questions that must be answered."""
    binds = xform.iterfind("head/model/bind")
    paths = [bind.get("nodeset", "") for bind in binds if bind.get("required", "").strip() == "true()"]
    return [path.strip("/").partition("/")[2] for path in paths]
