"""Queries of the register's pages. Each function takes the person who reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import may
from sambang.access.reader import Reader, reader_for
from sambang.audit.change_cache import rows_until_change
from sambang.audit.models import Entry
from sambang.audit.read_audit import AUDITED_READS
from sambang.audit.verb_labels import VERB_LABELS
from sambang.audit.withdrawal import restorable_since
from sambang.lib.region_code import RegionCode, in_region
from sambang.lib.search import every_word
from sambang.registry.dto import EDITABLE_COLUMNS
from sambang.registry.encryption import digest
from sambang.registry.kbli_versions import OLD_VERSION
from sambang.registry.models import (
    Business,
    BusinessQuerySet,
    Cluster,
    FormerKey,
    Group,
    GroupMember,
    Industry,
    IndustryChange,
    MergeRecord,
    Permit,
    ProductLine,
    Region,
)
from sambang.registry.owner_details import OwnerDetail
from sambang.registry.permit_expiry import NOTICE_DAYS
from sambang.registry.permit_kinds import UNLIMITED
from sambang.registry.personal_names import NameReader
from sambang.registry.row_snapshots import RowChanges, load_changes, relations_to

# Rows about a merge itself, and what phones sent, which is counted as what it became.
UNCOUNTED_RECORDS = frozenset({"registry.FormerKey", "registry.MergeRecord", "intake.Received"})
MAX_CHOICES = 300  # options in one list
LOOKS_LIKE_NIK = re.compile(r"\b(?:\d[ .-]?){16}\b")


# Columns that `cluster_list.html` reads, including those that decide about the head's name.
CLUSTER_COLUMNS = (
    *("pk", "name", "commodity", "region_id", "region__name", "region__parent__name", "head__name", "units"),
    "is_simulated",
)


def clusters_for(person: Person) -> QuerySet[Cluster, Any]:
    """Sentra within reach with `units`, the number of their active IKM."""
    # A subquery counts for the rows of the page only; a join would count for all.
    active = Business.objects.filter(cluster=OuterRef("pk")).active().order_by().values("cluster")
    units = Coalesce(Subquery(active.annotate(many=Count("pk")).values("many")), 0)
    rows = Cluster.objects.visible_to(person).select_related("region__parent", "head")
    return rows.annotate(units=units).order_by("name", "pk")


def cluster_choices(person: Person, chosen: str) -> list[tuple[str, str]]:
    """Keys and names of sentra for a select; only the chosen one if there are more than MAX_CHOICES."""
    clusters = rows_until_change(_clusters_by_name, reader_for(person))
    if len(clusters) > MAX_CHOICES:
        rows = Cluster.objects.visible_to(person).values_list("pk", "name")
        clusters = list(rows.filter(pk=chosen)) if is_uuid(chosen) else []
    return [(str(key), name) for key, name in clusters]


def _clusters_by_name(reader: Reader) -> QuerySet[Cluster, Any]:
    rows = Cluster.objects.visible_to(reader.person).order_by("name").values_list("pk", "name")
    return rows[: MAX_CHOICES + 1]


def district_choices(person: Person) -> list[tuple[str, str]]:
    """Codes and names of the kecamatan that have a sentra within reach."""
    return [(code, name) for code, name in rows_until_change(_districts_with_cluster, reader_for(person))]


def _districts_with_cluster(reader: Reader) -> QuerySet[Region, Any]:
    villages = Cluster.objects.visible_to(reader.person).values("region__parent")
    rows = Region.objects.filter(pk__in=villages, level=Region.Level.DISTRICT).order_by("name")
    return rows.values_list("code", "name")


def merged_into(key: UUID) -> UUID | None:
    return FormerKey.objects.filter(pk=key, product_line=None).values_list("business", flat=True).first()


def former_lines(business: Business, keys: Iterable[UUID]) -> dict[UUID, ProductLine]:
    """The product lines of this IKM into which those of these keys were merged."""
    rows = FormerKey.objects.filter(pk__in=keys, product_line__business=business).select_related("product_line")
    return {row.pk: row.product_line for row in rows if row.product_line}


def businesses_for(person: Person) -> BusinessQuerySet:
    """IKM within reach whose data were not erased, in the order of lists."""
    rows = Business.objects.visible_to(person).filter(erased_at=None)
    return rows.select_related("owner", "cluster", "industry", "region").order_by("name", "pk")


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def industry_choices(person: Person) -> list[tuple[str, str]]:
    """Keys ("2020-14111") and names of the KBLI of the IKM within reach."""
    rows = rows_until_change(_industries_in_use, reader_for(person))
    industries = [Industry(version=version, code=code, title=title) for version, code, title in rows]
    return [(f"{row.version}-{row.code}", str(row)) for row in industries]


def _industries_in_use(reader: Reader) -> QuerySet[Industry, Any]:
    used = Business.objects.visible_to(reader.person).exclude(industry=None).values("industry")
    return Industry.objects.filter(pk__in=used).values_list("version", "code", "title")


def businesses_with_nik(person: Person, nik: str) -> list[Business]:
    """IKM that have this NIK, found by its digest; only those whose NIK the person may read, so that it cannot be
    guessed."""
    rows = Business.objects.visible_to(person).filter(nik_digest=digest(nik)).exclude(nik_digest="")
    return [row for row in rows if reader_for(person).reads_business("registry.see_identity", row)]


def with_readable_owner(person: Person, rows: Iterable[Any]) -> set[UUID]:
    """Keys of the rows whose owner's name this person may read."""
    return {row.pk for row in rows if reader_for(person).reads_business("registry.see_contact", row)}


def siinas_accounts() -> QuerySet[Permit]:
    """The accounts of SIINas: an IKM that has one reports to the ministry every quarter."""
    return Permit.objects.filter(kind=Permit.Kind.SIINAS)


def reports_in_siinas(business: Business) -> bool:
    return siinas_accounts().filter(business=business).exists()


@dataclass(frozen=True)
class PermitState:
    permit: Permit
    label: Any
    badge: str


def permit_states(business: Business, *, today: date) -> list[PermitState]:
    """Without the NIB that a list said there is, once its number is known."""
    permits = business.permits.order_by("kind", "number")
    if business.nib:
        permits = permits.exclude(kind=Permit.Kind.NIB, number="")
    return [PermitState(permit, *_state(permit, today)) for permit in permits]


def _state(permit: Permit, today: date) -> tuple[Any, str]:
    until = permit.valid_until
    if until is None:
        return (_("tanpa batas waktu") if permit.kind in UNLIMITED else _("masa berlaku belum dicatat")), ""
    if until < today:
        return _("sudah habis"), "badge-bad"
    if until <= today + timedelta(days=max(NOTICE_DAYS)):
        return _("segera habis"), "badge-warn"
    return _("berlaku"), "badge-good"


def changes_of(industry: Industry | None) -> list[IndustryChange]:
    """The successors of a KBLI 2020 code in KBLI 2025; with several, the questions tell which applies."""
    if industry is None or industry.version != OLD_VERSION:
        return []
    return list(industry.becomes.select_related("new").order_by("new__code"))


@dataclass(frozen=True)
class HistoryLine:
    at: Any
    by: str
    label: Any


def memberships_of(business: Business) -> QuerySet[GroupMember]:
    rows = business.group_memberships.filter(group__withdrawn_at=None)
    return rows.select_related("group").order_by("group__name")


def history_of(row: models.Model, person: Person, *, lines: int = 20) -> list[HistoryLine]:
    entries = (
        Entry.objects.visible_to(person)
        .about(row)
        .exclude(verb__in=AUDITED_READS)
        .select_related("by")
        .newest_first()[:lines]
    )
    names, near = NameReader(person), may(person, "registry.see_contact", row)
    return [
        HistoryLine(entry.at, names.actor(entry.by, may_see_place=near), VERB_LABELS.get(entry.verb, entry.verb))
        for entry in entries
    ]


def villages_named(council: Council, name: str, *, district: str = "") -> QuerySet[Region]:
    """Villages of a council's region in whose name, or whose district's name, every word occurs."""
    rows = Region.objects.filter(in_region("code", district or council.region_code), level=Region.Level.VILLAGE)
    rows = rows.filter(every_word(name.replace(",", " "), "name", "parent__name"))
    return rows.select_related("parent__parent").order_by("name", "code")


def districts_of(council: Council) -> QuerySet[Region]:
    """The kecamatan of a council of one regency; none for a province or the nation, where the page has a search."""
    if not RegionCode(council.region_code).is_regency:
        return Region.objects.none()
    rows = Region.objects.filter(in_region("code", council.region_code), level=Region.Level.DISTRICT)
    return rows.order_by("name")


def likely_duplicates(business: Business, person: Person) -> list[Business]:
    """IKM of the same regency with the same NIK, telephone, NIB or name; NIK first, then telephone."""
    same = Q(name__iexact=business.name) | Q(owner__name__iexact=business.owner.name)
    for column in ("nik_digest", "phone_digest", "nib"):
        if getattr(business, column):
            same |= Q(**{column: getattr(business, column)})
    rows = (
        Business.objects.visible_to(person)
        .filter(same, in_region("region__code", RegionCode(business.region_id).regency))
        .exclude(pk=business.pk)
        .select_related("owner", "cluster", "region")
    )

    def sort_key(other: Business) -> tuple[bool, bool, str]:
        nik = bool(business.nik_digest) and other.nik_digest == business.nik_digest
        phone = bool(business.phone_digest) and other.phone_digest == business.phone_digest
        return (not nik, not phone, other.name)

    return sorted(rows, key=sort_key)[:20]


@dataclass(frozen=True)
class RecentMerge:
    """A merge that can still be undone, with the name of the removed IKM."""

    record: MergeRecord
    name: str


def merged_business(changes: RowChanges) -> Business:
    """The removed business of a merge, unsaved."""
    return next(Business(**values) for label, values in changes.deleted if label == Business._meta.label)


def recent_merges(business: Business) -> list[RecentMerge]:
    since = restorable_since()
    rows = business.merge_records.filter(undone_at=None, merged_at__gte=since).select_related("by")
    return [RecentMerge(row, merged_business(load_changes(row.content)).name) for row in rows.order_by("-merged_at")]


def record_counts(business: Business, *, but: Collection[tuple[str, str]] = ()) -> list[str]:
    """How many rows of each kind belong to a business ("3 laporan bulanan"), most first; `but`: labels and keys of rows
    that are not counted."""
    counts: Counter[str] = Counter()
    for relation in relations_to(Business):
        model = relation.related_model
        if not model._meta.auto_created and model._meta.label not in UNCOUNTED_RECORDS:
            keys = model._base_manager.filter(**{relation.field.name: business}).values_list("pk", flat=True)
            counts[str(model._meta.verbose_name)] += sum((model._meta.label, str(key)) not in but for key in keys)
    return [f"{number} {name}" for name, number in counts.most_common() if number]


def current_members(group: Group) -> list[GroupMember]:
    """The current members: officers first, then the others by name."""
    offices = [*GroupMember.Office.values]
    rows = group.members.current().select_related("business__owner")
    return sorted(rows, key=lambda member: (offices.index(member.office), member.business.name))


def former_members_of(group: Group) -> QuerySet[GroupMember]:
    """Ended memberships and offices, the latest first."""
    return group.members.exclude(left_on=None).select_related("business__owner").order_by("-left_on", "pk")


@dataclass(frozen=True)
class Workers:
    men: int | None
    women: int | None
    total: int | None
    unknown: int  # IKM whose number of workers is not known


def workers_in(rows: BusinessQuerySet) -> Workers:
    sums = rows.active().aggregate(
        men=Sum("workers_male"),
        women=Sum("workers_female"),
        total=Sum("workers"),
        unknown=Count("pk", filter=Q(workers=None)),
    )
    return Workers(**sums)


@dataclass(frozen=True)
class ComparedFact:
    """One column of two rows that may be one IKM."""

    title: Any
    first: Any
    second: Any
    differs: bool


def compare_businesses(survivor: Business, other: Business, *, hidden: Collection[str]) -> list[ComparedFact]:
    """The columns of both without the hidden ones; of the NIK only whether it is stored and the same."""
    columns = [column for column in EDITABLE_COLUMNS if column not in hidden]
    columns = [column for column in columns if {_display(survivor, column), _display(other, column)} != {"–"}]
    owners = () if "owner" in hidden else ((survivor.owner.name, other.owner.name),)
    pairs = [ComparedFact(_("pemilik"), first, second, first != second) for first, second in owners]
    for column in columns:
        title = getattr(Business._meta.get_field(column), "verbose_name", column)
        pairs.append(
            ComparedFact(
                title,
                _display(survivor, column),
                _display(other, column),
                getattr(survivor, column) != getattr(other, column),
            )
        )
    presence = (_("ada"), _("tidak ada"))
    pairs.append(
        ComparedFact(
            "NIK",
            presence[not survivor.nik_digest],
            _("sama")
            if survivor.nik_digest and survivor.nik_digest == other.nik_digest
            else presence[not other.nik_digest],
            bool(survivor.nik_digest and other.nik_digest and survivor.nik_digest != other.nik_digest),
        )
    )
    return pairs


def _display(row: Business, column: str) -> Any:
    display = getattr(row, f"get_{column}_display", None)
    value = display() if display else getattr(row, column)
    if value in {None, ""}:
        return "–"
    return str(value) if column == "established" else value  # a year has no thousands to group


@dataclass(frozen=True)
class OwnerDetailKind:
    """Facts of one kind, newest first; `unsourced`: a value that exists only as a column of the IKM."""

    value: str
    label: Any
    details: list[OwnerDetail]
    unsourced: str = ""


def owner_details_of(business: Business) -> list[OwnerDetailKind]:
    rows = list(business.owner_details.order_by("-as_of", "-recorded_at"))
    return [
        OwnerDetailKind(
            kind.value,
            kind.label,
            [row for row in rows if row.kind == kind],
            business.get_owner_sex_display() if kind == OwnerDetail.Kind.SEX else "",
        )
        for kind in OwnerDetail.Kind
    ]
