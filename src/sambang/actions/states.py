"""The states of an action and the transitions between them, as one table: verb, current state, possible new states.

The state after an answer depends on all answers (`state_by_answers`); docs/decisions/0010-confirmation.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.actions.models import Action, Confirmation

State = Action.State
Answer = Confirmation.Answer

ACTION_TRANSITIONS: dict[str, dict[State, frozenset[State]]] = {
    "claim": {State.PROMISED: frozenset({State.CLAIMED}), State.DISPUTED: frozenset({State.CLAIMED})},
    "confirm": {
        State.CLAIMED: frozenset({State.CONFIRMED, State.CLAIMED}),
        State.CONFIRMED: frozenset({State.CONFIRMED, State.CLAIMED}),  # more IKM are asked by now
        State.DISPUTED: frozenset({State.CONFIRMED, State.CLAIMED, State.DISPUTED}),
    },
    "dispute": {
        State.CLAIMED: frozenset({State.DISPUTED}),
        State.CONFIRMED: frozenset({State.DISPUTED}),
        State.DISPUTED: frozenset({State.DISPUTED}),
    },
    "drop": {State.PROMISED: frozenset({State.DROPPED}), State.DISPUTED: frozenset({State.DROPPED})},
    # The council can withdraw its own claim or resume a dropped action; only the IKM can reopen a confirmed one.
    "reopen": {State.CLAIMED: frozenset({State.PROMISED}), State.DROPPED: frozenset({State.PROMISED})},
    "link": {State.PROMISED: frozenset({State.PROMISED})},  # after a claim the IKM were asked already
    "replan": {State.PROMISED: frozenset({State.PROMISED}), State.DISPUTED: frozenset({State.DISPUTED})},
    "step": {State.PROMISED: frozenset({State.PROMISED}), State.DISPUTED: frozenset({State.DISPUTED})},
}


def refusal_text(verb: str, state: State) -> str:
    """Why the verb is refused in this state, and what to do instead."""
    if verb in {"confirm", "dispute"}:
        return _(
            "Tindakan ini sedang %(state)s: baru dapat dijawab setelah pelaksananya menyatakan sudah dikerjakan."
        ) % {"state": state.label}
    if verb == "reopen" and state == State.CONFIRMED:
        return _("Tindakan ini sudah dikonfirmasi: hanya IKM yang menyampaikan masalahnya dapat membukanya lagi.")
    if verb == "drop" and state == State.CLAIMED:
        return _("Tindakan ini sudah diklaim selesai: tarik dahulu klaimnya, baru hentikan.")
    return _("Tindakan yang %(state)s tidak dapat diubah dengan cara ini. Tidak ada yang berubah.") % {
        "state": state.label
    }


def require_transition(verb: str, action: Action) -> None:
    """Raise ValidationError unless the table allows the verb in the current state."""
    state = State(action.state)
    if state not in ACTION_TRANSITIONS[verb]:
        raise ValidationError(refusal_text(verb, state), code="no_such_transition")


def state_by_answers(answers: Sequence[Confirmation], share: int) -> State:
    """Confirmed when at least `share` per cent of the IKM that were asked confirm and none disputes. An IKM without an
    answer does not confirm.

    A refusal is in force until the IKM that refused answers again: after a newer claim the action stays *claimed* until
    it does, whatever the others answer.
    """
    refusals = [row for row in answers if row.answer == Answer.NOT_SOLVED]
    if any(not row.asked_again for row in refusals):
        return State.DISPUTED
    if refusals:
        return State.CLAIMED
    solved = sum(row.answer == Answer.SOLVED for row in answers)
    return State.CONFIRMED if solved >= needed_answers(len(answers), share) else State.CLAIMED


def needed_answers(asked: int, share: int) -> int:
    """Number of asked IKM that must confirm; at least one."""
    return max(1, -(-asked * share // 100))
