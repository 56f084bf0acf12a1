"""Matches rows of a workbook to IKM of the register: certain, possible or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from sambang.imports.names import is_same_name, normalised_name
from sambang.imports.sheets import RegisterRow
from sambang.imports.sheets.duplicates import reasons
from sambang.imports.sheets.headings import normalised_heading
from sambang.imports.sheets.similarity import Candidates, EntryComparison, Traits
from sambang.lib.region_code import RegionCode, in_region
from sambang.registry.dto import BusinessData
from sambang.registry.encryption import digest
from sambang.registry.models import Business, Cluster, ProductLine, Region

# Columns that identify an IKM.
IDENTIFYING = (
    "nib",
    "npwp",
    "phone",
    "address",
    "commodity",
    "established",
    "owner_sex",
)
LOCATING_FIELDS = frozenset({"phone", "address"})


@dataclass
class Match:
    """A candidate IKM for the row, with the reasons. `is_certain`: needs no decision."""

    business: Business
    reasons: list[str] = field(default_factory=list)
    is_certain: bool = False
    exactness: int = 0


class Register:
    """The IKM of a regency, indexed by name and by the marks of similarity.py."""

    def __init__(self, region: Region) -> None:
        code = RegionCode(region.code)
        scope = in_region("region__code", code.regency) if code.is_within_regency else in_region("region__code", code)
        rows = Business.objects.filter(scope if code.level else Q(region=region))
        self.by_key: dict[UUID, Business] = {}
        self.by_name: dict[str, list[Business]] = defaultdict(list)
        self.products: dict[UUID, set[str]] = defaultdict(set)
        self.candidates = Candidates[UUID]()
        self.taken: set[UUID] = set()
        for pk, name in ProductLine.objects.filter(business__in=rows).values_list("business", "name"):
            self.products[pk].add(normalised_name(name))
        for business in rows.select_related("owner", "region", "industry", "cluster").order_by("registered_at", "pk"):
            self.by_key[business.pk] = business
            self.by_name[normalised_name(business.name)].append(business)
            self.candidates.add(business.pk, _traits_of_business(business, self.products[business.pk]))
        self.comparison = EntryComparison(self.candidates.traits.values())

    def match(self, row: RegisterRow, data: BusinessData, cluster: Cluster | None) -> Match | None:
        """The most likely IKM. A second row that matches the same IKM is never certain."""
        matches: dict[UUID, Match] = {}
        for reason, businesses in self._hits(row, data, cluster):
            for business in businesses:
                matches.setdefault(business.pk, Match(business)).reasons.append(reason)
        for match in matches.values():
            match.is_certain, match.exactness = self._compare(match.business, row, data, cluster)
        if not matches:
            return None
        best = max(
            matches.values(),
            key=lambda match: (
                match.is_certain and match.business.pk not in self.taken,
                match.is_certain,
                match.exactness,
                len(match.reasons),
            ),
        )
        if best.is_certain:
            best.is_certain = best.business.pk not in self.taken
            self.taken.add(best.business.pk)
        return best

    def _hits(
        self, row: RegisterRow, data: BusinessData, cluster: Cluster | None
    ) -> Iterator[tuple[str, list[Business]]]:
        traits = _traits_of_row(row, data)
        for key in self.candidates.like(traits):
            stored = self.candidates.traits[key]
            if traits.product in self.products[key]:
                stored = replace(stored, product=traits.product)
            for reason in reasons(stored, traits, self.comparison):
                yield reason, [self.by_key[key]]
        named = self.by_name[normalised_name(data.name)]
        yield _("nama usaha dan tempat sama"), [other for other in named if _is_near(other, data, cluster)]

    def _compare(
        self, business: Business, row: RegisterRow, data: BusinessData, cluster: Cluster | None
    ) -> tuple[bool, int]:
        """Whether the match is certain, and how many columns agree (two blanks agree). The values that would be stored
        are compared, as a long name may be cut."""
        pairs = [(name, _as_text(getattr(business, name)), _as_text(getattr(data, name))) for name in IDENTIFYING]
        numbers = [(business.nik_digest, digest(row.nik) if row.nik else ""), (business.nib, data.nib)]
        same_village = data.region is not None and business.region_id == data.region.code
        products = self.products[business.pk] == {normalised_name(line.name) for line in data.product_lines}
        exactness = sum(one == other for _name, one, other in pairs) + sum(one == other for one, other in numbers)
        return self._is_same(business, row, data, numbers, pairs, cluster), exactness + same_village + products

    def _is_same(
        self,
        business: Business,
        row: RegisterRow,
        data: BusinessData,
        numbers: list[tuple[str, str]],
        pairs: list[tuple[str, str, str]],
        cluster: Cluster | None,
    ) -> bool:
        """Same NIK or NIB and business name; or same names, place and further columns with no contradiction."""
        both = [(one, other) for one, other in numbers if one and other]
        if not is_same_name(business.name, data.name) or any(one != other for one, other in both):
            return False
        if both:
            return True
        named = is_same_name(business.owner.name, data.owner_name) and _is_near(business, data, cluster)
        return named and not _has_moved(business, row, data) and self._facts_agree(business, data, pairs)

    def _facts_agree(self, business: Business, data: BusinessData, pairs: list[tuple[str, str, str]]) -> bool:
        """No column differs, and the telephone or the address agrees or the row adds nothing."""
        stored, products = self.products[business.pk], {normalised_name(line.name) for line in data.product_lines}
        stated = {name: (one, other) for name, one, other in pairs if other}
        agreeing = {name for name, (one, other) in stated.items() if one == other}
        new = {name for name, (one, _other) in stated.items() if not one}
        if len(agreeing) + len(new) < len(stated) or not _share_products(stored, products):
            return False
        return bool(agreeing & LOCATING_FIELDS) or (not new and products <= stored)


def _traits_of_business(business: Business, products: set[str]) -> Traits:
    return Traits(
        name=normalised_heading(business.name),
        owner=normalised_heading(business.owner.name),
        address=normalised_heading(business.address),
        nik=business.nik_digest,
        nib=business.nib,
        phone=business.phone_digest,
        village=_village(business.region),
        product=min(products, default=""),
    )


def _traits_of_row(row: RegisterRow, data: BusinessData) -> Traits:
    lines = data.product_lines
    return Traits(
        name=normalised_heading(data.name),
        owner=normalised_heading(data.owner_name),
        address=normalised_heading(data.address),
        nik=digest(row.nik or ""),
        nib=data.nib,
        phone=digest(row.phone or ""),
        village=_village(data.region),
        product=normalised_name(lines[0].name) if lines else "",
    )


def _village(region: Region | None) -> str:
    return region.code if region is not None and region.level == Region.Level.VILLAGE else ""


def _share_products(stored: set[str], products: set[str]) -> bool:
    """One product in common, or one side names none."""
    return not (stored and products) or not stored.isdisjoint(products)


def _has_moved(business: Business, row: RegisterRow, data: BusinessData) -> bool:
    return bool(row.village) and data.region is not None and business.region_id != data.region.code


def _is_near(business: Business, data: BusinessData, cluster: Cluster | None) -> bool:
    """In the same sentra, or in the same village."""
    if cluster is not None and business.cluster_id == cluster.pk:
        return True
    return data.region is not None and business.region_id == data.region.code


def _as_text(value: Any) -> str:
    return "" if value is None else normalised_name(str(value))
