"""The states of a visit and the moves between them, as one table."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.visits.models import Visit

State = Visit.State
MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.HELD, State.CANCELLED}),
    State.HELD: frozenset({State.HELD, State.SIGNED}),
    State.SIGNED: frozenset(),
    State.CANCELLED: frozenset(),
}


def require_move(visit: Visit, to: State) -> None:
    """Raise ValidationError with a sentence when the visit cannot go there from where it stands."""
    if to not in MOVES[State(visit.state)]:
        raise ValidationError(
            _("Kunjungan ini sudah %(now)s, tidak dapat menjadi %(then)s.")
            % {"now": State(visit.state).label, "then": to.label}
        )


def require_open(visit: Visit) -> None:
    """What was signed off or called off is a record: nothing in it changes any more."""
    if visit.state in {State.SIGNED, State.CANCELLED}:
        raise ValidationError(
            _("Kunjungan ini sudah %(now)s, isinya tidak dapat diubah.") % {"now": State(visit.state).label}
        )
