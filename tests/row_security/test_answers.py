"""What an operation counts, it counts of everybody, though its actor reads only what is his own."""

from __future__ import annotations

import pytest

from sambang.access.row_security import as_reader
from sambang.actions.models import Action, Confirmation
from sambang.actions.operations import confirm_action, dispute_action
from sambang.actions.states import State
from tests.actions.conftest import action, asked, idea, matter, raisers  # noqa: F401 fixtures

pytestmark = pytest.mark.django_db


def test_an_owner_who_confirms_does_not_outvote_a_refusal_that_row_security_hides(
    action: Action,  # noqa: F811
    asked: list[Confirmation],  # noqa: F811
) -> None:
    first, second, _third = asked
    with as_reader(first.business.owner):
        dispute_action(Confirmation.objects.get(pk=first.pk), first.business.owner, text="Belum ada")
    action.refresh_from_db()
    assert action.state == State.DISPUTED
    with as_reader(second.business.owner):
        confirm_action(Confirmation.objects.get(pk=second.pk), second.business.owner)
    action.refresh_from_db()
    assert action.state == State.DISPUTED
