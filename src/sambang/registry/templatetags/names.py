"""Names in templates, as far as the reader of the page may read them, and the badge of a business's status:
`{% load names %}`, `{% owner_of business %}`."""

from __future__ import annotations

from typing import Any

from django import template

from sambang.access.models import Person
from sambang.registry.models import Business, Cluster
from sambang.registry.names import Names, names_for

register = template.Library()

BADGES = {Business.Status.CLOSED: "badge-bad", Business.Status.PAUSED: "badge-warn"}


@register.filter
def status_badge(status: str) -> str:
    """CSS class of the badge that shows a business's status."""
    return BADGES.get(Business.Status(status), "badge-good")


def _names(context: dict[str, Any]) -> Names:
    return names_for(context["request"])


@register.simple_tag(takes_context=True)
def owner_of(context: dict[str, Any], business: Business) -> str:
    """The owner's name; a dash for whom it is not."""
    return _names(context).owner(business)


@register.simple_tag(takes_context=True)
def head_of(context: dict[str, Any], cluster: Cluster) -> str:
    """The head's name; a dash for whom it is not, and where there is none."""
    return _names(context).head(cluster)


@register.simple_tag(takes_context=True)
def if_known(context: dict[str, Any], business: Business, words: str) -> str:
    """Words that say who stands behind the IKM; nothing for whom they are not."""
    return words if words and _names(context).knows(business) else ""


@register.simple_tag(takes_context=True)
def if_finances[V](context: dict[str, Any], business: Business, value: V) -> V | None:
    """A figure of one IKM (`registry.see_finances`); None for readers who may not read it."""
    return value if _names(context).knows_finances(business) else None


@register.simple_tag(takes_context=True)
def done_by(context: dict[str, Any], cluster: Cluster, someone: Person) -> str:
    """Who did something in a sentra: officials by name to everybody, families to those who know them."""
    names = _names(context)
    return names.actor(someone, near=names.knows_sentra(cluster))
