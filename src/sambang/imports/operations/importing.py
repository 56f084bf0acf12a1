"""Imports a workbook into the register in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.models import Entry, row_reference
from sambang.audit.operation import operation
from sambang.imports.changes import IDENTITY, named_permits
from sambang.imports.models import Placement, SourceList
from sambang.imports.names import is_same_name
from sambang.imports.operations.filling import (
    drop_recorded_facts,
    fill_business,
    new_owner_detail,
    new_permit,
    recorded_part,
    set_columns,
    set_permit,
)
from sambang.imports.plan import (
    ALL_CHANGES,
    ChangeDecision,
    ClusterKey,
    Decision,
    Plan,
    PlannedRow,
    cluster_key,
    decision_on,
    plan_import,
    row_key,
    undecided,
)
from sambang.imports.sheets import RegisterSheet
from sambang.lib import clock
from sambang.lib.progress import Progress, no_progress
from sambang.lib.region_code import UNPLACED
from sambang.registry.dto import new_product_line, same_permit
from sambang.registry.hooks import business_hooks
from sambang.registry.models import Business, Cluster, Group, GroupMember, Permit, ProductLine, Region
from sambang.registry.operations.businesses import new_business, rename_owner, unsaved_owner
from sambang.registry.operations.clusters import SINGLE_OFFICES, place_in_cluster, register_cluster
from sambang.registry.operations.merging import join_businesses
from sambang.registry.owner_details import OwnerDetail

ROWS_AT_ONCE = 500
MOVING_COLUMNS = frozenset({"industry", "established", "region", "cluster"})  # they move reports to another cell


@dataclass(frozen=True)
class Destination:
    """The region of a council's list, and into which sentra its rows go."""

    region: Region
    placement: Placement = Placement.COLUMNS


@dataclass
class ImportResult:
    """Counts of an import: `businesses` were created, `filled` got values in empty columns."""

    businesses: int = 0
    filled: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: int = 0  # rows of other regencies
    members: int = 0
    clusters: dict[ClusterKey, Cluster | None] = field(default_factory=dict)
    by_key: dict[str, Business] = field(default_factory=dict)  # row of the workbook → its IKM
    entries: list[Entry] = field(default_factory=list)  # audit entries of its rows, appended at the end


@operation("imports.import_register", lock=True)
def import_register(
    target: Cluster | Council,
    by: Person,
    /,
    *,
    sheet: RegisterSheet,
    decisions: Mapping[str, str],
    progress: Progress = no_progress,
    destination: Destination | None = None,
) -> ImportResult:
    """Import a workbook into a sentra, or into a council's register as `destination` says. `decisions`: row key
    (`Joho!19`) → merge, new or skip, for every question.

    Raises ValidationError and writes nothing while a question is open. Importing the same file again adds nothing.
    `progress(done, total)` counts rows.
    """
    plan = plan_for(target, sheet, destination)
    if open_questions := undecided(plan, decisions):
        raise ValidationError(
            _("Masih ada %(count)d baris mirip yang harus diputuskan dulu, misalnya baris %(row)d: %(name)s.")
            % {"count": len(open_questions), "row": open_questions[0].row.row, "name": open_questions[0].row.name}
        )
    _save_unknown_industries(plan)
    result = ImportResult(refused=len(plan.refused))
    result.clusters = _clusters_for(target, by, plan, result.entries)
    owners: dict[tuple[str, str], Person] = {}
    with business_hooks(_movable(plan), "imports.import_register"):
        for start in range(0, len(plan.rows), ROWS_AT_ONCE):
            _take(target, by, plan.rows[start : start + ROWS_AT_ONCE], decisions, (result, owners))
            progress(min(start + ROWS_AT_ONCE, len(plan.rows)), len(plan.rows))
    _confirm(result, by)
    _keep_list(target, sheet, result)
    _form_groups(sheet, result)
    Entry.objects.append(result.entries)
    return result


def _confirm(result: ImportResult, by: Person) -> None:
    """Every IKM of the workbook was seen by it today."""
    keys = [business.pk for business in result.by_key.values()]
    for start in range(0, len(keys), ROWS_AT_ONCE):
        rows = Business.objects.filter(pk__in=keys[start : start + ROWS_AT_ONCE])
        rows.update(confirmed_on=clock.today(), confirmed_how=Business.Confirmation.IMPORT, confirmed_by=by)


def _keep_list(target: Cluster | Council, sheet: RegisterSheet, result: ImportResult) -> None:
    """Store which IKM this list names; replaces an earlier import of the same list and day."""
    region_code = target.region_id if isinstance(target, Cluster) else target.region_code or UNPLACED
    source, _is_new = SourceList.objects.get_or_create(
        region_id=region_code, name=sheet.filename.replace("/", " ")[-200:], listed_on=clock.today()
    )
    source.businesses.set({*result.by_key.values()})


def plan_for(target: Cluster | Council, sheet: RegisterSheet, destination: Destination | None = None) -> Plan:
    if isinstance(target, Cluster):
        return plan_import(sheet, region=target.region, cluster=target)
    if destination is None:
        destination = Destination(Region.objects.get(code=target.region_code or UNPLACED))
    return plan_import(sheet, region=destination.region, cluster=None, placement=destination.placement)


def _clusters_for(
    target: Cluster | Council, by: Person, plan: Plan, entries: list[Entry]
) -> dict[ClusterKey, Cluster | None]:
    """Every sentra that the plan names; new ones are created."""
    if isinstance(target, Cluster):
        return {cluster_key(target.name, target.region): target}
    made = {
        cluster_key(name, region): register_cluster.within(entries, target, by, name=name[:120], region=region)
        for name, region in plan.new_clusters
    }
    return {**plan.clusters, **made}


def _save_unknown_industries(plan: Plan) -> None:
    unsaved = {id(p.data.industry): p.data.industry for p in plan.rows if p.data.industry and not p.data.industry.pk}
    for industry in unsaved.values():
        industry.full_clean()
        industry.save(force_insert=True)


def _movable(plan: Plan) -> list[Business]:
    """Stored IKM of which a column of MOVING_COLUMNS may change."""
    return [
        planned.match
        for planned in plan.rows
        if planned.match is not None and any(change.column in MOVING_COLUMNS for change in planned.changes)
    ]


@dataclass
class RowBatch:
    """New rows that are inserted together."""

    businesses: list[Business] = field(default_factory=list)
    lines: list[ProductLine] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)
    owner_details: list[OwnerDetail] = field(default_factory=list)
    duplicates: list[tuple[PlannedRow, Business]] = field(default_factory=list)  # to be joined once they are inserted

    def add_related_rows(self, business: Business, planned: PlannedRow, by: Person) -> None:
        """Add the row's products, permits and facts about the owner to those pending for this business."""
        listed = {(line.name.casefold(), line.unit.casefold()) for line in self.lines if line.business is business}
        permits = [permit for permit in self.permits if permit.business is business]
        self.lines += [
            new_product_line(line, business)
            for line in planned.data.product_lines
            if (line.name.casefold(), line.unit.casefold()) not in listed
        ]
        for new in named_permits(business, planned.data):
            if permit := same_permit(permits, new):
                set_permit(permit, new)
            else:
                permits.append(permit := new_permit(new, business))
                self.permits.append(permit)
        self._add_owner_details(business, planned, by)

    def _add_owner_details(self, business: Business, planned: PlannedRow, by: Person) -> None:
        recorded = {detail.kind for detail in self.owner_details if detail.business is business}
        self.owner_details += [
            new_owner_detail(detail, business, by)
            for detail in planned.data.owner_details
            if detail.kind not in recorded
        ]


def _take(
    target: Cluster | Council,
    by: Person,
    rows: list[PlannedRow],
    decisions: Mapping[str, str],
    so_far: tuple[ImportResult, dict[tuple[str, str], Person]],
) -> None:
    result, owners = so_far
    row_batch = RowBatch()
    for planned in rows:
        decision = decision_on(planned, decisions)
        match = _match_of(planned, result) if decision in {Decision.MERGE, Decision.REPLACE} else None
        if decision == Decision.SKIP:
            result.skipped += 1
        elif match is not None and (planned.is_certain or match.restricted_at is not None):
            result.by_key[planned.key] = match
            _fill_match(match, planned, by, (row_batch, result, _replaces(planned, decisions)))
        else:
            cluster = result.clusters.get(planned.cluster_key) if planned.cluster_name else None
            business = new_business(cluster, planned.data, is_simulated=target.is_simulated)
            business.owner = _owner_of(business, planned, owners)
            result.by_key[planned.key] = business
            row_batch.businesses.append(business)
            row_batch.add_related_rows(business, planned, by)
            if match is not None:
                row_batch.duplicates.append((planned, business))
    _insert(target, by, row_batch, result.entries)
    for planned, duplicate in row_batch.duplicates:
        _merge_into_match(planned, duplicate, by, result, replace=_replaces(planned, decisions))
    result.businesses += len(row_batch.businesses) - len(row_batch.duplicates)


def _match_of(planned: PlannedRow, result: ImportResult) -> Business | None:
    return planned.match or (result.by_key.get(row_key(planned.earlier_row)) if planned.earlier_row else None)


def _merge_into_match(
    planned: PlannedRow, duplicate: Business, by: Person, result: ImportResult, *, replace: bool
) -> None:
    """Merge an inserted row, of which a person said that it is the same, into its match: the decision can be undone."""
    survivor = _match_of(planned, result)
    assert survivor is not None
    survivor.refresh_from_db()  # an earlier row may have been merged into it

    def correct() -> None:
        if replace:
            fill_business(survivor, recorded_part(survivor, planned.data), by, replace=True)
        else:
            drop_recorded_facts(survivor, duplicate)
        _write_identity(survivor, planned, result, replace)

    join_businesses(survivor, by, duplicate=duplicate, correct=correct)
    for key, business in result.by_key.items():
        if business is duplicate:
            result.by_key[key] = survivor
    _count(survivor, by, result, is_changed=planned.match is None or any(c.is_fill or replace for c in planned.changes))


def _replaces(planned: PlannedRow, decisions: Mapping[str, str]) -> bool:
    """Does the row overwrite stored values? Only if the clerk chose so: for this row or for all certain matches."""
    if not planned.is_certain:
        return decision_on(planned, decisions) == Decision.REPLACE
    chosen = decisions.get(planned.key) or decisions.get(ALL_CHANGES)
    return planned.match is not None and chosen == ChangeDecision.REPLACE


def _fill_match(match: Business, planned: PlannedRow, by: Person, context: tuple[RowBatch, ImportResult, bool]) -> None:
    row_batch, result, replace = context
    if match in row_batch.businesses:  # a repeated row, the first of which is not inserted yet
        set_columns(match, planned.data)
        row_batch.add_related_rows(match, planned, by)
    else:
        is_filled = fill_business(match, planned.data, by, replace=replace)
        is_named = _write_identity(match, planned, result, replace)
        _count(match, by, result, is_changed=is_filled or is_named)


def _count(business: Business, by: Person, result: ImportResult, *, is_changed: bool) -> None:
    if not is_changed:
        result.unchanged += 1
        return
    result.filled += 1
    verb = "imports.import_register"
    result.entries.append(Entry(by=by, verb=verb, subject=row_reference(business), region_code=business.region_id))


def _write_identity(business: Business, planned: PlannedRow, result: ImportResult, replace: bool) -> bool:
    """Write the names and the place that differ: all with `replace`, else only a sentra where there was none."""
    columns = {change.column for change in planned.changes if change.column in IDENTITY and (replace or change.is_fill)}
    cluster = result.clusters.get(planned.cluster_key)
    if "owner" in columns:
        _name_owner(business, planned.data.owner_name)
    if "cluster" in columns and cluster is not None:
        place_in_cluster(business, cluster)
    written = sorted(columns & {"name", "region"})
    for column in written:
        setattr(business, column, getattr(planned.data, column))
    if written:
        business.save(update_fields=written)
    return bool(columns)


def _name_owner(business: Business, name: str) -> None:
    """Rename the owner, or give the IKM a new one if the former owns others too."""
    if not business.owner.businesses.exclude(pk=business.pk).exists():
        rename_owner(business, name)
        return
    business.owner = unsaved_owner(name)
    business.owner.save(force_insert=True)
    business.save(update_fields=["owner"])


def _insert(target: Cluster | Council, by: Person, row_batch: RowBatch, entries: list[Entry]) -> None:
    owners = {business.owner.pk: business.owner for business in row_batch.businesses if business.owner._state.adding}
    Person.objects.bulk_create(owners.values())
    Business.objects.bulk_create(row_batch.businesses)
    ProductLine.objects.bulk_create(row_batch.lines)
    Permit.objects.bulk_create(row_batch.permits)
    OwnerDetail.objects.bulk_create(row_batch.owner_details)
    for business in row_batch.businesses:
        names = {"subject": row_reference(target), "result": row_reference(business)}
        entries.append(Entry(by=by, verb="imports.import_register", region_code=business.region_id, **names))


def _owner_of(business: Business, planned: PlannedRow, owners: dict[tuple[str, str], Person]) -> Person:
    """The owner: one person for all IKM of the same NIK and name, in the register and in this workbook."""
    name = planned.data.owner_name
    other = planned.match
    if other and business.nik_digest == other.nik_digest != "" and is_same_name(other.owner.name, name):
        return other.owner
    owner = owners.get((business.nik_digest, name.casefold()))
    if owner is None or owner.pk is None:  # forgotten when its only IKM was merged
        owner = Person(name=name)
        owner.set_unusable_password()
    if business.nik_digest:
        owners[business.nik_digest, name.casefold()] = owner
    return owner


def _form_groups(sheet: RegisterSheet, result: ImportResult) -> None:
    """Create the kelompok that the workbook names and add their members; an occupied position keeps its holder."""
    groups: dict[tuple[object, str], Group] = {}
    current: dict[tuple[object, str], dict[UUID, str]] = {}
    new: list[GroupMember] = []
    for name, office, business, cluster in _memberships(sheet, result):
        key = (cluster.pk, name.casefold())
        if key not in groups:
            group = Group.objects.filter(cluster=cluster, name__iexact=name).first()
            groups[key] = group or Group.objects.create(cluster=cluster, name=name)
            current[key] = dict(groups[key].members.current().values_list("business_id", "office"))
        if business.pk not in current[key]:
            is_filled = office in SINGLE_OFFICES and office in current[key].values()
            current[key][business.pk] = GroupMember.Office.MEMBER if is_filled else office
            new.append(GroupMember(group=groups[key], business=business, office=current[key][business.pk]))
        result.members += 1
    GroupMember.objects.bulk_create(new)


def _memberships(sheet: RegisterSheet, result: ImportResult) -> Iterator[tuple[str, str, Business, Cluster]]:
    """Kelompok, office and IKM: of the sheets that list members, and of the rows that name their kelompok. A kelompok
    is of a sentra, so an IKM outside any is in none."""
    listed = [(member.group, member.office, member.register) for member in sheet.members]
    named = [(row.group, row.office or "member", number) for number, row in enumerate(sheet.rows) if row.group]
    for group, office, number in (*listed, *named):
        business = None if number is None else result.by_key.get(row_key(sheet.rows[number]))
        if business and business.cluster:
            yield " ".join(group.split())[:120], office, business, business.cluster
