"""The states of a visit and the moves between them, as one table."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.lib.unit_of_work import is_locked
from sambang.visits.models import Visit

State = Visit.State
MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.HELD, State.CANCELLED}),
    State.HELD: frozenset({State.HELD, State.SIGNED}),
    State.SIGNED: frozenset(),
    State.CANCELLED: frozenset(),
}


def can_move(visit: Visit, to: State) -> bool:
    return to in MOVES[State(visit.state)]


def require_move(visit: Visit, to: State) -> None:
    """Raise ValidationError with a sentence when the visit cannot go there from where it stands."""
    if not can_move(visit, to):
        raise ValidationError(
            _("Kunjungan ini sudah %(now)s, tidak dapat menjadi %(then)s.")
            % {"now": State(visit.state).label, "then": to.label}
        )


def lock(visit: Visit) -> None:
    """Read the state again and hold the row, so that two who act at once do not both move it. Inside a transaction."""
    if not is_locked(visit):
        visit.state = Visit.objects.select_for_update().values_list("state", flat=True).get(pk=visit.pk)


def require_open(visit: Visit) -> None:
    """What was signed off or called off is a record: nothing in it changes any more. Locks the visit; inside an
    operation."""
    lock(visit)
    if not visit.is_open:
        raise ValidationError(
            _("Kunjungan ini sudah %(now)s, isinya tidak dapat diubah.") % {"now": State(visit.state).label}
        )
