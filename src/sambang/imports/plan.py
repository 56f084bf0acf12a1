"""What an office's workbook would do to the register: each row new, known, or a question. Reads only, writes nothing.

The policy (docs/decisions/0013-import.md): a fact that the register has is never overwritten by a workbook; an empty
one is filled; what differs is shown. A row that surely is an IKM we have (see matching.py) is that IKM, so a file taken
twice adds nothing. Everything else that looks alike is decided by a person; no answer is chosen beforehand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.imports.facts import ElsewhereError, FactsReader, Notice
from sambang.imports.matching import Register
from sambang.imports.models import Placement
from sambang.imports.names import normalised_name
from sambang.imports.sheets import Column, Duplicate, RegisterRow, RegisterSheet
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry.dto import BusinessData
from sambang.registry.models import Business, Cluster, Region


class Decision(StrEnum):
    MERGE = "merge"
    NEW = "new"
    SKIP = "skip"


DECISIONS = {
    Decision.MERGE: gettext_lazy("sama: satukan, isi yang kosong saja"),
    Decision.NEW: gettext_lazy("berbeda: IKM baru"),
    Decision.SKIP: gettext_lazy("lewati baris ini"),
}


FIELDS = {
    "number": gettext_lazy("nomor urut"),
    "nik": gettext_lazy("NIK pemilik"),
    "nib": gettext_lazy("NIB"),
    "npwp": gettext_lazy("NPWP"),
    "kbli": gettext_lazy("KBLI"),
    "office": gettext_lazy("jabatan di kelompok"),
    "workers_male": gettext_lazy("pekerja laki-laki"),
    "workers_female": gettext_lazy("pekerja perempuan"),
    "workers": gettext_lazy("jumlah pekerja"),
    "workers_split": gettext_lazy("pekerja laki-laki/perempuan"),
    "gender": gettext_lazy("jenis kelamin pemilik"),
    "phone": gettext_lazy("nomor HP/WA"),
    "investment": gettext_lazy("investasi (Rp)"),
    "owner_address": gettext_lazy("alamat pemilik, bila alamat usahanya kosong"),
    "status": gettext_lazy("keadaan usaha, dikeluhkan bila tutup"),
    "unit": gettext_lazy("satuan produk"),
    "annual_value": gettext_lazy("nilai produksi setahun (Rp)"),
    "product": gettext_lazy("produk"),
    "capacity": gettext_lazy("kapasitas setahun"),
    "commodity": gettext_lazy("jenis industri"),
    "established": gettext_lazy("tahun berdiri"),
    "marketing": gettext_lazy("pemasaran"),
    "owner_and_name": gettext_lazy("pemilik dan nama usaha"),
    "cluster": gettext_lazy("sentra"),
    "pirt": gettext_lazy("izin P-IRT"),
    "halal": gettext_lazy("sertifikat halal"),
    "sni": gettext_lazy("sertifikat SNI"),
    "brand": gettext_lazy("pendaftaran merek/HKI"),
    "owner": gettext_lazy("pemilik"),
    "name": gettext_lazy("nama usaha"),
    "village": gettext_lazy("desa/kalurahan"),
    "district": gettext_lazy("kecamatan/kapanewon"),
    "regency": gettext_lazy("kabupaten/kota"),
    "hamlet": gettext_lazy("alamat: dusun"),
    "rt": gettext_lazy("alamat: RT/RW"),
    "address": gettext_lazy("alamat"),
}  # a field that is not here is read by nobody: `investment_land`, which the reader knows only to leave it aside


@dataclass(frozen=True)
class ColumnRead:
    """What was made of one column, in words; `meaning` None: left aside."""

    column: Column
    meaning: Any


def columns_read(sheet: RegisterSheet) -> list[ColumnRead]:
    return [ColumnRead(column, FIELDS.get(column.field)) for column in sheet.columns]


@dataclass(frozen=True)
class Difference:
    title: Any
    registered: Any
    stated: Any


def described_row(row: RegisterRow) -> str:
    """What tells two rows apart, side by side."""
    facts = (row.name, row.owner, row.address, row.village, row.district, row.product, row.phone)
    return " · ".join(fact for fact in facts if fact)


@dataclass
class Planned:
    """One row of the workbook and what it is. `match` an IKM of the register, `twin` an earlier row of this workbook.

    `is_certain`: no person needs to decide. `reasons`: why it looks alike; none for a row that is simply new.
    `cluster_name`: the sentra that the row names or that the person chose; '' for an IKM outside any.
    """

    row: RegisterRow
    facts: BusinessData
    cluster_name: str = ""
    match: Business | None = None
    twin: RegisterRow | None = None
    reasons: tuple[str, ...] = ()
    is_certain: bool = True
    differences: list[Difference] = field(default_factory=list)

    @property
    def key(self) -> str:
        return row_key(self.row)

    @property
    def described(self) -> str:
        return described_row(self.row)

    @property
    def described_twin(self) -> str:
        return described_row(self.twin) if self.twin else ""

    @property
    def described_match(self) -> str:
        if self.match is None:
            return ""
        products = sorted(line.name for line in self.match.product_lines.all())
        facts = (
            self.match.name,
            self.match.owner.name,
            self.match.address,
            self.match.region,
            *products,
            self.match.phone,
        )
        return " · ".join(str(fact) for fact in facts if fact)

    @property
    def decision(self) -> Decision | None:
        """What is done unless a person decides otherwise; None for a question, which has no answer beforehand."""
        if not self.is_certain:
            return None
        return Decision.MERGE if self.match or self.twin else Decision.NEW


@dataclass(frozen=True)
class Plan:
    """`refused`: rows that are not stored, with the reason. `clusters`: sentra by their plain name, None to be made."""

    rows: list[Planned]
    notices: list[Notice]
    refused: list[Notice] = field(default_factory=list)
    clusters: dict[str, Cluster | None] = field(default_factory=dict)

    @property
    def questions(self) -> list[Planned]:
        """What looks alike and is not certain."""
        return [planned for planned in self.rows if not planned.is_certain]

    @property
    def twins(self) -> list[Planned]:
        """Everything inside this workbook or against the register that a report of duplicates names."""
        return [planned for planned in self.rows if planned.twin is not None or not planned.is_certain]

    @property
    def joined(self) -> list[Planned]:
        """Rows that surely repeat an earlier row of this workbook and only fill it."""
        return [planned for planned in self.rows if planned.twin is not None and planned.is_certain]

    @property
    def new(self) -> list[Planned]:
        return [planned for planned in self.rows if not (planned.match or planned.twin)]

    @property
    def known(self) -> list[Planned]:
        return [planned for planned in self.rows if planned.match and planned.is_certain]

    @property
    def differing(self) -> list[Planned]:
        return [planned for planned in self.rows if planned.differences]

    @property
    def new_clusters(self) -> dict[str, Region]:
        """The sentra to be made, each in the village (or larger place) where most of its IKM are."""
        places: dict[str, Counter[Region]] = defaultdict(Counter)
        for planned in self.rows:
            if (
                planned.cluster_name
                and self.clusters.get(normalised_name(planned.cluster_name)) is None
                and planned.facts.region
            ):
                places[planned.cluster_name][planned.facts.region] += 1
        return {name: found.most_common(1)[0][0] for name, found in places.items()}


def row_key(row: RegisterRow) -> str:
    """The name of a row in a decision: `Joho!19`."""
    return f"{row.sheet}!{row.row}"


def plan_import(
    sheet: RegisterSheet,
    *,
    region: Region,
    cluster: Cluster | None,
    placement: Placement = Placement.CLUSTER,
    cluster_name: str = "",
) -> Plan:
    """`placement` CLUSTER: all rows into `cluster`, or into one named `cluster_name` that will be made in `region`.
    COLUMNS: each row into the sentra that it names, or outside any; NONE: all outside."""
    planner = _Planner(sheet, region, cluster, placement, cluster.name if cluster else cluster_name)
    joined = [pair.second for pair in sheet.duplicates if pair.certain]  # the reader left these out of its rows
    for row in (*sheet.rows, *joined):
        planner.add(row)
    _settle_orphans(planner.plan)
    return planner.plan


class _Planner:
    def __init__(
        self, sheet: RegisterSheet, region: Region, cluster: Cluster | None, placement: Placement, name: str
    ) -> None:
        clusters = _clusters_in(region) if placement is Placement.COLUMNS else {}
        self.plan = Plan([], [], clusters=clusters)
        self.reader = FactsReader(region, self.plan.notices, region if placement is Placement.CLUSTER else None)
        self.register, self.cluster, self.placement, self.name = Register(region), cluster, placement, name
        self.twins = {row_key(pair.second): pair for pair in sheet.duplicates}

    def add(self, row: RegisterRow) -> None:
        try:
            facts = self.reader.facts(row)
        except ElsewhereError as wrong:
            self.plan.refused.append(Notice(row, str(wrong)))
            return
        planned = Planned(row, facts, self._cluster_name(row))
        cluster = self.cluster or self.plan.clusters.get(normalised_name(planned.cluster_name))
        _recognise(planned, self.register, cluster, self.twins.get(planned.key))
        if planned.twin is not None and planned.is_certain and (lost := _contradictions(planned.twin, row)):
            text = _("Baris ini melengkapi baris %(row)d; yang berbeda tidak dipakai: %(lost)s.")
            self.plan.notices.append(Notice(row, text % {"row": planned.twin.row, "lost": lost}))
        self.plan.rows.append(planned)

    def _cluster_name(self, row: RegisterRow) -> str:
        if self.placement is Placement.COLUMNS:
            return row.cluster or ""
        if row.cluster and normalised_name(row.cluster) != normalised_name(self.name):
            text = _("Berkas menyebut %(named)s; baris ini akan masuk %(chosen)s.")
            chosen = self.name or _("daftar tanpa sentra")
            self.plan.notices.append(Notice(row, text % {"named": row.cluster, "chosen": chosen}))
        return self.name


def _contradictions(first: RegisterRow, second: RegisterRow) -> str:
    """What the second row states otherwise than the row that it fills, as text."""
    added = {"sheet", "row", "product", "commodity", "unit", "capacity", "annual_value", "permits", "title"}
    stated = [name for name, value in vars(second).items() if name not in added and value and getattr(first, name)]
    differing = [
        name
        for name in stated
        if normalised_name(str(getattr(first, name))) != normalised_name(str(getattr(second, name)))
    ]
    return ", ".join(f"{FIELDS.get(name, name)} “{getattr(second, name)}”" for name in differing)


def _recognise(planned: Planned, known: Register, cluster: Cluster | None, pair: Duplicate | None) -> None:
    if pair is not None and pair.certain:
        planned.twin, planned.reasons = pair.first, pair.because
        return
    match = known.match(planned.row, planned.facts, cluster)
    if match is not None:
        planned.match, planned.reasons, planned.is_certain = match.business, tuple(match.reasons), match.is_certain
        planned.differences = differences(match.business, planned.facts)
    elif pair is not None:
        planned.twin, planned.reasons, planned.is_certain = pair.first, pair.because, False


def _settle_orphans(plan: Plan) -> None:
    """A row whose twin was refused is not its twin any more."""
    refused = {row_key(notice.row) for notice in plan.refused}
    for planned in plan.rows:
        if planned.twin is not None and row_key(planned.twin) in refused:
            planned.twin, planned.reasons, planned.is_certain = None, (), True


def _clusters_in(region: Region) -> dict[str, Cluster | None]:
    code = RegionCode(region.code)
    scope = in_region("region__code", code.regency if code.is_within_regency else code if code.level else "")
    return {
        normalised_name(cluster.name): cluster for cluster in Cluster.objects.filter(scope).select_related("region")
    }


COMPARED = (
    "nib",
    "npwp",
    "phone",
    "address",
    "industry",
    "commodity",
    "workers",
    "workers_male",
    "workers_female",
    "investment",
    "annual_sales",
    "marketing",
    "established",
    "owner_sex",
)


def differences(business: Business, facts: BusinessData) -> list[Difference]:
    """What both state, differently: shown to the person, never written."""
    found = []
    for column in COMPARED:
        registered, stated = getattr(business, column), getattr(facts, column)
        if registered not in {None, ""} and stated not in {None, ""} and registered != stated:
            title = getattr(Business._meta.get_field(column), "verbose_name", column)
            found.append(Difference(title, registered, stated))
    return found


@dataclass(frozen=True)
class RowState:
    """One row as it would stand in the register."""

    row: RegisterRow
    text: Any
    cluster_name: str = ""
    place: Any = ""


def row_states(plan: Plan) -> list[RowState]:
    """Every row of the workbook with what becomes of it, in the order of the workbook."""
    found = [
        RowState(planned.row, _state(planned), planned.cluster_name, planned.facts.region) for planned in plan.rows
    ]
    found += [RowState(notice.row, notice.text) for notice in plan.refused]
    return sorted(found, key=lambda state: (state.row.sheet, state.row.row))


def _state(planned: Planned) -> Any:
    if not planned.is_certain:
        return _("ditanyakan")
    if planned.twin is not None:
        return _("melengkapi baris %(row)d: %(why)s") % {"row": planned.twin.row, "why": ", ".join(planned.reasons)}
    if planned.match is None:
        return _("baru")
    return _("sudah ada, berbeda") if planned.differences else _("sudah ada")


def balance(sheet: RegisterSheet, plan: Plan) -> dict[str, Any]:
    """The two sums of the ledger: filled rows and filled cells, each equal to what became of them."""
    aside = sum(1 for item in sheet.left_aside if item.row)
    questions = len(plan.questions)
    read = len(plan.rows) - questions - len(plan.joined)
    return {
        "rows": {
            "in": sheet.rows_in,
            "read": read,
            "asked": questions,
            "left_aside": aside + len(plan.joined) + len(plan.refused) + sheet.continued + len(sheet.members),
        },
        "cells": sheet.cells.as_dict(),
    }


def undecided(plan: Plan, decisions: Mapping[str, str]) -> list[Planned]:
    return [planned for planned in plan.questions if decisions.get(planned.key) not in {*Decision}]
