"""Every state of an action with every verb: allowed by the table, or refused with a sentence and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from sambang.access.models import Person
from sambang.actions.models import Action, ActionEvent, Confirmation, Step
from sambang.actions.operations import (
    add_step,
    claim_action,
    complete_step,
    confirm_action,
    dispute_action,
    drop_action,
    reopen_action,
    replan_action,
)
from sambang.actions.states import ACTION_TRANSITIONS, Answer, State, needed_answers, state_by_answers
from sambang.audit.models import Entry

pytestmark = pytest.mark.slow

LATER = date(2022, 6, 30)
USE: dict[str, Callable[[Action, Confirmation, Person], object]] = {
    "claim": lambda action, one, staff: claim_action(action, staff, claim="Sudah"),
    "confirm": lambda action, one, staff: confirm_action(one, one.business.owner),
    "dispute": lambda action, one, staff: dispute_action(one, one.business.owner, text="Belum"),
    "drop": lambda action, one, staff: drop_action(action, staff, because="Dana tidak ada"),
    "reopen": lambda action, one, staff: reopen_action(action, staff),
    "replan": lambda action, one, staff: replan_action(
        action, staff, due_on=LATER, responsible_name="Bidang Industri", because="Bahan terlambat"
    ),
    "step": lambda action, one, staff: add_step(action, staff, title="Langkah baru"),
}
EXPECTED = {  # written out, so that the table itself is held against something
    ("claim", "promised"): "claimed",
    ("claim", "disputed"): "claimed",
    ("confirm", "claimed"): "claimed",  # one of three is less than half
    ("confirm", "confirmed"): "confirmed",
    ("confirm", "disputed"): "disputed",  # another IKM's refusal stands
    ("dispute", "claimed"): "disputed",
    ("dispute", "confirmed"): "disputed",
    ("dispute", "disputed"): "disputed",
    ("drop", "promised"): "dropped",
    ("drop", "disputed"): "dropped",
    ("reopen", "claimed"): "promised",
    ("reopen", "dropped"): "promised",
    ("replan", "promised"): "promised",
    ("replan", "disputed"): "disputed",
    ("step", "promised"): "promised",
    ("step", "disputed"): "disputed",
}


def bring_to(state: State, action: Action, asked: list[Confirmation], rina: Person) -> None:
    """By operations only; `asked` has left the action claimed."""
    first, second, _third = asked
    if state in {State.PROMISED, State.DROPPED}:
        reopen_action(action, rina)
    if state == State.DROPPED:
        drop_action(action, rina, because="Sudah tidak perlu")
    if state == State.CONFIRMED:
        confirm_action(first, first.business.owner)
        confirm_action(second, second.business.owner)
    if state == State.DISPUTED:
        dispute_action(first, first.business.owner, text="Kosong")
    action.refresh_from_db()
    assert action.state == state


def snapshot() -> list[list[dict[str, Any]]]:
    tables: list[type[models.Model]] = [Action, Confirmation, Step, ActionEvent, Entry]
    return [list(table._base_manager.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", USE)
def test_every_state_with_every_verb(
    verb: str, state: State, action: Action, asked: list[Confirmation], rina: Person
) -> None:
    bring_to(state, action, asked, rina)
    before, third = snapshot(), asked[2]
    if (verb, state) in EXPECTED:
        USE[verb](action, third, rina)
        action.refresh_from_db()
        assert action.state == EXPECTED[verb, state]
        assert snapshot() != before
    else:
        with pytest.raises(ValidationError, match="Tindakan"):
            USE[verb](action, third, rina)
        assert snapshot() == before


def test_the_table_and_the_expectation_are_the_same() -> None:
    moves = {(verb, state): to for verb, by_state in ACTION_TRANSITIONS.items() for state, to in by_state.items()}
    assert moves.pop(("link", State.PROMISED)) == {State.PROMISED}  # test_operations.py: needs one without a matter
    assert set(moves) == set(EXPECTED)
    assert all(EXPECTED[move] in to for move, to in moves.items())
    assert set(ACTION_TRANSITIONS) == {*USE, "link"}


@pytest.mark.parametrize("state", [State.CLAIMED, State.CONFIRMED, State.DROPPED])
def test_no_step_is_taken_where_nothing_is_to_be_done(
    state: State, action: Action, rina: Person, sari: Person, request: pytest.FixtureRequest
) -> None:
    step = add_step(action, rina, title="Pesan rak")
    bring_to(state, action, request.getfixturevalue("asked"), rina)
    before = snapshot()
    step.refresh_from_db()
    with pytest.raises(ValidationError, match="Tindakan"):
        complete_step(step, sari)
    assert snapshot() == before


def answers(*given: str) -> list[Confirmation]:
    """w waiting, s solved, n not solved, a not solved and asked again since."""
    early, late = timezone.now(), timezone.now() + timedelta(seconds=1)
    kinds = {
        "w": Confirmation(answer=Answer.WAITING, asked_at=early),
        "s": Confirmation(answer=Answer.SOLVED, asked_at=early, answered_at=late),
        "n": Confirmation(answer=Answer.NOT_SOLVED, asked_at=early, answered_at=late),
        "a": Confirmation(answer=Answer.NOT_SOLVED, asked_at=late, answered_at=early),
    }
    return [kinds[one] for one in given]


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ("", State.CLAIMED),
        ("w", State.CLAIMED),
        ("www", State.CLAIMED),
        ("s", State.CONFIRMED),
        ("sww", State.CLAIMED),
        ("ssw", State.CONFIRMED),
        ("sw", State.CONFIRMED),
        ("s" * 15 + "w" * 17, State.CLAIMED),
        ("s" * 16 + "w" * 16, State.CONFIRMED),
        ("s" * 31 + "n", State.DISPUTED),
        ("n", State.DISPUTED),
        ("ssn", State.DISPUTED),
        ("a", State.CLAIMED),
        ("ssa", State.CLAIMED),
        ("san", State.DISPUTED),
    ],
)
def test_silence_is_neither_and_a_refusal_binds(given: str, state: State) -> None:
    assert state_by_answers(answers(*given), 50) == state


@pytest.mark.parametrize(
    ("asked", "share", "needed"),
    [(1, 50, 1), (2, 50, 1), (3, 50, 2), (32, 50, 16), (33, 50, 17), (32, 1, 1), (32, 100, 32), (3, 67, 3), (3, 66, 2)],
)
def test_how_many_have_to_confirm(asked: int, share: int, needed: int) -> None:
    assert needed_answers(asked, share) == needed
