"""Writes a workbook's row into a stored IKM: empty columns are filled; differing ones are replaced on request only."""

from __future__ import annotations

from typing import Any

from sambang.imports.changes import COMPARED, EMPTY, WORKERS
from sambang.registry.dto import BusinessData, ProductLineData, new_product_line, update_fields
from sambang.registry.encryption import digest, encrypt_nik
from sambang.registry.models import Business, Permit, ProductLine


def fill_business(business: Business, data: BusinessData, *, replace: bool = False) -> bool:
    """Fill empty columns and add missing products and permits; with `replace` also overwrite differing columns. True
    if anything changed. A restricted IKM is not changed (access/restriction.py)."""
    if business.restricted_at is not None:
        return False
    columns = set_columns(business, data, replace=replace)
    if columns:
        business.save(update_fields=update_fields(columns))
    is_changed = _write_lines(business, data, replace=replace)
    return _add_permits(business, data) or is_changed or bool(columns)


def set_columns(business: Business, data: BusinessData, *, replace: bool = False) -> list[str]:
    """Set columns on the instance; returns their names. Workers are filled together or not at all: numbers of two
    dates could contradict each other."""
    columns = [column for column in COMPARED if column not in WORKERS and _is_written(business, data, column, replace)]
    columns += _worker_columns(business, data, replace=replace)
    for column in columns:
        setattr(business, column, getattr(data, column))
    if data.nik and not business.nik_digest:
        business.nik_encrypted, business.nik_digest = encrypt_nik(data.nik), digest(data.nik)
        columns += ["nik_encrypted", "nik_digest"]
    return columns


def _worker_columns(business: Business, data: BusinessData, *, replace: bool) -> list[str]:
    stored = {column: getattr(business, column) for column in WORKERS}
    numbers = {column: number for column in WORKERS if (number := getattr(data, column)) is not None}
    if numbers.items() <= stored.items() or not (replace or set(stored.values()) == {None}):
        return []
    return [*WORKERS] if replace else [*numbers]


def _is_written(row: Any, data: Any, column: str, replace: bool) -> bool:
    old, new = getattr(row, column), getattr(data, column)
    return new not in EMPTY and old != new and (replace or old in EMPTY)


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


def _add_permits(business: Business, data: BusinessData) -> bool:
    stored = set(business.permits.values_list("kind", "number")) if data.permits else set()
    new = [permit for permit in data.permits if (permit.kind, permit.number) not in stored]
    Permit.objects.bulk_create([Permit(business=business, kind=p.kind, number=p.number) for p in new])
    return bool(new)
