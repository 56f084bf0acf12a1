"""Writes a workbook's row into a stored IKM: empty columns are filled; differing ones are replaced on request only."""

from __future__ import annotations

import dataclasses
from typing import Any

from sambang.access.models import Person
from sambang.imports.changes import (
    COMPARED,
    EMPTY_VALUES,
    PERMIT_DAYS,
    WORKER_COLUMNS,
    named_permits,
)
from sambang.lib import clock
from sambang.registry.dto import (
    BusinessData,
    OwnerDetailData,
    PermitData,
    ProductLineData,
    new_product_line,
    same_permit,
    update_fields,
)
from sambang.registry.encryption import digest, encrypt_nik
from sambang.registry.models import Business, Permit, ProductLine
from sambang.registry.owner_details import DetailSource, OwnerDetail


def fill_business(business: Business, data: BusinessData, by: Person, *, replace: bool = False) -> bool:
    """Fill empty columns and add missing products, permits and facts about the owner; with `replace` also overwrite
    differing columns. True if anything changed. A restricted IKM is not changed (access/restriction.py)."""
    if business.restricted_at is not None:
        return False
    columns = set_columns(business, data, replace=replace)
    if columns:
        business.save(update_fields=update_fields(columns))
    is_changed = _write_lines(business, data, replace=replace)
    is_changed = _write_permits(business, data, replace=replace) or is_changed
    return _add_owner_details(business, data, by, replace=replace) or is_changed or bool(columns)


def recorded_part(business: Business, data: BusinessData) -> BusinessData:
    """The columns of the row, with the products and permits that the IKM has already."""
    lines = {(line.name.casefold(), line.unit.casefold()) for line in business.product_lines.all()}
    permits = [*business.permits.all()]
    return dataclasses.replace(
        data,
        product_lines=tuple(
            line for line in data.product_lines if (line.name.casefold(), line.unit.casefold()) in lines
        ),
        permits=tuple(permit for permit in data.permits if same_permit(permits, permit)),
        owner_details=(),
    )


def drop_recorded_facts(survivor: Business, duplicate: Business) -> None:
    """Of a duplicate about to be merged: the facts about the owner that the survivor has otherwise, and the NIB without
    a number of an IKM whose NIB is known. Both would take the place of what is stored."""
    recorded = survivor.owner_details.values_list("kind", flat=True)
    duplicate.owner_details.filter(kind__in=[*recorded]).delete()
    if survivor.nib:
        duplicate.permits.filter(kind=Permit.Kind.NIB, number="").delete()


def set_columns(business: Business, data: BusinessData, *, replace: bool = False) -> list[str]:
    """Set columns on the instance; returns their names. Workers are filled together or not at all: numbers of two
    dates could contradict each other."""
    columns = [
        column for column in COMPARED if column not in WORKER_COLUMNS and _is_written(business, data, column, replace)
    ]
    columns += _worker_columns(business, data, replace=replace)
    for column in columns:
        setattr(business, column, getattr(data, column))
    if data.nik and not business.nik_digest:
        business.nik_encrypted, business.nik_digest = encrypt_nik(data.nik), digest(data.nik)
        columns += ["nik_encrypted", "nik_digest"]
    return columns


def _worker_columns(business: Business, data: BusinessData, *, replace: bool) -> list[str]:
    stored = {column: getattr(business, column) for column in WORKER_COLUMNS}
    numbers = {column: number for column in WORKER_COLUMNS if (number := getattr(data, column)) is not None}
    if numbers.items() <= stored.items() or not (replace or set(stored.values()) == {None}):
        return []
    return [*WORKER_COLUMNS] if replace else [*numbers]


def _is_written(row: Any, data: Any, column: str, replace: bool) -> bool:
    old, new = getattr(row, column), getattr(data, column)
    return new not in EMPTY_VALUES and old != new and (replace or old in EMPTY_VALUES)


def _write_lines(business: Business, data: BusinessData, *, replace: bool) -> bool:
    lines = {(line.name.casefold(), line.unit.casefold()): line for line in business.product_lines.all()}
    is_changed = False
    for new in data.product_lines:
        line = lines.get((new.name.casefold(), new.unit.casefold()))
        if line is None:
            new_product_line(new, business).save(force_insert=True)
            is_changed = True
        else:
            is_changed = _write_line(line, new, replace=replace) or is_changed
    return is_changed


def _write_line(line: ProductLine, new: ProductLineData, *, replace: bool) -> bool:
    columns = [column for column in ("capacity", "annual_value") if _is_written(line, new, column, replace)]
    for column in columns:
        setattr(line, column, getattr(new, column))
    if columns:
        line.save(update_fields=columns)
    return bool(columns)


def _write_permits(business: Business, data: BusinessData, *, replace: bool) -> bool:
    stored = list(business.permits.order_by("pk")) if data.permits else []
    is_changed = False
    for new in named_permits(business, data):
        permit = same_permit(stored, new)
        if permit is None:
            stored.append(permit := new_permit(new, business))
            permit.save(force_insert=True)
            is_changed = True
        elif columns := set_permit(permit, new, replace=replace):
            permit.save(update_fields=columns)
            is_changed = True
    return is_changed


def set_permit(permit: Permit, new: PermitData, *, replace: bool = False) -> list[str]:
    """Set a number that was not known and the days; returns the columns. Days that would end the permit before it
    begins are not set."""
    columns = [column for column in PERMIT_DAYS if _is_written(permit, new, column, replace)]
    days = {column: getattr(new if column in columns else permit, column) for column in PERMIT_DAYS}
    if None not in days.values() and days["valid_until"] < days["issued_on"]:
        columns = []
    columns += ["number"] if new.number and not permit.number else []
    for column in columns:
        setattr(permit, column, getattr(new, column))
    return columns


def _add_owner_details(business: Business, data: BusinessData, by: Person, *, replace: bool) -> bool:
    stored: dict[str, str] = {}
    for detail in business.owner_details.order_by("as_of", "recorded_at") if data.owner_details else ():
        stored[detail.kind] = detail.value
    new = [
        new_owner_detail(detail, business, by)
        for detail in data.owner_details
        if detail.kind not in stored or (replace and stored[detail.kind] != detail.value)
    ]
    OwnerDetail.objects.bulk_create(new)
    return bool(new)


def new_permit(data: PermitData, business: Business) -> Permit:
    return Permit(business=business, source=DetailSource.LIST, **vars(data))


def new_owner_detail(data: OwnerDetailData, business: Business, by: Person) -> OwnerDetail:
    """A list does not say when the fact was true: the day of the import counts."""
    return OwnerDetail(
        business=business,
        kind=data.kind,
        value=data.value,
        as_of=clock.today(),
        source=DetailSource.LIST,
        recorded_by=by,
    )
