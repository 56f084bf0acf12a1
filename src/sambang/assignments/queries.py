"""The links of an action and their tokens."""

from __future__ import annotations

from uuid import UUID

from sambang.actions.models import Action
from sambang.assignments.models import AssignmentLink
from sambang.lib import clock
from sambang.lib.tokens import derived_token, digest_of


def token_for(link_id: UUID) -> str:
    return derived_token("sambang.assignments.link", link_id)


def link_token(link: AssignmentLink) -> str:
    """The token of a stored link, "" if it was created under another secret key."""
    token = token_for(link.pk)
    return token if digest_of(token) == link.digest else ""


def active_link(action: Action) -> AssignmentLink | None:
    return AssignmentLink.objects.active(now=clock.now()).filter(action=action).first()
