"""The links of an action and their tokens."""

from __future__ import annotations

from uuid import UUID

from sambang.actions.models import Action
from sambang.assignments.models import AssignmentLink
from sambang.lib import clock
from sambang.lib.tokens import derived_token, stored_token

ASSIGNMENT_SALT = "sambang.assignments.link"


def assignment_token(link_id: UUID) -> str:
    return derived_token(ASSIGNMENT_SALT, link_id)


def link_token(link: AssignmentLink) -> str:
    """The token of a stored link, "" if it was created under another secret key."""
    return stored_token(ASSIGNMENT_SALT, link.pk, link.digest)


def active_link(action: Action) -> AssignmentLink | None:
    return AssignmentLink.objects.active(now=clock.now()).filter(action=action).first()
