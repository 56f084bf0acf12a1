"""What an office's workbook would do to the register: each row new, known, or a question. Reads only, writes nothing.

The policy (docs/decisions/0013-import.md): a fact that the register has is never overwritten by a workbook; an empty
one is filled; what differs is shown. A row that surely is an IKM we have (same NIK and name, or same name and owner in
the same sentra) is that IKM, so a file taken twice adds nothing. Everything else that looks alike is decided by a
person.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sambang.imports.sheets import Column, RegisterRow, RegisterSheet
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry.dto import BusinessData, ProductLineData
from sambang.registry.encryption import digest
from sambang.registry.models import Business, Cluster, Industry, ProductLine, Region


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
    "unit": gettext_lazy("satuan produk"),
    "annual_value": gettext_lazy("nilai produksi setahun (Rp)"),
    "product": gettext_lazy("produk"),
    "capacity": gettext_lazy("kapasitas setahun"),
    "commodity": gettext_lazy("jenis industri"),
    "established": gettext_lazy("tahun berdiri"),
    "marketing": gettext_lazy("pemasaran"),
    "owner_and_name": gettext_lazy("pemilik dan nama usaha"),
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
class Notice:
    """Something that was settled by rule and that the person should know; not a complaint about a cell."""

    row: RegisterRow
    words: str


@dataclass(frozen=True)
class Difference:
    title: Any
    registered: Any
    stated: Any


@dataclass
class Planned:
    """One row of the workbook and what it is. `match` an IKM of the register, `twin` an earlier row of this workbook.

    `is_certain`: no person needs to decide. `reasons`: why it looks alike; none for a row that is simply new.
    """

    row: RegisterRow
    facts: BusinessData
    match: Business | None = None
    twin: RegisterRow | None = None
    reasons: tuple[str, ...] = ()
    is_certain: bool = True
    differences: list[Difference] = field(default_factory=list)

    @property
    def key(self) -> str:
        return key_of(self.row)

    @property
    def suggestion(self) -> Decision:
        return Decision.MERGE if self.match or self.twin else Decision.NEW


@dataclass(frozen=True)
class Plan:
    rows: list[Planned]
    notices: list[Notice]

    @property
    def questions(self) -> list[Planned]:
        """What looks alike and is not certain."""
        return [planned for planned in self.rows if not planned.is_certain]

    @property
    def twins(self) -> list[Planned]:
        """Everything inside this workbook or against the register that a report of duplicates names."""
        return [planned for planned in self.rows if planned.twin is not None or not planned.is_certain]

    @property
    def new(self) -> list[Planned]:
        return [planned for planned in self.rows if not (planned.match or planned.twin)]

    @property
    def known(self) -> list[Planned]:
        return [planned for planned in self.rows if planned.match and planned.is_certain]

    @property
    def differing(self) -> list[Planned]:
        return [planned for planned in self.rows if planned.differences]


def key_of(row: RegisterRow) -> str:
    """The name of a row in a decision: `Joho!19`."""
    return f"{row.sheet}!{row.row}"


def plan_import(sheet: RegisterSheet, *, region: Region, cluster: Cluster | None) -> Plan:
    """`cluster` None: one that will be made in `region`, so nothing can be known yet but by NIK, phone and name."""
    notices: list[Notice] = []
    reader = FactsReader(sheet, region, notices)
    known = Register(region, cluster)
    twins = {key_of(pair.second): pair for pair in sheet.duplicates}
    pasted_twice = [pair.second for pair in sheet.duplicates if pair.certain]  # the reader left these out of its rows
    rows = []
    for row in (*sheet.rows, *pasted_twice):
        planned = Planned(row, reader.facts(row))
        pair = twins.get(planned.key)
        if pair is None or not pair.certain:
            known.recognise(planned)
        if planned.match is None and pair is not None:
            planned.twin, planned.reasons, planned.is_certain = pair.first, pair.because, pair.certain
        if planned.match is not None:
            planned.differences = differences(planned.match, planned.facts)
        rows.append(planned)
    return Plan(rows, notices)


def is_same(first: str | None, second: str | None) -> bool:
    return plain(first) == plain(second)


def plain(text: str | None) -> str:
    return re.sub(r"\W+", " ", text or "").strip().casefold()


class Register:
    """The IKM of the same regency, ready to be looked up by NIK, telephone, and name."""

    def __init__(self, region: Region, cluster: Cluster | None) -> None:
        self.cluster = cluster
        code = RegionCode(region.code)
        scope = in_region("region__code", code.regency) if code.is_within_regency else Q(region=region)
        rows = Business.objects.filter(scope).select_related("owner", "region", "industry")
        self.by_nik: dict[str, list[Business]] = defaultdict(list)
        self.by_phone: dict[str, list[Business]] = defaultdict(list)
        self.by_name: dict[str, list[Business]] = defaultdict(list)
        for business in rows.order_by("registered_at", "pk"):
            if business.nik_digest:
                self.by_nik[business.nik_digest].append(business)
            if business.phone_digest:
                self.by_phone[business.phone_digest].append(business)
            self.by_name[plain(business.name)].append(business)

    def recognise(self, planned: Planned) -> None:
        """Fill in match, reasons and is_certain."""
        row = planned.row
        candidates: dict[Any, tuple[Business, list[str]]] = {}
        hits = (
            (_("NIK sama"), self.by_nik.get(digest(row.nik), []) if row.nik else []),
            (_("nomor HP sama"), self.by_phone.get(digest(row.phone), []) if row.phone else []),
            (
                _("nama usaha dan tempat sama"),
                [other for other in self.by_name.get(plain(planned.facts.name), []) if self._is_near(other, planned)],
            ),
        )
        for reason, found in hits:
            for business in found:
                candidates.setdefault(business.pk, (business, []))[1].append(reason)
        if not candidates:
            return
        business, reasons = max(candidates.values(), key=lambda pair: (self._is_it(pair[0], planned), len(pair[1])))
        planned.match, planned.reasons = business, tuple(reasons)
        planned.is_certain = self._is_it(business, planned)

    def _is_near(self, business: Business, planned: Planned) -> bool:
        """In the same sentra, or in the same village."""
        if self.cluster is not None and business.cluster_id == self.cluster.pk:
            return True
        return planned.facts.region is not None and business.region_id == planned.facts.region.code

    def _is_it(self, business: Business, planned: Planned) -> bool:
        """By what would be kept of the row, not by what it says: a name may be cut where it is too long."""
        facts = planned.facts
        if not is_same(business.name, facts.name):
            return False
        if facts.nik and business.nik_digest:
            return business.nik_digest == digest(facts.nik)
        here = self.cluster is not None and business.cluster_id == self.cluster.pk
        return here and is_same(business.owner.name, facts.owner_name)


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


class FactsReader:
    """Rows of this workbook as facts for the register: codes looked up once, too long or too large set right."""

    def __init__(self, sheet: RegisterSheet, region: Region, notices: list[Notice]) -> None:
        self.notices = notices
        self.region = region
        self.industries = {(row.version, row.code): row for row in Industry.objects.all()}
        self.villages: dict[str, Region | None] = {}
        if RegionCode(region.code).is_within_regency:
            near = Region.objects.filter(in_region("code", RegionCode(region.code).regency), level=Region.Level.VILLAGE)
            for village in near.select_related("parent"):
                name = plain(village.name)
                # Two villages of one name: known only together with the district.
                self.villages[name] = None if name in self.villages else village
                self.villages[f"{name}|{plain(village.parent.name if village.parent else '')}"] = village

    def facts(self, row: RegisterRow) -> BusinessData:
        workers = row.workers
        if row.workers_male is not None and row.workers_female is not None:
            workers = row.workers_male + row.workers_female
        return BusinessData(
            name=self._short(row, Business, "name", row.name),
            owner_name=self._short(row, Business, "name", row.owner or row.name),
            owner_sex=row.gender or "",
            nik=row.nik or "",
            nib=row.nib or "",
            npwp=row.npwp or "",
            phone=row.phone or "",
            address=self._short(row, Business, "address", row.address),
            region=self._village(row),
            industry=self._industry(row),
            commodity=self._short(row, Business, "commodity", row.commodity),
            workers_male=self._small(row, Business, "workers_male", row.workers_male),
            workers_female=self._small(row, Business, "workers_female", row.workers_female),
            workers=self._small(row, Business, "workers", workers),
            investment=self._small(row, Business, "investment", row.investment),
            annual_sales=self._small(row, Business, "annual_sales", row.annual_value),
            marketing=self._short(row, Business, "marketing", row.marketing),
            established=self._small(row, Business, "established", row.established),
            product_lines=self._lines(row),
        )

    def _lines(self, row: RegisterRow) -> tuple[ProductLineData, ...]:
        if not row.product and row.capacity is None:
            return ()
        if not row.unit:
            self.notices.append(Notice(row, _("Satuan produknya tidak disebut: dicatat sebagai “unit”.")))
        name = self._short(row, ProductLine, "name", row.product or row.commodity or _("produk utama"))
        unit = self._short(row, ProductLine, "unit", (row.unit or "unit").lower())
        capacity = self._small(row, ProductLine, "capacity", row.capacity)
        return (ProductLineData(name, unit, capacity, self._small(row, ProductLine, "annual_value", row.annual_value)),)

    def _short(self, row: RegisterRow, model: type[Any], column: str, text: str | None) -> str:
        longest = model._meta.get_field(column).max_length
        text = " ".join((text or "").split())
        if len(text) > longest:
            self.notices.append(Notice(row, _("Terlalu panjang, dipotong: “%(text)s…”") % {"text": text[:40]}))
            return f"{text[: longest - 1]}…"
        return text

    def _small(self, row: RegisterRow, model: type[Any], column: str, number: int | None) -> int | None:
        if number is None:
            return None
        # The narrowest database decides, so that one workbook gives one register on SQLite and on PostgreSQL.
        ranges = BaseDatabaseOperations.integer_field_ranges
        low, high = ranges.get(model._meta.get_field(column).get_internal_type(), ranges["BigIntegerField"])
        if not max(low, 0) <= number <= high:
            self.notices.append(Notice(row, _("Angka %(number)d tidak masuk akal: dikosongkan.") % {"number": number}))
            return None
        return number

    def _village(self, row: RegisterRow) -> Region:
        if not row.village:
            return self.region
        name = plain(row.village)
        found = self.villages.get(f"{name}|{plain(row.district)}") or self.villages.get(name)
        return found or self.region

    def _industry(self, row: RegisterRow) -> Industry | None:
        """Without a stated version: KBLI 2020, which every list before 2026 used, else 2025. A code that our table has
        in neither is kept under its number; `operations.importing` saves it."""
        if not row.kbli or not re.fullmatch(r"\d{5}", row.kbli):
            return None
        versions = [row.kbli_version] if row.kbli_version else ["2020", "2025"]
        for version in versions:
            if known := self.industries.get((version, row.kbli)):
                return known
        unknown = Industry(
            version=versions[0],
            code=row.kbli,
            title=_("Kode dari buku kerja; judulnya belum dicatat"),
            source=row.sheet[:120],
        )
        self.industries[versions[0], row.kbli] = unknown
        self.notices.append(Notice(row, _("KBLI %(code)s belum ada di tabel acuan.") % {"code": row.kbli}))
        return unknown


def undecided(plan: Plan, decisions: Mapping[str, str]) -> list[Planned]:
    return [planned for planned in plan.questions if decisions.get(planned.key) not in {*Decision}]
