"""Merge rules: which value counts when several people submit one for the same target. The result depends on the
submitted values and their times of recording, never on the order of arrival. Values that do not count stay stored
(docs/decisions/0018-field-protocol.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

type Value = Any  # any JSON value


@dataclass(frozen=True)
class Version:
    """A value with its author and time. `item`: the item that submitted it; None for a value written at the office.
    `base`: the value that the author saw before the change, if the kind sends it."""

    value: Value
    at: datetime
    by: UUID | None
    item: UUID | None = None
    base: Value = None

    @property
    def order(self) -> tuple[datetime, str]:
        return self.at, str(self.item or "")


@dataclass(frozen=True)
class CompetingVersions:
    """Competing versions: the submitted ones and, if any, the office's version that was stored when the first of them
    arrived. A version written at the office begins a new group. Inside a group the order of arrival has no effect."""

    office: Version | None
    submitted: tuple[Version, ...] = ()

    def with_version(self, version: Version) -> CompetingVersions:
        return replace(self, submitted=(*self.submitted, version))

    @property
    def versions(self) -> list[Version]:
        """Oldest first."""
        return sorted([*([self.office] if self.office else []), *self.submitted], key=lambda version: version.order)


@dataclass(frozen=True)
class Resolution:
    """The version that counts, and differing versions by other people."""

    current: Version
    conflicting: tuple[Version, ...] = ()


type Equality = Callable[[Value, Value], bool]


def equal(one: Value, other: Value) -> bool:
    return bool(one == other)


def latest_of_each_field(
    group: CompetingVersions, *, is_given: Callable[[Value], bool] = bool, same: Equality = equal
) -> Resolution:
    """Resolve each field of a composite value separately: the given value recorded last counts. `same` compares the
    values of one field."""
    fields: dict[str, Version] = {}
    for version in group.versions:
        fields.update({name: version for name, value in version.value.items() if is_given(value)})
    last = group.versions[-1]
    current = replace(last, value={**last.value, **{name: version.value[name] for name, version in fields.items()}})
    conflicting = [
        version
        for version in group.versions
        if any(
            version.by != fields[name].by and not same(value, current.value[name])
            for name, value in version.value.items()
            if is_given(value)
        )
    ]
    return Resolution(current, tuple(conflicting))


def latest_based_on_current(group: CompetingVersions) -> Resolution:
    """A change counts if its base is the current value or if it is by the same person. Otherwise the current value
    stays and the change conflicts."""
    current, conflicting = group.office, list[Version]()
    assert current is not None, "the office always has a value"
    for version in sorted(group.submitted, key=lambda version: version.order):
        if version.base == current.value or version.value == current.value or version.by == current.by:
            current = version
        else:
            conflicting.append(version)
    return Resolution(current, tuple(conflicting))


def latest_without_conflict(group: CompetingVersions) -> Resolution:
    """The version recorded last, for values that only one person may submit."""
    return Resolution(group.versions[-1])


@dataclass(frozen=True)
class Arrival:
    """The version of a stored item, in order of arrival, and the office's version that was stored at that time, if
    any."""

    version: Version
    office: Version | None


def groups_of(arrivals: Iterable[Arrival]) -> list[CompetingVersions]:
    groups: list[CompetingVersions] = []
    for arrival in arrivals:
        if arrival.office is not None or not groups:
            groups.append(CompetingVersions(arrival.office))
        groups[-1] = groups[-1].with_version(arrival.version)
    return groups
