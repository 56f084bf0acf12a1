"""The plan of an import: each row is new, a known IKM, or a question. Reads only.

The policy (docs/decisions/0013-import.md): a stored value is never overwritten by a workbook; an empty one is filled;
differences are shown. A row that certainly is a stored IKM (see matching.py) is not added again, so importing a file
twice adds nothing. Possible matches are decided by a person; no answer is preselected.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.imports.business_data import BusinessDataReader, ElsewhereError, RowNotice
from sambang.imports.changes import ColumnChange, StoredDetails, changed_group, changes_to
from sambang.imports.columns import FIELD_LABELS
from sambang.imports.matching import Register
from sambang.imports.models import Placement
from sambang.imports.names import is_same_name, normalised_name
from sambang.imports.sheets import Duplicate, RegisterRow, RegisterSheet
from sambang.lib.progress import Progress, no_progress
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry.dto import BusinessData
from sambang.registry.models import Business, Cluster, Region
from sambang.registry.queries import ComparedFact

type ClusterKey = tuple[str, str]
"""Regency and plain name of a sentra: two regencies may have one of the same name."""


class Decision(StrEnum):
    MERGE = "merge"
    REPLACE = "replace"
    NEW = "new"
    SKIP = "skip"


class ChangeDecision(StrEnum):
    """How stored values that differ from the workbook's are treated."""

    KEEP = "keep"
    REPLACE = "replace"


PLANNED_PER_PROGRESS = 250  # rows between two calls of progress
ALL_CHANGES = "*"  # key in `decisions` for changed rows without an individual decision

DECISIONS = {
    Decision.MERGE: gettext_lazy("sama: satukan, isi yang kosong saja"),
    Decision.REPLACE: gettext_lazy("sama: satukan, pakai isi berkas di mana berbeda"),
    Decision.NEW: gettext_lazy("berbeda: IKM baru"),
    Decision.SKIP: gettext_lazy("lewati baris ini"),
}

SHOWN_BY_FACTS = frozenset({"name", "owner", "address", "region", "phone"})
PAIR_FACTS = ("name", "owner", "address", "village", "product", "phone")  # by which a person tells two IKM apart
CHANGE_DECISIONS = {
    ChangeDecision.KEEP: gettext_lazy("tetap seperti di daftar"),
    ChangeDecision.REPLACE: gettext_lazy("pakai isi berkas"),
}


def _facts_of_row(row: RegisterRow) -> dict[str, str]:
    return {name: getattr(row, name) or "" for name in PAIR_FACTS}


def _facts_of_business(business: Business | None) -> dict[str, str]:
    """Of a restricted IKM the name only."""
    if business is None or business.restricted_at is not None:
        return {**dict.fromkeys(PAIR_FACTS, ""), "name": business.name if business else ""}
    return {
        "name": business.name,
        "owner": business.owner.name,
        "address": business.address,
        "village": business.region.name,
        "product": ", ".join(sorted(line.name for line in business.product_lines.all())),
        "phone": business.phone,
    }


@dataclass
class PlannedRow:
    """One row of the workbook with its match: an IKM of the register, or `earlier_row` of this workbook.

    `is_certain`: nobody has to decide. `reasons`: why the two match; empty for a new row. `cluster_name`: the sentra
    that the row names or the clerk chose; '' for none.
    """

    row: RegisterRow
    data: BusinessData
    cluster_name: str = ""
    match: Business | None = None
    earlier_row: RegisterRow | None = None
    reasons: tuple[str, ...] = ()
    is_certain: bool = True
    changes: list[ColumnChange] = field(default_factory=list)

    @property
    def key(self) -> str:
        return row_key(self.row)

    @property
    def facts(self) -> list[ComparedFact]:
        """The row beside what it may be the same as, column by column; empty columns of both are left out."""
        first = _facts_of_row(self.row)
        second = _facts_of_row(self.earlier_row) if self.earlier_row else _facts_of_business(self.match)
        pairs = [(name, one, second[name]) for name, one in first.items() if one or second[name]]
        return [
            ComparedFact(FIELD_LABELS[name], one, other, bool(one and other) and not is_same_name(one, other))
            for name, one, other in pairs
        ]

    @property
    def equal_facts(self) -> list[str]:
        return [f"{fact.title} {fact.first}" for fact in self.facts if fact.first == fact.second]

    @property
    def unequal_facts(self) -> list[ComparedFact]:
        return [fact for fact in self.facts if fact.first != fact.second]

    @property
    def other_changes(self) -> list[ColumnChange]:
        """The changes that `facts` does not show."""
        return [change for change in self.changes if change.column not in SHOWN_BY_FACTS]

    @property
    def cluster_key(self) -> ClusterKey:
        return cluster_key(self.cluster_name, self.data.region)

    @property
    def place(self) -> tuple[str, str]:
        """The village and the sentra that the row names."""
        region = self.data.region
        is_village = bool(self.row.village) and region is not None and region.level == Region.Level.VILLAGE
        return region.name if is_village and region else "", self.cluster_name

    @property
    def compared_with(self) -> str:
        """The key of the IKM or of the row of this workbook that the row matches."""
        return str(self.match.pk) if self.match else row_key(self.earlier_row) if self.earlier_row else ""

    @property
    def choices(self) -> list[tuple[Decision, Any]]:
        """The decisions of a question with their labels; only a stored IKM can be given the row's values."""
        return [choice for choice in DECISIONS.items() if self.match or choice[0] != Decision.REPLACE]

    @property
    def differences(self) -> list[ColumnChange]:
        """The changes that would overwrite a stored value."""
        return [change for change in self.changes if not change.is_fill]

    @property
    def decision(self) -> Decision | None:
        """The decision of the rules; None for a question."""
        if not self.is_certain:
            return None
        return Decision.MERGE if self.match or self.earlier_row else Decision.NEW


@dataclass(frozen=True)
class Plan:
    """`refused`: rows that are not stored, with the reason. `clusters`: sentra by their key, None to be made.
    `missing`: active IKM of the same sentra (outside sentra: of the same villages) that no row names; they stay."""

    rows: list[PlannedRow]
    notices: list[RowNotice]
    refused: list[RowNotice] = field(default_factory=list)
    clusters: dict[ClusterKey, Cluster | None] = field(default_factory=dict)
    missing: list[Business] = field(default_factory=list)

    @property
    def questions(self) -> list[PlannedRow]:
        """Rows whose match is not certain."""
        return [planned for planned in self.rows if not planned.is_certain]

    @property
    def repeated_rows(self) -> list[PlannedRow]:
        """Rows that repeat another row of this workbook or may be an IKM of the register."""
        return [planned for planned in self.rows if planned.earlier_row is not None or not planned.is_certain]

    @property
    def joined(self) -> list[PlannedRow]:
        """Rows that certainly repeat an earlier row of this workbook and only fill its empty columns."""
        return [planned for planned in self.rows if planned.earlier_row is not None and planned.is_certain]

    @property
    def new(self) -> list[PlannedRow]:
        return [planned for planned in self.rows if not (planned.match or planned.earlier_row)]

    @property
    def matched(self) -> list[PlannedRow]:
        return [planned for planned in self.rows if planned.match and planned.is_certain]

    @property
    def differing(self) -> list[PlannedRow]:
        return [planned for planned in self.rows if planned.is_certain and planned.differences]

    @property
    def new_clusters(self) -> list[tuple[str, Region]]:
        """Name and region of each sentra to create: the name as it is first written, the region of most of its IKM."""
        names: dict[ClusterKey, str] = {}
        places: dict[ClusterKey, Counter[Region]] = defaultdict(Counter)
        for planned in self.rows:
            key = planned.cluster_key
            if planned.cluster_name and self.clusters.get(key) is None and planned.data.region:
                names.setdefault(key, planned.cluster_name)
                places[key][planned.data.region] += 1
        return [(name, places[key].most_common(1)[0][0]) for key, name in names.items()]


def row_key(row: RegisterRow) -> str:
    """The key of a row in `decisions`: `Joho!19`, or `Joho!E19` in a table beside another one."""
    return f"{row.sheet}!{row.left}{row.row}"


def plan_import(
    sheet: RegisterSheet,
    *,
    region: Region,
    cluster: Cluster | None,
    placement: Placement = Placement.CLUSTER,
    cluster_name: str = "",
    progress: Progress = no_progress,
) -> Plan:
    """`placement` CLUSTER: all rows into `cluster`, or into a new one named `cluster_name` in `region`. COLUMNS: each
    row into the sentra that it names, if any; NONE: all rows outside any sentra."""
    planner = _Planner(sheet, region, cluster, placement, cluster.name if cluster else cluster_name)
    joined = [pair.second for pair in sheet.duplicates if pair.certain]  # the reader left these out of its rows
    for row in (*sheet.rows, *joined):
        planner.add(row)
        if len(planner.plan.rows) % PLANNED_PER_PROGRESS == 0:
            progress(len(planner.plan.rows), len(sheet.rows) + len(joined))
    _settle_orphans(planner.plan)
    planner.find_missing()
    _find_changes(planner.plan)
    return planner.plan


def _find_changes(plan: Plan) -> None:
    matched = [planned for planned in plan.rows if planned.match is not None]
    with_owners = any(planned.data.owner_details for planned in matched)
    stored = StoredDetails({planned.match.pk for planned in matched if planned.match}, with_owners=with_owners)
    for planned in matched:
        assert planned.match is not None
        if planned.match.restricted_at is None:  # else nothing is written, and no stored value is shown
            planned.changes = changes_to(planned.match, planned.data, stored, planned.place)
            planned.changes += changed_group(planned.match, planned.row.group or "", stored)


class _Planner:
    def __init__(
        self, sheet: RegisterSheet, region: Region, cluster: Cluster | None, placement: Placement, name: str
    ) -> None:
        clusters = _clusters_in(region) if placement is Placement.COLUMNS else {}
        self.plan = Plan([], [], clusters=clusters)
        self.reader = BusinessDataReader(region, self.plan.notices, region if placement is Placement.CLUSTER else None)
        self.register, self.cluster, self.placement, self.name = Register(region), cluster, placement, name
        self.repeated_rows = {row_key(pair.second): pair for pair in sheet.duplicates}
        self.covered: set[UUID | str] = set()  # keys of sentra, and codes of villages of rows outside sentra

    def add(self, row: RegisterRow) -> None:
        try:
            data = self.reader.business_data(row)
        except ElsewhereError as wrong:
            self.plan.refused.append(RowNotice(row, str(wrong)))
            return
        planned = PlannedRow(row, data, self._cluster_name(row))
        cluster = self.cluster or self.plan.clusters.get(planned.cluster_key)
        _recognise(planned, self.register, cluster, self.repeated_rows.get(planned.key))
        if cluster is not None:
            self.covered.add(cluster.pk)
        elif data.region is not None and not planned.cluster_name:
            self.covered.add(data.region.code)
        if (
            planned.earlier_row is not None
            and planned.is_certain
            and (lost := _contradictions(planned.earlier_row, row))
        ):
            text = _("Baris ini melengkapi baris %(row)d; yang berbeda tidak dipakai: %(lost)s.")
            self.plan.notices.append(RowNotice(row, text % {"row": planned.earlier_row.row, "lost": lost}))
        self._note_group(planned)
        self.plan.rows.append(planned)

    def _note_group(self, planned: PlannedRow) -> None:
        group, match = planned.row.group, planned.match
        if group and not planned.cluster_name and not (match and match.cluster_id):
            text = _("Kelompok “%(name)s” tidak dicatat: IKM ini di luar sentra.")
            self.plan.notices.append(RowNotice(planned.row, text % {"name": group}))

    def find_missing(self) -> None:
        named = {planned.match.pk for planned in self.plan.rows if planned.match}
        self.plan.missing.extend(
            business
            for key, business in self.register.by_key.items()
            if key not in named
            and business.status != Business.Status.CLOSED
            and business.erased_at is None
            and (business.cluster_id or business.region_id) in self.covered
        )

    def _cluster_name(self, row: RegisterRow) -> str:
        if self.placement is Placement.COLUMNS:
            return row.cluster or ""
        if row.cluster and normalised_name(row.cluster) != normalised_name(self.name):
            text = _("Berkas menyebut %(named)s; baris ini akan masuk %(chosen)s.")
            chosen = self.name or _("daftar tanpa sentra")
            self.plan.notices.append(RowNotice(row, text % {"named": row.cluster, "chosen": chosen}))
        return self.name


def _contradictions(first: RegisterRow, second: RegisterRow) -> str:
    """The values of the second row that contradict the first, as text."""
    place = {"sheet", "row", "left", "title", "remarks"}
    added = place | {"product", "commodity", "unit", "capacity", "annual_value", "permits", "more_products"}
    stated = [name for name, value in vars(second).items() if name not in added and value and getattr(first, name)]
    differing = [
        name
        for name in stated
        if normalised_name(str(getattr(first, name))) != normalised_name(str(getattr(second, name)))
    ]
    return ", ".join(f"{FIELD_LABELS.get(name, name)} “{getattr(second, name)}”" for name in differing)


def _recognise(planned: PlannedRow, register: Register, cluster: Cluster | None, pair: Duplicate | None) -> None:
    if pair is not None and pair.certain:
        planned.earlier_row, planned.reasons = pair.first, pair.because
        return
    match = register.match(planned.row, planned.data, cluster)
    if match is not None:
        planned.match, planned.reasons, planned.is_certain = match.business, tuple(match.reasons), match.is_certain
    elif pair is not None:
        planned.earlier_row, planned.reasons, planned.is_certain = pair.first, pair.because, False


def _settle_orphans(plan: Plan) -> None:
    """Remove references to earlier rows that were refused."""
    refused = {row_key(notice.row) for notice in plan.refused}
    for planned in plan.rows:
        if planned.earlier_row is not None and row_key(planned.earlier_row) in refused:
            planned.earlier_row, planned.reasons, planned.is_certain = None, (), True


def cluster_key(name: str, region: Region | None) -> ClusterKey:
    return (RegionCode(region.code).regency if region else "", normalised_name(name))


def _clusters_in(region: Region) -> dict[ClusterKey, Cluster | None]:
    code = RegionCode(region.code)
    scope = in_region("region__code", code.regency if code.is_within_regency else code if code.level else "")
    clusters = Cluster.objects.filter(scope).select_related("region")
    return {cluster_key(cluster.name, cluster.region): cluster for cluster in clusters}


def decision_on(planned: PlannedRow, decisions: Mapping[str, str]) -> Decision | None:
    """What a person decided about a row, else the rules; None for a question without a decision.

    "new@KEY" is a decision about the pair with KEY only: since the clerk saw it, the row may match another IKM. "new"
    answers any question, and leaves alone what is certain."""
    chosen, at, compared_with = decisions.get(planned.key, "").partition("@")
    is_meant = compared_with == planned.compared_with if at else not planned.is_certain
    return Decision(chosen) if chosen in {*Decision} and is_meant else planned.decision


def undecided(plan: Plan, decisions: Mapping[str, str]) -> list[PlannedRow]:
    return [planned for planned in plan.questions if decision_on(planned, decisions) is None]
