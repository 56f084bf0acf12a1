"""Which value each merge rule of the intake chooses, and which values it reports as contested."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid5

import pytest

from sambang.intake.conflicts import is_open
from sambang.intake.items import parse
from sambang.intake.merging import (
    Judge,
    Span,
    Told,
    Word,
    agreed,
    based_on_what_stood,
    each_part_stands,
    last_stands,
    spans,
)
from sambang.intake.schema import ItemError

NAMES = UUID("00000000-0000-4000-8000-000000000000")
NOON = datetime(2022, 3, 31, 12, tzinfo=UTC)
SARI, RINA, OFFICE = (uuid5(NAMES, name) for name in ("Sari", "Rina", "kantor"))


def word(minutes: int, by: UUID, value: Any, *, base: Any = None) -> Word:
    """A submitted value, named by its content."""
    return Word(value, NOON + timedelta(minutes=minutes), by, uuid5(NAMES, f"{minutes} {by} {value}"), base)


def office(minutes: int, value: Any) -> Word:
    """A value that somebody wrote on the web."""
    return Word(value, NOON + timedelta(minutes=minutes), OFFICE)


def judged(judge: Judge, stored: Word | None, *words: Word) -> tuple[Any, list[Any]]:
    """The resolved value and the contested values, the same in every order of arrival."""
    found = [judge(Span(stored, order)) for order in permutations(words)]
    ends = [(one.stands.value, sorted(map(str, (word.value for word in one.contested)))) for one in found]
    assert all(end == ends[0] for end in ends)
    return found[0].stands.value, [word.value for word in found[0].contested]


def test_the_latest_recorded_value_wins_and_the_other_person_s_is_contested() -> None:
    assert judged(last_stands, None, word(1, SARI, "A"), word(2, RINA, "B")) == ("B", ["A"])
    assert judged(last_stands, None, word(2, SARI, "A"), word(1, RINA, "B")) == ("A", ["B"])
    assert judged(last_stands, office(3, "C"), word(1, SARI, "A"), word(2, RINA, "C")) == ("C", ["A"])
    assert judged(last_stands, office(0, "C"), word(1, SARI, "A")) == ("A", ["C"])


def test_the_same_person_s_later_value_is_a_correction() -> None:
    assert judged(last_stands, None, word(1, SARI, "A"), word(2, SARI, "B"), word(3, SARI, "C")) == ("C", [])


def test_equal_values_are_not_contested_by_the_rule_s_own_equality() -> None:
    def same(one: Any, other: Any) -> bool:
        return bool(one.lower() == other.lower())

    words = (word(1, SARI, "a"), word(2, RINA, "A"))
    assert judged(lambda span: last_stands(span, same=same), None, *words) == ("A", [])


def test_of_a_record_of_parts_each_part_is_resolved_by_itself() -> None:
    first = word(1, SARI, {"summary": "Pemasaran", "conclusion": ""})
    second = word(2, RINA, {"summary": "", "conclusion": "Dibantu"})
    assert judged(each_part_stands, None, first, second) == ({"summary": "Pemasaran", "conclusion": "Dibantu"}, [])
    third = word(3, RINA, {"summary": "Modal", "conclusion": ""})
    merged = {"summary": "Modal", "conclusion": "Dibantu"}
    assert judged(each_part_stands, None, first, second, third) == (merged, [first.value])
    corrected = word(3, SARI, {"summary": "Modal", "conclusion": ""})
    assert judged(each_part_stands, None, first, second, corrected) == (merged, [])


def test_a_change_is_accepted_where_it_was_made_of_the_current_value() -> None:
    change = word(1, SARI, "batik", base="")
    assert judged(based_on_what_stood, office(0, ""), change) == ("batik", [])
    assert judged(based_on_what_stood, office(0, "kulit"), change) == ("kulit", ["batik"])
    follow_up = word(2, RINA, "tenun", base="batik")
    assert judged(based_on_what_stood, office(0, ""), change, follow_up) == ("tenun", [])
    from_the_old = word(2, RINA, "tenun", base="")
    assert judged(based_on_what_stood, office(0, ""), change, from_the_old) == ("batik", ["tenun"])
    agreeing = word(2, RINA, "batik", base="lain")
    assert judged(based_on_what_stood, office(0, ""), change, agreeing) == ("batik", [])


def test_the_same_person_s_second_change_is_a_correction_whatever_its_base() -> None:
    change, correction = word(1, SARI, "batik", base=""), word(2, SARI, "bordir", base="")
    assert judged(based_on_what_stood, office(0, ""), change, correction) == ("bordir", [])


def test_the_owner_s_latest_answer_is_never_contested() -> None:
    assert judged(agreed, None, word(1, SARI, "belum"), word(2, RINA, "sudah")) == ("sudah", [])


def test_items_recorded_at_the_same_moment_are_ordered_by_their_id() -> None:
    pair = [word(1, SARI, "A"), word(1, RINA, "B")]
    latest = max(pair, key=lambda one: str(one.item))
    assert judged(last_stands, None, *pair)[0] == latest.value


def test_a_value_written_on_the_web_begins_a_new_span() -> None:
    first, second, third = (word(minutes, SARI, str(minutes)) for minutes in (1, 2, 3))
    web = office(2, "web")
    assert spans([Told(first, None), Told(second, web), Told(third, None)]) == [
        Span(None, (first,)),
        Span(web, (second, third)),
    ]
    assert spans([]) == []


def test_a_decided_conflict_opens_again_only_for_an_item_that_was_not_considered() -> None:
    first, second = word(1, SARI, "A"), word(2, RINA, "B")
    found, considered = [Span(None, (first, second))], [str(first.item), str(second.item)]
    assert is_open(found, last_stands, seen=())
    assert not is_open(found, last_stands, seen=considered)
    assert is_open([Span(None, (first, second, word(3, SARI, "C")))], last_stands, seen=considered)
    assert not is_open([Span(None, (first, word(2, SARI, "B")))], last_stands, seen=())


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
        parse(text)
    else:
        with pytest.raises(ItemError):
            parse(text)
