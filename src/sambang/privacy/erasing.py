"""Erasing an owner: every field of `reference/fields.csv`, as its last column says, in every row about the IKM.

What stays is numbers under a name that says nothing. The journal stays whole: its lines name rows and copy nothing of
them, so its chain needs no exception.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.row_security import bypass_row_security
from sambang.intake.models import Received
from sambang.odk.models import Submission
from sambang.privacy.fields import PersonalField, personal_fields
from sambang.registry.encrypted_fields import EncryptedField
from sambang.registry.models import Business, ProductLine

# From a row to the IKM that it is about. The same rows are the owner's copy (`ops.py`).
ABOUT_BUSINESS: dict[str, str] = {
    "registry.ProductLine": "business",
    "registry.Permit": "business",
    "registry.GroupMember": "business",
    "visits.Attendance": "business",
    "visits.Photo": "business",
    "aspirations.Aspiration": "business",
    "actions.Confirmation": "business",
    "actions.ActionEvent": "business",
    "production.Report": "business",
    "production.ReportLine": "report__business",
    "market.Picture": "item__business",
    "market.Item": "business",
    "market.Channel": "business",
    "market.OnlineShare": "business",
    "market.Consent": "business",
    "training.Enrolment": "business",
    "training.Attendance": "enrolment__business",
    "training.LadderStep": "business",
    "owners.PersonalLink": "business",
    "intake.Received": "business",
    "privacy.DataRequest": "business",
}
# … and to the owner as a person: what they wrote among others.
BY_OWNER: dict[str, str] = {"aspirations.Comment": "by", "aspirations.Idea": "by", "aspirations.Vote": "by"}


@bypass_row_security(__name__)
@translation.override(settings.LANGUAGE_CODE)  # what is stored is Indonesian, whoever presses the button
def erase_rows(business: Business) -> None:
    """In a transaction of the caller's. Files go when it is committed, or not at all."""
    owner = business.owner
    _empty_submissions(business)
    for label, path in ABOUT_BUSINESS.items():
        _erase(label, {path: business})
    if not Business.objects.filter(owner=owner, erased_at=None).exclude(pk=business.pk).exists():
        for label, path in BY_OWNER.items():
            _erase(label, {path: owner})
        _erase_person(owner)
    changed = _values(fields_by_model()["registry.Business"])
    Business.objects.filter(pk=business.pk).update(**{**changed, "name": _("Usaha tanpa nama")})


def fields_by_model() -> dict[str, list[PersonalField]]:
    found: dict[str, list[PersonalField]] = defaultdict(list)
    for field in personal_fields():
        found[field.model].append(field)
    return found


def _erase(label: str, where: dict[str, Any]) -> None:
    model, fields = apps.get_model(label), fields_by_model()[label]
    rows = model._base_manager.filter(**where)
    if any(field.erasure == "delete" for field in fields):
        _forget_files(rows, fields)
        # Through one query of keys: a path over other tables cannot be deleted along.
        model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
        return
    if model is ProductLine:
        _number_product_lines(rows)
        fields = [field for field in fields if field.field != "name"]
    changed = _values(fields)
    if changed:
        model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**changed)


def _values(fields: list[PersonalField]) -> dict[str, Any]:
    """What each field to be blanked or made nameless becomes."""
    found: dict[str, Any] = {}
    for field in fields:
        if field.erasure == "anonymise":
            found[field.field] = _("(dihapus)")
        elif field.erasure == "blank":
            found[field.field] = _nothing(field.definition)
    return found


def _nothing(column: models.Field[Any, Any]) -> Any:
    if isinstance(column, EncryptedField):
        return column.empty
    if column.null:
        return None
    return b"" if isinstance(column, models.BinaryField) else ""


def _empty_submissions(business: Business) -> None:
    """A visit of ODK Collect speaks of many IKM in one text. Where it was worked out to the end, all of it stands in
    the records by now, and the text goes; where not, a person reads it."""
    items = {str(key) for key in Received.objects.filter(business=business).values_list("pk", flat=True)}
    for sent in Submission.objects.filter(form=None).exclude(processed_at=None).only("results", "processed_at"):
        results = sent.results or []
        if not sent.is_unfinished() and items & {str(result.get("id")) for result in results}:
            cleared = [{**result, "why": ""} for result in results]
            Submission.objects.filter(pk=sent.pk).update(xml=b"<data/>", name="", results=cleared)


def _number_product_lines(rows: models.QuerySet[Any]) -> None:
    """Their names are one of a kind within the IKM, and the index follows them: a number instead."""
    for number, line in enumerate(rows.order_by("pk"), start=1):
        line.name = _("Produk %(number)d") % {"number": number}
        line.save(update_fields=["name"])


def _forget_files(rows: models.QuerySet[Any], fields: list[PersonalField]) -> None:
    names = [field.field for field in fields if isinstance(field.definition, models.FileField)]
    for row in rows if names else ():
        for name in names:
            kept = getattr(row, name)
            transaction.on_commit(partial(kept.storage.delete, kept.name))


def _erase_person(owner: Person) -> None:
    """Unless they work here too: then the name stands for what they did for the council."""
    if owner.memberships.exists():
        return
    owner.headed_clusters.update(head=None)
    owner.name, owner.email, owner.is_active = _("Pemilik tanpa nama"), None, False
    owner.save(update_fields=["name", "email", "is_active"])
