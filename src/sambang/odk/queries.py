"""What phones may get and what the office's pages read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import councils_of
from sambang.intake.models import Device
from sambang.lib.tokens import digest_of
from sambang.odk.models import CollectKey, OdkForm, Submission
from sambang.odk.visit_form import XForm, visit_form
from sambang.odk.xlsform import FILES
from sambang.registry.models import Business

UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
BESIDE = re.compile(rb"jr://file(?:-csv)?/([\w.-]+)")


def key_of(token: str) -> CollectKey | None:
    """The living key with this token, of somebody who still works here, for a phone that the desk did not shut out."""
    shut_out = Device.objects.exclude(revoked_at=None).values("pk")
    rows = CollectKey.objects.living().exclude(pk__in=shut_out).select_related("person", "council")
    return rows.filter(digest=digest_of(token), person__is_active=True).first()


def offered_forms(key: CollectKey) -> Iterator[XForm]:
    """Sambang's own first, then the council's."""
    yield visit_form()
    for row in OdkForm.objects.offered().filter(council=key.council_id).order_by("title"):
        yield as_xform(row)


def as_xform(row: OdkForm) -> XForm:
    return XForm(row.form_id, row.title, row.version, bytes(row.xform))


def offered_form(key: CollectKey, md5: str) -> XForm | None:
    """A form that the list named; a council's own is answered after it was replaced too."""
    if visit_form().md5 == md5:
        return visit_form()
    row = OdkForm.objects.filter(council=key.council_id, md5=md5).first()
    return as_xform(row) if row else None


def beside(form: XForm) -> list[str]:
    """Which of our lists the form asks for."""
    asked = {name.decode() for name in BESIDE.findall(form.body)}
    return [name for name in FILES if name in asked]


def workplaces(person: Person) -> QuerySet[Council]:
    """The regencies' councils to which somebody belongs: keys and forms are made there."""
    return councils_of(person).filter(region_code__regex=r"^\d{4}$")


def keys_for(person: Person) -> QuerySet[CollectKey]:
    rows = CollectKey.objects.visible_to(person).filter(council__in=workplaces(person)).select_related("person")
    return rows.annotate(sent=Count("submissions"), last_sent=Max("submissions__received_at")).order_by(
        "revoked_at", "person__name", "phone"
    )


def forms_for(person: Person) -> QuerySet[OdkForm]:
    rows = OdkForm.objects.visible_to(person).offered().filter(council__in=workplaces(person))
    return rows.defer("xform", "xlsform").annotate(sent=Count("submissions")).order_by("title")


KINDS = {
    "hold": _("kunjungan"),
    "attend": _("kehadiran"),
    "aspiration": _("aspirasi"),
    "report": _("laporan bulanan"),
    "confirm": _("konfirmasi"),
    "photo": _("foto kunjungan"),
}
OUTCOMES = {
    "stored": _("tersimpan"),
    "incomplete": _("menunggu foto"),
    "refused": _("perlu diperiksa"),
    "kept": _("tetap tercatat"),
    "waiting": _("belum diolah"),
}


@dataclass(frozen=True)
class PieceInWords:
    kind: str
    about: str  # the IKM's name where this person reaches it
    outcome: str
    words: str
    why: str


def pieces_in_words(person: Person, submission: Submission) -> list[PieceInWords]:
    answers = submission.answers or []
    ids = {answer["path"].split("/")[1] for answer in answers if answer["path"].startswith("ikm/")}
    known = Business.objects.visible_to(person).filter(pk__in=[name for name in ids if UUID_TEXT.fullmatch(name)])
    names = {str(pk): name for pk, name in known.values_list("pk", "name")}
    return [
        PieceInWords(
            str(KINDS.get(answer["kind"], answer["kind"])),
            names.get(answer["path"].split("/")[1], "") if "/" in answer["path"] else "",
            answer["outcome"],
            str(OUTCOMES.get(answer["outcome"], answer["outcome"])),
            answer["why"],
        )
        for answer in answers
    ]


def submissions_for(person: Person) -> QuerySet[Submission]:
    """The newest version of each, without the bytes."""
    rows = Submission.objects.visible_to(person).filter(council__in=workplaces(person)).current()
    return rows.defer("xml").select_related("key__person", "form").prefetch_related("files").newest_first()
