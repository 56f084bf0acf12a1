"""Queries of the phone endpoints and of the office's pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import councils_of
from sambang.intake.display import kind_label
from sambang.intake.models import Device
from sambang.lib.tokens import digest_of
from sambang.odk.models import CollectKey, FormMedia, OdkForm, Submission
from sambang.odk.own_forms import referenced_files
from sambang.odk.reading import tree
from sambang.odk.visit_form import XForm, visit_form
from sambang.odk.xlsform import ENTITY_LISTS
from sambang.registry.models import Business

UUID_PATTERN = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def active_key(token: str) -> CollectKey | None:
    """The active key with this token, of an active person, for a device that was not revoked; or None."""
    revoked = Device.objects.exclude(revoked_at=None).values("pk")
    rows = CollectKey.objects.active().exclude(pk__in=revoked).select_related("person", "council")
    return rows.filter(digest=digest_of(token), person__is_active=True).first()


def offered_forms(key: CollectKey) -> Iterator[XForm]:
    """The visit form first, then the council's own."""
    yield visit_form()
    for row in OdkForm.objects.offered().filter(council=key.council_id).order_by("title"):
        yield as_xform(row)


def as_xform(row: OdkForm) -> XForm:
    return XForm(row.form_id, row.title, row.version, bytes(row.xform), row.pk)


def offered_form(key: CollectKey, md5: str) -> XForm | None:
    """A form of the list by its hash, replaced versions included; or None."""
    if visit_form().md5 == md5:
        return visit_form()
    row = OdkForm.objects.filter(council=key.council_id, md5=md5).first()
    return as_xform(row) if row else None


def own_media(form: XForm) -> QuerySet[FormMedia]:
    return FormMedia.objects.filter(form=form.own_form_id).order_by("name")


def has_media(form: XForm) -> bool:
    return bool(lists_of(form)) or own_media(form).exists()


@lru_cache(maxsize=64)
def lists_of(form: XForm) -> list[str]:
    """The names of our CSV lists that the form opens."""
    opened = set(referenced_files(tree(form.body)))
    return [name for name in ENTITY_LISTS if name in opened]


def regency_councils(person: Person) -> QuerySet[Council]:
    """The councils of regencies of which the person is a member: keys and forms belong to those."""
    return councils_of(person).filter(region_code__regex=r"^\d{4}$")


def keys_for(person: Person) -> QuerySet[CollectKey]:
    rows = CollectKey.objects.visible_to(person).filter(council__in=regency_councils(person)).select_related("person")
    return rows.annotate(sent=Count("submissions"), last_sent=Max("submissions__received_at")).order_by(
        "revoked_at", "person__name", "phone"
    )


def forms_for(person: Person) -> QuerySet[OdkForm]:
    rows = OdkForm.objects.visible_to(person).offered().filter(council__in=regency_councils(person))
    return rows.defer("xform", "xlsform").annotate(sent=Count("submissions")).order_by("title")


OUTCOME_LABELS = {
    "stored": _("tersimpan"),
    "incomplete": _("menunggu foto"),
    "refused": _("perlu diperiksa"),
    "kept": _("tetap tercatat"),
    "waiting": _("belum diolah"),
}

SUBMISSION_BADGES = {"stored": "badge-good", "kept": ""}


@dataclass(frozen=True)
class ResultRow:
    kind: str
    about: str  # the IKM's name, if the person may read it
    badge: str  # CSS class
    label: str
    why: str


def result_rows(person: Person, submission: Submission) -> list[ResultRow]:
    results = submission.results or []
    ids = {result["path"].split("/")[1] for result in results if result["path"].startswith("ikm/")}
    businesses = Business.objects.visible_to(person).filter(
        pk__in=[name for name in ids if UUID_PATTERN.fullmatch(name)]
    )
    names = {str(pk): name for pk, name in businesses.values_list("pk", "name")}
    return [
        ResultRow(
            kind_label(result["kind"]),
            names.get(result["path"].split("/")[1], "") if "/" in result["path"] else "",
            SUBMISSION_BADGES.get(result["outcome"], "badge-warn"),
            str(OUTCOME_LABELS.get(result["outcome"], result["outcome"])),
            result["why"],
        )
        for result in results
    ]


def readable_submissions(person: Person) -> QuerySet[Submission]:
    """Without replaced versions, and without the XML."""
    rows = Submission.objects.visible_to(person).filter(council__in=regency_councils(person)).current()
    return rows.defer("xml").select_related("key__person", "form").prefetch_related("files").newest_first()
