"""How field records are named on the desk's pages."""

from __future__ import annotations

from django import template

from sambang.intake import display
from sambang.intake.models import Received

register = template.Library()
BADGES = {
    Received.Outcome.STORED: "badge-good",
    Received.Outcome.INCOMPLETE: "badge-warn",
    Received.Outcome.REFUSED: "badge-bad",
}


@register.filter
def kind_name(kind: str) -> str:
    return display.kind_name(kind)


@register.filter
def outcome_badge(outcome: str) -> str:
    return BADGES.get(Received.Outcome(outcome), "")
