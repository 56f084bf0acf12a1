"""Which IKM are asked to report: all of them, or a sample of the register. An IKM that is not asked does not count as
missing."""

from __future__ import annotations

from collections.abc import Collection
from itertools import batched
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left

from sambang.access.models import Council, Person
from sambang.audit.operation import operation
from sambang.lib.bulk_sql import insert_rows
from sambang.lib.region_code import in_region
from sambang.production.models import PanelMember, SurveyPanel
from sambang.registry.models import Business

PANEL_ROWS_A_STATEMENT = 500


def is_asked() -> Q:
    """Condition on a Business queryset: a member of an active panel, or in a region without one. An IKM registered
    after the panel was drawn is asked only from the next panel on."""
    codes = [Left(OuterRef("region_id"), digits) for digits in (2, 4)]
    in_force = SurveyPanel.objects.filter(is_current=True, council__region_code__in=codes)
    members = PanelMember.objects.filter(panel__is_current=True, business=OuterRef("pk"))
    # The first condition is evaluated once for each query: if no panel exists, the others are not evaluated for each
    # IKM.
    any_panel = SurveyPanel.objects.filter(is_current=True)
    return ~Q(Exists(any_panel)) | ~Q(Exists(in_force)) | Q(Exists(members))


def current_panel(council: Council) -> SurveyPanel | None:
    return SurveyPanel.objects.filter(council=council, is_current=True).select_related("by").first()


def asked_businesses(region_code: str) -> set[UUID] | None:
    """Keys of the asked IKM of a region; None if all are asked."""
    rows = Business.objects.filter(in_region("region__code", region_code))
    if not SurveyPanel.objects.filter(is_current=True).exists() or not rows.exclude(is_asked()).exists():
        return None
    return set(rows.filter(is_asked()).values_list("pk", flat=True))


@operation("production.draw_panel")
def store_panel(council: Council, by: Person, /, *, panel: SurveyPanel, asked: Collection[UUID]) -> SurveyPanel:
    """Activate a drawn panel and end the previous one. `panel`: unsaved; `asked`: keys of IKM."""
    SurveyPanel.objects.filter(council=council, is_current=True).update(is_current=False)
    panel.council, panel.by, panel.is_current = council, by, True
    panel.save(force_insert=True)
    for keys in batched(sorted(asked), PANEL_ROWS_A_STATEMENT, strict=False):
        insert_rows([PanelMember(panel=panel, business_id=key) for key in keys])
    return panel


@operation("production.ask_everybody")
def ask_everybody(council: Council, by: Person, /) -> Council:
    """End the active panel."""
    SurveyPanel.objects.filter(council=council, is_current=True).update(is_current=False)
    return council
