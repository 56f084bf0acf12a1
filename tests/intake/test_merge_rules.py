"""Which value each merge rule of the intake chooses, and which values it reports as conflicting."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid5

import pytest

from sambang.intake.conflicts import is_open
from sambang.intake.items import parse_item
from sambang.intake.merging import (
    Arrival,
    CompetingVersions,
    Equality,
    Resolution,
    Version,
    equal,
    groups_of,
    latest_based_on_current,
    latest_of_each_field,
    latest_without_conflict,
)
from sambang.intake.schema import ItemError

NAMES = UUID("00000000-0000-4000-8000-000000000000")
NOON = datetime(2022, 3, 31, 12, tzinfo=UTC)
SARI, RINA, OFFICE = (uuid5(NAMES, name) for name in ("Sari", "Rina", "kantor"))


def version(minutes: int, by: UUID, value: Any, *, base: Any = None) -> Version:
    """A submitted value, named by its content."""
    return Version(value, NOON + timedelta(minutes=minutes), by, uuid5(NAMES, f"{minutes} {by} {value}"), base)


def office(minutes: int, value: Any) -> Version:
    """A value that somebody wrote on the web."""
    return Version(value, NOON + timedelta(minutes=minutes), OFFICE)


def resolved(
    merge: Callable[[CompetingVersions], Resolution], stored: Version | None, *versions: Version
) -> tuple[Any, list[Any]]:
    """The resolved value and the conflicting values, the same in every order of arrival."""
    found = [merge(CompetingVersions(stored, order)) for order in permutations(versions)]
    ends = [(one.current.value, sorted(map(str, (version.value for version in one.conflicting)))) for one in found]
    assert all(end == ends[0] for end in ends)
    return found[0].current.value, [version.value for version in found[0].conflicting]


def latest_of_field(group: CompetingVersions, *, same: Equality = equal) -> Resolution:
    """`latest_of_each_field` for values of one field."""

    def record(version: Version) -> Version:
        return replace(version, value={"field": version.value})

    def value(version: Version) -> Version:
        return replace(version, value=version.value["field"])

    records = CompetingVersions(group.office and record(group.office), tuple(map(record, group.submitted)))
    resolution = latest_of_each_field(records, same=same)
    return Resolution(value(resolution.current), tuple(map(value, resolution.conflicting)))


def test_the_latest_recorded_value_wins_and_the_other_persons_is_conflicting() -> None:
    assert resolved(latest_of_field, None, version(1, SARI, "A"), version(2, RINA, "B")) == ("B", ["A"])
    assert resolved(latest_of_field, None, version(2, SARI, "A"), version(1, RINA, "B")) == ("A", ["B"])
    assert resolved(latest_of_field, office(3, "C"), version(1, SARI, "A"), version(2, RINA, "C")) == ("C", ["A"])
    assert resolved(latest_of_field, office(0, "C"), version(1, SARI, "A")) == ("A", ["C"])


def test_the_same_persons_later_value_is_a_correction() -> None:
    assert resolved(latest_of_field, None, version(1, SARI, "A"), version(2, SARI, "B"), version(3, SARI, "C")) == (
        "C",
        [],
    )


def test_equal_values_are_not_conflicting_by_the_rules_own_equality() -> None:
    def same(one: Any, other: Any) -> bool:
        return bool(one.lower() == other.lower())

    versions = (version(1, SARI, "a"), version(2, RINA, "A"))
    assert resolved(lambda group: latest_of_field(group, same=same), None, *versions) == ("A", [])


def test_of_a_record_of_parts_each_part_is_resolved_by_itself() -> None:
    first = version(1, SARI, {"summary": "Pemasaran", "conclusion": ""})
    second = version(2, RINA, {"summary": "", "conclusion": "Dibantu"})
    assert resolved(latest_of_each_field, None, first, second) == (
        {"summary": "Pemasaran", "conclusion": "Dibantu"},
        [],
    )
    third = version(3, RINA, {"summary": "Modal", "conclusion": ""})
    merged = {"summary": "Modal", "conclusion": "Dibantu"}
    assert resolved(latest_of_each_field, None, first, second, third) == (merged, [first.value])
    corrected = version(3, SARI, {"summary": "Modal", "conclusion": ""})
    assert resolved(latest_of_each_field, None, first, second, corrected) == (merged, [])


def test_a_change_is_accepted_where_it_was_made_of_the_current_value() -> None:
    change = version(1, SARI, "batik", base="")
    assert resolved(latest_based_on_current, office(0, ""), change) == ("batik", [])
    assert resolved(latest_based_on_current, office(0, "kulit"), change) == ("kulit", ["batik"])
    follow_up = version(2, RINA, "tenun", base="batik")
    assert resolved(latest_based_on_current, office(0, ""), change, follow_up) == ("tenun", [])
    from_the_old = version(2, RINA, "tenun", base="")
    assert resolved(latest_based_on_current, office(0, ""), change, from_the_old) == ("batik", ["tenun"])
    agreeing = version(2, RINA, "batik", base="lain")
    assert resolved(latest_based_on_current, office(0, ""), change, agreeing) == ("batik", [])


def test_the_same_persons_second_change_is_a_correction_whatever_its_base() -> None:
    change, correction = version(1, SARI, "batik", base=""), version(2, SARI, "bordir", base="")
    assert resolved(latest_based_on_current, office(0, ""), change, correction) == ("bordir", [])


def test_the_owners_latest_answer_is_never_conflicting() -> None:
    assert resolved(latest_without_conflict, None, version(1, SARI, "belum"), version(2, RINA, "sudah")) == (
        "sudah",
        [],
    )


def test_items_recorded_at_the_same_moment_are_ordered_by_their_id() -> None:
    pair = [version(1, SARI, "A"), version(1, RINA, "B")]
    latest = max(pair, key=lambda one: str(one.item))
    assert resolved(latest_of_field, None, *pair)[0] == latest.value


def test_a_value_written_on_the_web_begins_a_new_span() -> None:
    first, second, third = (version(minutes, SARI, str(minutes)) for minutes in (1, 2, 3))
    web = office(2, "web")
    assert groups_of([Arrival(first, None), Arrival(second, web), Arrival(third, None)]) == [
        CompetingVersions(None, (first,)),
        CompetingVersions(web, (second, third)),
    ]
    assert groups_of([]) == []


def test_a_decided_conflict_opens_again_only_for_an_item_that_was_not_considered() -> None:
    first, second = version(1, SARI, "A"), version(2, RINA, "B")
    found, considered = [CompetingVersions(None, (first, second))], [str(first.item), str(second.item)]
    assert is_open(map(latest_of_field, found), seen=())
    assert not is_open(map(latest_of_field, found), seen=considered)
    assert is_open([latest_of_field(CompetingVersions(None, (first, second, version(3, SARI, "C"))))], seen=considered)
    assert not is_open([latest_of_field(CompetingVersions(None, (first, version(2, SARI, "B"))))], seen=())


@pytest.mark.parametrize(
    ("number", "accepted"),
    [(1, True), (10**15, True), (10**15 + 1, False), (10**21, False), (-(10**15) - 1, False)],
)
@pytest.mark.parametrize("place", ["workers_seen", "sequence"])
def test_whole_numbers_are_bounded(number: int, accepted: bool, place: str) -> None:
    item: dict[str, Any] = {name: str(NAMES) for name in ("id", "device", "by")}
    body: dict[str, Any] = {"visit": str(NAMES), "business": str(NAMES), "present": True}
    (item if place == "sequence" else body)[place] = number
    item |= {"schema": 1, "kind": "attend", "recorded_at": NOON.isoformat(), "body": body}
    text = json.dumps(item).encode()
    if accepted:
        parse_item(text)
    else:
        with pytest.raises(ItemError):
            parse_item(text)


def test_fields_that_a_later_version_leaves_out_stay() -> None:
    """The union of all fields, whichever version brought them."""
    first, second = version(1, SARI, {"a": "1", "b": "2"}), version(2, SARI, {"b": "3", "c": "4"})
    assert resolved(latest_of_each_field, None, first, second) == ({"a": "1", "b": "3", "c": "4"}, [])
    other = version(3, RINA, {"c": "5"})
    assert resolved(latest_of_each_field, None, first, second, other) == (
        {"a": "1", "b": "3", "c": "5"},
        [second.value],
    )
