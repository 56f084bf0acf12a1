from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sambang.access.models import Person
from sambang.aspirations.models import Aspiration, Matter
from sambang.aspirations.operations import group_aspirations
from sambang.registry.models import Business, Cluster


@pytest.fixture
def heard(make_business: Callable[..., Business], sari: Person) -> Callable[..., Aspiration]:
    """An aspiration of an IKM of its own, as noted by Sari."""

    def make(text: str = "Pasar online belum kami kuasai", **facts: Any) -> Aspiration:
        business = facts.pop("business", None) or make_business(f"Jahit {Aspiration.objects.count() + 1}")
        given = {"kind": "constraint", "difficulty": "marketing", "noted_by": sari, **facts}
        return Aspiration.objects.create(business=business, text=text, **given)

    return make


@pytest.fixture
def matter(cluster: Cluster, heard: Callable[..., Aspiration], rina: Person) -> Matter:
    """Two IKM, one matter."""
    voices = [heard("Kain katun sulit dijual online"), heard("Pasar online sepi")]
    return group_aspirations(cluster, rina, aspirations=voices, title="Pasar online rahasia", difficulty="marketing")
