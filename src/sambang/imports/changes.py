"""What a workbook's row would change in a stored IKM: empty columns that it fills, and values that differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from sambang.imports.names import is_same_name
from sambang.lib.numbers import format_grouped
from sambang.registry.dto import BusinessData, PermitData, same_permit
from sambang.registry.encryption import digest
from sambang.registry.models import Business, GroupMember, Permit, ProductLine
from sambang.registry.owner_details import OwnerDetail

IDENTITY = ("name", "owner", "region", "cluster")  # what an IKM is called, whose it is and where; compared by name
PERMIT_DAYS = ("issued_on", "valid_until")
WORKER_COLUMNS = ("workers_male", "workers_female", "workers")
COMPARED = (
    "nib",
    "npwp",
    "phone",
    "address",
    "industry",
    "commodity",
    *WORKER_COLUMNS,
    "investment",
    "investment_land",
    "annual_sales",
    "marketing",
    "established",
    "owner_sex",
)
EMPTY_VALUES: frozenset[Any] = frozenset({None, ""})


@dataclass(frozen=True)
class ColumnChange:
    """One value of the workbook beside the stored one; `old` None: the column is empty and will be filled."""

    column: str
    title: Any
    old: Any
    new: Any

    def __str__(self) -> str:
        old, new = (_as_text(value) for value in (self.old, self.new))
        return f"{self.title}: {old} → {new}"

    @property
    def is_fill(self) -> bool:
        return self.old in EMPTY_VALUES


def _as_text(value: Any) -> str:
    if value in EMPTY_VALUES:
        return "–"
    return format_grouped(value) if isinstance(value, int) else str(value)


class StoredDetails:
    """Product lines, permits and facts about the owners of many IKM. `with_owners` False does not read the facts."""

    def __init__(self, businesses: Iterable[UUID], *, with_owners: bool) -> None:
        keys = list(businesses)
        self.owners: dict[UUID, dict[str, str]] = defaultdict(dict)
        self.lines: dict[UUID, dict[tuple[str, str], ProductLine]] = defaultdict(dict)
        self.permits: dict[UUID, list[Permit]] = defaultdict(list)
        self.groups: dict[UUID, set[str]] = defaultdict(set)
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            for line in ProductLine.objects.filter(business__in=some):
                self.lines[line.business_id][line.name.casefold(), line.unit.casefold()] = line
            for permit in Permit.objects.filter(business__in=some).order_by("pk"):
                self.permits[permit.business_id].append(permit)
            current = GroupMember.objects.current().filter(business__in=some)
            for key, name in current.values_list("business", "group__name"):
                self.groups[key].add(name.casefold())
            details = OwnerDetail.objects.filter(business__in=some).order_by("as_of", "recorded_at")
            for detail in details if with_owners else ():
                self.owners[detail.business_id][detail.kind] = detail.value


def changes_to(
    business: Business, data: BusinessData, stored: StoredDetails, place: tuple[str, str] = ("", "")
) -> list[ColumnChange]:
    """`place`: the village and the sentra that the row itself names, '' for none."""
    return [
        *_changed_identity(business, data, place),
        *_changed_columns(business, data),
        *_changed_lines(business, data, stored),
        *_changed_permits(business, data, stored),
        *_changed_owner(business, data, stored),
    ]


def differences(business: Business, data: BusinessData) -> list[ColumnChange]:
    """The columns in which a stored value and the workbook's differ."""
    return [change for change in _changed_columns(business, data) if not change.is_fill]


def _changed_identity(business: Business, data: BusinessData, place: tuple[str, str]) -> list[ColumnChange]:
    """A row with only one name for the owner and the business says nothing new about either."""
    has_both = not is_same_name(data.name, data.owner_name)
    village, cluster_name = place
    named = {
        "name": (business.name, data.name if has_both else ""),
        "owner": (business.owner.name, data.owner_name if has_both else ""),
        "region": (business.region.name, village),
        "cluster": (business.cluster.name if business.cluster else "", cluster_name),
    }
    return [
        ColumnChange(column, getattr(Business._meta.get_field(column), "verbose_name", column), old, new)
        for column, (old, new) in named.items()
        if new and not is_same_name(old, new)
    ]


def _changed_columns(business: Business, data: BusinessData) -> list[ColumnChange]:
    changes = []
    has_workers = any(getattr(business, column) is not None for column in WORKER_COLUMNS)
    for column in COMPARED:
        old, new = getattr(business, column), getattr(data, column)
        if new in EMPTY_VALUES or old == new:
            continue
        if old is None and column in WORKER_COLUMNS and has_workers:
            continue  # numbers of two dates could contradict each other
        title = getattr(Business._meta.get_field(column), "verbose_name", column)
        changes.append(ColumnChange(column, title, old, new))
    if data.nik and digest(data.nik) != business.nik_digest and not business.nik_digest:
        changes.append(ColumnChange("nik", "NIK", None, _("ada")))
    return changes


def _changed_lines(business: Business, data: BusinessData, stored: StoredDetails) -> list[ColumnChange]:
    changes = []
    for new in data.product_lines:
        line = stored.lines[business.pk].get((new.name.casefold(), new.unit.casefold()))
        if line is None:
            changes.append(ColumnChange("product_lines", _("produk"), None, f"{new.name} ({new.unit})"))
            continue
        for column in ("capacity", "annual_value"):
            value, old = getattr(new, column), getattr(line, column)
            if value is not None and value != old:
                label = getattr(ProductLine._meta.get_field(column), "verbose_name", column)
                title = f"{line.name}: {label}"
                changes.append(ColumnChange(column, title, old, value))
    return changes


def _changed_permits(business: Business, data: BusinessData, stored: StoredDetails) -> list[ColumnChange]:
    labels, changes = dict(Permit.Kind.choices), []
    for new in named_permits(business, data):
        permit = same_permit(stored.permits[business.pk], new)
        if permit is None or (new.number and not permit.number):
            changes.append(ColumnChange("permits", labels[new.kind], None, new.number or _("ada")))
        for column in PERMIT_DAYS:
            value, old = getattr(new, column), getattr(permit, column, None)
            if value is not None and value != old:
                label = getattr(Permit._meta.get_field(column), "verbose_name", column)
                title = f"{new.number or labels[new.kind]}: {label}"
                changes.append(ColumnChange("permits", title, old and date_format(old), date_format(value)))
    return changes


def named_permits(business: Business, data: BusinessData) -> list[PermitData]:
    """The permits of a row. That there is a NIB says nothing new about an IKM whose NIB is known."""
    nib = business.nib or data.nib
    permits = dict.fromkeys(data.permits)
    return [permit for permit in permits if permit.number or not (permit.kind == Permit.Kind.NIB and nib)]


def changed_group(business: Business, name: str, stored: StoredDetails) -> list[ColumnChange]:
    """The kelompok that the row names, where the IKM is not its member yet; one of a sentra only."""
    name = " ".join(name.split())[:120]
    is_new = name and business.cluster_id and name.casefold() not in stored.groups[business.pk]
    return [ColumnChange("group", _("kelompok"), None, name)] if is_new else []


def _changed_owner(business: Business, data: BusinessData, stored: StoredDetails) -> list[ColumnChange]:
    """Without the stored value, which the importing person may not be allowed to read."""
    labels, changes = dict(OwnerDetail.Kind.choices), []
    for new in data.owner_details:
        old = stored.owners[business.pk].get(new.kind)
        if old != new.value:
            label = dict(OwnerDetail.VALUES[new.kind].choices)[new.value]
            changes.append(ColumnChange("owner_details", labels[new.kind], old and _("tercatat lain"), label))
    return changes
