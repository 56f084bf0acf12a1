"""A council's workbook into the register: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.audit.models import Entry, row_reference
from sambang.audit.operation import operation
from sambang.imports.models import Placement
from sambang.imports.names import is_same_name, normalised_name
from sambang.imports.plan import Decision, Plan, Planned, plan_import, row_key, undecided
from sambang.imports.sheets import RegisterSheet
from sambang.lib.region_code import UNPLACED
from sambang.registry.dto import ProductLineData, new_product_line, update_fields
from sambang.registry.encryption import digest, encrypt_nik
from sambang.registry.hooks import business_hooks
from sambang.registry.models import Business, Cluster, Group, GroupMember, Permit, ProductLine, Region
from sambang.registry.operations.businesses import new_business
from sambang.registry.operations.clusters import SINGLE_OFFICES, register_cluster

ROWS_AT_ONCE = 500
FILLED = (
    "nib",
    "npwp",
    "phone",
    "address",
    "industry",
    "commodity",
    "investment",
    "annual_sales",
    "marketing",
    "established",
    "owner_sex",
)
WORKERS = ("workers", "workers_male", "workers_female")


@dataclass(frozen=True)
class Destination:
    """In which region a council's list is, and whether its rows go to the sentra that they name."""

    region: Region
    placement: Placement = Placement.COLUMNS


def silent(done: int, total: int) -> None:
    """Progress for nobody."""


@dataclass
class ImportResult:
    """What an import did. `businesses` are new ones, `filled` known ones that got a fact they lacked."""

    businesses: int = 0
    filled: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: int = 0  # rows of other regencies
    members: int = 0
    clusters: dict[str, Cluster | None] = field(default_factory=dict)  # plain name → sentra
    by_key: dict[str, Business] = field(default_factory=dict)  # row of the workbook → its IKM
    entries: list[Entry] = field(default_factory=list)  # audit entries of its rows, appended at the end


@operation("imports.import_register")
def import_register(
    target: Cluster | Council,
    by: Person,
    /,
    *,
    sheet: RegisterSheet,
    decisions: Mapping[str, str],
    progress: Callable[[int, int], None] = silent,
    destination: Destination | None = None,
) -> ImportResult:
    """Import a read workbook into a sentra, or into a council's register: then each row goes to the sentra that it
    names or outside any, as `destination` says. `decisions`: row (`Joho!19`) → merge, new or skip, for every question.

    Raises ValidationError, and writes nothing, while a question is open. The same file again adds nothing. `progress`
    is told rows done and rows in all.
    """
    plan = plan_for(target, sheet, destination)
    if still := undecided(plan, decisions):
        raise ValidationError(
            _("Masih ada %(count)d baris mirip yang harus diputuskan dulu, misalnya baris %(row)d: %(name)s.")
            % {"count": len(still), "row": still[0].row.row, "name": still[0].row.name}
        )
    _save_unknown_industries(plan)
    result = ImportResult(refused=len(plan.refused))
    result.clusters = _clusters_for(target, by, plan, result.entries)
    owners: dict[tuple[str, str], Person] = {}
    with business_hooks(_movable(plan), "imports.import_register"):
        for start in range(0, len(plan.rows), ROWS_AT_ONCE):
            _take(target, by, plan.rows[start : start + ROWS_AT_ONCE], decisions, (result, owners))
            progress(min(start + ROWS_AT_ONCE, len(plan.rows)), len(plan.rows))
    _form_groups(sheet, result)
    Entry.objects.append(result.entries)
    return result


def plan_for(target: Cluster | Council, sheet: RegisterSheet, destination: Destination | None = None) -> Plan:
    if isinstance(target, Cluster):
        return plan_import(sheet, region=target.region, cluster=target)
    if destination is None:
        destination = Destination(Region.objects.get(code=target.region_code or UNPLACED))
    return plan_import(sheet, region=destination.region, cluster=None, placement=destination.placement)


def _clusters_for(target: Cluster | Council, by: Person, plan: Plan, entries: list[Entry]) -> dict[str, Cluster | None]:
    """Every sentra that the plan names, made where it is new."""
    if isinstance(target, Cluster):
        return {normalised_name(target.name): target}
    made = {
        normalised_name(name): register_cluster.within(entries)(target, by, name=name[:120], region=region)
        for name, region in plan.new_clusters.items()
    }
    return {**plan.clusters, **made}


def _save_unknown_industries(plan: Plan) -> None:
    unsaved = {
        id(p.facts.industry): p.facts.industry for p in plan.rows if p.facts.industry and not p.facts.industry.pk
    }
    for industry in unsaved.values():
        industry.full_clean()
        industry.save(force_insert=True)


def _movable(plan: Plan) -> list[Business]:
    """The known IKM whose industry or year of founding may be filled: what they reported is then counted elsewhere."""
    known = [planned.match for planned in plan.rows if planned.match is not None]
    return [business for business in known if business.industry_id is None or business.established is None]


@dataclass
class Handful:
    """The new rows that are inserted together, in a few statements."""

    businesses: list[Business] = field(default_factory=list)
    lines: list[ProductLine] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)

    def add_facts(self, business: Business, planned: Planned) -> None:
        """The products and permits that the row adds to those that wait for this business already."""
        listed = {(line.name.casefold(), line.unit.casefold()) for line in self.lines if line.business is business}
        held = {(permit.kind, permit.number) for permit in self.permits if permit.business is business}
        self.lines += [
            new_product_line(line, business)
            for line in planned.facts.product_lines
            if (line.name.casefold(), line.unit.casefold()) not in listed
        ]
        self.permits += [
            Permit(business=business, kind=permit.kind, number=permit.number)
            for permit in dict.fromkeys(planned.facts.permits)
            if (permit.kind, permit.number) not in held
        ]


def _take(
    target: Cluster | Council,
    by: Person,
    rows: list[Planned],
    decisions: Mapping[str, str],
    so_far: tuple[ImportResult, dict[tuple[str, str], Person]],
) -> None:
    result, owners = so_far
    handful = Handful()
    for planned in rows:
        decision = Decision(decisions.get(planned.key) or planned.decision or "")
        known = planned.match or (result.by_key.get(row_key(planned.twin)) if planned.twin else None)
        if decision == Decision.SKIP:
            result.skipped += 1
        elif decision == Decision.MERGE and known is not None:
            result.by_key[planned.key] = known
            _merge(known, planned, by, handful, result)
        else:
            cluster = result.clusters.get(normalised_name(planned.cluster_name)) if planned.cluster_name else None
            business = new_business(cluster, planned.facts, is_simulated=target.is_simulated)
            business.owner = _owner_of(business, planned, owners)
            result.by_key[planned.key] = business
            handful.businesses.append(business)
            handful.add_facts(business, planned)
    _insert(target, by, handful, result.entries)
    result.businesses += len(handful.businesses)


def _merge(known: Business, planned: Planned, by: Person, handful: Handful, result: ImportResult) -> None:
    if known in handful.businesses:  # a row pasted twice, the first of which still waits to be inserted
        _blank_columns(known, planned)
        handful.add_facts(known, planned)
    elif _fill(known, planned):
        result.filled += 1
        verb = "imports.import_register"
        result.entries.append(Entry(by=by, verb=verb, subject=row_reference(known), region_code=known.region_id))
    else:
        result.unchanged += 1


def _insert(target: Cluster | Council, by: Person, handful: Handful, entries: list[Entry]) -> None:
    owners = {business.owner.pk: business.owner for business in handful.businesses if business.owner._state.adding}
    Person.objects.bulk_create(owners.values())
    Business.objects.bulk_create(handful.businesses)
    ProductLine.objects.bulk_create(handful.lines)
    Permit.objects.bulk_create(handful.permits)
    for business in handful.businesses:
        names = {"subject": row_reference(target), "result": row_reference(business)}
        entries.append(Entry(by=by, verb="imports.import_register", region_code=business.region_id, **names))


def _blank_columns(business: Business, planned: Planned) -> list[str]:
    """What the register lacks and the workbook states. Workers are filled together or not at all: three numbers of
    two different days would contradict each other."""
    facts = planned.facts
    blank = [
        column
        for column in FILLED
        if getattr(business, column) in {None, ""} and getattr(facts, column) not in {None, ""}
    ]
    if all(getattr(business, column) is None for column in WORKERS):
        blank += [column for column in WORKERS if getattr(facts, column) is not None]
    for column in blank:
        setattr(business, column, getattr(facts, column))
    if facts.nik and not business.nik_digest:
        business.nik_encrypted, business.nik_digest = encrypt_nik(facts.nik), digest(facts.nik)
        blank += ["nik_encrypted", "nik_digest"]
    return blank


def _fill(business: Business, planned: Planned) -> bool:
    """Fill what is empty; a product that the IKM does not list yet is added. True if anything was."""
    columns = _blank_columns(business, planned)
    if columns:
        business.save(update_fields=update_fields(columns))
    listed = {(line.name.casefold(), line.unit.casefold()): line for line in business.product_lines.all()}
    added = False
    for facts in planned.facts.product_lines:
        line = listed.get((facts.name.casefold(), facts.unit.casefold()))
        if line is None:
            new_product_line(facts, business).save(force_insert=True)
            added = True
        elif _fill_line(line, facts):
            added = True
    return _add_permits(business, planned) or bool(columns) or added


def _add_permits(business: Business, planned: Planned) -> bool:
    known = set(business.permits.values_list("kind", "number")) if planned.facts.permits else set()
    new = [permit for permit in planned.facts.permits if (permit.kind, permit.number) not in known]
    Permit.objects.bulk_create([Permit(business=business, kind=p.kind, number=p.number) for p in new])
    return bool(new)


def _fill_line(line: ProductLine, facts: ProductLineData) -> bool:
    blank = [
        column
        for column in ("capacity", "annual_value")
        if getattr(line, column) is None and getattr(facts, column) is not None
    ]
    for column in blank:
        setattr(line, column, getattr(facts, column))
    if blank:
        line.save(update_fields=blank)
    return bool(blank)


def _owner_of(business: Business, planned: Planned, owners: dict[tuple[str, str], Person]) -> Person:
    """One person for all IKM of one NIK and name, in the register and in this workbook."""
    name = planned.facts.owner_name
    other = planned.match
    if other and business.nik_digest == other.nik_digest != "" and is_same_name(other.owner.name, name):
        return other.owner
    known = owners.get((business.nik_digest, name.casefold()))
    if known is None:
        known = Person(name=name)
        known.set_unusable_password()
    if business.nik_digest:
        owners[business.nik_digest, name.casefold()] = known
    return known


def _form_groups(sheet: RegisterSheet, result: ImportResult) -> None:
    """The kelompok's own sheets: groups made by name, members added; an office that is filled stays with its holder."""
    groups: dict[tuple[object, str], Group] = {}
    for member in sheet.members:
        business = None if member.register is None else result.by_key.get(row_key(sheet.rows[member.register]))
        if (
            business is None
            or business.cluster is None
            or normalised_name(business.cluster.name) not in result.clusters
        ):
            continue
        name = " ".join(member.group.split())[:120]
        key = (business.cluster_id, name.casefold())
        if key not in groups:
            known = Group.objects.filter(cluster=business.cluster, name__iexact=name).first()
            groups[key] = known or Group.objects.create(cluster=business.cluster, name=name)
        filled = member.office in SINGLE_OFFICES and groups[key].members.filter(office=member.office).exists()
        office = GroupMember.Office.MEMBER if filled else member.office
        GroupMember.objects.get_or_create(group=groups[key], business=business, defaults={"office": office})
        result.members += 1
