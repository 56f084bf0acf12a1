"""The states of a matter and the transitions between them, as one table.

*Acting* and *solved* follow from the states of its actions (`follow_actions`), which only the IKM that raised the
matter confirm.
"""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.aspirations.models import Matter

State = Matter.State

MATTER_TRANSITIONS: dict[State, frozenset[State]] = {
    State.HEARD: frozenset({State.DISCUSSED, State.ACTING, State.SET_ASIDE}),
    State.DISCUSSED: frozenset({State.ACTING, State.SET_ASIDE}),
    State.ACTING: frozenset({State.SOLVED, State.DISCUSSED}),  # every action was dropped
    State.SOLVED: frozenset({State.ACTING}),  # an IKM disputes
    State.SET_ASIDE: frozenset({State.HEARD, State.ACTING}),  # raised again, or a dropped action is reopened
}


def change_state(matter: Matter, to: State, *, because: str = "") -> None:
    """Set and save the state, with the reason when it is set aside. Does nothing when `to` is the current state.

    Raises ValidationError when the table has no such transition.
    """
    current = State(matter.state)
    if to == current:
        return
    if to not in MATTER_TRANSITIONS[current]:
        raise ValidationError(
            _("Pokok bahasan yang %(now)s tidak dapat langsung menjadi %(to)s."),
            code="no_such_transition",
            params={"now": current.label, "to": to.label},
        )
    matter.state = to
    matter.set_aside_because = because or matter.set_aside_because  # kept when reopened
    matter.full_clean()
    matter.save(update_fields=["state", "set_aside_because"])


def state_by_actions(actions: Collection[str]) -> State:
    """The state of a matter from the states of its actions: any open action, or one without answers, keeps it open."""
    if any(state in {"promised", "claimed", "disputed"} for state in actions):
        return State.ACTING
    return State.SOLVED if "confirmed" in actions else State.DISCUSSED


def follow_actions(matter: Matter, actions: Collection[str]) -> None:
    """Set the state that follows from the states of the matter's actions."""
    change_state(matter, state_by_actions(actions))
