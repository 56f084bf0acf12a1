"""Template filters for the display of field records."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.formats import date_format

from sambang.intake import display
from sambang.intake.models import Received
from sambang.lib.time_zones import ABBREVIATIONS, zone_of

register = template.Library()
OUTCOME_BADGES = {
    Received.Outcome.STORED: "badge-good",
    Received.Outcome.INCOMPLETE: "badge-warn",
    Received.Outcome.REFUSED: "badge-bad",
}


@register.filter
def kind_name(kind: str) -> str:
    return display.kind_label(kind)


@register.filter
def outcome_badge(outcome: str) -> str:
    return OUTCOME_BADGES.get(Received.Outcome(outcome), "")


@register.filter
def local_time(time: datetime, region: str) -> str:
    """The time in the time zone of the region, with the zone's name."""
    zone = zone_of(region)
    return f"{date_format(time.astimezone(zone), 'j M Y H.i')} {ABBREVIATIONS[zone]}"
