"""All data stored about an IKM and its owner, for the owner: as a page and as JSON (Pasal 32)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

from sambang.access.row_security import bypass_row_security
from sambang.actions.models import Action
from sambang.aspirations.models import Idea, Matter
from sambang.audit.models import Entry, row_reference
from sambang.audit.read_audit import AUDITED_READS
from sambang.audit.verb_labels import VERB_LABELS
from sambang.lib import clock
from sambang.market.models import Item
from sambang.privacy.erasing import ABOUT_BUSINESS, ABOUT_OTHER_BUSINESS, ABOUT_OWNER
from sambang.privacy.fields import fields_of
from sambang.privacy.law import LAW_VERSION
from sambang.production.models import Report
from sambang.registry.encryption import decrypt_nik
from sambang.registry.models import Business, Cluster, Group, Industry, ProductLine, Region
from sambang.training.models import Course, Session
from sambang.visits.models import Visit

COPY_FORMAT = "sambang data pribadi 1"
# Technical columns without meaning for the owner.
HIDDEN_COLUMNS = ("digest", "sha256", "password", "last_login", "volume", "gap", "merge_key", "item_id")
# Labels of columns without a verbose name.
COLUMN_LABELS = {
    "submitted": _("isi"),
    "office_value": _("isi sebelumnya"),
    "office_value_at": _("waktu isi sebelumnya"),
}
MONTH_COLUMNS = {"production.Report": "month", "production.ReportLine": "report__month", "market.OnlineShare": "month"}
# Relations that are shown by the name of the related row, and the relations which that name is made of.
NAMED_RELATIONS: dict[Any, list[str]] = {
    Report: ["__business"],
    ProductLine: [""],
    Visit: ["__cluster", "__group", "__business"],
    Matter: [""],
    Idea: [""],
    Action: [""],
    Item: [""],
    Course: [""],
    Session: ["__course"],
    Group: [""],
    Cluster: [""],
    Region: [""],
    Industry: [""],
}


@dataclass(frozen=True)
class FieldValue:
    """One field of one row. `why`: the purpose, "" for a field that is not personal."""

    name: str
    title: Any
    value: Any
    why: Any


@dataclass(frozen=True)
class StoredTable:
    label: str
    title: Any
    rows: list[list[FieldValue]]


def stored_data_of(business: Business) -> list[StoredTable]:
    """The business first, then the rows about it; tables without rows are left out."""
    tables = [_table("access.Person", {"pk": business.owner_id}), _table("registry.Business", {"pk": business.pk})]
    tables += [_table(label, {path: business}) for label, path in ABOUT_BUSINESS.items()]
    tables += [_table(label, {path: business}) for label, path in ABOUT_OTHER_BUSINESS.items()]
    tables += [_table(label, {path: business.owner_id}) for label, path in ABOUT_OWNER.items()]
    return [table for table in tables if table.rows]


def _table(label: str, where: dict[str, Any]) -> StoredTable:
    model = apps.get_model(label)
    purposes = {field.field: field.why.label for field in fields_of(label)}
    columns = [column for column in model._meta.concrete_fields if is_displayed(column)]
    leads = [f"{column.name}{onward}" for column in columns for onward in NAMED_RELATIONS.get(column.related_model, [])]
    rows = model._base_manager.filter(**where).prefetch_related(*leads).order_by(MONTH_COLUMNS.get(label, "pk"), "pk")
    displayed_rows = [
        [FieldValue(c.name, title_of(c), _display_value(row, c), purposes.get(c.name, "")) for c in columns]
        for row in rows
    ]
    return StoredTable(label, model._meta.verbose_name, displayed_rows)


def is_displayed(column: models.Field[Any, Any]) -> bool:
    if column.primary_key:
        return False
    if column.is_relation:
        return column.related_model in NAMED_RELATIONS and column.name != "replaced_by"
    return not any(word in column.name for word in HIDDEN_COLUMNS)


def title_of(column: models.Field[Any, Any]) -> Any:
    """The label of a column: its own, else that of the related model, else "waktu"."""
    if column.verbose_name != column.name.replace("_", " "):
        return column.verbose_name
    if column.is_relation:
        return column.related_model._meta.verbose_name  # type: ignore[union-attr]
    return COLUMN_LABELS.get(column.name) or _("waktu")


def _display_value(row: models.Model, column: models.Field[Any, Any]) -> Any:
    if column.name == "nik_encrypted":
        return masked(decrypt_nik(getattr(row, column.name)))
    if column.name == "npwp":
        return masked(getattr(row, column.name))
    if column.choices:
        return str(getattr(row, f"get_{column.name}_display")())
    if column.is_relation:
        return _named(row, column.name)
    value = getattr(row, column.name)
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else value


def _named(row: models.Model, name: str) -> str | None:
    """The name of the related row; None also if the owner no longer reaches it."""
    try:
        return getattr(row, name) and str(getattr(row, name))
    except ObjectDoesNotExist:
        return None


def masked(number: str) -> str:
    """The number with its middle digits hidden, since another person could read the page on the owner's phone."""
    return number if len(number) < 8 else f"{number[:4]}{'•' * (len(number) - 8)}{number[-4:]}"


@dataclass(frozen=True)
class ReadRecord:
    at: datetime
    by: str
    what: Any
    all_of_cluster: bool


@bypass_row_security(__name__)
def reads_of(business: Business, *, most: int = 500) -> list[ReadRecord]:
    """Reads of the owner's guarded data by others, newest first."""
    names = [row_reference(business)] + ([row_reference(business.cluster)] if business.cluster else [])
    lines = Entry.objects.filter(subject__in=names, verb__in=AUDITED_READS, at__gte=business.registered_at)
    reads = lines.exclude(by=business.owner).select_related("by").newest_first()[:most]
    return [ReadRecord(line.at, line.by.name, VERB_LABELS[line.verb], line.subject != names[0]) for line in reads]


def copy_as_json(business: Business) -> dict[str, Any]:
    """JSON values: texts, numbers, ISO 8601 times; pictures as base64."""
    return {
        "format": COPY_FORMAT,
        "law": LAW_VERSION,
        "created_at": clock.now().isoformat(),
        "tables": {
            table.label: {
                "title": str(table.title),
                "rows": [{fact.name: _json_value(fact.value) for fact in row} for row in table.rows],
                "purposes": {fact.name: str(fact.why) for fact in table.rows[0] if fact.why},
            }
            for table in stored_data_of(business)
        },
        "looked_at": [
            {"at": one.at.isoformat(), "by": one.by, "what": str(one.what), "all_of_cluster": one.all_of_cluster}
            for one in reads_of(business)
        ],
    }


def _json_value(value: Any) -> Any:
    if isinstance(value, models.fields.files.FieldFile):
        if not value.name or not value.storage.exists(value.name):
            return None
        with value.open("rb") as file:
            return base64.b64encode(file.read()).decode()
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)
