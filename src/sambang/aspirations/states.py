"""The states of a matter and the moves between them, as one table.

Nobody sets a matter to *acting* or *solved* by hand: it follows its actions (`follow`), and those are solved only by
the IKM that raised it.
"""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.aspirations.models import Matter

State = Matter.State

MOVES: dict[State, frozenset[State]] = {
    State.HEARD: frozenset({State.DISCUSSED, State.ACTING, State.SET_ASIDE}),
    State.DISCUSSED: frozenset({State.ACTING, State.SET_ASIDE}),
    State.ACTING: frozenset({State.SOLVED, State.DISCUSSED}),  # back to discussion when every action was dropped
    State.SOLVED: frozenset({State.ACTING}),  # an IKM disputes after all
    State.SET_ASIDE: frozenset({State.HEARD, State.ACTING}),  # raised anew, or a dropped action is taken up again
}


def move(matter: Matter, to: State, *, because: str = "") -> None:
    """Move and save, with the reason when it is set aside; staying is no move.

    Raises ValidationError with a sentence when the table knows no such move.
    """
    now = State(matter.state)
    if to == now:
        return
    if to not in MOVES[now]:
        raise ValidationError(
            _("Pokok bahasan yang %(now)s tidak dapat langsung menjadi %(to)s."),
            code="no_such_move",
            params={"now": now.label, "to": to.label},
        )
    matter.state = to
    matter.set_aside_because = because or matter.set_aside_because  # the last reason stays readable when it is reopened
    matter.full_clean()
    matter.save(update_fields=["state", "set_aside_because"])


def state_by_actions(actions: Collection[str]) -> State:
    """What the states of a matter's actions say about it: one that is open keeps it open, silence included."""
    if any(state in {"promised", "claimed", "disputed"} for state in actions):
        return State.ACTING
    return State.SOLVED if "confirmed" in actions else State.DISCUSSED


def follow(matter: Matter, actions: Collection[str]) -> None:
    """Bring the matter to where its actions stand."""
    move(matter, state_by_actions(actions))
