"""Every address of the site, read from the URLconf, with the rows of the world put into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver

from sambang.registry.models import Industry, IndustryChange, Region
from sambang.visits.papers import Paper
from tests.reach.world import Place

PART = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")

# Which row stands in the address, where it is another than the one of that name.
OTHERWISE: dict[str, dict[str, str]] = {
    "visits:visit_change": {"visit_id": "planned"},
    "visits:visit_cancel": {"visit_id": "planned"},
    "visits:visit_undo_start": {"visit_id": "begun"},
    "visits:correction_add": {"visit_id": "signed"},
    "aspirations:matter_reopen": {"matter_id": "aside"},
    "aspirations:aspiration_group_outside": {"business_id": "outside"},
    "aspirations:matter_merge": {"matter_id": "other_matter"},
    "aspirations:matter_set_aside": {"matter_id": "other_matter"},
    "aspirations:aspiration_ungroup": {"aspiration_id": "wish"},
    "aspirations:aspiration_transfer": {"aspiration_id": "wish"},
    "pooling:pooled_order_detail": {"order_id": "pooled_order_id"},
    "pooling:pooled_order_cancel": {"order_id": "pooled_order_id"},
    "selling:work_answer": {"answer": "work_answer"},
    "selling:session_attend": {"session_id": "session_today", "code": "attendance_code"},
    "selling:step_withdraw": {"step_id": "own_step"},
    "training:certificate_verify": {"code": "certificate_code"},
    "training:enrolment_invite": {"enrolment_id": "invited"},
    "market:curation_detail": {"item_id": "submitted"},
    "market:item_publish": {"item_id": "submitted"},
    "market:item_return": {"item_id": "submitted"},
    "registry:business_reopen": {"business_id": "closed"},
    "owners:report_correct": {"month": "reported"},
    "papers:message_change": {"kind": "message_kind"},
    "aspirations:difficulty_change": {"code": "difficulty"},
    "home:row_restore": {"row_id": "withdrawn_id"},
    "actions:action_reopen": {"action_id": "dropped"},
    "accounts:password_link_open": {"token": "password_token"},
    "accounts:invitation_open": {"token": "invitation_token"},
    "owners:question_list": {"action_id": "claimed"},
    "assignments_outside:link_open": {"token": "assignment_token"},
    "notices:calendar_feed": {"token": "calendar_token"},
    "odk_phone:form_list": {"token": "odk_token"},
    "odk_phone:form_xform": {"token": "odk_token"},
    "odk_phone:form_manifest": {"token": "odk_token"},
    "odk_phone:form_media": {"token": "odk_token", "name": "own_media_name"},
    "odk_phone:list_file": {"token": "odk_token", "name": "media_name"},
    "odk_phone:entity_integrity": {"token": "odk_token"},
    "odk_phone:submission_create": {"token": "odk_token"},
}
# What stands behind the question mark, where the page says nothing without it.
QUESTIONS: dict[str, str] = {
    "registry:cluster_create": "?desa={village}",
    "registry:business_create_outside": "?desa={village}",
    "production:paper_sheet": "?bulan=2022-03&sentra={cluster_id}",
    "production:workbook_template": "?first=2022-01&last=2022-03",
    "production:month_detail": "?bulan={reported:%Y-%m}",
    "home:search_everything": "?cari=us",
    "field:bundle_detail": "?hp={device_id}&kunjungan={planned}",
}
OTHER_PAPERS = [paper.value for paper in Paper if paper != Paper.NOTULEN]
# Every value that a part of the address may take, beside the one of the place.
VARIANTS: dict[str, dict[str, list[str]]] = {
    "home:visit_paper": {"paper": OTHER_PAPERS},
    "home:visit_paper_word": {"paper": OTHER_PAPERS},
}
# Addresses written as expressions, and those of the reference tables.
WRITTEN = {"^(?P<app_label>auth|registry)/$": "registry/", "(?P<url>.*)$": "entah/"}


@dataclass(frozen=True)
class Address:
    name: str  # "registry:business_detail"; the pattern itself where it has no name
    pattern: str
    variant: tuple[tuple[str, str], ...] = ()  # parts of the address that are another than the place's row

    def of(self, place: Place) -> str:
        """The path to this place's row, beginning with a slash."""
        rows = {**place.rows, **reference_rows(self.name), "village": place.cluster.region_id}
        rows |= dict(self.variant)
        other = OTHERWISE.get(self.name, {})

        def put(part: re.Match[str]) -> str:
            value = rows[other.get(part["name"], part["name"])]
            return f"{value:%Y-%m}" if part["kind"] == "month" else str(value)

        return "/" + PART.sub(put, self.pattern) + QUESTIONS.get(self.name, "").format(**rows)


def reference_rows(name: str) -> dict[str, Any]:
    """What the addresses of Django's admin are about."""
    if not name.startswith(("admin:", "acuan/")):
        return {}
    rows: dict[str, Any] = {"content_type_id": ContentType.objects.get_for_model(Region).pk, "object_id": "34"}
    if "registry_industry_" in name or "registry/industry/" in name:
        rows["object_id"] = Industry.objects.values_list("pk", flat=True).first()
    elif "industrychange" in name:
        rows["object_id"] = IndustryChange.objects.values_list("pk", flat=True).first()
    elif "group" in name:
        rows["object_id"] = 1
    return rows


def addresses() -> list[Address]:
    return sorted(_walk(get_resolver(), "", ""), key=lambda address: address.name)


def _walk(resolver: URLResolver, before: str, space: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        written = str(entry.pattern)
        pattern = before + WRITTEN.get(written, written)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            name = f"{space}{entry.name}" if entry.name else pattern
            yield Address(name, pattern)
            for part, values in VARIANTS.get(name, {}).items():
                yield from (Address(name, pattern, ((part, value),)) for value in values)
