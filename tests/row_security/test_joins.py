"""No row within reach leans on one out of it: a join would lose it without a word, and a page would have a row too
few."""

from __future__ import annotations

import pytest

from sambang.access.reach import REACH
from sambang.access.row_security import as_reader
from sambang.registry.models import Industry, Region
from tests.row_security.world import World, scoped_models

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_row_within_reach_leans_on_none_out_of_it(places: dict[str, Region], garment: Industry) -> None:
    world, lost, joins = World(places, garment), set(), 0
    for label, model in scoped_models().items():
        for field in model._meta.concrete_fields:
            if field.related_model is None or field.related_model._meta.label not in REACH:
                continue
            joins += 1
            rows = model._base_manager.exclude(**{field.name: None})
            for name, person in world.readers.items():
                with as_reader(person):
                    if len(rows.values_list("pk")) != len(
                        rows.filter(**{f"{field.name}__in": field.related_model._base_manager.all()})
                    ):
                        lost.add((f"{label}.{field.name}", name))
    assert joins > 50
    assert lost == set()
