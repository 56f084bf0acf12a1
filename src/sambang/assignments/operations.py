"""Operations on the links of people outside the office, and what these people state about their action."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.permissions import new_id
from sambang.actions.models import Action, ActionEvent
from sambang.assignments.models import AssignmentLink
from sambang.assignments.queries import assignment_token
from sambang.audit.operation import operation
from sambang.lib import clock
from sambang.lib.tokens import digest_of

DAYS_AFTER_DUE = 90  # a link is valid until so many days after the due date, or after today if that is later


@operation("assignments.make_link", lock=True)
def make_assignment_link(action: Action, by: Person, /) -> AssignmentLink:
    """Create the link of the responsible person and revoke earlier ones of the action. Raises ValidationError for an
    action that is not open, or whose responsible person has an account."""
    if action.state not in Action.OPEN_STATES:
        raise ValidationError(_("Tindakan ini tidak sedang dikerjakan: tidak perlu tautan."))
    if action.responsible_id is not None:
        raise ValidationError(_("Penanggung jawabnya punya akun: tindakan ini tampil di “Hari saya”-nya."))
    now, link_id = clock.now(), new_id()
    AssignmentLink.objects.filter(action=action, revoked_at=None).update(revoked_at=now)
    days = max((action.due_on - clock.today()).days, 0) + DAYS_AFTER_DUE
    link = AssignmentLink(
        id=link_id,
        action=action,
        responsible_name=action.responsible_name,
        digest=digest_of(assignment_token(link_id)),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    link.full_clean()
    link.save(force_insert=True)
    return link


@operation("assignments.revoke_link")
def revoke_assignment_link(link: AssignmentLink, by: Person, /) -> AssignmentLink:
    """End the link and every page that it opened. Revoking twice changes nothing."""
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
    return link


@operation("assignments.record_statement")
def record_statement(link: AssignmentLink, by: Person, /, *, kind: str, text: str) -> ActionEvent:
    """Store the statement of the responsible person as an event of the action; its state does not change. `by` is the
    system person: the responsible one has no account. The same statement twice is stored once. Raises
    ValidationError."""
    action = link.action
    action.refresh_from_db(from_queryset=Action.objects.select_for_update())
    if action.state not in Action.OPEN_STATES:
        raise ValidationError(_("Tindakan ini tidak sedang dikerjakan lagi: pernyataan Anda tidak disimpan."))
    last = action.events.order_by("-at", "-pk").first()
    if last and (last.kind, last.text, last.outside_name) == (kind, text.strip(), link.responsible_name):
        return last
    event = ActionEvent(action=action, kind=kind, text=text.strip(), outside_name=link.responsible_name)
    event.full_clean()
    event.save(force_insert=True)
    return event
