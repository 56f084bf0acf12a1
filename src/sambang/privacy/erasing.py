"""Erasure of an owner: every field of `reference/fields.csv`, as its last column says, in every row about the IKM.

Figures remain, without names. The audit log is not changed: its entries refer to rows and contain no personal data.
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

# Path from a row to the IKM it is about. The same rows make the owner's copy (`stored_data.py`).
ABOUT_BUSINESS: dict[str, str] = {
    "registry.ProductLine": "business",
    "registry.Permit": "business",
    "registry.OwnerDetail": "business",
    "registry.GroupMember": "business",
    "visits.Attendance": "business",
    "visits.Photo": "business",
    "maps.BusinessPosition": "business",
    "aspirations.Aspiration": "business",
    "actions.Confirmation": "business",
    "actions.ActionEvent": "business",
    "production.Report": "business",
    "production.ReportLine": "report__business",
    "production.ContractedWork": "product_line__business",
    "selling.Order": "item__business",
    "selling.SpareCapacity": "product_line__business",
    "selling.PooledShare": "business",
    "market.Picture": "item__business",
    "market.Item": "business",
    "market.Channel": "business",
    "market.OnlineShare": "business",
    "market.Consent": "business",
    "training.Enrolment": "business",
    "training.Attendance": "enrolment__business",
    "training.LadderStep": "business",
    "training.QuizResult": "business",
    "training.Screenshot": "business",
    "facilitation.RuleAnswer": "business",
    "facilitation.ApplicationEvent": "application__business",
    "siinas.QuarterSheet": "business",
    "costing.CostItem": "sheet__business",
    "costing.CostSheet": "business",
    "owners.PersonalLink": "business",
    "intake.Received": "business",
    "privacy.DataRequest": "business",
}
# Rows about two IKM: the path to the second one.
ABOUT_OTHER_BUSINESS: dict[str, str] = {"production.ContractedWork": "contractor"}
# Path from a row to the person who wrote it.
ABOUT_OWNER: dict[str, str] = {"aspirations.Comment": "by", "aspirations.Idea": "by", "aspirations.Vote": "by"}


@bypass_row_security(__name__)
@translation.override(settings.LANGUAGE_CODE)  # stored text is Indonesian
def erase_rows(business: Business) -> None:
    """Runs in the caller's transaction; files are deleted when it commits."""
    owner = business.owner
    _empty_submissions(business)
    for label, path in (*ABOUT_BUSINESS.items(), *ABOUT_OTHER_BUSINESS.items()):
        _erase(label, {path: business})
    if not Business.objects.filter(owner=owner, erased_at=None).exclude(pk=business.pk).exists():
        for label, path in ABOUT_OWNER.items():
            _erase(label, {path: owner})
        _erase_person(owner)
    changed = _values(fields_by_model()["registry.Business"])
    Business.objects.filter(pk=business.pk).update(**{**changed, "name": _("Usaha tanpa nama")})


def fields_by_model() -> dict[str, list[PersonalField]]:
    fields: dict[str, list[PersonalField]] = defaultdict(list)
    for field in personal_fields():
        fields[field.model].append(field)
    return fields


def _erase(label: str, where: dict[str, Any]) -> None:
    model, fields = apps.get_model(label), fields_by_model()[label]
    rows = model._base_manager.filter(**where)
    if any(field.erasure == "delete" for field in fields):
        _forget_files(rows, fields)
        # By primary keys: DELETE does not follow a path over other tables.
        model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
        return
    if model is ProductLine:
        _number_product_lines(rows)
        fields = [field for field in fields if field.field != "name"]
    changed = _values(fields)
    if changed:
        model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**changed)


def _values(fields: list[PersonalField]) -> dict[str, Any]:
    """New values of the fields that are blanked or anonymised."""
    values: dict[str, Any] = {}
    for field in fields:
        if field.erasure == "anonymise":
            values[field.field] = _("(dihapus)")
        elif field.erasure == "blank":
            values[field.field] = _blank_value(field.definition)
    return values


def _blank_value(column: models.Field[Any, Any]) -> Any:
    if isinstance(column, EncryptedField):
        return column.empty
    if column.null:
        return None
    return b"" if isinstance(column, models.BinaryField) else ""


def _empty_submissions(business: Business) -> None:
    """Empty the processed submissions of ODK Collect that mention the IKM: their content is stored in records.
    One submission mentions many IKM. An unprocessed one is left to be read by a person."""
    items = {str(key) for key in Received.objects.filter(business=business).values_list("pk", flat=True)}
    for sent in Submission.objects.filter(form=None).exclude(processed_at=None).only("results", "processed_at"):
        results = sent.results or []
        if not sent.is_unfinished() and items & {str(result.get("id")) for result in results}:
            cleared = [{**result, "why": ""} for result in results]
            Submission.objects.filter(pk=sent.pk).update(xml=b"<data/>", name="", results=cleared)


def _number_product_lines(rows: models.QuerySet[Any]) -> None:
    """Replace the names by numbers: names are unique within an IKM, and the index needs the lines."""
    for number, line in enumerate(rows.order_by("pk"), start=1):
        line.name = _("Produk %(number)d") % {"number": number}
        line.save(update_fields=["name"])


def _forget_files(rows: models.QuerySet[Any], fields: list[PersonalField]) -> None:
    names = [field.field for field in fields if isinstance(field.definition, models.FileField)]
    for row in rows if names else ():
        for name in names:
            stored = getattr(row, name)
            transaction.on_commit(partial(stored.storage.delete, stored.name))


def _erase_person(owner: Person) -> None:
    """Anonymise the person, unless they are a member of a council: then the name stays on their records."""
    if owner.memberships.exists():
        return
    owner.headed_clusters.update(head=None)
    owner.name, owner.email, owner.is_active = _("Pemilik tanpa nama"), None, False
    owner.save(update_fields=["name", "email", "is_active"])
