"""The context of an import's preview page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from sambang.access.requests import PersonRequest
from sambang.imports.columns import CHOICES, choice_label, columns_read
from sambang.imports.models import ImportBatch, Placement
from sambang.imports.plan import CHANGE_DECISIONS, Plan, plan_import
from sambang.imports.preview import Pane, RowState, balance, preview_rows, preview_tabs
from sambang.imports.sheets import CellError, RegisterSheet
from sambang.lib.progress import Progress, no_progress
from sambang.lib.templatetags.formatting import count
from sambang.registry.models import Cluster

PREVIEW_PAGE_SIZE = 25
MAX_CELLS_NAMED = 8
PANES: dict[str, str] = {
    Pane.DECIDE: "decisions",
    Pane.MISSING: "missing",
    Pane.ERRORS: "errors",
    Pane.COLUMNS: "columns",
}
MAX_PREVIEW_ITEMS = 300  # items of one list on the page; the downloaded list has all


def cluster_of_batch(batch: ImportBatch) -> Cluster | None:
    return Cluster.objects.filter(region=batch.region, name=batch.cluster_name).first()


def plan_of_batch(batch: ImportBatch, progress: Progress = no_progress) -> Plan:
    return plan_import(
        batch.sheet,
        region=batch.region,
        cluster=cluster_of_batch(batch),
        placement=Placement(batch.placement),
        cluster_name=batch.cluster_name,
        progress=progress,
    )


def preview_context(request: PersonRequest, batch: ImportBatch, progress: Progress = no_progress) -> dict[str, Any]:
    """One pane of the preview: what `keadaan` names, else the first that is filled."""
    sheet, plan = batch.sheet, plan_of_batch(batch, progress)
    rows = preview_rows(sheet, plan)
    tabs = preview_tabs(sheet, plan, rows)
    first = next((tab.state for tab in tabs if tab.count), RowState.NEW)
    state = request.GET.get("keadaan", "")
    state = state if state in {*RowState, *Pane} else first
    items: dict[str, Sequence[Any]] = {
        Pane.DECIDE: (),
        Pane.MISSING: plan.missing,
        Pane.ERRORS: alike(sheet.errors),
        Pane.COLUMNS: (),
    }
    listed = items[state] if state in items else [row for row in rows if row.state == state]
    return {
        "batch": batch,
        "cluster": cluster_of_batch(batch),
        "sheet": sheet,
        "plan": plan,
        **_columns_context(sheet),
        "members": sum(1 for member in sheet.members if member.register is not None),
        "notices": plan.notices[:MAX_PREVIEW_ITEMS],
        "differing": plan.differing[:MAX_PREVIEW_ITEMS],
        "hidden_differing": max(0, len(plan.differing) - MAX_PREVIEW_ITEMS),
        "change_decisions": CHANGE_DECISIONS.items(),
        "new_clusters": [f"{name} ({place})" for name, place in plan.new_clusters],
        "balance": balance_sentences(balance(sheet, rows)),
        "tabs": tabs,
        "state": state,
        "is_first": state == first,
        "has_decisions": bool(plan.questions or plan.differing),
        "pane": f"imports/_{PANES.get(state, 'rows')}.html",
        "page": Paginator(listed, PREVIEW_PAGE_SIZE).get_page(request.GET.get("halaman")),
    }


class AlikeErrors(NamedTuple):
    """Cells of one sheet with the same text and the same error, such as a blank KBLI in twenty rows."""

    sheet: str
    cells: list[str]
    value: str
    message: str

    @property
    def place(self) -> str:
        named = ", ".join(self.cells[:MAX_CELLS_NAMED])
        more = len(self.cells) - MAX_CELLS_NAMED
        return named if more <= 0 else _("%(cells)s dan %(more)d sel lain") % {"cells": named, "more": more}


def alike(errors: Iterable[CellError]) -> list[AlikeErrors]:
    """The errors in their order, those that are alike together at the first of them."""
    groups: dict[tuple[str, str, str], AlikeErrors] = {}
    for error in errors:
        key = (error.sheet, error.value, error.message)
        groups.setdefault(key, AlikeErrors(error.sheet, [], error.value, error.message)).cells.append(error.cell)
    return list(groups.values())


def _columns_context(sheet: RegisterSheet) -> dict[str, Any]:
    columns = columns_read(sheet)
    doubted = [read for read in columns if read.column.doubt]
    ignored = [read for read in columns if not read.meaning and not read.column.doubt]
    return {
        "columns_open": [*doubted, *ignored],
        "columns_read": [read for read in columns if read.meaning and not read.column.doubt],
        "columns_doubted": len(doubted),
        "columns_ignored": len(ignored),
        "columns_aside": [item for item in sheet.left_aside if not item.row][:MAX_PREVIEW_ITEMS],
        "choices": [(choice, choice_label(choice)) for choice in CHOICES],
    }


def balance_sentences(sums: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The two equations of the ledger, of rows and of cells."""
    rows = _("Baris terisi: %(total)s = %(read)s dibaca + %(asked)s ditanyakan + %(left_aside)s dikesampingkan.")
    cells = _(
        "Sel terisi: %(filled)s = %(values)s diambil + %(errors)s dikeluhkan + %(headings)s judul + "
        "%(left_aside)s dikesampingkan."
    )
    in_rows = {"total" if name == "in" else name: count(number) for name, number in sums["rows"].items()}
    return [rows % in_rows, cells % {name: count(number) for name, number in sums["cells"].items()}]
