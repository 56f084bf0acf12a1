"""Names in templates, as far as the reader of the page may read them, and the badge of a business's status:
`{% load personal_names %}`, `{% owner_of business %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model

from sambang.access.models import Person
from sambang.registry.models import Business, Cluster
from sambang.registry.personal_names import NameReader, names_for

register = template.Library()

STATUS_BADGES = {Business.Status.CLOSED: "badge-bad", Business.Status.PAUSED: "badge-warn"}


@register.filter
def status_badge(status: str) -> str:
    """CSS class of the badge that shows a business's status."""
    return STATUS_BADGES.get(Business.Status(status), "badge-good")


def _names(context: dict[str, Any]) -> NameReader:
    return names_for(context["request"])


@register.simple_tag(takes_context=True)
def owner_of(context: dict[str, Any], business: Business) -> str:
    """The owner's name; a dash for readers who may not see it."""
    return _names(context).owner(business)


@register.simple_tag(takes_context=True)
def head_of(context: dict[str, Any], cluster: Cluster) -> str:
    """The head's name; a dash for readers who may not see it, and where there is none."""
    return _names(context).head(cluster)


@register.simple_tag(takes_context=True)
def guarded(context: dict[str, Any], business: Business, row: Model | None, column: str) -> Any:
    """The value of a guarded column of a row about this IKM; "" for readers to whom it is not shown, and where there is
    no row or no value."""
    if row is None or not _names(context).reader.shows(business, f"{row._meta.label}.{column}"):
        return ""
    value = getattr(row, column)
    return "" if value is None else value


@register.simple_tag(takes_context=True)
def done_by(context: dict[str, Any], matter: Any, someone: Person) -> str:
    """Who did something about a matter (a row with `region_id` and `cluster_id`): members of councils by name, others
    only to readers who may see their names."""
    names = _names(context)
    return names.actor(someone, may_see_place=names.may_see_names(region=matter.region_id, cluster=matter.cluster_id))
