"""A council's workbook into the register: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.models import Entry, row_reference
from sambang.audit.operation import add_entry, operation
from sambang.imports.plan import Decision, Plan, Planned, is_same, key_of, plan_import, undecided
from sambang.imports.sheets import RegisterSheet
from sambang.registry.dto import ProductLineData, new_product_line, update_fields
from sambang.registry.encryption import digest, encrypt_nik
from sambang.registry.hooks import business_hooks
from sambang.registry.models import Business, Cluster, Group, GroupMember, ProductLine
from sambang.registry.operations.businesses import new_business
from sambang.registry.operations.clusters import SINGLE_OFFICES

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


def silent(done: int, total: int) -> None:
    """Progress for nobody."""


@dataclass
class ImportResult:
    """What an import did. `businesses` are new ones, `filled` known ones that got a fact they lacked."""

    businesses: int = 0
    filled: int = 0
    unchanged: int = 0
    skipped: int = 0
    members: int = 0
    by_key: dict[str, Business] = field(default_factory=dict)  # row of the workbook → its IKM


@operation("imports.import_register")
def import_register(
    cluster: Cluster,
    by: Person,
    /,
    *,
    sheet: RegisterSheet,
    decisions: Mapping[str, str],
    progress: Callable[[int, int], None] = silent,
) -> ImportResult:
    """Take a read workbook over. `decisions`: row (`Joho!19`) → merge, new or skip, for every row that is a question.

    Raises ValidationError, and writes nothing, while a question is open. The same file again adds nothing. `progress`
    is told rows done and rows in all.
    """
    plan = plan_import(sheet, region=cluster.region, cluster=cluster)
    if still := undecided(plan, decisions):
        raise ValidationError(
            _("Masih ada %(count)d baris mirip yang harus diputuskan dulu, misalnya baris %(row)d: %(name)s.")
            % {"count": len(still), "row": still[0].row.row, "name": still[0].row.name}
        )
    _save_unknown_industries(plan)
    result = ImportResult()
    owners: dict[tuple[str, str], Person] = {}
    with business_hooks(_movable(plan), "imports.import_register"):
        for start in range(0, len(plan.rows), ROWS_AT_ONCE):
            _take(cluster, by, plan.rows[start : start + ROWS_AT_ONCE], decisions, (result, owners))
            progress(min(start + ROWS_AT_ONCE, len(plan.rows)), len(plan.rows))
    _form_groups(cluster, sheet, result)
    return result


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


def _take(
    cluster: Cluster,
    by: Person,
    rows: list[Planned],
    decisions: Mapping[str, str],
    so_far: tuple[ImportResult, dict[tuple[str, str], Person]],
) -> None:
    """One handful of rows, each in a few statements for the whole handful."""
    result, owners = so_far
    made: list[Business] = []
    lines: list[ProductLine] = []
    for planned in rows:
        decision = Decision(decisions.get(planned.key, planned.suggestion))
        if decision == Decision.SKIP:
            result.skipped += 1
            continue
        known = planned.match or (result.by_key.get(key_of(planned.twin)) if planned.twin else None)
        if decision == Decision.MERGE and known is not None:
            result.by_key[planned.key] = known
            if known in made:
                lines += _fill_unsaved(known, planned, lines)
            elif _fill(known, planned):
                result.filled += 1
                add_entry(
                    Entry(
                        by=by, verb="imports.import_register", subject=row_reference(known), region_code=known.region_id
                    )
                )
            else:
                result.unchanged += 1
            continue
        business = new_business(cluster, planned.facts)
        business.owner = _owner_of(business, planned, owners)
        result.by_key[planned.key] = business
        made.append(business)
        lines += [new_product_line(line, business) for line in planned.facts.product_lines]
    _insert(cluster, by, made, lines)
    result.businesses += len(made)


def _insert(cluster: Cluster, by: Person, made: list[Business], lines: list[ProductLine]) -> None:
    owners = {business.owner.pk: business.owner for business in made if business.owner._state.adding}
    Person.objects.bulk_create(owners.values())
    Business.objects.bulk_create(made)
    ProductLine.objects.bulk_create(lines)
    for business in made:
        names = {"subject": row_reference(cluster), "result": row_reference(business)}
        add_entry(Entry(by=by, verb="imports.import_register", region_code=business.region_id, **names))


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
    return bool(columns) or added


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


def _fill_unsaved(business: Business, planned: Planned, lines: list[ProductLine]) -> list[ProductLine]:
    """A row pasted twice, the first of which waits in the same handful to be inserted. Returns its further products."""
    _blank_columns(business, planned)
    listed = {(line.name.casefold(), line.unit.casefold()) for line in lines if line.business is business}
    return [
        new_product_line(facts, business)
        for facts in planned.facts.product_lines
        if (facts.name.casefold(), facts.unit.casefold()) not in listed
    ]


def _owner_of(business: Business, planned: Planned, owners: dict[tuple[str, str], Person]) -> Person:
    """One person for all IKM of one NIK and name, in the register and in this workbook."""
    name = planned.facts.owner_name
    other = planned.match
    if other and business.nik_digest == other.nik_digest != "" and is_same(other.owner.name, name):
        return other.owner
    known = owners.get((business.nik_digest, name.casefold()))
    if known is None:
        known = Person(name=name)
        known.set_unusable_password()
    if business.nik_digest:
        owners[business.nik_digest, name.casefold()] = known
    return known


def _form_groups(cluster: Cluster, sheet: RegisterSheet, result: ImportResult) -> None:
    """The kelompok's own sheets: groups made by name, members added; an office that is held stays with its holder."""
    groups: dict[str, Group] = {group.name.casefold(): group for group in cluster.groups.all()}
    for member in sheet.members:
        business = None if member.register is None else result.by_key.get(key_of(sheet.rows[member.register]))
        if business is None or business.cluster_id != cluster.pk:
            continue
        name = " ".join(member.group.split())[:120]
        if name.casefold() not in groups:
            groups[name.casefold()] = Group.objects.create(cluster=cluster, name=name)
        group = groups[name.casefold()]
        held = member.office in SINGLE_OFFICES and group.members.filter(office=member.office).exists()
        office = GroupMember.Office.MEMBER if held else member.office
        GroupMember.objects.get_or_create(group=group, business=business, defaults={"office": office})
        result.members += 1
