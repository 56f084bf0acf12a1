"""The states of an action and the moves between them, as one table: verb, where from, where it may lead.

Where an answer leads depends on all answers together (`state_by_answers`); docs/decisions/0010-confirmation.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.actions.models import Action, Confirmation

State = Action.State
Answer = Confirmation.Answer

MOVES: dict[str, dict[State, frozenset[State]]] = {
    "claim": {State.PROMISED: frozenset({State.CLAIMED}), State.DISPUTED: frozenset({State.CLAIMED})},
    "confirm": {
        State.CLAIMED: frozenset({State.CONFIRMED, State.CLAIMED}),
        State.CONFIRMED: frozenset({State.CONFIRMED}),
        State.DISPUTED: frozenset({State.CONFIRMED, State.CLAIMED, State.DISPUTED}),
    },
    "dispute": {
        State.CLAIMED: frozenset({State.DISPUTED}),
        State.CONFIRMED: frozenset({State.DISPUTED}),
        State.DISPUTED: frozenset({State.DISPUTED}),
    },
    "drop": {State.PROMISED: frozenset({State.DROPPED}), State.DISPUTED: frozenset({State.DROPPED})},
    # The council takes back its own claim or its own giving up; what the IKM confirmed only the IKM opens again.
    "reopen": {State.CLAIMED: frozenset({State.PROMISED}), State.DROPPED: frozenset({State.PROMISED})},
    "link": {State.PROMISED: frozenset({State.PROMISED})},  # later it is known already who is asked
    "replan": {State.PROMISED: frozenset({State.PROMISED}), State.DISPUTED: frozenset({State.DISPUTED})},
    "step": {State.PROMISED: frozenset({State.PROMISED}), State.DISPUTED: frozenset({State.DISPUTED})},
}


def sentence(verb: str, state: State) -> str:
    """Why this verb is refused in this state, and what to do instead."""
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


def require(verb: str, action: Action) -> None:
    """Raise ValidationError unless the table lets this verb be used now."""
    state = State(action.state)
    if state not in MOVES[verb]:
        raise ValidationError(sentence(verb, state), code="no_such_move")


def state_by_answers(answers: Sequence[Confirmation]) -> State:
    """Solved is only what somebody confirms and nobody who answered disputes. Silence is neither.

    A refusal binds until the IKM that refused lifts it itself: after a newer claim it is asked again, and until it
    answers the action stays *claimed*, whatever the others say.
    """
    refusals = [one for one in answers if one.answer == Answer.NOT_SOLVED]
    if any(not one.asked_again for one in refusals):
        return State.DISPUTED
    if refusals:
        return State.CLAIMED
    return State.CONFIRMED if any(one.answer == Answer.SOLVED for one in answers) else State.CLAIMED
