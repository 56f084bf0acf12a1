"""The steps towards selling online that an IKM has reached, on its page in the register."""

from __future__ import annotations

from typing import Any

from django import template

from sambang.registry.models import Business
from sambang.training.ladder import LadderProgress

register = template.Library()


@register.inclusion_tag("training/ladder_of.html")
def ladder_of(business: Business) -> dict[str, Any]:
    return {"business": business, "progress": LadderProgress.of(business)}
