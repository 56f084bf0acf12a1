"""How often the computation of a region's indices goes back to a module that it left."""

from __future__ import annotations

from typing import Any

import pytest

from sambang.access.models import Council, Person
from sambang.insight.operations import compute
from tests.insight.conftest import TODAY
from tests.walk import Walk, documented


@pytest.mark.django_db(transaction=True)
def test_one_run_walks_as_the_documentation_says(reported: Any, sleman: Council, rina: Person) -> None:
    reported(6)
    walk = Walk(("sambang/", "sambang_stats/"), once=True)
    with walk.traced():
        run = compute(sleman, rina, today=TODAY)
    assert run.series.filter(released_on=TODAY).exists()
    visits = len(walk.calls)
    assert documented("A region's Run") == (visits, walk.modules, visits - walk.modules), walk.calls
