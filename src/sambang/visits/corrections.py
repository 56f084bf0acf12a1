"""Operations that correct or withdraw a visit after it was begun or signed off."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.operation import operation
from sambang.audit.withdrawal import mark_restored, mark_withdrawn, require_unused
from sambang.visits.models import Visit, VisitCorrection
from sambang.visits.states import State, lock, require_visit_transition


@operation("visits.conduct", lock=True)
def undo_start(visit: Visit, by: Person, /) -> Visit:
    """Make a visit that was begun by mistake a planned one again. Raises ValidationError once IKM, guests, photos or
    aspirations are recorded."""
    require_visit_transition(visit, State.PLANNED)
    require_unused(visit)
    if visit.attendances.exists() or visit.guests.exists() or visit.photos.exists() or visit.signatures.exists():
        raise ValidationError(_("Sudah ada yang dicatat pada kunjungan ini: tarik kunjungannya, dengan alasan."))
    visit.state, visit.held_on = State.PLANNED, None
    visit.save(update_fields=["state", "held_on"])
    return visit


@operation("visits.add_correction", lock=True)
def add_correction(visit: Visit, by: Person, /, *, text: str) -> VisitCorrection:
    """Record a correction of a signed record, which stays unchanged. Raises ValidationError."""
    if visit.state != State.SIGNED:
        raise ValidationError(_("Kunjungan ini belum disahkan: betulkan isinya langsung."))
    if visit.corrections.filter(text=text.strip()).exists():
        raise ValidationError({"text": _("Pembetulan yang sama sudah dicatat.")})
    correction = VisitCorrection(visit=visit, text=text.strip(), by=by)
    correction.full_clean()
    correction.save(force_insert=True)
    return correction


@operation("visits.withdraw")
def withdraw_visit(visit: Visit, by: Person, /, *, because: str) -> Visit:
    """Withdraw a visit entered by mistake, in whatever state, with its attendance list. Raises ValidationError while
    aspirations or promises belong to it."""
    lock(visit)
    require_unused(visit)
    return mark_withdrawn(visit, by, because)


@operation("visits.restore", lock=True)
def restore_visit(visit: Visit, by: Person, /) -> Visit:
    """Restore within thirty days. Raises ValidationError."""
    return mark_restored(visit)
