"""The states of a visit and the transitions between them, as one table."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.visits.models import Visit

State = Visit.State
VISIT_TRANSITIONS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.HELD, State.CANCELLED}),
    State.HELD: frozenset({State.HELD, State.SIGNED, State.PLANNED}),  # planned: begun by mistake
    State.SIGNED: frozenset(),
    State.CANCELLED: frozenset(),
}


def can_become(visit: Visit, to: State) -> bool:
    return to in VISIT_TRANSITIONS[State(visit.state)]


def require_visit_transition(visit: Visit, to: State) -> None:
    """Raise ValidationError when the transition from the current state to `to` is not allowed."""
    if not can_become(visit, to):
        raise ValidationError(
            _("Kunjungan ini sudah %(now)s, tidak dapat menjadi %(then)s.")
            % {"now": State(visit.state).label, "then": to.label}
        )


def lock(visit: Visit) -> None:
    """Lock the row and read its state again. Requires a transaction."""
    visit.state = Visit.objects.select_for_update().values_list("state", flat=True).get(pk=visit.pk)


def lock_open_visit(visit: Visit) -> None:
    """Lock the visit; raise ValidationError when it is signed off or cancelled. Requires a transaction."""
    lock(visit)
    if not visit.is_open:
        raise ValidationError(
            _("Kunjungan ini sudah %(now)s, isinya tidak dapat diubah.") % {"now": State(visit.state).label}
        )
