"""The preview of an import: each row of the workbook with the effect of importing it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sambang.imports.changes import ColumnChange
from sambang.imports.plan import Plan, PlannedRow
from sambang.imports.sheets import RegisterSheet


class RowState(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    ASKED = "asked"
    LEFT_ASIDE = "left_aside"


STATE_LABELS = {
    RowState.NEW: pgettext_lazy("rows", "baru"),
    RowState.CHANGED: gettext_lazy("berubah"),
    RowState.SAME: gettext_lazy("sama"),
    RowState.ASKED: gettext_lazy("ditanyakan"),
    RowState.LEFT_ASIDE: gettext_lazy("dikesampingkan"),
}


@dataclass(frozen=True)
class PreviewRow:
    """One row. `row` 0: `count` unnumbered rows."""

    state: RowState
    sheet: str
    row: int
    name: str = ""
    owner: str = ""
    cluster_name: str = ""
    place: Any = ""
    text: Any = ""
    business: UUID | None = None
    changes: list[ColumnChange] = field(default_factory=list)
    count: int = 1

    @property
    def label(self) -> Any:
        return STATE_LABELS[self.state]


def preview_rows(sheet: RegisterSheet, plan: Plan) -> list[PreviewRow]:
    """Every filled row below the headings, in the order of the workbook."""
    rows = [_planned_row(planned) for planned in plan.rows]
    rows += [
        PreviewRow(
            RowState.LEFT_ASIDE, notice.row.sheet, notice.row.row, notice.row.name, notice.row.owner, text=notice.text
        )
        for notice in plan.refused
    ]
    rows += [
        PreviewRow(RowState.LEFT_ASIDE, item.sheet, item.row, item.text, text=item.reason)
        for item in sheet.left_aside
        if item.row
    ]
    rows += [
        PreviewRow(RowState.LEFT_ASIDE, member.sheet, member.row, member.name, text=_("anggota kelompok"))
        for member in sheet.members
    ]
    if sheet.continued:
        text = _("produk lain dari IKM di baris atasnya")
        rows.append(PreviewRow(RowState.LEFT_ASIDE, sheet.rows[0].sheet, 0, text=text, count=sheet.continued))
    return sorted(rows, key=lambda row: (row.sheet, row.row))


def _planned_row(planned: PlannedRow) -> PreviewRow:
    state, text = _state(planned)
    return PreviewRow(
        state,
        planned.row.sheet,
        planned.row.row,
        planned.row.name,
        planned.row.owner,
        planned.cluster_name,
        planned.data.region,
        text,
        planned.match.pk if planned.match else None,
        planned.changes if state is RowState.CHANGED else [],
    )


def _state(planned: PlannedRow) -> tuple[RowState, Any]:
    if not planned.is_certain:
        return RowState.ASKED, ", ".join(planned.reasons)
    if planned.earlier_row is not None:
        text = _("melengkapi baris %(row)d: %(why)s")
        return RowState.LEFT_ASIDE, text % {"row": planned.earlier_row.row, "why": ", ".join(planned.reasons)}
    if planned.match is None:
        return RowState.NEW, ""
    return (RowState.CHANGED if planned.changes else RowState.SAME), ", ".join(planned.reasons)


class Pane(StrEnum):
    """What the preview shows besides the rows of one state."""

    DECIDE = "decide"
    MISSING = "missing"
    ERRORS = "errors"
    COLUMNS = "columns"


@dataclass(frozen=True)
class Tab:
    """One pane of the preview with its number of items."""

    state: RowState | Pane
    label: Any
    count: int


def preview_tabs(sheet: RegisterSheet, plan: Plan, rows: list[PreviewRow]) -> list[Tab]:
    """What the clerk has to decide first; empty panes are left out, but for those of the rows that are new."""
    counts = _counts(rows)
    tabs = [
        Tab(Pane.DECIDE, _("putusan Anda"), len(plan.questions) + len(plan.differing)),
        *(Tab(state, label, counts[state]) for state, label in STATE_LABELS.items()),
        Tab(Pane.MISSING, _("tidak disebut berkas"), len(plan.missing)),
        Tab(Pane.ERRORS, _("keluhan dan catatan"), len(sheet.errors) + len(plan.notices)),
        Tab(Pane.COLUMNS, _("arti kolom"), len(sheet.columns)),
    ]
    return [tab for tab in tabs if tab.count or tab.state is RowState.NEW]


def _counts(rows: list[PreviewRow]) -> Counter[RowState]:
    counts: Counter[RowState] = Counter()
    for row in rows:
        counts[row.state] += row.count
    return counts


def balance(sheet: RegisterSheet, rows: list[PreviewRow]) -> dict[str, dict[str, int]]:
    """The two sums of the ledger: `rows["in"]` and `cells["filled"]` each equal the sum of the others."""
    counts = _counts(rows)
    read = counts[RowState.NEW] + counts[RowState.CHANGED] + counts[RowState.SAME]
    asked, aside = counts[RowState.ASKED], counts[RowState.LEFT_ASIDE]
    return {
        "rows": {"in": sheet.rows_in, "read": read, "asked": asked, "left_aside": aside},
        "cells": sheet.cells.as_dict(),
    }
